"""Importing a web CatLog from a real PostgreSQL database: users, passwords and lists."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import bcrypt
import pytest
from sqlalchemy import select

from catlog.accounts.sign_in import sign_in
from catlog.accounts.users import register
from catlog.config import load_settings
from catlog.db.models import User
from catlog.db.session import Database
from catlog.errors import BadDataError, NotAllowedError
from catlog.interchange.web_catlog import WebAccount, import_web_catlog, read_web_catlog
from catlog.library.entries import Entry, Status
from catlog.library.history import logged_changes
from catlog.library.partial_date import PartialDate
from catlog.library.store import load_entries
from catlog.zones import UTC_ZONE
from tests.support.cli import CommandLine
from tests.support.postgres import PostgresServer
from tests.support.ranking_days import days_that_fit
from tests.support.web_catlog import WebCatLog

AT = datetime(2025, 3, 1, 10, 30, 0, 123000)  # without a zone, as it was stored
LATER = datetime(2025, 4, 1)
PASSWORD = "correct horse battery"


def hashed(password: str, kind: bytes = b"2a") -> str:
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(4, kind)).decode()


@pytest.fixture
def web(postgres: PostgresServer, request: pytest.FixtureRequest) -> Iterator[WebCatLog]:
    yield WebCatLog(postgres.create_database(f"web {request.node.name}"))
    postgres.drop_database(f"web {request.node.name}")


def take_over(database: Database, web: WebCatLog) -> tuple[WebAccount, ...]:
    source = Database(web.url)
    try:
        return import_web_catlog(database, read_web_catlog(source, UTC_ZONE))
    finally:
        source.close()


def test_a_user_comes_with_the_password_and_the_whole_list(database: Database, web: WebCatLog) -> None:
    alice = web.user("alice", "alice@example.org", hashed(PASSWORD), AT)
    bebop, frieren = web.anime(1, "Cowboy Bebop", 26, AT), web.anime(52991, "Sousou no Frieren", None, AT)
    web.entry(
        alice,
        bebop,
        LATER,
        status="COMPLETED",
        personalRating=9,
        notes="good\x1b[31m",
        episodesWatched=26,
        startDate=AT,
        completedDate=LATER,
        isFavorite=True,
        tags=["space", "jazz"],
    )
    web.entry(alice, frieren, LATER, personalRating=0, episodesWatched=None)
    cleaned = "Cowboy Bebop: the notes were cleaned or cut"
    assert take_over(database, web) == (
        WebAccount("alice", "alice", True, added=2, changed=0, unchanged=0, rejected=0, remarks=(cleaned,)),
    )
    settings = load_settings()
    owner = sign_in(database, settings, name="alice@example.org", password=PASSWORD).signed_in
    with database.read() as session:
        found = load_entries(session, owner.user_id)
        log = logged_changes(session, owner.user_id)
        user = session.get_one(User, owner.user_id)
    stamp = LATER.replace(tzinfo=UTC)
    assert found == {
        1: Entry(
            1,
            Status.COMPLETED,
            rating=9,
            notes="good[31m",
            tags=("space", "jazz"),
            favorite=True,
            episodes_watched=26,
            start_date=PartialDate("2025-03-01"),
            finish_date=PartialDate("2025-04-01"),
            version=1,
            created_at=stamp,
            updated_at=stamp,
        ),
        52991: Entry(52991, version=1, created_at=stamp, updated_at=stamp),
    }
    assert {(row.step, row.origin) for row in log} == {(1, "import")}
    assert user.created_at == AT.replace(tzinfo=UTC)
    assert user.password.startswith("$argon2id$"), "the first sign-in replaces the old hash"
    with pytest.raises(NotAllowedError):
        sign_in(database, settings, name="alice", password="wrong")


def test_done_again_it_adds_what_is_new_and_touches_nothing_else(database: Database, web: WebCatLog) -> None:
    alice = web.user("alice", "alice@example.org", hashed(PASSWORD), AT)
    bebop, frieren = web.anime(1, "Cowboy Bebop", 26, AT), web.anime(52991, "Sousou no Frieren", 28, AT)
    web.entry(alice, bebop, AT, status="WATCHING", episodesWatched=3)
    take_over(database, web)
    sign_in(database, load_settings(), name="alice", password=PASSWORD)
    [again] = take_over(database, web)
    assert (again.new, again.added, again.unchanged) == (False, 0, 1)
    web.entry(alice, frieren, AT)
    web.user("bob", "bob@example.org", hashed(PASSWORD), LATER)
    assert [(one.username, one.new, one.added) for one in take_over(database, web)] == [
        ("alice", False, 1),
        ("bob", True, 0),
    ]
    sign_in(database, load_settings(), name="alice", password=PASSWORD)


def test_names_and_addresses_that_cannot_be_here_are_replaced_and_told(database: Database, web: WebCatLog) -> None:
    register(database, load_settings(), username="Carol", email="carol@example.org", password=PASSWORD)
    web.user("Bob", "bob@example.org", hashed(PASSWORD), AT)
    web.user("bob", "BOB@example.org", hashed(PASSWORD), LATER)
    web.user("carol", "carol@example.org", hashed(PASSWORD), AT)
    web.user("a b\u202e!", "no address", hashed(PASSWORD), AT)
    web.user("x", "x@example.org", hashed(PASSWORD), AT)
    accounts = take_over(database, web)
    assert [(one.username, len(one.remarks)) for one in accounts] == [
        ("Bob", 0),
        ("bob-2", 2),
        ("carol-2", 2),
        ("a-b-", 2),
        ("web-user-5", 1),
    ]
    assert not [account for account in take_over(database, web) if account.new], "each is known again"
    with database.read() as session:
        emails = set(session.execute(select(User.email)).scalars())
    assert emails == {
        "carol@example.org",
        "bob@example.org",
        "web-user-2@localhost",
        "web-user-3@localhost",
        "web-user-4@localhost",
        "x@example.org",
    }
    for name in ("Bob", "bob-2", "web-user-3@localhost", "x@example.org"):
        sign_in(database, load_settings(), name=name, password=PASSWORD)


def test_names_that_differ_in_case_alone_are_two_people_also_of_one_instant(database: Database, web: WebCatLog) -> None:
    for number, name in enumerate(("Bob", "bob", "BOB")):
        user = web.user(name, f"b{number}@example.org", hashed(PASSWORD), AT)
        web.entry(user, web.anime(number + 1, f"T{number}", 12, AT), AT)
    first = take_over(database, web)
    assert [(one.username, one.new, one.added) for one in first] == [
        ("Bob", True, 1),
        ("bob-2", True, 1),
        ("BOB-3", True, 1),
    ]
    again = take_over(database, web)
    assert [(one.username, one.new, one.unchanged) for one in again] == [
        ("Bob", False, 1),
        ("bob-2", False, 1),
        ("BOB-3", False, 1),
    ]


def test_what_is_not_taken_as_it_was_is_told(database: Database, web: WebCatLog) -> None:
    web.alter('alter table "User" add role text, add karma integer')
    web.alter('alter table "UserAnime" add priority integer, add shared boolean')
    alice = web.user("alice", "alice@example.org", hashed(PASSWORD), AT, role="ADMIN")
    web.entry(alice, web.anime(1, "T", 12, AT), AT, personalRating=11, notes="a\u202eb", priority=3)
    web.entry(alice, web.anime(-5, "No id", 12, AT), AT)
    [account] = take_over(database, web)
    assert account.remarks == (
        "the user's role is not imported",
        "No id: malId -5 is no id",
        "T: personalRating '11' is not 1 to 10: no rating taken; the notes were cleaned or cut; "
        "priority is not imported",
    )


def test_a_hash_that_is_none_of_bcrypt_lets_nobody_in(database: Database, web: WebCatLog) -> None:
    for number, password in enumerate(("plain text", "", "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$aGFzaA")):
        web.user(f"user{number}", f"user{number}@example.org", password, AT)
    accounts = take_over(database, web)
    assert all("it no longer works" in account.remarks[0] for account in accounts)
    for password in ("plain text", "", "!"):
        with pytest.raises(NotAllowedError):
            sign_in(database, load_settings(), name="user0", password=password)


def test_faults_of_the_web_catlog_are_not_inherited(database: Database, web: WebCatLog) -> None:
    alice = web.user("alice", "alice@example.org", hashed(PASSWORD, b"2b"), AT)
    for number, rating in enumerate((0, 11, -1, 10)):
        web.entry(alice, web.anime(number + 1, f"T{number}", 12, AT), AT, personalRating=rating, episodesWatched=99)
    web.entry(alice, web.anime(-5, "No id", 12, AT), AT)
    [account] = take_over(database, web)
    assert (account.added, account.rejected) == (4, 1)
    owner = sign_in(database, load_settings(), name="alice", password=PASSWORD).signed_in
    with database.read() as session:
        found = load_entries(session, owner.user_id)
    assert [(entry.rating, entry.episodes_watched) for entry in found.values()] == [(None, 99)] * 3 + [(10, 99)]


def test_any_other_database_is_refused(database: Database, postgres: PostgresServer) -> None:
    url = postgres.create_database("not web")
    other = Database(url)
    with pytest.raises(BadDataError, match="User lacks username"):
        read_web_catlog(other, UTC_ZONE)
    other.close()
    postgres.drop_database("not web")
    with pytest.raises(BadDataError, match=r"PostgreSQL|CatLog itself"):
        read_web_catlog(database, UTC_ZONE)


def test_the_command_reads_its_address_from_the_settings_and_never_shows_the_password(
    web: WebCatLog, tmp_path: Path
) -> None:
    web.user("alice", "alice@example.org", hashed(PASSWORD), AT)
    catlog = CommandLine().having(home=tmp_path)
    nowhere = catlog("db", "import-web")
    assert (nowhere.code, "CATLOG_WEB_DATABASE_URL" in nowhere.err) == (78, True)
    catlog = catlog.having(web_database_url=web.url)
    done = catlog("db", "import-web", "--format", "json")
    assert done.code == 0
    assert done.rows[0]["username"] == "alice"
    password = web.url.split(":")[2].split("@")[0]
    shown = catlog("config", "show")
    assert "web_database_url" in shown.out
    broken = catlog.having(web_database_url=web.url.replace(password, f"{password}x"))("db", "import-web")
    assert broken.code == 69
    assert not [text for end in (done, shown, broken) for text in (end.out, end.err) if password in text]


def test_the_ranking_history_comes_along_and_days_that_are_here_stay(web: WebCatLog, tmp_path: Path) -> None:
    web.anime(1, "Cowboy Bebop", 26, AT)
    for day in (AT, LATER):
        web.ranking(1, day, 44, 8.75)
        web.ranking(5, day, None, None)
    catlog = CommandLine().having(home=tmp_path, web_database_url=web.url)
    done = catlog("db", "import-web")
    assert (done.code, "2 days loaded" in done.err) == (0, True)
    history = catlog("analytics", "history", "Cowboy Bebop", "--days", "9000", "--format", "json").rows
    assert [(row["snapshotDate"], row["rank"], row["score"]) for row in history] == [
        ("2025-03-01", 44, 8.75),
        ("2025-04-01", 44, 8.75),
    ]
    assert "stayed as they were" in catlog("db", "import-web").err
    [newest, _] = catlog("etl", "logs", "--format", "json").rows
    assert (newest["source"], newest["status"], newest["rowsProcessed"]) == ("web-catlog", "SUCCESS", 0)
    database = Database(f"sqlite:///{next(tmp_path.rglob('catlog.sqlite'))}")
    assert [str(day) for day in days_that_fit(database)] == ["2025-03-01", "2025-04-01"]
    database.close()
