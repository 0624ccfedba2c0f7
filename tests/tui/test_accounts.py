"""Who is here: the first start, signing in, a lock, and sessions that end."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from catlog import clock
from catlog.accounts.identity import current_user, forget
from catlog.accounts.sessions import end_session, list_sessions
from catlog.accounts.users import register
from catlog.config import Settings
from catlog.db.models import User, UserSession
from catlog.db.session import Database
from catlog.db.upgrade import make_ready
from catlog.errors import ExitCode
from catlog.tui.content import plain
from catlog.tui.dialogs.base import Dialog
from catlog.tui.dialogs.confirm import Confirm
from tests.cli.processes import CATLOG
from tests.support.terminal import Terminal
from tests.tui.harness import NOW, Driver, golden, opened

PASSWORD = "a quiet afternoon"


@pytest.fixture
def somebody(no_library: Settings) -> Settings:
    """Return settings with a library that has a user, who is not signed in."""
    no_library.paths.data.mkdir(parents=True)
    database = make_ready(Database(no_library.database_url))
    register(database, no_library, username="mika", email="mika@example.org", password=PASSWORD)
    database.close()
    return no_library


async def fill(it: Driver, *texts: str) -> None:
    for text in texts:
        await it.type(text)
        await it.press("enter")


async def test_a_library_of_ones_own_opens_straight_into_the_app(no_library: Settings) -> None:
    async with opened(no_library, (80, 24)) as it:
        assert it.app.status.user
        assert not isinstance(it.app.screen, Dialog)
        assert not it.app.status.locks
        it.app.last_input -= 90 * 24 * 3600
        it.app.settings = replace(it.app.settings, lock_after=1.0, origins={"lock_after": "test"})
        it.app._lock_if_idle()
        await it.settle()
        assert it.app.refusal is None
        assert not isinstance(it.app.screen, Dialog)
        await it.press("f9")
        assert "Sign in" in it.text
        await it.press("escape")
        assert it.app.status.user


async def test_the_first_start_is_one_form_and_straight_in(shared_folder: Settings) -> None:
    async with opened(shared_folder, (80, 24)) as it:
        await golden(it, "first-start")
        await fill(it, "mika", "mika@example.org", PASSWORD)
        assert it.app.status.user == "mika"
        assert "Welcome" not in it.text
    async with opened(shared_folder, (80, 24)) as it:
        assert it.app.status.user == "mika", "a later start opens straight into the app"


async def test_what_is_wrong_is_said_below_the_fields_and_nothing_typed_is_lost(shared_folder: Settings) -> None:
    async with opened(shared_folder, (80, 24)) as it:
        await fill(it, "m", "mika@example.org", PASSWORD)
        assert "a user name has 3 to 32" in it.text
        assert "mika@example.org" in it.text
        assert PASSWORD not in it.text


@pytest.mark.parametrize("name", ["mika", "mika@example.org"])
async def test_signing_in_by_name_or_address(somebody: Settings, name: str) -> None:
    async with opened(somebody, (80, 24)) as it:
        await fill(it, name, "not the password")
        assert "the name or the password is wrong" in it.text
        await it.press("shift+tab")
        await fill(it, name, PASSWORD)
        assert it.app.status.user == "mika"


async def test_without_an_account_the_app_can_be_looked_at(somebody: Settings) -> None:
    async with opened(somebody, (80, 24)) as it:
        await it.press("escape")
        assert it.app.status.user == ""
        await it.press("u")
        assert "nobody is signed in" in it.text


async def test_who_declined_can_still_make_an_account(shared_folder: Settings) -> None:
    async with opened(shared_folder, (80, 24)) as it:
        await it.press("escape", "f9", "ctrl+n")
        await fill(it, "mika", "mika@example.org", PASSWORD)
        assert it.app.status.user == "mika"


async def test_a_first_start_with_an_account_from_elsewhere_goes_on_to_sign_in(shared_folder: Settings) -> None:
    async with opened(shared_folder, (80, 24)) as it:
        await it.press("ctrl+n")
        assert "Sign in" in it.text
        await it.press("ctrl+n")
        assert "Welcome" in it.text


async def test_looking_round_without_an_account_asks_who_is_there_once(somebody: Settings) -> None:
    async with opened(somebody, (80, 24)) as it:
        await it.press("escape")
        for key in ("f2", "f4", "f1", "f2"):
            await it.press(key)
            assert "Password" not in it.text
            assert "F9" in it.text or "f9" in it.text
        await it.press("plus")


async def test_a_session_that_has_ended_asks_who_is_there(library: Settings) -> None:
    async with opened(library, (80, 24)) as it:
        services = it.app.pool.backend
        end_session(services.database, services.owner(), services.owner().session_id)
        await it.press("u")
        assert "your session has ended" in it.text
        assert "Sign in" in it.text


async def test_a_session_left_alone_is_locked_until_the_password_is_typed(somebody: Settings) -> None:
    settings = replace(somebody, lock_after=1e-9, origins={**somebody.origins, "lock_after": "test"})
    async with opened(settings, (80, 24)) as it:
        await fill(it, "mika", PASSWORD)
        while "Locked" not in it.text:
            await it.pilot.pause()
        await it.press("escape", "f2", "1")
        assert "Locked" in it.text
        assert "Home" not in it.text
        await it.press("backspace")
        await fill(it, PASSWORD)
        assert it.app.status.user == "mika"


def as_guest(settings: Settings, lock_after: float) -> Settings:
    """Return the settings of somebody whom sshd has recognised by a key as mika."""
    return replace(settings, guest="mika", lock_after=lock_after, origins={**settings.origins, "lock_after": "test"})


async def idle(it: Driver, until: Callable[[], bool]) -> None:
    """Touch no key until something is so."""
    while not until():
        await it.pilot.pause()


async def test_a_lock_covers_a_form_that_was_left_open(somebody: Settings) -> None:
    async with opened(somebody, (80, 24)) as it:
        await fill(it, "mika", PASSWORD)
        await it.press("f9")
        it.app.last_input -= 3600
        it.app.settings = replace(somebody, lock_after=15, origins={**somebody.origins, "lock_after": "test"})
        it.app._lock_if_idle()
        await it.settle()
        assert "esc close" not in it.text, "which it would not do"
        await it.press("escape", "escape")
        assert "Locked" in it.text


async def test_nothing_that_is_asked_meanwhile_lies_over_a_lock(
    somebody: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catlog.tui.app.WAITS_UNDER_LOCK", 0.01)
    async with opened(somebody, (80, 24)) as it:
        await fill(it, "mika", PASSWORD)
        it.app.last_input -= 3600
        it.app.settings = replace(somebody, lock_after=15, origins={**somebody.origins, "lock_after": "test"})
        it.app._lock_if_idle()
        await it.settle()
        it.app.push_screen(Confirm("Put yours in its place?", plain("a secret title")))
        await it.press("escape", "y")
        assert "Locked" in it.text
        assert "a secret title" not in it.text
        it.app.settings = somebody
        await it.press("backspace")
        await fill(it, PASSWORD)
        await idle(it, lambda: "a secret title" in it.text)
        assert "Locked" not in it.text


async def test_the_owner_is_told_of_wrong_passwords_in_the_app_too(somebody: Settings) -> None:
    async with opened(somebody, (80, 24)) as it:
        for wrong in ("not the password", "nor this one"):
            await fill(it, "mika", wrong)
            await it.press("shift+tab")
        await fill(it, "mika", PASSWORD)
        assert "a wrong password was given 2 times" in " ".join(it.text.split())


async def test_who_came_in_by_a_key_unlocks_with_the_password_and_leaves_no_session_behind(somebody: Settings) -> None:
    async with opened(as_guest(somebody, 1e-9), (80, 24)) as it:
        await idle(it, lambda: "Locked" in it.text)
        assert "connecting again" in " ".join(it.text.split())
        services = it.app.pool.backend
        await fill(it, "not the password")
        assert "the name or the password is wrong" in it.text
        await fill(it, PASSWORD)
        assert "a wrong password was given once" in " ".join(it.text.split())
        assert [one.current for one in list_sessions(services.database, services.owner())] == [True]
    assert not list((somebody.paths.state / "tokens").glob("*")), "the machine's own sign-in is untouched"


@pytest.mark.parametrize("stored", ["!", "", "plain", "$2b$31$" + "a" * 53])
async def test_an_account_without_a_password_is_never_locked_its_session_ends(somebody: Settings, stored: str) -> None:
    database = Database(somebody.database_url)
    with database.write() as session:
        session.exec(select(User)).one().password = stored
    async with opened(as_guest(somebody, 1e-9), (80, 24)) as it:
        await idle(it, lambda: it.app._exit)
        assert "Locked" not in it.text
    assert it.app.return_code == ExitCode.NOT_ALLOWED
    assert it.app.refusal is not None
    assert it.app.refusal.message == "nobody was here for 1 min: your session has ended"
    with database.read() as session:
        assert all(row.revoked_at is not None for row in session.exec(select(UserSession)))


def test_left_alone_behind_a_door_it_says_so_on_a_restored_terminal(somebody: Settings) -> None:
    with Database(somebody.database_url).write() as session:
        session.exec(select(User)).one().password = "!"
    environ = {"CATLOG_HOME": str(somebody.paths.state.parent), "CATLOG_LOCK_AFTER": "0.02"}
    with Terminal((*CATLOG, "ssh-entry", "--user", "mika"), environ=environ) as terminal:
        assert terminal.end() == ExitCode.NOT_ALLOWED
        assert "catlog: nobody was here for 1 min: your session has ended" in terminal.text
        assert "hint: connect again" in terminal.text


async def test_a_session_of_this_machine_without_a_password_ends_with_its_token(somebody: Settings) -> None:
    settings = replace(somebody, lock_after=15, origins={**somebody.origins, "lock_after": "test"})
    async with opened(settings, (80, 24)) as it:
        await fill(it, "mika", PASSWORD)
        with it.app.pool.backend.database.write() as session:
            session.exec(select(User)).one().password = "!"
        it.app.read_status()
        await it.settle()
        it.app.last_input -= 3600
        it.app._lock_if_idle()
        await idle(it, lambda: it.app._exit)
    assert it.app.return_code == ExitCode.NOT_ALLOWED
    async with opened(somebody, (80, 24)) as it:
        assert "Sign in" in it.text


def test_over_ssh_a_session_locks_by_itself_unless_the_settings_say_otherwise(no_library: Settings) -> None:
    from catlog.tui.app import SSH_LOCK_MINUTES, CatLogApp

    for settings, minutes in (
        (no_library, 0),
        (replace(no_library, ssh_client="192.0.2.7"), SSH_LOCK_MINUTES),
        (replace(no_library, ssh_client="192.0.2.7", origins={"lock_after": "test"}), 0),
    ):
        app = CatLogApp(settings)
        assert app.lock_minutes == minutes
        app.pool.close()


async def test_undo_and_redo_say_what_they_did_and_name_the_way_back(library: Settings) -> None:
    async with opened(library) as it:
        await it.press("u")
        assert "taken back: " in it.text
        await it.press("ctrl+r")
        assert "done again: " in it.text
        assert "u takes it back" in it.text


async def test_signing_out_leaves_no_token(library: Settings) -> None:
    async with opened(library) as it:
        services = it.app.pool.backend
        assert current_user(services.database, library).username == "demo"
        forget(services.database, library)
    async with opened(library) as it:
        assert "Sign in" in it.text
    with clock.stopped_at(NOW + timedelta(days=31)):
        async with opened(library) as it:
            assert "Sign in" in it.text
