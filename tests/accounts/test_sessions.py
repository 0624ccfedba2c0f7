"""Sessions: how long they last, what ends them, and that a write needs an open one."""

import base64
import fcntl
import secrets
import shutil
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import select

from catlog.accounts import identity
from catlog.accounts.identity import current_user, forget, remember, sign_out, signed_in_by, token_file
from catlog.accounts.sessions import (
    SignedIn,
    end_other_sessions,
    end_session,
    list_sessions,
    require,
)
from catlog.accounts.sign_in import NewSession, begin_session
from catlog.accounts.throttle import source_of
from catlog.accounts.users import register
from catlog.config import Settings, load_settings
from catlog.db.models import User, UserSession
from catlog.db.session import Database
from catlog.db.upgrade import upgrade
from catlog.errors import ConfigError, NotAllowedError, UnavailableError
from tests.accounts.conftest import PASSWORD, Clock, Register


def write_for(database: Database, begun: NewSession) -> None:
    with database.write() as session:
        require(session, begun.signed_in)


def assert_ended(database: Database, settings: Settings, begun: NewSession) -> None:
    assert signed_in_by(database, settings, begun.token) is None
    with pytest.raises(NotAllowedError, match="ended"):
        write_for(database, begun)


def test_twelve_hours_without_use_end_a_session(
    database: Database, settings: Settings, time: Clock, mika: NewSession
) -> None:
    time.turn(hours=11, minutes=59)
    assert signed_in_by(database, settings, mika.token) == mika.signed_in
    time.turn(hours=11, minutes=59)
    write_for(database, mika)
    time.turn(minutes=1)
    assert_ended(database, settings, mika)


def test_thirty_days_end_a_session_however_much_it_is_used(
    database: Database, settings: Settings, time: Clock, mika: NewSession
) -> None:
    for _ in range(59):
        time.turn(hours=11, minutes=59)
        assert signed_in_by(database, settings, mika.token) == mika.signed_in
    time.turn(hours=12, minutes=59)
    assert_ended(database, settings, mika)


def test_each_use_within_minutes_writes_nothing(
    database: Database, settings: Settings, time: Clock, mika: NewSession
) -> None:
    def last_used() -> str:
        with database.read() as session:
            return str(session.exec(select(UserSession.last_used_at)).one())

    began = last_used()
    time.turn(minutes=4)
    signed_in_by(database, settings, mika.token)
    assert last_used() == began
    time.turn(minutes=1)
    signed_in_by(database, settings, mika.token)
    assert last_used() != began


