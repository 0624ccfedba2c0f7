"""A robot walks through the app in each role: what a role may not do is not offered, not reachable and not done."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest
from textual.binding import Binding
from textual.dom import DOMNode

from catlog.access import Right, Role, may
from catlog.accounts.identity import current_user
from catlog.accounts.sessions import end_other_sessions, end_session
from catlog.accounts.users import set_role
from catlog.config import Settings
from catlog.db.session import Database
from catlog.demo.build import USER
from catlog.errors import ExitCode, NotAllowedError, SessionEndedError
from catlog.saved_views import SavedViews
from catlog.tui.chrome.topbar import TABS, tabs_of
from catlog.tui.content import plain
from catlog.tui.dialogs.base import Dialog
from catlog.tui.dialogs.form import FormDialog
from catlog.tui.dialogs.palette import CommandPalette
from catlog.tui.keymap import SECTIONS
from catlog.tui.operations.operation import OperationKind
from catlog.tui.queries import read_heartbeat
from catlog.tui.screens.ops.forms import SnapshotForm
from catlog.tui.screens.trends.screen import TrendsScreen
from tests.tui.harness import Driver, opened

AT_THE_DOOR = (Role.MEMBER, Role.ADMIN)

ROOMS = (
    *(("f1",), ("f2",), ("f2", "enter"), ("f3",), ("f3", "escape", "S"), ("f3", "escape", "W"), ("f3", "escape", "M")),
    *(("f4",), ("f5",), ("f6",), ("colon", *"first", "enter")),
)
"""The keys that lead to each screen."""

STATED = {
    section.full_name(action): action.right or section.right for section in SECTIONS for action in section.actions
}
"""The right of each action, by its full name."""


@pytest.fixture
def door(library: Settings) -> Settings:
    """Return settings under which the user of the library comes in through a door."""
    return replace(library, guest=USER)


def be(library: Settings, role: Role) -> Settings:
    """Return settings under which whoever opens the app has a role."""
    database = Database(library.database_url)
    set_role(database, USER, Role.ADMIN if role is Role.ADMIN else Role.MEMBER)
    database.close()
    return library if role is Role.OWNER else replace(library, guest=USER)


def dialogs(kind: type[Dialog[object]] = Dialog) -> Iterator[type[Dialog[object]]]:
    """Yield every kind of dialog."""
    for below in kind.__subclasses__():
        yield below
        yield from dialogs(below)


def reachable(it: Driver) -> dict[str, tuple[DOMNode, Binding]]:
    """Return the actions that keys reach on the present screen, by their full names."""
    return {
        active.binding.id: (active.node, active.binding)
        for active in it.app.screen.active_bindings.values()
        if active.enabled and active.binding.id
    }


def test_everything_states_its_right() -> None:
    assert all(isinstance(right, Right) for right in STATED.values())
    assert all(isinstance(kind.right, Right) for kind in OperationKind)
    assert all(isinstance(tab.right, Right) for tab in TABS)
    shared = {"FormDialog", "AccountDialog"}
    for dialog in dialogs():
        if dialog.__module__.startswith("catlog.") and dialog.__name__.partition("[")[0] not in shared:
            assert isinstance(dialog.__dict__.get("RIGHT"), Right), f"{dialog.__name__} states no right"


@pytest.mark.parametrize("role", [Role.OWNER, *AT_THE_DOOR])
async def test_the_robot_finds_no_door_that_is_not_its_own(library: Settings, role: Role) -> None:
    """Doors are keys, palette entries and tabs of every screen; each is open or shut as the table says."""
    met: set[str] = set()
    async with opened(be(library, role), (160, 48)) as it:
        assert it.app.role is role
        assert {tab.mode for tab in tabs_of(role)} == {tab.mode for tab in TABS if may(role, tab.right)}
        for keys in ROOMS:
            await it.press("f1", *keys)
            found = reachable(it)
            met |= found.keys()
            assert [name for name in found if not may(role, STATED[name])] == [], keys
            offered = [entry.name for entry in CommandPalette(it.app).entries]
            assert [name for name in offered if name in STATED and not may(role, STATED[name])] == [], keys
            it.app.screen.set_focus(None)
            while len(it.app.screen_stack) > 1:
                await it.app.action_back()
                await it.settle()
    shut = {name for name, right in STATED.items() if not may(role, right)}
    assert not met & shut
    assert ("ops.backup" in met) == may(role, Right.BACK_UP)
    assert ("ops.snapshot" in met) == may(role, Right.LOAD_CHARTS)
    assert ("app.account" in met) == may(role, Right.SIGN_IN)


async def test_a_spoilt_file_of_the_service_is_not_named_to_a_guest_and_ends_nothing(door: Settings) -> None:
    SavedViews(door.paths.state, USER).save("list", "tonight", {"filter": "bebop"})
    (door.paths.state / "presets.json").chmod(0o666)
    async with opened(door, (160, 48)) as it:
        await it.press("f2", "V")
        assert "this CatLog cannot be used now" in it.text
        it.app.screen.views.delete("tonight")
        await it.press("f3")
        it.app.screen.saved.delete("tonight")
        await it.settle()
        assert str(door.paths.state) not in it.text
        assert it.app.bug is None


async def test_no_key_of_ops_starts_anything_for_a_member(door: Settings) -> None:
    """Not by going there, not by clicks, and not by what the screen would run."""
    async with opened(door, (160, 48)) as it:
        assert "Ops" not in it.text.splitlines()[0]
        await it.press("f6")
        await it.press("left_square_bracket")
        assert it.app.current_mode != "ops"
        it.app.switch_mode("ops")
        await it.settle()
        for action in ("snapshot", "compute", "backup", "doctor", "cancel", "check_day"):
            await it.app.run_action(action, it.app.screen)
            await it.settle()
            assert len(it.app.screen_stack) == 1, action
        assert it.app.operations.recent == ()
        assert not door.paths.backups.exists()


@pytest.mark.parametrize("role", AT_THE_DOOR)
async def test_an_operation_is_refused_by_itself(library: Settings, role: Role) -> None:
    async with opened(be(library, role)) as it:
        for kind in OperationKind:
            if not may(role, kind.right):
                with pytest.raises(NotAllowedError):
                    it.app.operations.start(kind, "an operation", lambda *_: pytest.fail("it was begun"))
        assert it.app.operations.recent == ()


@pytest.mark.parametrize("role", AT_THE_DOOR)
async def test_no_dialog_opens_for_whom_it_is_not(library: Settings, role: Role) -> None:
    async with opened(be(library, role)) as it:
        for kind in dialogs():
            right = kind.__dict__.get("RIGHT")
            if right is not None and not may(role, right):
                dialog = kind.__new__(kind)
                FormDialog.__init__(dialog, plain("never shown"))
                with pytest.raises(NotAllowedError):
                    it.app.push_screen(dialog)
        assert len(it.app.screen_stack) == 1


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN])
async def test_only_the_owner_is_asked_whether_a_day_shall_be_replaced(library: Settings, role: Role) -> None:
    async with opened(be(library, role), (160, 48)) as it:
        await it.press("f6", "r")
        assert isinstance(it.app.screen, SnapshotForm)
        assert ("the better one stays" in it.text) == (role is Role.OWNER)
        assert ("there" in it.app.screen.values) == (role is Role.OWNER)


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN])
async def test_nobody_says_in_the_app_where_spark_runs(library: Settings, role: Role) -> None:
    settings = replace(be(library, role), spark_target="spark://h.example:7077")
    async with opened(settings, (160, 48)) as it:
        await it.press("f6", "j")
        assert "spark://h.example:7077" in it.text
        assert isinstance(it.app.screen, FormDialog)
        assert set(it.app.screen.values) == {"job", "engine", "windows"}


async def test_the_ended_session_of_a_guest_ends_the_app(library: Settings, door: Settings) -> None:
    database = Database(library.database_url)
    operator = current_user(database, library)
    token = next((library.paths.state / "tokens").iterdir())
    before = token.read_bytes()
    async with opened(door) as it:
        await it.press("f2")
        assert end_other_sessions(database, operator) >= 1
        it.app.pool.run(it.app, read_heartbeat).then(it.app.connection.on_poll)
        await it.settle()
        await asyncio.sleep(0)
        assert isinstance(it.app.refusal, SessionEndedError)
        assert it.app.return_code == ExitCode.NOT_ALLOWED
        assert it.app.refusal.with_hint == "your session has ended: connect again"
    assert current_user(database, library) == operator, "the operator is who they were"
    assert token.read_bytes() == before
    database.close()


async def test_an_edit_after_the_session_of_a_guest_ended_ends_the_app_too(library: Settings, door: Settings) -> None:
    database = Database(library.database_url)
    async with opened(door) as it:
        await it.press("f2")
        end_other_sessions(database, current_user(database, library))
        await it.press("+")
        await asyncio.sleep(0)
        assert isinstance(it.app.refusal, SessionEndedError)
        assert not any(type(screen).__name__ in ("Login", "Register") for screen in it.app.screen_stack)
    database.close()


async def test_who_sits_at_the_machine_is_asked_once_when_the_session_has_ended(library: Settings) -> None:
    database = Database(library.database_url)
    async with opened(library) as it:
        mine = current_user(database, library)
        end_session(database, mine, mine.session_id)
        it.app.pool.run(it.app, read_heartbeat).then(it.app.connection.on_poll)
        await it.settle()
        assert "your session has ended" in it.text
        await it.press("escape")
        it.app.pool.run(it.app, read_heartbeat).then(it.app.connection.on_poll)
        await it.settle()
        assert len(it.app.screen_stack) == 1, "not now was the answer"
    database.close()


async def test_a_member_is_shown_no_way_that_is_not_theirs(library: Settings) -> None:
    """Nothing was computed in the library: whoever may compute is shown how, a member whom to ask."""
    for role, words in ((Role.ADMIN, "6, then j, computes it"), (Role.MEMBER, "ask the administrator of this CatLog")):
        async with opened(be(library, role)) as it:
            await it.press("f5")
            screen = it.app.screen
            assert isinstance(screen, TrendsScreen)
            screen.open("trends")
            await it.settle()
            assert f"Not computed yet: {words}" in " ".join(it.text.split()), role
