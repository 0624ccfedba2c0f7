"""The charts of the list at a glance: titles per status in one line and a table, and the time watched and ahead."""

from __future__ import annotations

from collections.abc import Sequence

from catlog.charts.bars import Bar, bars
from catlog.charts.cells import cells, padded
from catlog.charts.picture import (
    ASCII_STATUS_SIGNS,
    STATUS_SIGNS,
    STATUS_TONES,
    Canvas,
    Line,
    Picture,
    Tone,
    TonedText,
    footed,
    note,
)
from catlog.library.entries import Status
from catlog.statistics.overview import Overview, StatusFigures
from catlog.statistics.watched import format_duration

ORDER = (Status.COMPLETED, Status.WATCHING, Status.ON_HOLD, Status.DROPPED, Status.PLAN_TO_WATCH)
"""The statuses as they are drawn: what is done first, what is yet to come last."""

NAMES = {status: "Planned" if status is Status.PLAN_TO_WATCH else status.words for status in Status}
"""The statuses as short as a table needs them."""

_FILLS = {
    Status.WATCHING: "╍",
    Status.COMPLETED: "━",
    Status.ON_HOLD: "═",
    Status.DROPPED: "×",
    Status.PLAN_TO_WATCH: "┄",
}
_ASCII_FILLS = {
    Status.WATCHING: ">",
    Status.COMPLETED: "=",
    Status.ON_HOLD: '"',
    Status.DROPPED: "x",
    Status.PLAN_TO_WATCH: ".",
}


def status(figures: Overview, canvas: Canvas) -> Picture:
    """Draw one line of the titles by status, and a table of their number, their share and their time."""
    there = present(figures)
    if not there:
        return Picture()
    lengths = shares([one.titles for one in there], canvas.width)
    whole = [
        TonedText(fill(one.status, canvas) * length, STATUS_TONES[one.status])
        for one, length in zip(there, lengths, strict=True)
    ]
    table = _table(there, figures.titles, canvas)
    roomy = canvas.rows is None or canvas.rows >= len(table) + 3
    body: list[Sequence[TonedText]] = [whole, *([()] if roomy else []), *table]
    keys = [*[None] * (len(body) - len(table)), *(one.status.value for one in there)]
    return footed(body, _rates(figures, canvas), canvas).keyed(keys)


def present(figures: Overview) -> list[StatusFigures]:
    """Return the statuses that some title has, in the order they are drawn in."""
    by_status = {one.status: one for one in figures.statuses}
    return [by_status[status] for status in ORDER if status in by_status and by_status[status].titles]


def fill(status: Status, canvas: Canvas) -> str:
    """Return what a status fills its part of the line with: one sign for all where colours tell them apart."""
    if canvas.ascii:
        return _ASCII_FILLS[status]
    return "━" if canvas.color else _FILLS[status]


def _table(there: Sequence[StatusFigures], titles: int, canvas: Canvas) -> list[Line]:
    signs = ASCII_STATUS_SIGNS if canvas.ascii else STATUS_SIGNS
    counts = [f"{one.titles:,}" for one in there]
    parts = [f"{one.titles / titles:.0%}".replace("%", " %") for one in there]
    times = [_time(one) for one in there]
    names = max(cells(NAMES[one.status]) for one in there)
    counted = max(map(cells, counts))
    lines = []
    for one, count, part, time in zip(there, counts, parts, times, strict=True):
        spans = [
            TonedText(f"{signs[one.status]} ", STATUS_TONES[one.status]),
            TonedText(padded(NAMES[one.status], names + 2)),
            TonedText(padded(count, counted, right=True), Tone.STRONG),
            TonedText(padded(part, 7, right=True), Tone.DIM),
        ]
        left = canvas.width - sum(cells(span.text) for span in spans)
        if cells(time) + 1 <= left:
            spans.append(TonedText(padded(time, left, right=True), Tone.DIM))
        lines.append(tuple(spans))
    return lines


def _time(one: StatusFigures) -> str:
    if one.status is Status.PLAN_TO_WATCH:
        return f"{format_duration(one.seconds_ahead)} ahead" if one.seconds_ahead else ""
    return format_duration(one.seconds) if one.seconds else ""


def _rates(figures: Overview, canvas: Canvas) -> tuple[Line, ...]:
    if figures.completion_rate is None or figures.drop_rate is None:
        return ()
    done = f"{100 * figures.completion_rate:.1f} % of what was begun is completed"
    dropped = f", {100 * figures.drop_rate:.1f} % dropped"
    return note(done + (dropped if cells(done + dropped) <= canvas.width else ""), canvas.width)


def time(figures: Overview, canvas: Canvas) -> Picture:
    """Draw the time watched of each status, and behind it, dim, the time ahead."""
    there = [one for one in present(figures) if one.seconds or one.seconds_ahead]
    if not there:
        return Picture()
    rows = [
        Bar(
            NAMES[one.status],
            one.seconds,
            format_duration(one.seconds) if one.seconds else "",
            (f"+ {format_duration(one.seconds_ahead)}" if one.seconds_ahead else "",),
            STATUS_TONES[one.status],
            one.seconds_ahead,
        )
        for one in there
    ]
    drawn = bars(canvas, rows)
    if not any(one.seconds_ahead for one in there):
        return drawn
    rest = "-" if canvas.ascii else "─"
    return Picture((*drawn.lines, *note(f"{rest} and + are still ahead", canvas.width)))


def shares(parts: Sequence[int], length: int) -> list[int]:
    """Return how many of `length` cells each part (all above 0) gets: by size, at least one, and all of them used.

    What the rounding leaves goes to the parts that lost most by it (largest remainder).
    """
    whole = sum(parts)
    exact = [part * length / whole for part in parts]
    given = [max(1, int(share)) for share in exact]
    while sum(given) < length:
        given[max(range(len(parts)), key=lambda i: exact[i] - given[i])] += 1
    while sum(given) > length:
        given[max(range(len(parts)), key=lambda i: (given[i] > 1, given[i] - exact[i]))] -= 1
    return given
