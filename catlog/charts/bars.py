"""Horizontal bars under each other: a name, its numbers, and a bar in eighths of a cell.

Not drawn by plotext; `catlog.charts` has the reasons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from catlog.charts.cells import cells, fitted, padded
from catlog.charts.picture import Canvas, Picture, Tone, TonedText, picture
from catlog.charts.progress_bar import solid

_GAP = "  "
_NAME, _BAR = 14, 4


@dataclass(frozen=True, slots=True)
class Bar:
    """One line: a bar of `value`, and after it one of `more` in a lighter pattern, in the unit of `value`."""

    name: str
    numbers: tuple[str, ...]
    value: float
    tone: Tone = Tone.CHART
    more: float = 0


def bars(canvas: Canvas, rows: Sequence[Bar]) -> Picture:
    """Draw bars, the longest over the full width; a value above 0 is always visible.

    All rows have the same number of numbers. In a small width names are cut, then the last numbers left out.
    """
    full = max((row.value + row.more for row in rows), default=0)
    if full <= 0:
        return Picture()
    heads, length = heads_and_room(canvas, [(row.name, row.numbers) for row in rows])
    lines = []
    for head, row in zip(heads, rows, strict=True):
        full_bar = solid(row.value / full * length, canvas.ascii)
        end = round((row.value + row.more) / full * length)
        light = max(end - len(full_bar), int(row.more > 0 and len(full_bar) < length))
        lines.append(
            (
                TonedText(head),
                TonedText(full_bar, row.tone),
                TonedText(("-" if canvas.ascii else "░") * light, row.tone),
            )
        )
    return picture(lines)


def bars_around(canvas: Canvas, rows: Sequence[Bar]) -> Picture:
    """Draw bars to the right for values above 0, and to the left for those below, of a dotted upright line."""
    if not rows:
        return Picture()
    heads, length = heads_and_room(canvas, [(row.name, row.numbers) for row in rows])
    low, high = -min(0.0, *(row.value for row in rows)), max(0.0, *(row.value for row in rows))
    scale = (length - 2) / (low + high) if low + high else 0
    left = ceil(low * scale)
    lines = []
    for head, row in zip(heads, rows, strict=True):
        back = padded(_backwards(-row.value * scale, canvas.ascii), left, right=True)
        line = TonedText(":" if canvas.ascii else "┊", Tone.LINE)
        lines.append(
            (
                TonedText(head),
                TonedText(back, row.tone),
                line,
                TonedText(solid(row.value * scale, canvas.ascii), row.tone),
            )
        )
    return picture(lines)


def heads_and_room(canvas: Canvas, rows: Sequence[tuple[str, tuple[str, ...]]]) -> tuple[list[str], int]:
    """Return the text before each bar, its name and numbers, and the cells left for the bars."""
    columns = [max(map(cells, column)) for column in zip(*(numbers for _, numbers in rows), strict=True)]
    room = canvas.width - sum(columns) - len(_GAP) * (len(columns) + 1)
    while columns and room < 3 * _BAR:
        room += columns.pop() + len(_GAP)
    named = min(max(cells(name) for name, _ in rows), max(room * 2 // 5, min(_NAME, room - _BAR)))
    heads = []
    for name, values in rows:
        numbers = [padded(number, width, right=True) for number, width in zip(values, columns, strict=False)]
        heads.append(_GAP.join([padded(fitted(name, named, ascii=canvas.ascii), named), *numbers, ""]))
    return heads, room - named


def _backwards(length: float, ascii: bool) -> str:
    """Return a bar that grows to the left, in half cells: there are no eighths that fill a cell from its right."""
    if length <= 0:
        return ""
    if ascii:
        return "#" * max(1, round(length))
    halves = max(1, round(length * 2))
    return "▐" * (halves % 2) + "█" * (halves // 2)
