"""Intervals around a zero line: slopes with their confidence intervals, ├──●──┤."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, isfinite

from catlog.charts.bars import heads_and_room
from catlog.charts.cells import cells, padded
from catlog.charts.picture import Canvas, Picture, Tone, TonedText, picture

_ROOM_FOR_ENDS = 1.3
"""The scale ends at this times the largest estimate, or where most intervals end, whichever is more."""

_MOST, _FEW = 0.75, 3


@dataclass(frozen=True, slots=True)
class Interval:
    """One line: an estimate between `low` and `high`, all in one unit; None where it could not be estimated."""

    name: str
    numbers: tuple[str, ...]
    low: float | None
    estimate: float | None
    high: float | None

    @property
    def known(self) -> bool:
        """Whether all three values are finite."""
        return all(value is not None and isfinite(value) for value in (self.low, self.estimate, self.high))


@dataclass(frozen=True, slots=True)
class _Signs:
    left: str
    right: str
    line: str
    point: str
    zero: str
    crossed: str
    beyond_left: str
    beyond_right: str


_UNICODE = _Signs("├", "┤", "─", "●", "┊", "┼", "◂", "▸")
_ASCII = _Signs("[", "]", "-", "o", ":", "+", "<", ">")


def intervals(canvas: Canvas, rows: Sequence[Interval], *, unit: str = "") -> Picture:
    """Draw each interval against one dotted zero line, over an axis with the ends of the scale and its unit.

    Intervals on one side of zero have the tone of that side; those that contain zero are dim. An interval beyond the
    scale ends in an arrow, so that a few wide ones do not shrink the others.
    """
    known = [row for row in rows if row.known]
    if not known:
        return Picture()
    heads, room = heads_and_room(canvas, [(row.name, row.numbers) for row in rows])
    scale = _scale(known)
    middle = (room - 1) // 2
    signs = _ASCII if canvas.ascii else _UNICODE
    lines = [
        (TonedText(head), *_drawn(row, signs, room, middle, middle / scale))
        for head, row in zip(heads, rows, strict=True)
    ]
    return picture([*lines, (TonedText(" " * cells(heads[0]) + _axis(scale, middle, unit, canvas.ascii), Tone.DIM),)])


def slope(canvas: Canvas, low: float, estimate: float, high: float) -> Picture:
    """Draw one interval and where zero is, on a scale of its own, over the values of its ends."""
    width, signs = canvas.width, _ASCII if canvas.ascii else _UNICODE
    least, most = min(low, 0.0), max(high, 0.0)
    air = max(most - least, _NOTHING) * _AIR
    least, most = least - air, most + air
    start, at, end, zero = (round((value - least) / (most - least) * (width - 1)) for value in (low, estimate, high, 0))
    cells_of = dict.fromkeys(range(width), (signs.line, Tone.LINE))
    cells_of |= dict.fromkeys(range(start, end + 1), (signs.line, Tone.CHART))
    cells_of |= {start: (signs.left, Tone.CHART), end: (signs.right, Tone.CHART), zero: (signs.zero, Tone.DIM)}
    cells_of[at] = (signs.point, Tone.STRONG)
    line = [TonedText(*cells_of[cell]) for cell in range(width)]
    minus = "-" if canvas.ascii else "−"
    names = sorted({zero: "0", start: f"{low:+.2g}", end: f"{high:+.2g}"}.items())
    under = ""
    for cell, name in names:
        name = name.replace("-", minus)
        first = min(max(cell - len(name) // 2, 0), width - len(name))
        if first > len(under) or not under:
            under = padded(under, first) + name
    return picture([line, [TonedText(under, Tone.DIM)]])


_AIR = 0.08
"""The part of a scale that stays free at each end."""

_NOTHING = 1e-300
"""A scale so small that cells a unit would be infinite."""


def _scale(rows: Sequence[Interval]) -> float:
    ends = sorted(max(abs(row.low or 0), abs(row.high or 0)) for row in rows)
    largest = max(abs(row.estimate or 0) for row in rows)
    scale = max(ends[ceil(len(ends) * _MOST) - 1 if len(ends) >= _FEW else -1], largest * _ROOM_FOR_ENDS)
    return scale if scale > _NOTHING else 1.0


def _drawn(row: Interval, signs: _Signs, room: int, middle: int, per_unit: float) -> list[TonedText]:
    if row.low is None or row.estimate is None or row.high is None or not row.known:
        return [TonedText(" " * middle), TonedText(signs.zero, Tone.LINE)]
    low, at, high = (middle + round(value * per_unit) for value in (row.low, row.estimate, row.high))
    last = 2 * middle
    chars = [" "] * room
    chars[middle] = signs.zero
    for cell in range(max(low, 0), min(high, last) + 1):
        chars[cell] = signs.crossed if cell == middle and low < middle < high else signs.line
    chars[max(low, 0)] = signs.left if low >= 0 else signs.beyond_left
    chars[min(high, last)] = signs.right if high <= last else signs.beyond_right
    chars[min(max(at, 0), last)] = signs.point
    tone = Tone.UP if row.low > 0 else Tone.DOWN if row.high < 0 else Tone.DIM
    start, end = max(low, 0), min(high, last) + 1
    spans = [("".join(chars[:start]), Tone.LINE), ("".join(chars[start:end]), tone), ("".join(chars[end:]), Tone.LINE)]
    return [TonedText(text, tone) for text, tone in spans]


def _axis(scale: float, middle: int, unit: str, ascii: bool) -> str:
    digits = 0 if scale >= 10 else 1 if scale >= 1 else 3
    ends = [f"{'-' if ascii else '−'}{scale:.{digits}f}", f"+{scale:.{digits}f} {unit}".rstrip()]
    line = padded(ends[0] if len(ends[0]) < middle else "", middle) + "0"
    start = 2 * middle + 1 - len(ends[1])
    return padded(line, start) + ends[1] if start > len(line) else line
