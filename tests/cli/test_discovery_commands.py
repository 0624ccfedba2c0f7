"""`catlog seasonal`, `schedule`, `recommend` and `random`, as scripts and people use them."""

import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from catlog import clock
from catlog.accounts.identity import current_user, remember
from catlog.accounts.sign_in import begin_session
from catlog.accounts.users import register
from catlog.config import Settings, load_settings
from catlog.db.session import Database
from catlog.library.edits import Add, Rate
from catlog.library.entries import Origin, Status
from catlog.library.writer import edit
from tests.catalogue.samples import anime, write
from tests.cli.test_search_command import ROW_KEYS
from tests.recommendations.catalogues import fill
from tests.support.cli import CommandLine
from tests.support.jikan import JikanStandIn

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
NOWHERE = "http://127.0.0.1:9/v4"
ON_AIR = {
    "status": "Currently Airing",
    "broadcast_day": "Mondays",
    "broadcast_time": "00:30",
    "broadcast_timezone": "Asia/Tokyo",
    "aired_from": date(2026, 10, 5),
}
SEASONAL = (
    anime(1, "Fall TV", "Drama", type="TV", year=2026, season="fall", members=900, **ON_AIR),
    anime(2, "Winter TV", type="TV", year=2027, season="winter", members=800, status="Not yet aired"),
    anime(3, "Old TV", type="TV", year=2023, season="fall", members=700),
)


@pytest.fixture
def anonymous(database: Database, tmp_path: Path) -> CommandLine:
    write(database, *SEASONAL)
    settings = {"HOME": str(tmp_path / "home"), "DATABASE_URL": database.url, "JIKAN_URLS": NOWHERE}
    settings |= {"JIKAN_BACKOFF": "0", "JIKAN_RATE": "1000", "NOW": NOW.isoformat()}
    return CommandLine({f"CATLOG_{name}": value for name, value in settings.items()})


@pytest.fixture
def catlog(anonymous: CommandLine, database: Database) -> CommandLine:
    """Sign in a user who rated two titles and plans three, of which one goes on from another."""
    with clock.stopped_at(NOW):
        move_in(database, load_settings(anonymous.environ))
    return anonymous


def move_in(database: Database, settings: Settings) -> None:
    fill(database)
    account = register(
        database, settings, username="mimi", email="mimi@example.org", password="quiet otters knit 7 scarves"
    )
    remember(database, settings, begin_session(database, settings, account.id))
    owner = current_user(database, settings)
    for mal_id, rating in ((101, 10), (102, 9)):
        edit(database, owner, mal_id, Add(Status.COMPLETED), origin=Origin.CLI)
        edit(database, owner, mal_id, Rate(rating), origin=Origin.CLI)
    for mal_id in (100, 301, 1):
        edit(database, owner, mal_id, Add(), origin=Origin.CLI)


def test_the_present_season_is_told_by_the_catalogue_alone(catlog: CommandLine) -> None:
    ending = catlog("seasonal", "--offline", "--format", "json")
    found = json.loads(ending.out)
    assert (ending.code, ending.err) == (0, "")
    assert (found["kind"], found["year"], found["season"], found["total"]) == ("seasonal", 2026, "fall", 1)
    assert set(found["rows"][0]) >= ROW_KEYS
    assert [(row["malId"], row["listStatus"], row["source"]) for row in found["rows"]] == [
        (1, "PLAN_TO_WATCH", "local")
    ]


def test_any_season_the_next_and_what_is_announced_can_be_asked_for(anonymous: CommandLine) -> None:
    def ids(*words: str) -> list[int]:
        return [row["malId"] for row in anonymous("seasonal", *words, "--offline", "--format", "json").rows]

    assert ids("2023", "Autumn") == [3]
    assert ids("--next") == ids("--upcoming") == ids("2026", "fall", "--next") == [2]
    assert ids("1999", "winter") == []


def test_the_seasons_are_counted(catlog: CommandLine) -> None:
    rows = catlog("seasonal", "--years", "--format", "json").rows
    assert rows[:2] == [
        {"year": 2027, "season": "winter", "titles": 1, "onList": 0},
        {"year": 2026, "season": "fall", "titles": 1, "onList": 1},
    ]


def test_without_a_source_the_season_is_shown_with_a_line_that_says_why(anonymous: CommandLine) -> None:
    for option in ((), ("--online",)):
        ending = anonymous("seasonal", *option, "--format", "csv")
        (row,) = csv.DictReader(io.StringIO(ending.out))
        assert (ending.code, row["malId"], row["source"]) == (0, "1", "local")
        assert ending.err.startswith("note: ")
    assert "127.0.0.1 did not answer" in anonymous("seasonal").err


