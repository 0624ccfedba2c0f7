"""A field that offers all options in one line; arrows or a click choose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from catlog.access import Right
from catlog.tui.content import line
from catlog.tui.keyboard import post_in_order
from catlog.tui.keys import Action, Section, bindings

CHOICE = Section(
    "choice",
    "Choices in a form",
    Right.READ_CATALOGUE,
    (
        Action("next_option", "right,space", "other", "Choose the next option."),
        Action("option_before", "left", "option before", "Choose the previous option.", shown=False),
        Action("submit", "enter", "next", "Go on to the next field."),
    ),
)
"""The keys of a choice."""

_GAP = 2


class ChoiceField(Widget, can_focus=True):
    """Shows `options` next to each other; `value` is the chosen one."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(CHOICE)
    DEFAULT_CSS = """
    ChoiceField { height: 1; padding: 0 1; }
    ChoiceField:focus { background: $foreground 8%; }
    """

    chosen: reactive[int] = reactive(0)

    class Submitted(Message):
        """Enter was pressed: the choice is final."""

        def __init__(self, choice: ChoiceField) -> None:
            super().__init__()
            self.choice = choice

    def __init__(self, options: Sequence[str], value: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.options = tuple(options)
        self.set_reactive(ChoiceField.chosen, self.options.index(value) if value in self.options else 0)

    @property
    def value(self) -> str:
        """The chosen option."""
        return self.options[self.chosen]

    def render(self) -> Content:
        """Draw the options; the chosen one is underlined, for terminals without colour."""
        parts: list[tuple[str, str]] = []
        for number, option in self._visible_options():
            parts += [(option, "bold underline $accent" if number == self.chosen else "$dim"), (" " * _GAP, "")]
        return line(*parts)

    def on_click(self, event: events.Click) -> None:
        """Choose the clicked option."""
        start, place = 0, event.get_content_offset(self)
        for number, option in self._visible_options():
            end = start + Content(option).cell_length
            if place is not None and start <= place.x < end:
                self.chosen = number
            start = end + _GAP

    def action_next_option(self) -> None:
        """Choose the next one; after the last comes the first."""
        self.chosen = (self.chosen + 1) % len(self.options)

    def action_option_before(self) -> None:
        """Choose the one before."""
        self.chosen = (self.chosen - 1) % len(self.options)

    def action_submit(self) -> None:
        """Go on."""
        post_in_order(self, self.Submitted(self))

    def _visible_options(self) -> list[tuple[int, str]]:
        """Return the options drawn, with their numbers; the first ones are left out until the chosen one fits."""
        cells = [Content(option).cell_length + _GAP for option in self.options]
        first = 0
        while first < self.chosen and sum(cells[first : self.chosen + 1]) - _GAP > self.content_size.width:
            first += 1
        return list(enumerate(self.options))[first:]
