"""Episodes a month as a line of dots over the months: the one module that imports plotext.

plotext has one figure for the whole process, and limits it to the terminal: hence the lock, and the removed limits. Its
import takes 350 ms and happens in the drawing function.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from threading import Lock

from catlog.charts.cells import padded
from catlog.charts.picture import Canvas, Line, Picture, Tone, TonedText, picture
from catlog.charts.scales import MONTHS
from catlog.statistics.activity import ActivityReport

_ROWS, _FEWEST, _MOST, _UNDER = 6, 2, 12, 3
_WIDEST_SLOT = 9

_ONE_FIGURE = Lock()
_SGR = re.compile("\x1b\\[([0-9;]*)m")


def months(figures: ActivityReport, canvas: Canvas) -> Picture:
    """Draw the episodes logged in each of twelve months: a line, and under it the months and the numbers.

    The line ends with the last month that is over; the number of one that is not is dim.
    """
    values = [month.episodes for month in figures.months]
    if max(values, default=0) <= 0:
        return Picture()
    slot = min((canvas.width + 1) // len(values), _WIDEST_SLOT)
    rows = _ROWS if canvas.rows is None else min(max(canvas.rows - _UNDER, _FEWEST), _MOST)
    over, begun = (len([month for month in figures.months if month.month <= last]) for last in _last_months(figures))
    names = [MONTHS[int(month.month[5:]) - 1] for month in figures.months]
    lines: list[Sequence[TonedText]] = [*_curve(values[: over or begun], len(values), slot, rows, ascii=canvas.ascii)]
    lines += [()] if canvas.rows is None or canvas.rows - len(lines) >= _UNDER else []
    lines.append((TonedText(_under(names, slot), Tone.DIM),))
    numbers = [f"{value:,}" for value in values[:begun]]
    if max(map(len, numbers), default=0) < slot:
        lines.append((TonedText(_under(numbers[:over], slot)), TonedText(_under(numbers[over:], slot), Tone.DIM)))
    return picture(lines)


def _last_months(figures: ActivityReport) -> tuple[str, str]:
    """Return the last month that is over, and the last one that has begun."""
    after = figures.until + timedelta(days=1)
    over = after.replace(day=1) - timedelta(days=1)
    return f"{over.year:04}-{over.month:02}", f"{figures.until.year:04}-{figures.until.month:02}"


def _under(texts: Sequence[str], slot: int) -> str:
    """Return texts at the beginning of their slots, or their first letters where they are too wide."""
    fits = max(map(len, texts), default=0) < slot
    return "".join(padded(text if fits else text[:1], slot) for text in texts)


def _curve(values: Sequence[int], slots: int, slot: int, rows: int, *, ascii: bool) -> Iterator[Line]:
    import plotext

    across, down = (1, 1) if ascii else (2, 4)
    width = slots * slot - 1
    top, bottom = max(values, default=0), min(values, default=0)
    # plotext rounds coordinates, so that all of them are in the middle of its dots.
    room = rows - 1 / down
    heights = [(value - bottom) / (top - bottom) * room if top > bottom else room / 2 for value in values]
    points = [(index * slot + 1 + 0.5 / across, height + 0.5 / down) for index, height in enumerate(heights)]
    mark = plotext.marker("*" if ascii else "braille")
    with _ONE_FIGURE:
        plotext.terminal.limit(False, False)
        figure = plotext.figure
        figure.clear()
        figure.theme("colorless")
        figure.axes(False)
        figure.plot_size(width, rows)
        for axis, length in (("x", width), ("y", rows)):
            figure.ruler(axis).lim(0, length).alignment(lim="edge").ticks([])
        for (x, y), (later, there) in pairwise(points):
            figure.draw(figure.segment((x, later), (y, there), marker=mark))
        drawn = str(figure.build().string())
    for line in _SGR.sub("", drawn).rstrip("\n").split("\n"):
        yield (TonedText(line.rstrip(), Tone.CHART),)