def test_a_season_of_the_source_is_marked_with_its_host_and_kept(anonymous: CommandLine) -> None:
    with JikanStandIn(size=300) as jikan:
        online = anonymous.having(jikan_urls=jikan.url)
        fetched = online("seasonal", "2026", "spring", "--format", "json")
        assert (fetched.code, fetched.err) == (0, "")
        assert {row["source"] for row in fetched.rows} == {jikan.url.split("/")[2]}
        jikan.forget()
        again = online("seasonal", "2026", "spring", "--format", "json")
        assert [row["malId"] for row in again.rows] == [row["malId"] for row in fetched.rows]
        assert jikan.requests == []
        assert online("seasonal", "2026", "spring", "--online").code == 0
        assert jikan.requests != []


@pytest.mark.parametrize(
    ("words", "code", "way_out"),
    [
        (("seasonal", "2023", "autumnn"), 2, "did you mean autumn?"),
        (("seasonal", "20x5", "fall"), 2, "as in 2023 fall"),
        (("seasonal", "2023"), 2, "catlog seasonal 2023 fall"),
        (("seasonal", "--upcoming", "--next"), 2, "cannot be combined"),
        (("seasonal", "--mine"), 77, "not signed in"),
        (("schedule", "--day", "t"), 2, "monday"),
        (("schedule", "--zone", "Mars/Olympus"), 2, "Europe/Berlin"),
        (("schedule", "--zone", "../../etc/passwd"), 2, "Europe/Berlin"),
        (("schedule", "--from", "tomorrow"), 2, "2026-11-22"),
        (("recommend",), 77, "not signed in"),
        (("random",), 77, "not signed in"),
        (("random", "--any", "--status", "dropped"), 2, "leave out --status"),
        (("random", "--any", "--seed", "-1"), 2, "-1"),
        (("random", "--any", "--genre", "Isekay"), 2, "did you mean Isekai"),
        (("random", "--any", "--score", "10"), 3, "use fewer filters"),
    ],
)
@pytest.mark.usefixtures("shared")
def test_what_cannot_be_answered_says_the_way_out(
    anonymous: CommandLine, words: tuple[str, ...], code: int, way_out: str
) -> None:
    ending = anonymous(*words)
    assert (ending.code, ending.out) == (code, "")
    assert way_out in ending.err


def test_the_schedule_is_told_on_the_clock_that_was_named(catlog: CommandLine) -> None:
    berlin = json.loads(catlog("schedule", "--zone", "Europe/Berlin", "--format", "json").out)
    assert (berlin["kind"], berlin["begin"], berlin["end"]) == ("schedule", "2026-11-22", "2026-11-28")
    (row,) = berlin["rows"]
    assert (row["weekday"], row["at"]) == ("sunday", "2026-11-22T15:30:00Z")
    assert (row["episode"], row["estimate"]) == (None, True), "no day of an episode and no total is known"
    (row,) = catlog("schedule", "--zone", "Asia/Tokyo", "--format", "json").rows
    assert (row["weekday"], row["day"], row["listStatus"]) == ("monday", "2026-11-23", "PLAN_TO_WATCH")
    assert "Mon 2026-11-23   00:30   Fall TV" in catlog("schedule", "--zone", "Asia/Tokyo", "--mine").out
    nothing = catlog("schedule", "--zone", "UTC", "--day", "fri")
    assert (nothing.code, nothing.out) == (0, "")
    assert "catlog etl run --source airing" in nothing.err


def test_recommendations_come_with_reasons_in_every_format(
    catlog: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    rows = catlog("recommend", "--limit", "5", "--format", "json").rows
    assert len(rows) == 5
    assert not {row["malId"] for row in rows} & {1, 100, 101, 102, 301}
    assert set(rows[0]) >= {"malId", "title", "titleEnglish", "type", "year", "score", "genres", "fit", "reason"}
    assert rows[0]["because"][0] == {"malId": 101, "title": "Quiet B", "rating": 10}
    assert "because you rated Quiet B 10 and Quiet C 9" in catlog("recommend", "--limit", "1").out
    mecha = catlog("recommend", "--genre", "mecha", "--year", "..1999", "--limit", "1000", "--format", "csv").out
    found = list(csv.DictReader(io.StringIO(mecha)))
    assert {int(row["malId"]) for row in found} == set(range(200, 210))
    assert "fewer filters" in catlog("recommend", "--score", "10").err
    assert catlog("recommend", "--limit", "5000").code == 2


def test_chance_is_the_same_for_the_same_seed_and_no_sequel_comes_before_its_beginning(catlog: CommandLine) -> None:
    picked = [catlog("random", "--seed", seed, "--format", "json").row for seed in range(8)]
    assert {row["malId"] for row in picked} == {1, 100}
    assert {(row["pool"], row["heldBack"]) for row in picked} == {(2, 1)}
    assert catlog("random", "--seed", "5").out == catlog("random", "--seed", "5").out
    table = catlog("random", "--genre", "mystery")
    assert "Quiet A" in table.out
    assert "1 more wait" in table.err
    assert catlog("random", "--status", "completed", "--format", "json").row["malId"] in (101, 102)
    anything = catlog("random", "--any", "--type", "TV", "--format", "json").row
    assert anything["listStatus"] is None
