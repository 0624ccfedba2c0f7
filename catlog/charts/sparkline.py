"""Sparklines: a series of numbers as one line, of blocks or of braille dots, for tables and lists."""

from __future__ import annotations

import math
from collections.abc import Sequence

from catlog.charts.braille import DotGrid
from catlog.charts.picture import Tone

_BLOCKS = "▁▂▃▄▅▆▇█"
_ASCII = "_.-:=+*#"
_GAP = " "


def sparkline(values: Sequence[float | None], *, ascii: bool = False, width: int | None = None) -> str:
    """Return one character a value, from the lowest to the highest of the series; unknown values are gaps.

    A series that never changes stays at mid height. With `width` (>= 1), a longer series is averaged into that
    many characters. For ranks, where less is more, pass negated values.
    """
    chars = _ASCII if ascii else _BLOCKS
    return "".join(_GAP if level is None else chars[level] for level in _levels(values, len(chars), width))


def dotted(values: Sequence[float | None], width: int, *, ascii: bool = False) -> str:
    """Return the series as a thin line of dots across `width` (>= 1) cells, two to a cell; in ASCII, a `sparkline`.

    Unknown values are gaps. Blocks tell eight heights apart and this four, but it is light enough for every row.
    """
    return dotted_rows(values, width, 1, ascii=ascii)[0]


def dotted_rows(values: Sequence[float | None], width: int, rows: int, *, ascii: bool = False) -> list[str]:
    """Return the same line across `rows` lines, four heights to each, the highest first; in ASCII the last has it."""
    if ascii or not any(value is not None and math.isfinite(value) for value in values):
        return [" " * width] * (rows - 1) + [sparkline(values, ascii=True, width=width)]
    field = DotGrid(width, rows)
    levels = _levels(values, field.height, field.width)
    across = (field.width - 1) / max(len(levels) - 1, 1)
    before: tuple[float, float] | None = None
    for number, level in enumerate(levels):
        at = None if level is None else (number * across, field.height - 1 - level)
        if at is not None:
            field.line(before or at, at, Tone.PLAIN)
        before = at
    return ["".join(span.text for span in field.spans(row)) for row in range(rows)]


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
