"""A dialog to pick one of a few options: arrows and enter, its letter, or a click."""

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
    "Picking an option",
    Right.READ_CATALOGUE,
    (
        Action("up", "up,k", "up", "Go up.", shown=False),
        Action("down", "down,j", "down", "Go down.", shown=False),
        Action("take", "enter", "take", "Pick the option under the cursor; its letter does so too."),
    ),
)
"""The keys of the dialog."""


class PickOption(NamedTuple):
    """An option: the result it stands for, its letter, its label and style."""

    value: str
    letter: str
    label: str
    style: str = ""


class Pick(Dialog[str]):
    """Shows options below each other; the result is the value of the picked one."""

    RIGHT: ClassVar[Right] = Right.READ_CATALOGUE
    BINDINGS: ClassVar[list[BindingType]] = bindings(PICK)

    def __init__(self, heading: Content, options: Sequence[PickOption], *, current: str = "") -> None:
        super().__init__(heading)
        self._options = tuple(options)
        self._current = current

    def compose_box(self) -> ComposeResult:
        """Lay out the options."""
        shown = [
            line((f"{thing.letter or ' '} ", "bold $accent"), (thing.label, thing.style)) for thing in self._options
        ]
        yield OptionList(*shown)

    def on_mount(self) -> None:
        """Put the cursor on the current option."""
        options = self.query_one(OptionList)
        options.highlighted = next((i for i, thing in enumerate(self._options) if thing.value == self._current), 0)
        self.set_focus(options)

    def action_up(self) -> None:
        """Go up."""
        self.query_one(OptionList).action_cursor_up()

    def action_down(self) -> None:
        """Go down."""
        self.query_one(OptionList).action_cursor_down()

    def action_take(self) -> None:
        """Pick the option under the cursor."""
        if (at := self.query_one(OptionList).highlighted) is not None:
            self.dismiss(self._options[at].value)

    def on_key(self, event: events.Key) -> None:
        """Pick the option whose letter was typed."""
        for thing in self._options:
            if thing.letter and event.character == thing.letter:
                event.stop()
                self.dismiss(thing.value)
                return

    @on(OptionList.OptionSelected)
    def _picked(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.dismiss(self._options[message.option_index].value)
