"""The grid of Details: which parts there are in a size of the screen, and how many lines they take."""

from __future__ import annotations

from dataclasses import dataclass

from catlog.tui.widgets.poster_cover import NARROW, PAGE, PANEL, CoverSize

WIDE, MIDDLE, SMALL = 132, 100, 80
"""Columns from which order and titles alike have panels, the entry a panel, and the head a cover."""

FRAME, AIR = 2, 22
"""Lines of the bar and the keys, and lines of the screen from which one stays empty below the bar."""

_MINE, _PAGES, _RANK = 10, 8, 10


@dataclass(frozen=True, slots=True)
class Grid:
    """The parts of one size.

    `name` is the class of the screen. `cover` is beside the entry, `small_cover` in the head, both None where there is
    no room. `head` are the most lines of names, facts and synopsis, `least` those that they take anyway. `rank` are the
    lines of the panel of ranks; where it is 0 there may be a `line` below the pages. `is_airy` leaves a line empty
    around the names of the pages.
    """

    name: str
    cover: CoverSize | None
    small_cover: CoverSize | None
    head: int
    least: int
    rank: int
    line: bool
    is_airy: bool


def grid(width: int, height: int, *, covers: bool = True) -> Grid:
    """Return the grid for a screen of this size; without `covers` their room goes to the entry."""
    body = height - FRAME - (height >= AIR)
    if width < MIDDLE:
        return _narrow(width, body, covers=covers)
    name = "-grid-wide" if width >= WIDE else "-grid-middle"
    cover = next((size for size in (PAGE, PANEL) if body >= size.height + 1 + _MINE), None) if covers else None
    rank = _RANK if body >= PAGE.height + 1 + _PAGES + 2 else 0
    head = PAGE.height - _RANK if rank else min(10, max(body - _PAGES - 3, 5))
    if rank and body > PAGE.height + _PAGES + 8:
        head += min(body - PAGE.height - _PAGES - 8, 4)
    least = min(head, PAGE.height - _RANK) if rank else 0
    return Grid(name, cover, None, head, least, rank, line=not rank, is_airy=body >= AIR)


def _narrow(width: int, body: int, *, covers: bool) -> Grid:
    has_cover = covers and width >= SMALL and body >= NARROW.height + 7
    name = "-grid-small" if width >= SMALL else "-grid-thin"
    line = body >= 16
    head = NARROW.height if has_cover else max(min(body - _PAGES - 2 * line, NARROW.height), 4)
    least = NARROW.height if has_cover else 0
    return Grid(name, None, NARROW if has_cover else None, head, least, 0, line, is_airy=body >= 18)
