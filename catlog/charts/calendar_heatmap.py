"""The charts of activity: months, and the days of a year as a calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from math import ceil
from statistics import quantiles

from catlog.charts.cells import padded
from catlog.charts.column_chart import columns
from catlog.charts.picture import Canvas, Picture, Tone, TonedText, note, picture
from catlog.charts.scales import MONTHS
from catlog.statistics.activity import ActivityReport, monday

_SHADES, _ASCII_SHADES = "·░▒▓█", ".-+*#"
_FULLEST = 4
_LABEL = 4

# Not the calendar module's names, which follow the locale of the process.
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def months(figures: ActivityReport, canvas: Canvas) -> Picture:
    """Draw the changes of each of the twelve months."""
    names = [MONTHS[int(month.month[5:]) - 1] for month in figures.months]
    drawn = columns(canvas, [month.changes for month in figures.months], names, height=6)
    if not drawn.lines:
        return drawn
    first, last = figures.months[0].month, figures.months[-1].month
    return Picture((*drawn.lines, *note(f"changes a month, {first} to {last}", canvas.width)))


def calendar(figures: ActivityReport, canvas: Canvas) -> Picture:
    """Draw each day as one cell, a week a column: the fuller, the more changes it had; see `full_shade`.

    A narrow canvas shows the last weeks, one of twice the width has cells of twice the width. A year has 53 weeks, or
    54 when it is a leap year that begins on a Sunday.
    """
    if not figures.days:
        return Picture()
    wide = 2 if canvas.width >= _LABEL + 2 * len(_weeks(figures)) else 1
    weeks = _weeks(figures)[-((canvas.width - _LABEL) // wide) :]
    shades = _ASCII_SHADES if canvas.ascii else _SHADES
    changes = {day.day: day.changes for day in figures.days}
    full = full_shade(list(changes.values()))
    rows: list[Sequence[TonedText]] = [(TonedText(" " * _LABEL + _month_names(weeks, wide), Tone.DIM),)]
    for weekday in range(7):
        days = [week + timedelta(days=weekday) for week in weeks]
        cells = [_level(day, figures, changes, full) for day in days]
        rows.append([TonedText(padded(_DAYS[weekday], _LABEL), Tone.DIM), *_shaded(cells, shades, wide)])
    rows.append(
        [
            TonedText(" " * _LABEL + "less ", Tone.DIM),
            *_shaded(range(len(shades)), shades, wide),
            TonedText(" more", Tone.DIM),
        ]
    )
    return picture(rows)


def full_shade(counts: Sequence[int]) -> float:
    """Return the changes at which the scale of the four shades ends; each shade stands for a quarter of it.

    It is what the busiest tenth of the active days reach, so that one day on which a whole list was tidied does not
    leave all others pale; and never less than 4, so that the shades of a quiet year are counts.
    """
    busy = quantiles(counts, n=10, method="inclusive")[-1] if len(counts) > 1 else counts[0]
    return max(float(_FULLEST), busy)


def _level(day: date, figures: ActivityReport, changes: Mapping[date, int], full: float) -> int | None:
    """Return the shade of a day, 0 to 4, and None for a day outside the year."""
    if not figures.start <= day <= figures.end:
        return None
    return min(_FULLEST, ceil(changes.get(day, 0) / full * _FULLEST))


def _shaded(cells: Sequence[int | None], shades: str, wide: int) -> list[TonedText]:
    spans: list[TonedText] = []
    for cell in cells:
        text = " " * wide if cell is None else shades[cell] * wide
        tone = Tone.ACCENT if cell else Tone.DIM
        if spans and spans[-1].tone is tone:
            spans[-1] = TonedText(spans[-1].text + text, tone)
        else:
            spans.append(TonedText(text, tone))
    return spans


def _weeks(figures: ActivityReport) -> list[date]:
    first = monday(figures.start)
    return [first + timedelta(weeks=number) for number in range((monday(figures.end) - first).days // 7 + 1)]


def _month_names(weeks: Sequence[date], wide: int) -> str:
    """Return the names of the months, each over the week that its first day is in, where there is room for it."""
    firsts = {
        index: week + timedelta(days=6) for index, week in enumerate(weeks) if (week + timedelta(days=6)).day <= 7
    }
    if min(firsts, default=len(weeks)) * wide > _LABEL:
        firsts = {0: weeks[0]} | firsts
    line = ""
    for index, day in firsts.items():
        if index * wide + len(MONTHS[0]) <= len(weeks) * wide:
            line = f"{line:<{index * wide}}{MONTHS[day.month - 1]} "
    return line