def test_each_session_has_an_id_of_128_random_bits(
    database: Database, settings: Settings, mika: NewSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []
    draw = secrets.token_bytes
    monkeypatch.setattr(secrets, "token_bytes", lambda size: drawn.append(size) or draw(size))
    for _ in range(20):
        begin_session(database, settings, mika.signed_in.user_id)
    with database.read() as session:
        ids = session.exec(select(UserSession.jti)).all()
    assert len(set(ids)) == 21
    assert drawn == [16] * 20, "each from the generator of the system"
    assert {len(base64.urlsafe_b64decode(f"{one}==")) for one in ids} == {16}


def test_sessions_are_listed_and_ended_one_by_one(
    database: Database, settings: Settings, time: Clock, mika: NewSession, registered: Register
) -> None:
    time.turn(hours=1)
    far = replace(settings, ssh_client="2001:db8:1:2:3:4:5:6", guest="mika")
    away = begin_session(database, far, mika.signed_in.user_id)
    other = begin_session(database, settings, registered("noah").id)
    shown = list_sessions(database, mika.signed_in)
    assert [(row.id, row.current) for row in shown] == [
        (away.signed_in.session_id, False),
        (mika.signed_in.session_id, True),
    ]
    assert shown[0].source == "ssh 2001:db8:1:2::/64"
    assert not end_session(database, mika.signed_in, other.signed_in.session_id)
    assert end_session(database, mika.signed_in, away.signed_in.session_id)
    assert not end_session(database, mika.signed_in, away.signed_in.session_id)
    assert_ended(database, settings, away)
    write_for(database, other)
    write_for(database, mika)


def test_all_other_sessions_end_at_once(
    database: Database, settings: Settings, mika: NewSession, registered: Register
) -> None:
    others = [begin_session(database, settings, mika.signed_in.user_id) for _ in range(3)]
    noah = begin_session(database, settings, registered("noah").id)
    assert end_other_sessions(database, mika.signed_in) == 3
    for begun in others:
        assert_ended(database, settings, begun)
    write_for(database, mika)
    write_for(database, noah)


def test_a_session_that_ended_ends_no_other(database: Database, settings: Settings, mika: NewSession) -> None:
    thief = begin_session(database, settings, mika.signed_in.user_id)
    end_other_sessions(database, mika.signed_in)
    with pytest.raises(NotAllowedError):
        end_other_sessions(database, thief.signed_in)
    write_for(database, mika)


def test_a_token_of_one_user_with_the_session_of_another_is_void(
    database: Database, settings: Settings, mika: NewSession, registered: Register
) -> None:
    noah = registered("noah")
    with database.write() as session:
        session.exec(select(UserSession)).one().user_id = noah.id
    assert signed_in_by(database, settings, mika.token) is None


def test_the_token_is_kept_in_a_private_file(database: Database, settings: Settings, mika: NewSession) -> None:
    with pytest.raises(NotAllowedError, match="not signed in") as problem:
        current_user(database, settings)
    assert "catlog account login" in problem.value.hint
    remember(database, settings, mika)
    assert current_user(database, settings) == mika.signed_in
    file = token_file(database, settings)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    file.chmod(0o644)
    with pytest.raises(ConfigError, match="open to other users"):
        current_user(database, settings)


def test_a_kept_token_that_was_tampered_with_is_no_sign_in(
    database: Database, settings: Settings, mika: NewSession
) -> None:
    remember(database, settings, mika)
    for content in (b"", b"\xff\xfe", b"a.b.c", mika.token.encode()[:-4]):
        token_file(database, settings).write_bytes(content)
        with pytest.raises(NotAllowedError):
            current_user(database, settings)


def test_signing_in_anew_ends_the_session_whose_token_is_replaced(
    database: Database, settings: Settings, mika: NewSession
) -> None:
    remember(database, settings, mika)
    again = begin_session(database, settings, mika.signed_in.user_id)
    remember(database, settings, again)
    assert current_user(database, settings) == again.signed_in
    assert_ended(database, settings, mika)


def test_signing_out_ends_the_session_and_removes_the_token(
    database: Database, settings: Settings, mika: NewSession
) -> None:
    remember(database, settings, mika)
    assert sign_out(database, settings)
    assert not token_file(database, settings).exists()
    assert_ended(database, settings, mika)
    assert not sign_out(database, settings)
    forget(database, settings)


def test_the_token_goes_also_when_the_database_is_away(
    database: Database, settings: Settings, mika: NewSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(database, settings, mika)

    def away(*_: object) -> None:
        raise UnavailableError("the database cannot be reached")

    monkeypatch.setattr(identity, "resume", away)
    with pytest.raises(UnavailableError):
        sign_out(database, settings)
    assert not token_file(database, settings).exists()


def test_each_database_has_a_token_of_its_own(database: Database, settings: Settings, mika: NewSession) -> None:
    remember(database, settings, mika)
    other = Database("sqlite:////nowhere/else.sqlite")
    assert token_file(other, settings) != token_file(database, settings)
    with pytest.raises(NotAllowedError):
        current_user(other, settings)


def test_a_write_and_the_end_of_its_session_do_not_overlap(
    database: Database, settings: Settings, mika: NewSession
) -> None:
    thief = begin_session(database, settings, mika.signed_in.user_id)
    with ThreadPoolExecutor(1) as pool:
        with database.write() as session:
            require(session, thief.signed_in)
            ending = pool.submit(end_other_sessions, database, mika.signed_in)
            user = session.exec(select(User)).one()
            user.email = "written@example.org"
            session.flush()
            with pytest.raises(TimeoutError):
                ending.result(timeout=0.3)
        assert ending.result(timeout=30) == 1
    assert_ended(database, settings, thief)


def test_where_somebody_comes_from_is_what_sshd_says(settings: Settings) -> None:
    inside = load_settings({"CATLOG_HOME": str(settings.paths.state), "SSH_CONNECTION": "192.0.2.7 50000 192.0.2.1 22"})
    assert inside.ssh_client == "192.0.2.7"
    assert settings.ssh_client is None
    assert source_of(replace(inside, guest="mika")) == "ssh 192.0.2.7"


def test_an_address_that_anybody_wrote_into_the_environment_is_not_believed(settings: Settings) -> None:
    here = source_of(settings)
    assert not here.startswith("ssh ")
    for number in range(20):
        pretended = {"CATLOG_HOME": str(settings.paths.state), "SSH_CONNECTION": f"192.0.2.{number} 50000 192.0.2.1 22"}
        assert source_of(load_settings(pretended)) == here


def test_old_sessions_are_forgotten_in_time(
    database: Database, settings: Settings, time: Clock, mika: NewSession
) -> None:
    time.turn(days=31)
    begun = begin_session(database, settings, mika.signed_in.user_id)
    with database.read() as session:
        assert session.exec(select(UserSession.id)).all() == [begun.signed_in.session_id]


JOURNAL = "-1.jsonl"


def opened(home: Path, file: Path | None = None) -> tuple[Settings, Database]:
    """Return a machine's settings and its database: the default one of `home`, or the SQLite file `file`."""
    given = {"CATLOG_HOME": str(home)} | ({} if file is None else {"CATLOG_DATABASE_URL": f"sqlite:///{file}"})
    settings = load_settings(given)
    settings.paths.data.mkdir(parents=True, exist_ok=True)
    return settings, Database(settings.database_url)


def begun_by_mika(settings: Settings, database: Database) -> tuple[SignedIn, Path]:
    """Register and sign in mika, with an edit that waits; return who that is and the journal."""
    upgrade(database, settings.paths.backups)
    account = register(database, settings, username="mika", email="mika@example.org", password=PASSWORD)
    remember(database, settings, begin_session(database, settings, account.id))
    waiting = settings.paths.state / "journal" / f"{database.identity}{JOURNAL}"
    waiting.parent.mkdir(parents=True)
    waiting.write_text("an edit\n")
    return current_user(database, settings), waiting


def as_version_0_1_0_wrote_it(settings: Settings, database: Database) -> None:
    file = token_file(database, settings)
    file.write_bytes(file.read_bytes().partition(b"\n")[0])


def journals(settings: Settings) -> list[str]:
    return [file.name for file in (settings.paths.state / "journal").iterdir()]


@pytest.mark.parametrize("old", [False, True], ids=["", "0.1.0"])
@pytest.mark.parametrize("inside", [True, False], ids=["default", "apart"])
def test_a_home_and_a_database_that_were_moved_stay_signed_in_with_their_waiting_edits(
    tmp_path: Path, light_hashes: None, *, inside: bool, old: bool
) -> None:
    def of(place: str) -> tuple[Settings, Database]:
        return opened(tmp_path / place / "home", None if inside else tmp_path / place / "apart.sqlite")

    settings, database = of("old")
    before = begun_by_mika(settings, database)[0]
    if old:
        as_version_0_1_0_wrote_it(settings, database)
    if old and not inside:
        assert current_user(database, settings) == before  # which adds the place
    database.close()

    (tmp_path / "old").rename(tmp_path / "new")
    settings, database = of("new")
    assert current_user(database, settings) == before
    assert journals(settings) == [f"{database.identity}{JOURNAL}"]
    assert [file.stem for file in token_file(database, settings).parent.iterdir()] == [database.identity]
    assert sign_out(database, settings)
    with pytest.raises(NotAllowedError):
        current_user(database, settings)
    database.close()


@pytest.mark.parametrize("old", [False, True], ids=["", "0.1.0"])
def test_a_copy_takes_neither_the_sign_in_nor_the_waiting_edits_of_the_original(
    tmp_path: Path, light_hashes: None, *, old: bool
) -> None:
    home = tmp_path / "home"
    settings, database = opened(home)
    before, waiting = begun_by_mika(settings, database)
    if old:
        as_version_0_1_0_wrote_it(settings, database)
    database.close()
    shutil.copy(settings.paths.default_database, tmp_path / "copy.sqlite")
    inside, copy = opened(home, tmp_path / "copy.sqlite")
    with pytest.raises(NotAllowedError):
        current_user(copy, inside)
    assert not sign_out(copy, inside)
    remember(copy, inside, begin_session(copy, inside, before.user_id))
    copy.close()
    assert waiting.read_text() == "an edit\n"
    assert current_user(database, settings) == before
    database.close()


def test_a_moved_home_stays_signed_in_to_whatever_database_its_url_names(
    database: Database, settings: Settings, mika: NewSession, tmp_path: Path
) -> None:
    remember(database, settings, mika)
    (tmp_path / "home").rename(tmp_path / "elsewhere")
    moved = load_settings({"CATLOG_HOME": str(tmp_path / "elsewhere"), "CATLOG_DATABASE_URL": database.url})
    assert current_user(database, moved) == mika.signed_in


def test_a_second_name_of_one_database_takes_over_no_session_and_ends_none(
    database: Database, settings: Settings, mika: NewSession, registered: Register, tmp_path: Path
) -> None:
    remember(database, settings, mika)
    waiting = settings.paths.state / "journal" / f"{database.identity}{JOURNAL}"
    waiting.parent.mkdir(parents=True)
    waiting.write_text("an edit\n")
    if database.is_sqlite:
        link = tmp_path / "link.sqlite"
        link.symlink_to(database.location)
        second = Database(f"sqlite:///{link}")
    else:
        second = Database(f"{database.url}{'&' if '?' in database.url else '?'}application_name=second")
    assert second.identity != database.identity
    with pytest.raises(NotAllowedError):
        current_user(second, settings)
    remember(second, settings, begin_session(second, settings, registered("noah").id))
    assert current_user(second, settings).username == "noah"
    assert sign_out(second, settings)
    with pytest.raises(NotAllowedError):
        current_user(second, settings)
    assert current_user(database, settings) == mika.signed_in
    assert waiting.exists()
    second.close()


def test_nothing_is_taken_over_while_a_process_holds_a_journal_of_the_old_place(
    tmp_path: Path, light_hashes: None
) -> None:
    settings, database = opened(tmp_path / "home", tmp_path / "old.sqlite")
    before, waiting = begun_by_mika(settings, database)
    database.close()
    (tmp_path / "old.sqlite").rename(tmp_path / "new.sqlite")
    settings, database = opened(tmp_path / "home", tmp_path / "new.sqlite")
    with waiting.open("r+b") as living:
        fcntl.flock(living, fcntl.LOCK_EX)
        with pytest.raises(NotAllowedError):
            current_user(database, settings)
        assert journals(settings) == [waiting.name]
    assert current_user(database, settings) == before
    assert journals(settings) == [f"{database.identity}{JOURNAL}"]
    database.close()


def test_who_signs_out_first_where_the_database_was_moved_to_is_signed_out(tmp_path: Path, light_hashes: None) -> None:
    settings, database = opened(tmp_path / "home", tmp_path / "old.sqlite")
    begun_by_mika(settings, database)
    database.close()
    (tmp_path / "old.sqlite").rename(tmp_path / "new.sqlite")
    settings, database = opened(tmp_path / "home", tmp_path / "new.sqlite")
    assert sign_out(database, settings)
    with pytest.raises(NotAllowedError):
        current_user(database, settings)
    database.close()


def test_the_token_of_another_database_is_none_of_this_one(
    database: Database, settings: Settings, tmp_path: Path, light_hashes: None
) -> None:
    account = register(database, settings, username="mika", email="mika@example.org", password=PASSWORD)
    remember(database, settings, begin_session(database, settings, account.id))
    other = Database(f"sqlite:///{tmp_path / 'other.sqlite'}")
    upgrade(other, tmp_path)
    with pytest.raises(NotAllowedError):
        current_user(other, settings)
    other.close()
