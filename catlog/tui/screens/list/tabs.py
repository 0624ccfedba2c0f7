"""The line of status tabs with their counts, and a note such as the number of matches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from catlog.tui.content import line
from catlog.tui.glyphs import STATUS_NAMES
from catlog.tui.host import Hosted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catlog.library.listing import ListRow

ALL = ""
"""The tab of the whole list."""

TABS: tuple[tuple[str, str, str], ...] = (
    ("WATCHING", "Watching", "Watch"),
    ("COMPLETED", "Completed", "Done"),
    ("PLAN_TO_WATCH", "Planned", "Plan"),
    ("ON_HOLD", "On Hold", "Hold"),
    ("DROPPED", "Dropped", "Drop"),
    (ALL, "All", "All"),
)
"""The statuses in the order of the tabs, each with a long and a short name."""

_GAP = 3


class StatusTabs(Hosted, Widget):
    """One line: a tab for each status. A click opens it."""

    class Opened(Message):
        """A tab was clicked."""

        def __init__(self, status: str) -> None:
            super().__init__()
            self.status = status

    def __init__(self) -> None:
        super().__init__()
        self.opened = "WATCHING"
        self._counts: Counter[str] = Counter()
        self._note = ""

    def count(self, rows: Iterable[ListRow]) -> None:
        """Count the rows of each status."""
        self._counts = Counter(row.status for row in rows)
        self.refresh()

    def show(self, status: str, note: str) -> None:
        """Show which tab is open, and `note` at the right end."""
        if (self.opened, self._note) != (status, note):
            self.opened, self._note = status, note
            self.refresh()

    def next(self, step: int) -> str:
        """Return the status so many tabs on."""
        names = [status for status, *_ in TABS]
        return names[(names.index(self.opened) + step) % len(names)]

    def render(self) -> Content:
        """Draw the tabs with long names or, where they do not fit, short ones."""
        width = self.size.width
        for short in (False, True):
            left = line(
                " ", *(part for status, label in self._labels(short=short) for part in self._tab(status, label))
            )
            room = width - left.cell_length - len(self._note) - 1
            if room >= 0:
                return line(left, " " * room, (self._note, "$dim"))
        return left

    def _labels(self, *, short: bool) -> Iterator[tuple[str, str]]:
        for status, long, brief in TABS:
            count = self._counts[status] if status else self._counts.total()
            yield status, f"{brief if short else long} {count:,}"

    def _tab(self, status: str, label: str) -> Iterator[tuple[str, str]]:
        color = f"${STATUS_NAMES[status]}" if status else "$foreground"
        sign = f"{self.app.glyphs.status(status)} " if status else ""
        yield sign, color
        yield label, f"bold underline {color}" if status == self.opened else "$dim"
        yield " " * (_GAP if len(self._note) < 30 and self.size.width >= 90 else 2), ""

    def on_click(self, event: events.Click) -> None:
        """Open the tab that was clicked."""
        text = self.render().plain
        for short in (False, True):
            for status, label in self._labels(short=short):
                start = text.find(label)
                if start >= 0 and start - 2 <= event.x < start + len(label):
                    self.post_message(self.Opened(status))
                    return
