"""The line in which the filter is typed; hidden without a filter."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from catlog.access import Right
from catlog.tui.content import plain
from catlog.tui.host import Hosted
from catlog.tui.keyboard import post_in_order
from catlog.tui.keys import Action, Section, bindings
from catlog.tui.screens.list.tabs import TABS
from catlog.tui.widgets.text_field import TextField

if TYPE_CHECKING:
    from catlog.library.records import ListRow
    from catlog.tui.widgets.rows.model import RowModel

FILTER = Section(
    "filter",
    "The filter line",
    Right.KEEP_LIST,
    (Action("leave", "enter,down,tab", "to the list", "Go to what was found; the filter stays."),),
)
"""Keys of the filter line."""


class FilterLine(Hosted, Horizontal):
    """A slash, the text field and, at the right, the error in the filter."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(FILTER)

    class Left(Message):
        """The user leaves the line for the list."""

    def compose(self) -> ComposeResult:
        """Lay out the line."""
        yield Static("/", id="slash")
        yield TextField("", "words, score>=8, genre:drama, -tag:rewatch, year:2015..2020", id="filter")
        yield Static("", id="wrong")

    @property
    def text(self) -> str:
        """The typed filter."""
        return self.query_one("#filter", Input).value

    def open(self, text: str | None = None) -> None:
        """Show the line and type in it."""
        self.add_class("-open")
        field = self.query_one("#filter", Input)
        if text is not None:
            field.value = text
        self.screen.set_focus(field)

    def close(self) -> None:
        """Empty the line and hide it."""
        self.query_one("#filter", Input).value = ""
        self.remove_class("-open")

    def say(self, problem: str) -> None:
        """Show the error in the filter; "" removes it."""
        self.query_one("#wrong", Static).update(plain(problem))

    def action_leave(self) -> None:
        """Go to the list; an empty line is hidden."""
        if not self.text:
            self.close()
        post_in_order(self, self.Left())

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.action_leave()


def no_matches(view: RowModel[ListRow]) -> str:
    """Return in words that the open tab has no match, and which other tabs have some."""
    found: Counter[str] = Counter(
        view.rows[at].status for at in view.filter.matches(view.rows, view.haystacks, range(len(view.rows)))
    )
    others = [f"{name} has {found[value]:,}" for value, name, _ in TABS if found[value]]
    told = f"{', '.join(others)}. " if others else ""
    return f"Nothing here matches. {told}esc takes the filter away."
