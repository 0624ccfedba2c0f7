"""The local identity: who has a list without a password, and above all who has none."""

import os
import pwd
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import col, select, update

from catlog.access import Role
from catlog.accounts import local
from catlog.accounts.identity import current_user, forget, remember, session_of_guest
from catlog.accounts.local import FALLBACK_NAME, WITHOUT_PASSWORD, is_embedded, local_user, protect
from catlog.accounts.sessions import SignedIn, is_open, list_sessions
from catlog.accounts.sign_in import begin_session, sign_in
from catlog.accounts.users import any_account, list_accounts, register, set_disabled
from catlog.config import Settings, load_settings
from catlog.db.models import User
from catlog.db.session import Database
from catlog.errors import CatLogError, InvalidArgumentError, NotAllowedError, SessionEndedError
from tests.accounts.conftest import PASSWORD, Clock
from tests.support.databases import SQLITE, Databases

NOBODY = 65534


@pytest.fixture
def own(databases: Databases, tmp_path: Path) -> Database:
    """Give an empty embedded database, in a folder of its own."""
    folder = tmp_path / "data"
    folder.mkdir(0o700)
    return databases.make(SQLITE, "catlog", folder)


@pytest.fixture
def settings(tmp_path: Path, own: Database) -> Settings:
    return load_settings({"CATLOG_HOME": str(tmp_path / "home"), "CATLOG_DATABASE_URL": own.url})


def file_of(database: Database) -> Path:
    return Path(database.location)


def here(database: Database, settings: Settings) -> SignedIn:
    return current_user(database, settings, make_local=True)


def test_the_user_of_the_machine_has_a_list_at_once_named_after_them(own: Database, settings: Settings) -> None:
    first = here(own, settings)
    [account] = list_accounts(own)
    assert (account.username, account.email) == (pwd.getpwuid(os.geteuid()).pw_name, None)
    assert (first.username, first.local) == (account.username, True)
    assert here(own, settings) == first, "one session, however often it is used"
    assert not (settings.paths.state / "tokens").exists()


@pytest.mark.parametrize("name", ["x", "a b", "", "n" * 33])
def test_a_name_that_is_no_user_name_becomes_the_fallback(
    own: Database, settings: Settings, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = pwd.struct_passwd((name, "x", 0, 0, "", "/", "/bin/sh"))
    monkeypatch.setattr(local.pwd, "getpwuid", lambda _: entry)
    assert here(own, settings).username == FALLBACK_NAME


def test_two_that_start_at_once_make_one(own: Database, settings: Settings) -> None:
    def start(_: int) -> int:
        database = Database(own.url)
        try:
            return here(database, settings).user_id
        finally:
            database.close()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(start, range(8)))) == 1
    assert len(list_accounts(own)) == 1


def test_reading_alone_makes_nobody(own: Database, settings: Settings) -> None:
    with pytest.raises(SessionEndedError):
        current_user(own, settings)
    assert not any_account(own)


def test_it_has_no_idle_limit_and_no_end(own: Database, settings: Settings, time: Clock) -> None:
    mine = here(own, settings)
    time.turn(days=400)
    with own.read() as session:
        assert session.execute(select(is_open(mine))).scalar() is True
    assert [row.ends_at for row in list_sessions(own, mine)] == [None]
    assert here(own, settings).session_id == mine.session_id


def chmod(mode: int, *, folder: bool = False) -> Callable[[Database], None]:
    return lambda database: (file_of(database).parent if folder else file_of(database)).chmod(mode)


def chown(*, folder: bool = False) -> Callable[[Database], None]:
    return lambda database: os.chown(file_of(database).parent if folder else file_of(database), NOBODY, NOBODY)


def grandparent(database: Database) -> None:
    file_of(database).parent.parent.chmod(0o777)


def stranger(change: Callable[[Database], None], patch: pytest.MonkeyPatch) -> Callable[[Database], None]:
    """Return the change, or for a change of owners that of the user whom the checks ask about."""
    given_away = (SHARED["the file is somebody else's"], SHARED["the folder is somebody else's"])
    return (lambda _: patch.setattr(os, "geteuid", lambda: NOBODY)) if change in given_away else change


SHARED: dict[str, Callable[[Database], None]] = {
    "the group may write the file": chmod(0o660),
    "others may write the file": chmod(0o606),
    "others may write the folder": chmod(0o707, folder=True),
    "others may write the folder, sticky": chmod(0o1777, folder=True),
    "others may write the folder above": grandparent,
    "the file is somebody else's": chown(),
    "the folder is somebody else's": chown(folder=True),
}


