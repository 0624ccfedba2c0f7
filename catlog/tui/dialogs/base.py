"""Dialogs: a box on top of a screen that ends with a result, or with None when it is closed.

The box has its title and the key that closes it in its border. On screens narrower than `BOX_WIDTH` it takes the whole
screen, between the top bar and the keys.
"""

from __future__ import annotations

from typing import ClassVar, TypeVar

from rich.cells import cell_len
from textual import events
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
from catlog.tui.chrome.topbar import TopBar
from catlog.tui.content import line, plain
from catlog.tui.host import Hosted
from catlog.tui.keys import Action, Section, bindings
from catlog.tui.terminal.dispatch import take_callback
from catlog.tui.widgets.text_field import select_field

Result = TypeVar("Result")

BOX_WIDTH = 80
"""Columns of the screen from which a dialog is a box in its middle."""

_BORDER = 8
"""Cells of the top border that are neither title nor fact nor the rule between them."""

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
    """A box with a heading, whose first line is the title. Override `compose_box`; end it with `self.dismiss(result)`.

    `title` is a title besides the heading, `fact` what stands at the right of it.
    """

    RIGHT: ClassVar[Right]
    """The right required to open it; each dialog states its own."""

    COVERS: ClassVar[bool] = False
    """Whether no other dialog may open on top of it."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(DIALOG)

    def __init__(self, heading: Content, *, title: str = "", fact: str = "esc") -> None:
        super().__init__()
        first, *more = heading.split("\n")
        self._title = plain(title, "bold $accent") if title else first
        self._heading = heading if title else Content("\n").join(more)
        self._fact = fact

    def compose(self) -> ComposeResult:
        """Put the box together."""
        if not self.COVERS:
            yield TopBar()
        with VerticalScroll(id="box", can_focus=False):
            heading = Static(self._heading, id="heading")
            heading.display = bool(self._heading)
            yield heading
            yield from self.compose_box()
        yield KeyLine()
        yield TooSmall()

    def on_resize(self, event: events.Resize) -> None:
        """Take the whole of a narrow screen; Textual calls the `on_resize` of each subclass too."""
        self.set_class(event.size.width < BOX_WIDTH, "-narrow")
        self.set_class(self.app.ascii, "-ascii")
        self.call_after_refresh(self.caption)

    def caption(self, title: Content | None = None, fact: str | None = None) -> None:
        """Set the title in the border, and what stands at the right of it."""
        self._title = self._title if title is None else title
        self._fact = self._fact if fact is None else fact
        if not self.is_mounted:
            return
        box = self.query_one("#box")
        room = box.outer_size.width - cell_len(self._title.plain) - cell_len(self._fact) - _BORDER
        rule = ("-" if self.app.ascii else self.app.glyphs.rule) * room
        label = line(self._title, " ", rule, (f" {self._fact}", "$accent")) if room > 0 else self._title
        box.border_title = line(" ", label, " ") if self.has_class("-narrow") else line(label)  # which has no corners

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
