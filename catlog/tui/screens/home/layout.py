"""How several lists share the lines of one column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class SizeHint(NamedTuple):
    """How many lines a part would fill, and with how few it is still worth showing."""

    most: int
    least: int


def shared(room: int, wishes: Sequence[SizeHint], *, gap: int = 1) -> list[int]:
    """Return how many lines each part gets, 0 for what there is no room for: the last go first.

    What remains goes round, a line a turn, until all have what they would fill or nothing is left.
    """
    given = [0] * len(wishes)
    left = room
    for at, wish in enumerate(wishes):
        needed = min(wish.least, wish.most) + (gap if any(given) else 0)
        if wish.most and needed <= left:
            given[at] = min(wish.least, wish.most)
            left -= needed
    while left > 0:
        open_ones = [at for at, wish in enumerate(wishes) if given[at] and given[at] < wish.most]
        if not open_ones:
            break
        for at in open_ones[:left]:
            given[at] += 1
        left -= len(open_ones[:left])
    return given
