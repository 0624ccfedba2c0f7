"""Counted lines under each other: a name, a thin line as long as its value, the count at its end, and more numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from catlog.charts.cells import cells, fitted, padded
from catlog.charts.picture import Canvas, Picture, Tone, TonedText, picture
from catlog.charts.progress_bar import solid

_GAP = "  "
_NAME, _BAR = 14, 4
_SEEN = 0.1
"""Cells of a line at least, of which half a cell is drawn."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One line: a name, a line of `value` with `count` at its end, and numbers at the right edge.

    `more` lengthens the line, dim, in the unit of `value`.
    """

    name: str
    value: float
    count: str = ""
    numbers: tuple[str, ...] = ()
    tone: Tone = Tone.CHART
    more: float = 0


def bars(canvas: Canvas, rows: Sequence[Bar]) -> Picture:
    """Draw lines, the longest over the full width; a value above 0 is always visible, one of 0 is a dot.

    All rows have the same number of numbers. In a small width the numbers are left out, the last first, then names cut.
    """
    full = max((row.value + row.more for row in rows), default=0)
    if full <= 0:
        return Picture()
    room, named, columns = _layout(canvas, rows)
    length = max(room - named - max(cells(row.count) for row in rows) - 1, 1)
    lines = []
    for row in rows:
        line = solid(max(row.value / full * length, _SEEN) if row.value > 0 else 0, canvas.ascii)
        end = round((row.value + row.more) / full * length)
        rest = max(end - len(line), int(row.more > 0 and len(line) < length))
        nothing = row.value + row.more <= 0
        drawn = (
            TonedText(padded(_name(row.name, named, canvas), named) + _GAP),
            TonedText(line, row.tone),
            TonedText(("-" if canvas.ascii else "─") * rest, Tone.REST),
            TonedText("." if canvas.ascii else "·", Tone.REST) if nothing else TonedText(""),
            TonedText(f" {row.count}" if row.count and not nothing else "", Tone.STRONG),
        )
        lines.append((*drawn, *_numbers(drawn, row.numbers, columns, canvas.width)))
    return picture(lines)


def bars_around(canvas: Canvas, rows: Sequence[Bar]) -> Picture:
    """Draw lines to the right for values above 0, and to the left for those below, of a dotted upright line."""
    if not rows:
        return Picture()
    room, named, columns = _layout(canvas, rows)
    counted = max(cells(row.count) for row in rows)
    length = max(room - named - counted - 1, 3)
    low, high = -min(0.0, *(row.value for row in rows)), max(0.0, *(row.value for row in rows))
    scale = (length - 2) / (low + high) if low + high else 0
    left = ceil(low * scale)
    lines = []
    for row in rows:
        drawn = (
            TonedText(padded(_name(row.name, named, canvas), named) + _GAP),
            TonedText(padded(_backwards(-row.value * scale, canvas.ascii), left, right=True), row.tone),
            TonedText(":" if canvas.ascii else "┊", Tone.LINE),
            TonedText(solid(row.value * scale, canvas.ascii), row.tone),
            TonedText(f" {row.count}" if row.count else "", Tone.STRONG),
        )
        lines.append((*drawn, *_numbers(drawn, row.numbers, columns, canvas.width)))
    return picture(lines)


def heads_and_room(canvas: Canvas, rows: Sequence[tuple[str, tuple[str, ...]]]) -> tuple[list[str], int]:
    """Return the text before each mark of a chart, its name and numbers, and the cells left for the marks."""
    room, named, columns = _fit(canvas.width - len(_GAP), rows)
    heads = []
    for name, values in rows:
        numbers = [padded(number, width, right=True) for number, width in zip(values, columns, strict=False)]
        heads.append(_GAP.join([padded(fitted(name, named, ascii=canvas.ascii), named), *numbers, ""]))
    return heads, room - named


def _layout(canvas: Canvas, rows: Sequence[Bar]) -> tuple[int, int, list[int]]:
    return _fit(canvas.width - len(_GAP), [(row.name, row.numbers) for row in rows])


def _fit(room: int, rows: Sequence[tuple[str, tuple[str, ...]]]) -> tuple[int, int, list[int]]:
    """Return the cells for names and lines together, those of the names, and those of each number that fits."""
    columns = [max(map(cells, column)) for column in zip(*(numbers for _, numbers in rows), strict=True)]
    room -= sum(columns) + len(_GAP) * len(columns)
    while columns and room < 5 * _BAR:
        room += columns.pop() + len(_GAP)
    named = min(max(cells(name) for name, _ in rows), max(room * 2 // 5, min(_NAME, room - _BAR)))
    return room, named, columns


def _name(name: str, width: int, canvas: Canvas) -> str:
    """Return a name that fits; the spaces before a number stay."""
    return name if name.isprintable() and cells(name) <= width else fitted(name, width, ascii=canvas.ascii)


def _numbers(
    drawn: Sequence[TonedText], numbers: tuple[str, ...], columns: Sequence[int], width: int
) -> tuple[TonedText, ...]:
    """Return the numbers of a line, each right-aligned in its column, the last one at the right edge."""
    if not columns:
        return ()
    shown = [padded(number, cell, right=True) for number, cell in zip(numbers, columns, strict=False)]
    text = _GAP.join(shown)
    return (TonedText(padded(text, width - sum(cells(span.text) for span in drawn), right=True), Tone.DIM),)


def _backwards(length: float, ascii: bool) -> str:
    """Return a line that grows to the left, in half cells."""
    if length <= 0:
        return ""
    halves = max(1, round(length * 2))
    whole, half = ("=", "<") if ascii else ("━", "╺")
    return half * (halves % 2) + whole * (halves // 2)
