"""The line in which search words are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from catlog.tui.content import line
from catlog.tui.host import Hosted
from catlog.tui.keyboard import post_in_order
from catlog.tui.keys import bindings
from catlog.tui.screens.search.keys import WORDS
from catlog.tui.widgets.text_field import TextField

if TYPE_CHECKING:
    from catlog.catalogue.search import SearchResult

_ROOM_FOR_ALL = 70
"""Columns from which the line tells of how many titles, and what the source has."""


class WordsLine(Hosted, Horizontal):
    """A slash and a text field."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(WORDS)

    _counts: tuple[SearchResult, str] | None = None

    class Left(Message):
        """The user leaves the line for the results; `asks` requests a search of the source."""

        def __init__(self, *, asks: bool) -> None:
            super().__init__()
            self.asks = asks

    def compose(self) -> ComposeResult:
        """Lay out the line."""
        yield Static("/", id="slash")
        yield TextField("", "words of a title in any language", id="words")
        yield Static("", id="counts")

    def on_resize(self) -> None:
        """Tell as much of the counts as has room."""
        if self._counts is not None:
            self.show_counts(*self._counts)

    def show_counts(self, result: SearchResult, away: str) -> None:
        """Show how many titles were found here, of how many, whether as typed, and how many `away`."""
        self._counts = (result, away)
        found = result.total
        noun = "title" if found == 1 else "titles"
        how = ", none with all words" if result.taken else ", none as typed" if result.mistyped else ""
        of = f"  of {result.searched:,} here" if result.searched > found else "  here"
        told = [(f"{found:,}", "bold $bright"), (f" {noun}{how}", "$foreground")]
        if self.size.width >= _ROOM_FOR_ALL:
            told += [(of, "$dim"), (f"  {self.app.glyphs.separator}  {away}" if away else "", "$dim")]
        self.query_one("#counts", Static).update(line(*told))

    @property
    def text(self) -> str:
        """The typed words."""
        return self.query_one("#words", Input).value

    def put(self, text: str) -> None:
        """Replace the words."""
        self.query_one("#words", Input).value = text

    def open(self) -> None:
        """Focus the text field."""
        self.screen.set_focus(self.query_one("#words", Input))

    def action_ask(self) -> None:
        """Go to the list and search the source."""
        post_in_order(self, self.Left(asks=True))

    def action_leave(self) -> None:
        """Go to the list."""
        post_in_order(self, self.Left(asks=False))

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.action_ask()
