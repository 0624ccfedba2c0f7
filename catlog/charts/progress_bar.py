"""Bars as thin lines, in half cells: the seen part of a title, gauges, and the bars of counts."""

from __future__ import annotations

from typing import NamedTuple


class LineBar(NamedTuple):
    """A bar one cell high: the part that is done, and what is left of it."""

    done: str
    left: str


def line_bar(share: float, width: int, *, ascii: bool = False) -> LineBar:
    """Return a bar of `width` cells, `share` (clamped to 0 to 1) of them done: ━━━╸────, in ASCII ===>----.

    It is never full before the end, and never empty after the beginning.
    """
    share = min(max(share, 0.0), 1.0)
    halves = round(share * width * 2)
    if 0 < share < 1:
        halves = min(max(halves, 1), max(width * 2 - 1, 1))
    done = _line(halves, ascii)
    return LineBar(done, ("-" if ascii else "─") * (width - len(done)))


def progress(done: int, total: int | None, width: int, *, ascii: bool = False) -> LineBar:
    """Return the bar of a title; without a `total`, dots that never look like progress."""
    if not total or total < 0:
        return LineBar("", ((". " if ascii else "· ") * width)[:width])
    return line_bar(done / total, width, ascii=ascii)


def solid(length: float, ascii: bool) -> str:
    """Return a line of `length` cells, visible for every length above 0."""
    return _line(max(1, round(length * 2)), ascii) if length > 0 else ""


def gauge(share: float, width: int = 8, *, ascii: bool = False) -> str:
    """Return a gauge of `width` cells as one text, for a line of one colour."""
    return "".join(line_bar(share, width, ascii=ascii))


class MovingBar(NamedTuple):
    """A bar without a known end: the line `before` the part that moves, that part, and the line `after` it."""

    before: str
    part: str
    after: str


def moving_bar(seconds: float, width: int, *, ascii: bool = False) -> MovingBar:
    """Return the bar of a job that has no known end and has run so long: ───╺━━╸──, two cells a second, to and fro."""
    part, rest = ("<==>", "-") if ascii else ("╺━━╸", "─")
    room = max(width - len(part), 1)
    at = int(max(seconds, 0.0) * 2) % (2 * room)
    at = min(at, 2 * room - at)
    return MovingBar(rest * at, part[:width], rest * max(width - len(part) - at, 0))


def _line(halves: int, ascii: bool) -> str:
    whole, half = ("=", ">") if ascii else ("━", "╸")
    return whole * (halves // 2) + half * (halves % 2)
