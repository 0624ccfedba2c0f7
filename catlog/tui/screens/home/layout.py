"""Distribute the lines of one column among several sections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class SizeHint(NamedTuple):
    """The lines that a section would fill, and the fewest worth showing it with."""

    most: int
    least: int


def distribute(room: int, hints: Sequence[SizeHint], *, gap: int = 1) -> list[int]:
    """Return the lines of each section, 0 where there is no room; the last sections are dropped first.

    Spare lines are dealt in turn until every section is full or none are left.
    """
    given = [0] * len(hints)
    left = room
    for at, hint in enumerate(hints):
        needed = min(hint.least, hint.most) + (gap if any(given) else 0)
        if hint.most and needed <= left:
            given[at] = min(hint.least, hint.most)
            left -= needed
    while left > 0:
        growing = [at for at, wish in enumerate(hints) if given[at] and given[at] < wish.most]
        if not growing:
            break
        for at in growing[:left]:
            given[at] += 1
        left -= len(growing[:left])
    return given
