"""The app: its modes, themes, keys and state. All state is here or below, so that many apps can live in one process."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.binding import BindingType
from textual.screen import Screen

from catlog.access import Right, require
from catlog.companion.events import ActivityEvent
from catlog.config import OWN_THEMES, Settings
from catlog.errors import CatLogError, ExitCode, SessionEndedError, UnavailableError
from catlog.tui.cat_poses import CatPoses
from catlog.tui.chrome.notices import LINES_OF_TOASTS, MIN_SIZE
from catlog.tui.chrome.topbar import TABS, tabs_of
from catlog.tui.connection import POLL_SECONDS, ConnectionMonitor, is_damaged
from catlog.tui.deferred import deferred
from catlog.tui.dialogs.base import Dialog
from catlog.tui.host import Host
from catlog.tui.keyboard import QUIT_KEY
from catlog.tui.keys import EVERYWHERE, bindings
from catlog.tui.navigation import screen_named
from catlog.tui.operations.registry import Operations
from catlog.tui.screens.base import CatLogScreen
from catlog.tui.terminal.capabilities import Terminal
from catlog.tui.topbar_status import TopbarStatus
from catlog.tui.workers import WorkerPool

if TYPE_CHECKING:
    from catlog.library.journal.replay import ReplayResult
    from catlog.title_language import TitleLanguage
    from catlog.tui import queries
    from catlog.tui.queries import OpenedLibrary
else:
    queries = deferred("catlog.tui.queries")

MOTIONS = ("full", "reduced", "off")
"""Settings of motion, most first."""

START = "start"
"""The mode of the first frame: the frame alone, until the first screen is made."""

WAITS_UNDER_LOCK = 0.5
"""Seconds between two checks whether a lock is open, for a dialog that must not cover it."""

SSH_LOCK_MINUTES = 15.0
"""Minutes without a key after which a session over SSH asks for the password, where the settings name none."""


class CatLogApp(Host, inherit_bindings=False):
    """The full-screen app over one library: its modes, actions, and the handlers of what the workers return."""

    TITLE = "CatLog"
    CSS_PATH = Path(__file__).with_name("chrome") / "chrome.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(EVERYWHERE)
    MODES: ClassVar[dict[str, str | Callable[[], Screen[None]]]] = {
        START: CatLogScreen,
        **{mode: partial(screen_named, mode) for mode, *_ in TABS},
    }
    DEFAULT_MODE = START
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, settings: Settings, terminal: Terminal | None = None) -> None:
        super().__init__(settings, terminal)
        self.refusal: CatLogError | None = None
        self._beginning = self.keyboard.hold()
        self._setting_problems = settings.problems
        if settings.keys:
            from catlog.tui.keymap import keymap

            keys, problems = keymap(settings)
            self._setting_problems += problems
            self.set_keymap(keys)
        self.pool = WorkerPool(self)
        self.connection = ConnectionMonitor(self, self.pool)
        self._stays_signed_out = False
        self.operations = Operations(self)
        self.cat_poses = CatPoses(self)

    @property
    def lock_minutes(self) -> float:
        """Minutes without a key after which the app locks; 0 is never."""
        chosen = self.settings.origins.get("lock_after", "default") != "default"
        return self.settings.lock_after if chosen or not self.settings.ssh_client else SSH_LOCK_MINUTES

    def list_changed(self) -> None:
        """Reload the current screen, and the others when they come up, as the list has changed."""
        self.revision += 1
        self._reload()

    def read_status(self) -> None:
        """Read the status of the top bar again, as after a load of ranks."""
        self.pool.run(self, queries.read_status).then(self._show_status)

    @property
    def is_offline(self) -> bool:
        """Whether the database cannot be reached."""
        return self.connection.offline

    def check_database(self) -> None:
        """Check whether the database can be reached; a banner says so while it cannot."""
        self.connection.check()

    def show_pending(self, results: Sequence[ReplayResult] = (), stopped: CatLogError | None = None) -> None:
        """Show the pending edits, and report the results of others."""
        self.connection.on_pending(results, stopped)

    def refresh_pending(self) -> None:
        """Show the pending edits on the current screen, and redraw the frame."""
        if isinstance(self.screen, CatLogScreen):
            self.screen.show_pending()
        self._refresh_frames()

    # Events.

    def on_mount(self) -> None:
        """Show the first frame, and only then open the library and the first screen."""
        self.call_after_refresh(self._begin)
        self.set_interval(POLL_SECONDS, self.connection.poll, name="poll for changes by others")
        self.cat_poses.start()
        if self.lock_minutes:
            self.set_interval(max(0.05, min(15.0, self.lock_minutes * 20)), self._lock_if_idle)

    def _begin(self) -> None:
        mode = TABS[0][0]
        if mode not in self.last_shown:
            self._open_first()
            return
        self.shows_last = True
        self.switch_mode(mode)  # and only when that is drawn, what takes longer
        self.screen.call_after_refresh(self.call_after_refresh, self._open_first)

    def _open_first(self) -> None:
        with self.pool.holding_keys():
            self.open_library()
        self._beginning.release()
        if self.current_mode == START:
            self.switch_mode(TABS[0][0])
        self.remove_mode(START)
        if self._setting_problems:
            self.tell("\n".join(self._setting_problems), problem=True)

    def on_resize(self, event: events.Resize) -> None:
        """Cover the screen when the terminal is too small."""
        self.set_class(any(size < least for size, least in zip(event.size, MIN_SIZE, strict=True)), "-small")

    async def on_event(self, event: events.Event) -> None:
        """Drop keys and clicks while the terminal is too small, and handle keys one after the other."""
        if isinstance(event, events.InputEvent | events.Paste):
            now = time.monotonic()
            if isinstance(event, events.Key):
                self.cat_poses.on_key(event.key, now)
            self.last_input = now
            if self.has_class("-small") and not (isinstance(event, events.Key) and event.key == QUIT_KEY):
                return
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self.keyboard.handle(event)
        else:
            await super().on_event(event)

    def report_failure(self, error: CatLogError, *, passive: bool = False) -> None:
        """Report an error of a query or an edit that no widget handled; see `Pending.then` for `passive`."""
        if isinstance(error, SessionEndedError) and self.is_open:
            if not (passive and self._stays_signed_out):
                self.ask_to_sign_in(accounts=True, why=error.message)
        elif not self.connection.explains(error):
            self.show_error(error)
            self.publish(ActivityEvent("startled"))

    def open_library(self) -> None:
        """Open the database in a worker thread, again for as long as it is unavailable."""
        self.pool.run(self, queries.open_library).then(self._library_opened, self._library_not_opened)

    def _library_opened(self, library: OpenedLibrary) -> None:
        self._show_status(library.status)
        self.connection.on_poll(library.heartbeat)
        self._opened(signed_in=library.signed_in, accounts=library.accounts)
        if library.problem:
            self.tell(library.problem, problem=True)
        self._offer_first_steps(library.is_new)

    def _offer_first_steps(self, is_new: bool) -> None:
        if is_new and len(self.screen_stack) == 1 and self.current_mode == TABS[0][0]:
            self.push_screen(screen_named("first"))

    def _library_not_opened(self, error: CatLogError) -> bool:
        if isinstance(error, UnavailableError) and not is_damaged(error):
            self.connection.on_down(error)
        else:
            self.refusal = error
            self.exit(return_code=error.exit_code)
        return True

    def _opened(self, *, signed_in: bool, accounts: bool) -> None:
        self.is_open = True
        self.revision += 1
        self.connection.on_up()
        if signed_in or self.shows_last:
            self._reload()
        if not signed_in:
            self.ask_to_sign_in(accounts=accounts)

    def ask_to_sign_in(self, *, accounts: bool, why: str = "") -> None:
        """Show the dialog to sign in where there are `accounts`, else the one for a new account, unless one is open.

        A guest cannot sign in as somebody else: the app ends.
        """
        if not self.may(Right.SIGN_IN):
            self.refusal = SessionEndedError("your session has ended", hint="connect again")
            self.exit(return_code=self.refusal.exit_code)
            return
        from catlog.tui.dialogs.accounts import AccountDialog, Login, Register

        if not any(isinstance(screen, AccountDialog) for screen in self.screen_stack):
            self.push_screen(Login(why) if accounts else Register(), self._signed_in)

    def _signed_in(self, name: str | None) -> None:
        if name is None:
            self._stays_signed_out = True
            return  # loading again would only ask again; the screens say that nobody is signed in
        self._stays_signed_out = False
        self.connection.on_up()
        self.read_status()
        self.list_changed()
        with self.pool.holding_keys():
            self.pool.run(self, queries.is_new_user).then(self._offer_first_steps, lambda _: True, passive=True)

    def _show_status(self, status: TopbarStatus) -> None:
        self.status = status
        self._refresh_frames()

    def _refresh_frames(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, CatLogScreen):
                screen.refresh_frame()

    def _reload(self) -> None:
        if isinstance(self.screen, CatLogScreen):
            self.screen.load_if_changed()

    def _lock_if_idle(self) -> None:
        from catlog.tui.dialogs.accounts import Lock

        idle = time.monotonic() - self.last_input
        if (
            idle < self.lock_minutes * 60
            or not (self.status.user and self.status.locks)
            or isinstance(self.screen, Lock)
        ):
            return
        if self.status.has_password:
            self.push_screen(Lock(self.status.user, keyed=not self.may(Right.SIGN_IN)))
        else:
            self._end_idle()

    def _end_idle(self) -> None:
        """End the app and the session of an account without a password, which nobody could unlock."""
        if self.refusal is not None:
            return
        minutes = max(1, round(self.lock_minutes))
        ended = SessionEndedError(f"nobody was here for {minutes} min: your session has ended", hint="connect again")
        self.refusal = ended
        if self.may(Right.SIGN_IN):
            self.pool.run(self, queries.sign_out).then(self._signed_out, self._signed_out)
        else:  # the session of a guest ends with the app
            self.exit(return_code=ended.exit_code)

    def _signed_out(self, _: object) -> bool:
        self.leave(ExitCode.NOT_ALLOWED)  # also after a failure: the token is gone in any case
        return True

    def place_notices(self) -> None:
        """Let toasts come below the top bar while the cursor is in the last lines, and else above the key line."""
        if self.screen_stack and isinstance(self.screen, CatLogScreen):
            line = self.screen.cursor_line
            self.screen.query("ToastRack").set_class(
                line is not None and line >= self.size.height - LINES_OF_TOASTS, "-above"
            )

    # Actions.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave out actions that the user has no right to."""
        right = EVERYWHERE.right_of(action, parameters)
        return right is None or self.may(right)

    def push_screen(self, screen: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as Textual's two overloads
        """Show a screen on top. Raises NotAllowedError for a dialog that the user has no right to.

        No dialog covers a lock: it waits until the lock is open.
        """
        if isinstance(screen, Dialog):
            require(self.role, screen.RIGHT)
            if self.screen_stack and isinstance(self.screen, Dialog) and self.screen.COVERS:
                return self.set_timer(WAITS_UNDER_LOCK, partial(self.push_screen, screen, *args, **kwargs))
        return super().push_screen(screen, *args, **kwargs)

    def action_go(self, mode: str) -> None:
        """Go to a mode, as it was left."""
        self.switch_mode(mode)

    def action_tab(self, step: int) -> None:
        """Go to the tab `step` places further."""
        modes = [tab.mode for tab in tabs_of(self.role)]
        if self.current_mode in modes:
            self.switch_mode(modes[(modes.index(self.current_mode) + step) % len(modes)])

    def action_undo(self) -> None:
        """Undo the last change."""
        self.pool.submit(self, queries.undo).then(self.tell)

    def action_redo(self) -> None:
        """Redo what was undone."""
        self.pool.submit(self, queries.redo).then(partial(self.tell, undo=True))

    async def action_back(self) -> None:
        """Close the screen on top of the mode's own screen."""
        if len(self.screen_stack) > 1:
            await self.pop_screen()

    def action_show_help(self) -> None:
        """Show the keys."""
        from catlog.tui.dialogs.help import Help

        self.push_screen(Help(self.screen))

    def action_show_palette(self) -> None:
        """Find an action, a title, a setting or a screen by its name."""
        from catlog.tui.dialogs.palette import CommandPalette

        self.push_screen(CommandPalette(self))

    def action_account(self) -> None:
        """Sign in as another user."""
        self.ask_to_sign_in(accounts=True)

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Open nothing: screens show addresses, and a server has no browser."""

    def action_next_theme(self) -> None:
        """Change to the next theme; without colour there is only one."""
        if self.terminal.color:
            at = OWN_THEMES.index(self.theme) if self.theme in OWN_THEMES else -1
            self.use_theme(OWN_THEMES[(at + 1) % len(OWN_THEMES)])
        self.tell(f"theme {self.theme}")

    def action_next_titles(self) -> None:
        """Show titles in the next language."""
        self.use_titles(self.titles.following)

    def use_titles(self, language: TitleLanguage) -> None:
        """Show titles in a language, which the account keeps."""

        def tell(_: None) -> None:
            self.tell(f"titles: {language.value}")

        if self.is_open:
            self.pool.submit(self, queries.set_titles, language).then(tell)

    def action_next_motion(self) -> None:
        """Change how much moves."""
        self.use_motion(MOTIONS[(MOTIONS.index(self.motion) + 1) % len(MOTIONS)])

    def action_reload(self) -> None:
        """Reload everything and redraw the whole screen."""
        if self.is_open:
            self.read_status()
            self.list_changed()
        self.refresh(layout=True)

    def action_leave(self) -> None:
        """End the app; confirm before a running operation is cancelled."""
        from catlog.tui.dialogs.confirm import Leave

        if not (running := self.operations.running):
            self.leave()
        elif not isinstance(self.screen, Leave):
            self.push_screen(Leave(running[0]), self._leave_cancelled)

    def _leave_cancelled(self, yes: bool | None) -> None:
        if yes:
            self.operations.cancel_all(self.leave)
