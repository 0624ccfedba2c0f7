"""The charts of the list at a glance: titles per status in one line, and the time watched and ahead."""

from __future__ import annotations

from collections.abc import Sequence

from catlog.charts.bars import Bar, bars
from catlog.charts.cells import cells, padded
from catlog.charts.picture import STATUS_TONES, Canvas, Picture, TonedText, note, picture
from catlog.library.entries import Status
from catlog.statistics.overview import Overview
from catlog.statistics.watched import format_duration

_FILLS = {
    Status.WATCHING: "▓",
    Status.COMPLETED: "█",
    Status.ON_HOLD: "▒",
    Status.DROPPED: "░",
    Status.PLAN_TO_WATCH: "·",
}
_ASCII_FILLS = {
    Status.WATCHING: "=",
    Status.COMPLETED: "#",
    Status.ON_HOLD: "+",
    Status.DROPPED: "x",
    Status.PLAN_TO_WATCH: ".",
}
_GAP = "   "


def status(figures: Overview, canvas: Canvas) -> Picture:
    """Draw one stacked bar of the titles by status, each with its own pattern, and a legend."""
    there = [one for one in figures.statuses if one.titles]
    if not there:
        return Picture()
    fills = _ASCII_FILLS if canvas.ascii else _FILLS
    lengths = shares([one.titles for one in there], canvas.width)
    line = [
        TonedText(fills[one.status] * length, STATUS_TONES[one.status])
        for one, length in zip(there, lengths, strict=True)
    ]
    words = [f"{one.status.words} {one.titles:,} ({one.titles / figures.titles:.0%})" for one in there]
    widest = max(map(cells, words)) + 2
    per_line = max(1, (canvas.width + len(_GAP)) // (widest + len(_GAP)))
    keys = [
        (TonedText(fills[one.status], STATUS_TONES[one.status]), TonedText(padded(f" {text}", widest - 1) + _GAP))
        for one, text in zip(there, words, strict=True)
    ]
    rows = [keys[start : start + per_line] for start in range(0, len(keys), per_line)]
    return picture([line, *([span for key in row for span in key] for row in rows)])


def time(figures: Overview, canvas: Canvas) -> Picture:
    """Draw the time watched of each status, and after it in a lighter bar the time ahead."""
    there = [one for one in figures.statuses if one.seconds or one.seconds_ahead]
    if not there:
        return Picture()
    rows = [
        Bar(
            one.status.words,
            (
                format_duration(one.seconds) if one.seconds else "",
                f"+ {format_duration(one.seconds_ahead)}" if one.seconds_ahead else "",
            ),
            one.seconds,
            STATUS_TONES[one.status],
            one.seconds_ahead,
        )
        for one in there
    ]
    drawn = bars(canvas, rows)
    if not any(one.seconds_ahead for one in there):
        return drawn
    light = "-" if canvas.ascii else "░"
    return Picture((*drawn.lines, *note(f"{light} still ahead", canvas.width)))


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
