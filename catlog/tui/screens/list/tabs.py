"""The line of status tabs with their counts; at its right a note, the order and the language of titles."""

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

    from catlog.library.records import ListRow
    from catlog.tui.content import Part

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

WORDS_WIDTH = 80
"""Columns from which every tab has its name; below, only the open one."""


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
        self.counts: Counter[str] = Counter()
        self._note = ""
        self._settings: tuple[Part, ...] = ()

    def count(self, rows: Iterable[ListRow]) -> None:
        """Count the rows of each status."""
        self.counts = Counter(row.status for row in rows)
        self.refresh()

    def counted(self, status: str) -> int:
        """Return how many rows have a status; those of the whole list for `ALL`."""
        return self.counts[status] if status else self.counts.total()

    def show(self, status: str, note: str, settings: tuple[Part, ...] = ()) -> None:
        """Show which tab is open; at the right end `note` and, where there is room, `settings`."""
        if (self.opened, self._note, self._settings) != (status, note, settings):
            self.opened, self._note, self._settings = status, note, settings
            self.refresh()

    def next(self, step: int) -> str:
        """Return the status so many tabs on."""
        names = [status for status, *_ in TABS]
        return names[(names.index(self.opened) + step) % len(names)]

    @property
    def tells_order(self) -> bool:
        """Whether the line has room for the order and the language of titles."""
        return self._laid_out()[1]

    def render(self) -> Content:
        """Draw the tabs with long names or, where they do not fit, short ones or none."""
        return self._laid_out()[0]

    def _laid_out(self) -> tuple[Content, bool]:
        """Return the line, and whether the settings are on it."""
        width = self.size.width
        note = line((self._note, ""))
        settings = line(*self._settings)
        both = line(note, "   ", settings) if self._note else settings
        for long, gap in ((True, 3), (True, 2), (False, 2)):
            if long and width < WORDS_WIDTH:
                continue
            left = self._drawn(gap, long=long)
            for right in (both, note):
                room = width - left.cell_length - right.cell_length - 2
                if room >= (1 if right.cell_length else -2):
                    return line(left, " " * max(room, 0), right), right is both and bool(self._settings)
        return self._drawn(2, long=False), False

    def _drawn(self, gap: int, *, long: bool) -> Content:
        parts: list[Part] = ["  "]
        for place, (status, label, count) in enumerate(self._labels(long=long)):
            parts.append(" " * gap if place else "")
            parts += self._tab(status, label, count)
        return line(*parts)

    def _labels(self, *, long: bool) -> Iterator[tuple[str, str, str]]:
        for status, name, _ in TABS:
            named = long or status in (self.opened, ALL)
            yield status, name if named else "", f"{self.counted(status):,}"

    def _tab(self, status: str, label: str, count: str) -> Iterator[Part]:
        here = status == self.opened
        if status:
            yield f"{self.app.glyphs.status(status)} ", f"${STATUS_NAMES[status]}"
        if label:
            yield label, "bold underline $accent" if here else "$dim"
            yield " "
        yield count, "$bright" if here else "$dim"

    def on_click(self, event: events.Click) -> None:
        """Open the tab that was clicked."""
        text, at = self.render().plain, 0
        for long in (True, False):
            spans: list[tuple[int, int, str]] = []
            at = 0
            for status, label, count in self._labels(long=long):
                shown = f"{label} {count}" if label else count
                start = text.find(shown, at)
                if start < 0:
                    break
                spans.append((start - 2, start + len(shown), status))
                at = start + len(shown)
            else:
                for start, end, status in spans:
                    if start <= event.x < end:
                        self.post_message(self.Opened(status))
                return
