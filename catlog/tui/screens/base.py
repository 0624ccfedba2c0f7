"""The base of all screens: the frame, and data that loads again after changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.geometry import Size
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from catlog.tui.chrome.keyline import KeyLine
from catlog.tui.chrome.notices import Banner, TooSmall
from catlog.tui.chrome.topbar import TopBar
from catlog.tui.host import Hosted
from catlog.tui.navigation import screen_named
from catlog.tui.terminal.partial_updates import compose_partially
from catlog.tui.widgets.panel import PANEL_WIDTH
from catlog.tui.widgets.text_field import select_field

TALL = 40
"""Lines from which a line below the top bar stays empty."""


class CatLogScreen(Hosted, Screen[None]):
    """A screen with the frame around it. Override `compose_body` and `load`."""

    controllers: tuple[object, ...] = ()
    """Objects that own some of the screen's keys: an action that the screen does not define is looked up on them."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """The widget with the focus: those that look different with it repaint themselves, and not the whole screen."""

    shows_last = False
    """Whether the screen shows what it showed last, until the library has answered."""

    _loaded = -1
    _was_resumed = False

    if not TYPE_CHECKING:  # with it, a type checker would accept any attribute

        def __getattr__(self, name: str) -> object:
            if name.startswith("action_"):
                for controller in self.controllers:
                    if hasattr(controller, name):
                        return getattr(controller, name)
            raise AttributeError(name)

    def __init__(self) -> None:
        super().__init__()
        compose_partially(self)
        self._show_size(self.app.size)  # before there is a widget whose styles would be computed anew

    def compose(self) -> ComposeResult:
        """Put the frame around the body."""
        yield TopBar()
        yield Banner()
        yield from self.compose_body()
        yield KeyLine()
        yield TooSmall()

    def on_resize(self, event: events.Resize) -> None:
        """Follow the size; Textual calls the `on_resize` of each subclass too."""
        self._show_size(event.size)

    def _show_size(self, size: Size) -> None:
        self.set_class(size.width < PANEL_WIDTH, "-narrow")
        self.set_class(size.height >= TALL, "-tall")

    def set_focus(self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False) -> None:
        """Focus a widget, or nothing."""
        before = widget if from_app_focus else self.focused
        super().set_focus(widget, scroll_visible, from_app_focus)
        select_field(self, before)

    def compose_body(self) -> ComposeResult:
        """Yield the widgets of the screen itself; the first one that can take the focus gets it."""
        yield from ()

    def load(self) -> None:
        """Read what the screen shows: called when it comes up, and again after changes."""

    def action_open_screen(self, name: str) -> None:
        """Open the screen of the package `name` on top of this one: the action of a key, as `open_screen('week')`."""
        self.app.push_screen(screen_named(name))

    def action_copy_text(self) -> None:
        """Copy what is selected; where nothing is, say which key leaves, as ctrl+c does that elsewhere."""
        if self.get_selected_text() is None:
            self.app.tell(f"{self.app.key_of('app.leave')} leaves CatLog; everything is saved")
        else:
            super().action_copy_text()

    def action_complete(self) -> None:
        """Complete the own list, or offer to stop that: the action of a key of List and Ops."""
        from catlog.tui.editing.complete_list import ask_to_complete

        ask_to_complete(self)

    def show_pending(self) -> None:
        """Show the pending edits: `self.app.pool.backend.pending_edits`."""

    def load_if_changed(self) -> None:
        """Load unless the screen shows the present state, or the library is not open yet."""
        if self.app.is_open and self._loaded != self.app.revision:
            self._loaded = self.app.revision
            self.load()

    @on(events.ScreenResume)
    def _spare_styles(self, event: events.ScreenResume) -> None:
        """Compute no styles when the screen first comes up: that has just been done."""
        event.refresh_styles &= self._was_resumed
        self._was_resumed = True

    @property
    def cursor_line(self) -> int | None:
        """The line of the terminal with the cursor of the focused list, if one is focused."""
        from catlog.tui.widgets.rows import RowList

        return self.focused.cursor_line if isinstance(self.focused, RowList) else None

    def on_screen_resume(self) -> None:
        """Catch up with what happened while another screen was on top; what was told on that one goes."""
        self.app.withdraw_notices()
        self.refresh_frame()
        self.load_if_changed()

    def refresh_frame(self) -> None:
        """Draw the frame anew."""
        for widget in (*self.query(TopBar), *self.query(Banner)):
            widget.refresh()
