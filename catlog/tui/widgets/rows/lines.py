"""Lines of a list: records, and the headings of groups that stand between them without taking a place of their own."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence


class Lines:
    """Where the records of a list stand when headings are among them. Positions count records, lines count both."""

    def __init__(self, count: int, headings: Sequence[tuple[int, str]] = ()) -> None:
        self._count = count
        self._before = [position for position, _ in headings]
        self._at = [position + number for number, (position, _) in enumerate(headings)]
        self._texts = [text for _, text in headings]

    def __len__(self) -> int:
        return self._count + len(self._at)

    def line_of(self, position: int) -> int:
        """Return the line of a record."""
        return position + bisect_right(self._before, position)

    def at(self, line: int) -> int | str:
        """Return the position of the record in a line, or the text of the heading there."""
        above = bisect_right(self._at, line)
        if above and self._at[above - 1] == line:
            return self._texts[above - 1]
        return line - above

    def nearest(self, line: int) -> int:
        """Return the position of the record in a line or, of a heading's line, of the record under it."""
        found = self.at(min(max(line, 0), max(len(self) - 1, 0)))
        return self.nearest(line + 1) if isinstance(found, str) else found


def headings(groups: Iterable[str]) -> list[tuple[int, str]]:
    """Return before which positions a group begins and what it is called; "" is a group without a heading."""
    found, last = [], ""
    for position, group in enumerate(groups):
        if group != last and group:
            found.append((position, group))
        last = group
    return found