@pytest.mark.parametrize("change", SHARED.values(), ids=SHARED)
@pytest.mark.parametrize("before", [False, True], ids=["new", "made before"])
def test_a_file_that_others_could_change_asks(
    own: Database, settings: Settings, change: Callable[[Database], None], before: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.geteuid() != 0:  # only root can give a file away; for others the user of this process changes instead
        change = stranger(change, monkeypatch)
    if before:
        here(own, settings)
    assert is_embedded(own, settings)
    own.close()
    change(own)
    assert not is_embedded(own, settings)
    with pytest.raises(CatLogError):
        here(own, settings)


def test_a_file_of_root_is_not_another_users_own(
    own: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_embedded(own, settings)
    monkeypatch.setattr(os, "geteuid", lambda: NOBODY)
    assert not is_embedded(own, settings)


def test_postgresql_asks(database: Database, tmp_path: Path, settings: Settings) -> None:
    tmp_path.chmod(0o700)
    assert is_embedded(database, settings) is database.is_sqlite
    if not database.is_sqlite:
        with pytest.raises(SessionEndedError):
            here(database, settings)
        assert not any_account(database)


def test_the_mark_in_a_postgresql_database_opens_nothing(database: Database, settings: Settings) -> None:
    if database.is_sqlite:
        tmp = file_of(database).parent
        tmp.chmod(0o1777)
    register(database, settings, username="mika", password=PASSWORD)
    with database.write() as session:
        session.execute(update(User).values(password=WITHOUT_PASSWORD))
    with pytest.raises(SessionEndedError):
        here(database, settings)


@pytest.mark.parametrize("role", [Role.GUEST, Role.MEMBER, Role.ADMIN])
def test_no_role_but_the_owner_gets_it(own: Database, settings: Settings, role: Role) -> None:
    here(own, settings)
    other = Database(own.url, role=role)
    assert not is_embedded(other, settings)
    with pytest.raises(NotAllowedError):
        local_user(other, settings, make=True)
    other.close()


def test_a_guest_gets_it_by_a_key_alone_and_as_an_ordinary_session(own: Database, settings: Settings) -> None:
    guest = replace(settings, guest="mika")
    assert local_user(own, guest, make=True) is None
    assert not any_account(own)
    mine = here(own, settings)
    keyed = session_of_guest(own, replace(settings, guest=mine.username), mine.username)
    assert (keyed.user_id, keyed.local) == (mine.user_id, False)


def test_an_account_that_exists_asks_as_before(own: Database, settings: Settings) -> None:
    register(own, settings, username="mika", password=PASSWORD)
    with pytest.raises(SessionEndedError):
        here(own, settings)
    assert [account.username for account in list_accounts(own)] == ["mika"]


def test_an_imported_account_without_a_password_is_never_opened(own: Database, settings: Settings) -> None:
    register(own, settings, username="mika", password=PASSWORD)
    with own.write() as session:
        session.execute(update(User).values(password="!"))
    with pytest.raises(SessionEndedError):
        here(own, settings)


def test_a_disabled_one_asks_and_no_second_is_made(own: Database, settings: Settings) -> None:
    mine = here(own, settings)
    set_disabled(own, mine.username, disabled=True)
    with pytest.raises(SessionEndedError):
        here(own, settings)
    assert len(list_accounts(own)) == 1
    set_disabled(own, mine.username, disabled=False)
    assert here(own, settings).user_id == mine.user_id


@pytest.mark.parametrize("typed", ["", WITHOUT_PASSWORD, PASSWORD])
def test_no_password_signs_in(own: Database, settings: Settings, at_once: None, typed: str) -> None:
    mine = here(own, settings)
    with pytest.raises(NotAllowedError, match="the name or the password is wrong"):
        sign_in(own, settings, name=mine.username, password=typed)


def test_a_password_protects_it_and_ends_what_was_open(
    own: Database, settings: Settings, light_hashes: None, at_once: None
) -> None:
    mine = here(own, settings)
    with pytest.raises(InvalidArgumentError):
        protect(own, settings, mine, "short")
    remember(own, settings, protect(own, settings, mine, PASSWORD))
    now = here(own, settings)
    assert (now.user_id, now.local) == (mine.user_id, False)
    with own.read() as session:
        assert session.execute(select(is_open(mine))).scalar() is False
    for ended in (mine, now):
        with pytest.raises(NotAllowedError):
            protect(own, settings, ended, "seven louder otters")
    forget(own, settings)
    with pytest.raises(SessionEndedError):
        here(own, settings)
    assert sign_in(own, settings, name=mine.username, password=PASSWORD).signed_in.user_id == mine.user_id


def test_somebody_else_signed_in_stays_so_and_is_asked_when_the_session_ends(
    own: Database, settings: Settings, light_hashes: None, time: Clock
) -> None:
    mine = here(own, settings)
    other = register(own, settings, username="noor", password=PASSWORD)
    remember(own, settings, begin_session(own, settings, other.id))
    assert here(own, settings).username == "noor"
    time.turn(hours=13)
    with pytest.raises(SessionEndedError, match="ended"):
        here(own, settings)
    forget(own, settings)
    assert here(own, settings) == mine


def test_addresses_are_optional_and_unique_where_given(
    database: Database, settings: Settings, light_hashes: None
) -> None:
    for name, email in (("mika", None), ("noor", ""), ("hana", "hana@example.org")):
        register(database, settings, username=name, email=email, password=PASSWORD)
    assert [account.email for account in list_accounts(database)] == [None, None, "hana@example.org"]
    with pytest.raises(InvalidArgumentError, match="e-mail address"):
        register(database, settings, username="kana", email="HANA@example.org", password=PASSWORD)
    with database.read() as session:
        assert len(session.exec(select(User).where(col(User.email_folded).is_(None))).all()) == 2
