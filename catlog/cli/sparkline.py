"""Sparklines: a series of numbers as one line of blocks, for tables and details."""

from __future__ import annotations

import math
from collections.abc import Sequence

_BLOCKS = "▁▂▃▄▅▆▇█"
_ASCII = "_.-:=+*#"
_GAP = " "


def sparkline(values: Sequence[float | None], *, ascii: bool = False, width: int | None = None) -> str:
    """Return one character a value, from the lowest to the highest of the series; unknown values are gaps.

    A series that never changes stays at mid height. With `width` (>= 1), a longer series is averaged into that
    many characters. For ranks, where less is more, pass negated values.
    """
    scaled = _scaled(values)
    points = scaled if width is None or len(scaled) <= width else _averaged(scaled, width)
    present = [point for point in points if point is not None]
    if not present:
        return _GAP * len(points)
    low, high = min(present), max(present)
    levels = _ASCII if ascii else _BLOCKS
    return "".join(_GAP if point is None else levels[_level(point, low, high, len(levels))] for point in points)


def _scaled(values: Sequence[float | None]) -> list[float | None]:
    """Bring the finite values into -1..1, so that no sum or difference of them can overflow."""
    known = [value if value is not None and math.isfinite(value) else None for value in values]
    largest = max((abs(value) for value in known if value is not None), default=0) or 1
    return [None if value is None else value / largest for value in known]


def _level(point: float, low: float, high: float, levels: int) -> int:
    if high <= low:
        return levels // 2
    return min(levels - 1, int((point - low) / (high - low) * levels))


def _averaged(values: Sequence[float | None], width: int) -> list[float | None]:
    means: list[float | None] = []
    for cell in range(width):
        part = values[cell * len(values) // width : (cell + 1) * len(values) // width]
        known = [value for value in part if value is not None]
        means.append(sum(known) / len(known) if known else None)
    return means
