"""Line charts of ranks and scores: days to the right, better values on top, a label at the end of each line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite

from catlog.charts.braille import DotGrid
from catlog.charts.cells import cells, fitted, padded
from catlog.charts.picture import LINES, Canvas, Line, Picture, Tone, TonedText, picture
from catlog.charts.scales import Scale, day_names, rank_scale, score_scale

LONGEST_GAP = 7
"""Days without a snapshot that a line bridges; after more it starts again."""

LETTERS = "abcdefghijklmnopqrstuvwxyz"
"""The letters of several lines in ASCII."""

_NAME_SHARE = 3
_GRID = 4


@dataclass(frozen=True, slots=True)
class TimeSeries:
    """The values of one title, one for each day with a snapshot, oldest first; None where unknown."""

    name: str
    points: tuple[tuple[date, float | None], ...]

    @property
    def known(self) -> tuple[tuple[date, float], ...]:
        """The points with a value."""
        return tuple((day, value) for day, value in self.points if value is not None and isfinite(value))


def ranks(canvas: Canvas, courses: Sequence[TimeSeries], *, height: int = 12) -> Picture:
    """Draw ranks, 1 on top, one line a title in `height` lines and an axis; where they are far apart, by logarithm."""
    return _chart(canvas, courses, height, rank_scale)


def scores(canvas: Canvas, courses: Sequence[TimeSeries], *, height: int = 10) -> Picture:
    """Draw scores, one line a title in `height` lines and an axis."""
    return _chart(canvas, courses, height, score_scale)


def _chart(
    canvas: Canvas, courses: Sequence[TimeSeries], height: int, scale_of: Callable[[Sequence[float], int], Scale]
) -> Picture:
    there = [course for course in courses if course.known]
    if not there:
        return Picture()
    scale = scale_of([value for course in there for _, value in course.known], height)
    names = [scale.write(tick) for tick in scale.ticks]
    labels = [_label(canvas, scale, course, several=len(there) > 1) for course in there]
    left, right = max(map(cells, names), default=0) + 2, max(map(cells, labels)) + 1
    field = DotGrid(max(canvas.width - left - right, 8), height, ascii=canvas.ascii)
    first, last = day_span(there)
    for index, course in enumerate(there):
        mark = "*" if len(there) == 1 else LETTERS[index % len(LETTERS)]
        _draw(field, course, scale, (first, last), LINES[index % len(LINES)], mark)
    rows = dict(zip((_row(field, scale, tick) for tick in scale.ticks), names, strict=True))
    _grid(field, rows)
    ends = place_labels([_row(field, scale, course.known[-1][1]) for course in there], height)
    tones = [Tone.STRONG] if len(there) == 1 else [LINES[index % len(LINES)] for index in range(len(there))]
    at_end = {row: (label, tone) for row, label, tone in zip(ends, labels, tones, strict=True)}
    return picture([*_rows(field, rows, at_end, left), *axis(first, last, left, field.columns)])


def day_span(courses: Sequence[TimeSeries]) -> tuple[date, date]:
    """Return the first and the last day with a known value of any course."""
    days = [day for course in courses for day, _ in (course.known[0], course.known[-1])]
    return min(days), max(days)


def place_labels(targets: Sequence[int], rows: int) -> list[int]:
    """Return a separate row for each label, near its target and in the order of the targets.

    Labels beyond the number of rows share the last row, where the last one is visible.
    """
    order = sorted(range(len(targets)), key=lambda index: targets[index])
    given = [0] * len(targets)
    free = 0
    for place, index in enumerate(order):
        free = max(free, min(targets[index], rows - len(order) + place))
        given[index] = min(free, rows - 1)
        free += 1
    return given


def _label(canvas: Canvas, scale: Scale, course: TimeSeries, *, several: bool) -> str:
    value = scale.write(course.known[-1][1])
    if not several:
        return value
    return f"{value} {fitted(course.name, canvas.width // _NAME_SHARE - len(value) - 1, ascii=canvas.ascii)}"


def _draw(field: DotGrid, course: TimeSeries, scale: Scale, span: tuple[date, date], tone: Tone, mark: str) -> None:
    days = max((span[1] - span[0]).days, 1)
    before: tuple[date, tuple[float, float]] | None = None
    for day, value in course.points:
        if value is None or not isfinite(value):
            before = None
            continue
        at = ((day - span[0]).days / days * (field.width - 1), scale.height(value) * (field.height - 1))
        joined = before is not None and (day - before[0]).days <= LONGEST_GAP
        field.line(before[1] if before is not None and joined else at, at, tone, mark)
        before = day, at


def _row(field: DotGrid, scale: Scale, value: float) -> int:
    return field.cell(0, scale.height(value) * (field.height - 1))[1]


def _grid(field: DotGrid, rows: Sequence[int] | dict[int, str]) -> None:
    for row in rows:
        for column in range(_GRID - 1, field.columns, _GRID):
            field.put(column, row, "." if field.width == field.columns else "·", Tone.REST)


def _rows(field: DotGrid, names: dict[int, str], ends: dict[int, tuple[str, Tone]], left: int) -> Iterator[Line]:
    for row in range(field.rows):
        edge = padded(names.get(row, ""), left - 2, right=True) + "  "
        label, tone = ends.get(row, ("", Tone.PLAIN))
        yield (TonedText(edge, Tone.DIM), *field.spans(row), TonedText(f" {label}" if label else "", tone))


def axis(first: date, last: date, left: int, width: int) -> Iterator[Line]:
    """Yield the days under a field of `width` cells, `left` cells from the left, after an empty line."""
    yield ()
    yield (TonedText(" " * left + day_names(first, last, width), Tone.DIM),)
