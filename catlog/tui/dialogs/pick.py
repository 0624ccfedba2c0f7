"""Picking one of a few things: arrows and enter, the letter before it, or a click."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import OptionList

from catlog.access import Right
from catlog.tui.content import line
from catlog.tui.dialogs.base import Dialog
from catlog.tui.keys import Action, Section, bindings

PICK = Section(
    "pick",
    "Picking one of a few",
    Right.READ_CATALOGUE,
    (
        Action("up", "up,k", "up", "Go up.", shown=False),
        Action("down", "down,j", "down", "Go down.", shown=False),
        Action("take", "enter", "take", "Take what the cursor is on; the letter before it does so too."),
    ),
)
"""The keys of the dialog."""


class Choosable(NamedTuple):
    """One thing to pick: what is returned, its letter, and how it is shown."""

    value: str
    letter: str
    words: str
    style: str = ""


class Pick(Dialog[str]):
    """Shows the things under each other and ends with the value of the one that was picked."""

    RIGHT: ClassVar[Right] = Right.READ_CATALOGUE
    BINDINGS: ClassVar[list[BindingType]] = bindings(PICK)

    def __init__(self, heading: Content, things: Sequence[Choosable], *, at: str = "") -> None:
        super().__init__(heading)
        self._things = tuple(things)
        self._at = at

    def compose_box(self) -> ComposeResult:
        """Lay them out."""
        shown = [
            line((f"{thing.letter or ' '} ", "bold $accent"), (thing.words, thing.style)) for thing in self._things
        ]
        yield OptionList(*shown)

    def on_mount(self) -> None:
        """Put the cursor on what holds now."""
        options = self.query_one(OptionList)
        options.highlighted = next((i for i, thing in enumerate(self._things) if thing.value == self._at), 0)
        self.set_focus(options)

    def action_up(self) -> None:
        """Go up."""
        self.query_one(OptionList).action_cursor_up()

    def action_down(self) -> None:
        """Go down."""
        self.query_one(OptionList).action_cursor_down()

    def action_take(self) -> None:
        """Take what the cursor is on."""
        if (at := self.query_one(OptionList).highlighted) is not None:
            self.dismiss(self._things[at].value)

    def on_key(self, event: events.Key) -> None:
        """Take the thing whose letter was typed."""
        for thing in self._things:
            if thing.letter and event.character == thing.letter:
                event.stop()
                self.dismiss(thing.value)
                return

    @on(OptionList.OptionSelected)
    def _picked(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.dismiss(self._things[message.option_index].value)
