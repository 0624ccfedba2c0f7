"""A line of labels, one of them chosen; a click picks another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from catlog.tui.content import line, plain
from catlog.tui.host import Hosted


class Label(NamedTuple):
    """A label: the value that a click picks, its text, its style where it is not chosen, and a dim fact behind it."""

    value: str
    text: str
    style: str = "$dim"
    fact: str = ""

    @property
    def cells(self) -> int:
        """The cells that it takes."""
        return plain(self.text).cell_length + (plain(self.fact).cell_length + 1 if self.fact else 0)


class Labels(Hosted, Widget):
    """One line of labels, and a text at its right end where there is room."""

    DEFAULT_CSS = "Labels { height: 1; }"

    class Picked(Message):
        """A label was clicked."""

        def __init__(self, labels: Labels, value: str) -> None:
            super().__init__()
            self.labels = labels
            self.value = value

        @property
        def control(self) -> Labels:
            """The line."""
            return self.labels

    def __init__(self, *, gap: str = "  ", id: str | None = None) -> None:
        super().__init__(id=id)
        self._gap = gap
        self._labels: tuple[Label, ...] = ()
        self.chosen = ""
        self._right = ""

    def show(self, labels: Sequence[Label], chosen: str = "", right: str = "") -> None:
        """Show these labels, one of them chosen, and a text on the right."""
        if (self._labels, self.chosen, self._right) != (tuple(labels), chosen, right):
            self._labels, self.chosen, self._right = tuple(labels), chosen, right
            self.refresh()

    def next(self, step: int) -> str:
        """Return the value `step` labels after the chosen one, in a circle."""
        values = [label.value for label in self._labels]
        if not values:
            return ""
        at = values.index(self.chosen) if self.chosen in values else -1
        return values[(at + step) % len(values)]

    def render(self) -> Content:
        """Draw the labels; the chosen one is underlined, for terminals without colour."""
        parts: list[Content] = [plain(" ")]
        for number, label in enumerate(self._labels):
            style = "bold underline $accent" if label.value == self.chosen else label.style
            parts += [plain(self._gap if number else ""), plain(label.text, style)]
            parts += [plain(f" {label.fact}", "$dim")] if label.fact else []
        drawn = line(*parts)
        right = plain(self._right, "$dim")
        room = self.size.width - drawn.cell_length - right.cell_length - 1
        return line(drawn, " " * room, right) if room > 0 else drawn

    def on_click(self, event: events.Click) -> None:
        """Pick the label that was clicked."""
        for label, start, end in self._places():
            if start <= event.x < end:
                self.post_message(self.Picked(self, label.value))
                return

    def _places(self) -> Iterator[tuple[Label, int, int]]:
        at = 1
        for label in self._labels:
            end = at + label.cells
            yield label, at, end
            at = end + plain(self._gap).cell_length
