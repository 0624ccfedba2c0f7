"""Dialogs: a box on top of a screen that ends with a result, or with None when it is closed."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from catlog.access import Right
from catlog.tui.chrome.keyline import KeyLine
from catlog.tui.chrome.notices import TooSmall
from catlog.tui.host import Hosted
from catlog.tui.keys import Action, Section, bindings
from catlog.tui.terminal.dispatch import take_callback
from catlog.tui.widgets.text_field import select_field

Result = TypeVar("Result")

DIALOG = Section(
    "dialog",
    "Dialogs",
    Right.READ_CATALOGUE,
    (
        Action("close", "escape", "close", "Close the dialog; nothing is changed."),
        Action("leave", "ctrl+q", "quit", "Leave CatLog; everything is saved.", shown=False, action="app.leave"),
    ),
)
"""The keys of every dialog."""


class Dialog(Hosted, ModalScreen[Result]):
    """A box with a heading. Override `compose_box`; end it with `self.dismiss(result)`."""

    RIGHT: ClassVar[Right]
    """The right required to open it; each dialog states its own."""

    COVERS: ClassVar[bool] = False
    """Whether no other dialog may open on top of it."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(DIALOG)

    def __init__(self, heading: Content) -> None:
        super().__init__()
        self._heading = heading

    def compose(self) -> ComposeResult:
        """Put the box together."""
        with VerticalScroll(id="box", can_focus=False):
            yield Static(self._heading, id="heading")
            yield from self.compose_box()
        yield KeyLine()
        yield TooSmall()

    def set_focus(self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False) -> None:
        """Focus a widget, or nothing."""
        before = widget if from_app_focus else self.focused
        super().set_focus(widget, scroll_visible, from_app_focus)
        select_field(self, before)

    def compose_box(self) -> ComposeResult:
        """Yield the widgets below the heading."""
        yield from ()

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """End with a result. The opener's callback has run when this returns, so that the next key meets its effect."""
        answer = take_callback(self)
        ended = super().dismiss(result)
        answer(result)
        return ended

    def action_close(self) -> None:
        """End without a result."""
        self.dismiss(None)
