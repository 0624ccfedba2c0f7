"""The app without its screens: settings, terminal, signs, toasts, and what is published to the parts of the app."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.style import Style
from textual.binding import Binding
from textual.color import Color
from textual.dom import DOMNode
from textual.notifications import Notify, SeverityLevel
from textual.signal import Signal

from catlog import last_screens
from catlog.access import Right, Role, may, redacted_for
from catlog.companion.events import ActivityEvent
from catlog.config import OWN_THEMES, Settings
from catlog.errors import CatLogError, ExitCode
from catlog.text import clean
from catlog.title_language import TitleLanguage
from catlog.tui.backend import Backend
from catlog.tui.glyphs import ASCII, UNICODE
from catlog.tui.keyboard import Keyboard
from catlog.tui.keys import display_key, display_keys
from catlog.tui.terminal.capabilities import Terminal
from catlog.tui.terminal.crash import CrashSafeApp
from catlog.tui.terminal.dispatch import find_binding
from catlog.tui.terminal.line_filters import ColorlessFilter, filters_of, install_filters
from catlog.tui.terminal.notice import Notice, remove_withdrawn
from catlog.tui.terminal.paint_cache import cache_styles_by_color, create_strip_caches_on_use
from catlog.tui.themes import MONO, own_themes, theme_named
from catlog.tui.topbar_status import TopbarStatus
from catlog.zones import Zone

if TYPE_CHECKING:
    from catlog.library.journal.replay import ReplayResult


class AppCore(CrashSafeApp):
    """What workers, operations, the connection monitor and the driver call of the app.

    `settings` name the library, `terminal` what can be drawn; `glyphs`, `ascii` and `motion` follow from them.
    `backend` holds the services. `status` is the content of the top bar, `banner` the line below it. `revision` grows
    with every change of the list. `last_input` is when the last key came (monotonic, in s). `activity` publishes each
    event of the list, `motion_changed` a new `motion`, `face_changed` another `face` of the cat. `last_shown` is what
    the screens showed last, by screen, and `shows_last` says that they show it until the library has answered.
    """

    NOTIFICATION_TIMEOUT = 6

    def __init__(self, settings: Settings, terminal: Terminal | None = None) -> None:
        self.settings = settings
        self.terminal = terminal or Terminal()
        self.ascii = self.terminal.ascii
        self.glyphs = ASCII if self.ascii else UNICODE
        self.motion = settings.motion
        self.backend = Backend(settings)
        self.status = TopbarStatus()
        self.banner = ""
        self.face = "=^.^="
        self.revision = 0
        self.is_open = False
        self.last_shown = last_screens.load(settings)
        self.shows_last = False
        self.last_input = time.monotonic()
        self.keyboard = Keyboard(self, lambda problem: self.tell(problem, problem=True), self.passes)
        self._tones: dict[str, Style] = {}
        self._notices: list[Notice] = []
        self._colorless = ColorlessFilter(enabled=False)
        cache_styles_by_color()
        create_strip_caches_on_use()
        super().__init__()
        for theme in own_themes():
            self.register_theme(theme)
        install_filters(self, *filters_of(self.terminal), self._colorless)
        self.use_theme(settings.theme if self.terminal.color else MONO)
        self.no_color = self.theme == MONO
        self.animation_level = "full" if self.motion == "full" else "none"
        self.activity: Signal[ActivityEvent] = Signal(self, "activity")
        self.motion_changed: Signal[str] = Signal(self, "motion")
        self.face_changed: Signal[str] = Signal(self, "face")

    def show_face(self, face: str) -> None:
        """Show another face of the cat in the bar of every screen."""
        if face != self.face:
            self.face = face
            self.face_changed.publish(face)

    @property
    def role(self) -> Role:
        """The role of the user."""
        return self.backend.role

    def may(self, right: Right) -> bool:
        """Say whether the user has a right; actions without it are not offered."""
        return may(self.role, right)

    @property
    def zone(self) -> Zone:
        """The user's time zone, whose days and clock the screens show."""
        return self.backend.zone

    @property
    def titles(self) -> TitleLanguage:
        """The language in which titles are shown."""
        return self.backend.titles

    def tone(self, name: str) -> Style:
        """Return the style of a tone (`themes.ROLES`), for widgets that draw strips."""
        if name not in self._tones:
            color = Color.parse(self.theme_variables[name])
            self._tones[name] = Style() if color.ansi is not None else Style(color=color.rich_color)
        return self._tones[name]

    def tell(self, words: str, *, undo: bool = False, problem: bool = False) -> None:
        """Show a text of any origin as a toast in place of the one before; problems stay besides.

        `undo` adds the key that takes the change back.
        """
        key = f" {self.glyphs.separator} {self.key_of('app.undo')} takes it back" if undo else ""
        self.notify(clean(words) + key, severity="warning" if problem else "information", markup=False)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Show a toast as Textual does, timed by `Notice`."""
        notice = Notice(message, title, severity, timeout or self.NOTIFICATION_TIMEOUT, markup)
        for before in self._notices:
            if before.message == message or not (before.is_problem or notice.is_problem):
                before.withdraw()
        self._notices = [before for before in self._notices if not before.has_expired]
        if self.screen_stack:
            remove_withdrawn(self.screen)
        self._notices.append(notice)
        self.place_notices()
        self.post_message(Notify(notice))

    def withdraw_notices(self) -> None:
        """Withdraw what was told before the last key or click, as that has changed the screen; problems stay."""
        for notice in self._notices:
            if not notice.is_problem and notice.told_at < self.last_input:
                notice.withdraw()
        remove_withdrawn(self.screen)

    def show_error(self, error: CatLogError) -> None:
        """Show an error and its hint in one line, as far as the user's role may know them."""
        self.tell(redacted_for(self.role, error).with_hint, problem=True)

    def publish(self, event: ActivityEvent | None) -> None:
        """Publish what was just done to the list, unless there is nothing to react to."""
        if event is not None:
            self.activity.publish(event)

    def key_of(self, action: str, place: DOMNode | None = None) -> str:
        """Return the key of an app action, or of a binding of `place`, in writing and as the user has set it."""
        binding = find_binding(self, place or self, action)
        return "" if binding is None else self.get_key_display(binding)

    def get_key_display(self, binding: Binding) -> str:
        """Write a key as people type it; arrows need a terminal that has them."""
        if binding.key_display:
            return display_keys(binding.key_display, ascii=self.ascii)
        return display_key(binding.key, ascii=self.ascii)

    def use_theme(self, name: str) -> None:
        """Change to a theme of `catlog.config.THEMES`."""
        if name not in OWN_THEMES:
            self.register_theme(theme_named(name))
        self.theme = name

    def use_motion(self, motion: str) -> None:
        """Change how much moves, and say so."""
        self.motion = motion
        self.animation_level = "full" if motion == "full" else "none"
        self.motion_changed.publish(motion)
        self.tell(f"motion {motion}")

    def watch_theme(self, theme_name: str) -> None:
        """Follow a change of the theme: drop the old tones, and filter colours in the theme without any."""
        self._tones.clear()
        self._colorless.enabled = self.no_color = theme_name == MONO

    def leave(self, code: int = ExitCode.OK) -> None:
        """End the app; the terminal is as it was before, and edits that have begun are finished."""
        self.exit(return_code=code)

    def passes(self, key: str) -> bool:
        """Say whether a key need not wait for the library: it goes to a screen that shows what it showed last."""
        if not self.shows_last or self.is_open or not self.screen.is_mounted:
            return False
        bound = self.screen.active_bindings.get(key)
        return bound is not None and bound.binding.action in {f"go({name!r})" for name in self.last_shown}

    # Implemented by the app with its screens.

    @property
    @abstractmethod
    def is_offline(self) -> bool:
        """Whether the database cannot be reached."""

    @abstractmethod
    def open_library(self) -> None:
        """Open the database in a worker thread."""

    @abstractmethod
    def use_titles(self, language: TitleLanguage) -> None:
        """Show titles in a language, which the account keeps."""

    @abstractmethod
    def report_failure(self, error: CatLogError, *, passive: bool = False) -> None:
        """Report an error of a query or an edit that no widget handled; see `Pending.then` for `passive`."""

    @abstractmethod
    def place_notices(self) -> None:
        """Let toasts come where they do not cover the line of the cursor."""

    @abstractmethod
    def list_changed(self) -> None:
        """Load the current screen again, and the others when they come up, as the list has changed."""

    @abstractmethod
    def read_status(self) -> None:
        """Read the status in the top bar again, as after a load of ranks."""

    @abstractmethod
    def check_database(self) -> None:
        """Check whether the database can be reached; until then a banner says that it cannot."""

    @abstractmethod
    def show_pending(self, results: Sequence[ReplayResult] = (), stopped: CatLogError | None = None) -> None:
        """Show the edits that wait for the database, and report the results of those that no longer do."""

    @abstractmethod
    def refresh_pending(self) -> None:
        """Show the edits that wait on the current screen, and draw the frame again."""

    @abstractmethod
    def ask_to_sign_in(self, *, accounts: bool, why: str = "") -> None:
        """Show the dialog to sign in where there are `accounts`, else the one for a new account; `why` explains it."""
