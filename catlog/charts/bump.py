"""The bump chart: the order of several titles among themselves, day by day, one lane for each place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from catlog.charts.braille import DotGrid
from catlog.charts.cells import cells, fitted, padded
from catlog.charts.line_chart import LETTERS, LONGEST_GAP, TimeSeries, axis, day_span
from catlog.charts.picture import LINES, Canvas, Picture, Tone, TonedText, picture

_CELLS_PER_STEP = 6
_NAME_SHARE = 2
_NARROWEST = 8


def bump(canvas: Canvas, courses: Sequence[TimeSeries]) -> Picture:
    """Draw the order of several titles, with the rank at the start on the left, that at the end on the right.

    A lane is a place among the titles drawn, not a rank, so that lines cross where titles overtook each other.
    """
    there = [course for course in courses if course.known]
    if not there:
        return Picture()
    first, last = day_span(there)
    starts = [_rank_at(course, first) for course in there]
    ends = [_rank_at(course, last) for course in there]
    left = max(len(_written(rank)) for rank in starts) + 1
    room = min(canvas.width // _NAME_SHARE, canvas.width - left - _NARROWEST - 1)
    names = [_end(canvas, room, rank, course.name) for rank, course in zip(ends, there, strict=True)]
    width = canvas.width - left - max(map(cells, names)) - 1
    field = DotGrid(width, 2 * len(there) - 1, ascii=canvas.ascii)
    steps = min(max((last - first).days, 1), max(1, width // _CELLS_PER_STEP))
    days = [first + timedelta(days=round((last - first).days * step / steps)) for step in range(steps + 1)]
    lanes = [_lanes([_rank_at(course, day) for course in there]) for day in days]
    for index in reversed(range(len(there))):
        _draw(field, [lane[index] for lane in lanes], LINES[index % len(LINES)], LETTERS[index % len(LETTERS)])
    at_start, at_end = (_by_row(field, ranks) for ranks in (starts, ends))
    lines = []
    for row in range(field.rows):
        begins, finishes = at_start.get(row), at_end.get(row)
        head = padded("" if begins is None else _written(starts[begins]), left - 1, right=True) + " "
        tail = "" if finishes is None else f" {names[finishes]}"
        lines.append(
            (TonedText(head, _tone(begins)), *field.spans(row), TonedText(tail, _tone(finishes))),
        )
    return picture([*lines, *axis(first, last, left, width)])


def _rank_at(course: TimeSeries, day: date) -> float | None:
    """Return the last known rank up to a day, if it is not too old to count."""
    for known, rank in reversed(course.known):
        if known <= day:
            return rank if (day - known).days <= LONGEST_GAP else None
    return None


def _lanes(ranks: Sequence[float | None]) -> list[int | None]:
    order = sorted((rank, index) for index, rank in enumerate(ranks) if rank is not None)
    lanes: list[int | None] = [None] * len(ranks)
    for lane, (_, index) in enumerate(order):
        lanes[index] = lane
    return lanes


def _by_row(field: DotGrid, ranks: Sequence[float | None]) -> dict[int, int]:
    """Return which title is in each row of cells; those without a rank are in none."""
    return {
        field.cell(0, _height(field, lane))[1]: index for index, lane in enumerate(_lanes(ranks)) if lane is not None
    }


def _height(field: DotGrid, lane: int) -> float:
    return field.middle(2 * lane)


def _draw(field: DotGrid, lanes: Sequence[int | None], tone: Tone, mark: str) -> None:
    """Draw one title's way from lane to lane: level at each step, and in a soft curve between two."""
    steps = max(len(lanes) - 1, 1)
    before: tuple[int, float] | None = None
    for x in range(field.width):
        along = x / max(field.width - 1, 1) * steps
        step = min(int(along), len(lanes) - 2) if len(lanes) > 1 else 0
        here, there = lanes[step], lanes[min(step + 1, len(lanes) - 1)]
        if here is None or there is None:
            before = None
            continue
        share = along - step
        soft = share * share * (3 - 2 * share)
        at = (x, _height(field, here) * (1 - soft) + _height(field, there) * soft)
        field.line(before or at, at, tone, mark)
        before = at


def _end(canvas: Canvas, room: int, rank: float | None, name: str) -> str:
    written = _written(rank)
    return f"{written} {fitted(name, room - len(written) - 1, ascii=canvas.ascii)}"


def _written(rank: float | None) -> str:
    return "" if rank is None else f"{rank:,.0f}"


def _tone(index: int | None) -> Tone:
    return Tone.PLAIN if index is None else LINES[index % len(LINES)]
