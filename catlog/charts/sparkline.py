"""Sparklines: a series of numbers as one line, of blocks or of braille dots, for tables and lists."""

from __future__ import annotations

import math
from collections.abc import Sequence

_BLOCKS = "▁▂▃▄▅▆▇█"
_ASCII = "_.-:=+*#"
_GAP = " "
_DOTS = ((0x40, 0x04, 0x02, 0x01), (0x80, 0x20, 0x10, 0x08))
"""The bit of each braille dot: of the left and the right column, from the bottom up."""


def sparkline(values: Sequence[float | None], *, ascii: bool = False, width: int | None = None) -> str:
    """Return one character a value, from the lowest to the highest of the series; unknown values are gaps.

    A series that never changes stays at mid height. With `width` (>= 1), a longer series is averaged into that
    many characters. For ranks, where less is more, pass negated values.
    """
    chars = _ASCII if ascii else _BLOCKS
    return "".join(_GAP if level is None else chars[level] for level in _levels(values, len(chars), width))


def dotted(values: Sequence[float | None], *, width: int, ascii: bool = False) -> str:
    """Return the series as a thin line of dots in at most `width` cells, two values a cell; in ASCII, `sparkline`.

    What a line of blocks says in eight steps, this says in four, but it is light enough to stand in every row.
    """
    if ascii:
        return sparkline(values, ascii=True, width=width)
    levels = _levels(values, len(_DOTS[0]), 2 * width)
    bits = [0] * ((len(levels) + 1) // 2)
    before: int | None = None
    for column, level in enumerate(levels):
        if level is not None:
            # Up or down from the one before, without its own dot again, so that steps hang together.
            start = level if before is None else before + (level > before) - (level < before)
            for step in range(min(start, level), max(start, level) + 1):
                bits[column // 2] |= _DOTS[column % 2][step]
        before = level
    return "".join(chr(0x2800 + pattern) if pattern else _GAP for pattern in bits)


def _levels(values: Sequence[float | None], count: int, width: int | None) -> list[int | None]:
    """Return the step, 0 up, of each value; with `width`, of means of as many parts where there are more values."""
    scaled = _scaled(values)
    points = scaled if width is None or len(scaled) <= width else _averaged(scaled, width)
    present = [point for point in points if point is not None]
    low, high = (min(present), max(present)) if present else (0.0, 0.0)
    return [None if point is None else _level(point, low, high, count) for point in points]


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
