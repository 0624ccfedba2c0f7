"""The names of a screen's pages in one line; the open page is underlined, a click opens another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from catlog.tui.content import line
from catlog.tui.host import Hosted

_GAP = 2


class PageLine(Hosted, Widget):
    """Names in a line, and a text at its right end where there is room."""

    DEFAULT_CSS = "PageLine { height: 1; padding: 0 1; }"

    class Opened(Message):
        """A name was clicked."""

        def __init__(self, page: str) -> None:
            super().__init__()
            self.page = page

    def __init__(self, pages: Sequence[tuple[str, str]], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._pages = tuple(pages)
        self.opened = self._pages[0][0]
        self._right = ""

    def offer(self, pages: Sequence[tuple[str, str]]) -> None:
        """Offer other pages."""
        self._pages = tuple(pages)
        self.refresh()

    def show(self, page: str, right: str = "") -> None:
        """Mark the open page, and show a text on the right."""
        self.opened, self._right = page, right
        self.refresh()

    def next(self, step: int) -> str:
        """Return the page `step` names after the open one, in a circle."""
        keys = [key for key, _ in self._pages]
        return keys[(keys.index(self.opened) + step) % len(keys)]

    def render(self) -> Content:
        """Draw the names; where not all fit, those from the open page on."""
        names = line(*(part for _, key, name in self._placed() for part in self._part(key, name)))
        room = self.content_size.width - names.cell_length
        if self._right and room > len(self._right):
            return line(names, " " * (room - len(self._right)), (self._right, "$dim"))
        return names

    def on_click(self, event: events.Click) -> None:
        """Open the page whose name was clicked."""
        place = event.get_content_offset(self)
        for start, key, name in self._placed():
            if place is not None and start <= place.x < start + len(name):
                self.post_message(self.Opened(key))

    def _part(self, key: str, name: str) -> tuple[tuple[str, str], ...]:
        return (name, "bold underline $accent" if key == self.opened else "$dim"), (" " * _GAP, "")

    def _placed(self) -> Iterator[tuple[int, str, str]]:
        """Yield the column, key and name of each page; the first ones are left out until the open one fits."""
        names = list(self._pages)
        width = self.content_size.width or 80
        while (
            len(names) > 1 and names[0][0] != self.opened and sum(len(name) + _GAP for _, name in names) > width + _GAP
        ):
            names.pop(0)
        start = 0
        for key, name in names:
            yield start, key, name
            start += len(name) + _GAP
