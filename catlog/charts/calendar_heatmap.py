"""The days of a year as a calendar, a week a column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from math import ceil
from statistics import quantiles

from catlog.charts.cells import cells, padded
from catlog.charts.picture import Canvas, Picture, Tone, TonedText, picture
from catlog.charts.scales import MONTHS
from catlog.statistics.activity import ActivityReport, monday

_COLORED, _SHADES, _ASCII_SHADES = "■■■■■", "·░▒▓█", ".-+*#"
_HEAT = (Tone.HEAT_0, Tone.HEAT_1, Tone.HEAT_2, Tone.HEAT_3, Tone.HEAT_4)
_FULLEST = 4
_LABEL = 4

# Not the calendar module's names, which follow the locale of the process.
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def calendar(figures: ActivityReport, canvas: Canvas) -> Picture:
    """Draw each day as one cell, a week a column: the fuller, the more changes it had; see `full_shade`.

    Cells have a space between them where the whole year has room for it; a narrow canvas shows the last weeks. A year
    has 53 weeks, or 54 when it is a leap year that begins on a Sunday.
    """
    if not figures.days:
        return Picture()
    wide = 2 if canvas.width >= _LABEL + 2 * len(calendar_weeks(figures)) - 1 else 1
    weeks = calendar_weeks(figures)[-((canvas.width - _LABEL + wide - 1) // wide) :]
    shades = _ASCII_SHADES if canvas.ascii else _COLORED if canvas.color else _SHADES
    levels = day_levels(figures)
    rows: list[Sequence[TonedText]] = [(TonedText(" " * _LABEL + _month_names(weeks, wide), Tone.DIM),)]
    for weekday in range(7):
        days = [levels.get(week + timedelta(days=weekday)) for week in weeks]
        name = _DAYS[weekday] if weekday % 2 == 0 else ""
        rows.append([TonedText(padded(name, _LABEL), Tone.DIM), *_shaded(days, shades, wide)])
    rows.append(_foot(figures, shades, _LABEL + len(weeks) * wide - wide))
    return picture(rows)


def day_levels(figures: ActivityReport) -> Mapping[date, int]:
    """Return the shade of each day from the start to the last one that was, 0 (nothing) to 4 (the busiest)."""
    changes = {day.day: day.changes for day in figures.days}
    full = full_shade(list(changes.values()) or [0])
    days = (figures.start + timedelta(days=number) for number in range((figures.until - figures.start).days + 1))
    return {day: min(_FULLEST, ceil(changes.get(day, 0) / full * _FULLEST)) for day in days}


def full_shade(counts: Sequence[int]) -> float:
    """Return the changes at which the scale of the four shades ends; each shade stands for a quarter of it.

    It is what the busiest tenth of the active days reach, so that one day on which a whole list was tidied does not
    leave all others pale; and never less than 4, so that the shades of a quiet year are counts.
    """
    busy = quantiles(counts, n=10, method="inclusive")[-1] if len(counts) > 1 else counts[0]
    return max(float(_FULLEST), busy)


def _foot(figures: ActivityReport, shades: str, width: int) -> list[TonedText]:
    """Return how much happened, and the key of the shades at the right."""
    spans = [
        TonedText(f"{figures.changes:,}", Tone.STRONG),
        TonedText(" change on " if figures.changes == 1 else " changes on ", Tone.DIM),
        TonedText(f"{len(figures.days):,}", Tone.STRONG),
        TonedText(" day" if len(figures.days) == 1 else " days", Tone.DIM),
    ]
    key = [TonedText("less ", Tone.DIM), *_shaded(range(len(shades)), shades, 2), TonedText("more", Tone.DIM)]
    left = width - sum(cells(span.text) for span in (*spans, *key))
    return [*spans, TonedText(" " * left), *key] if left > 0 else spans


def _shaded(days: Sequence[int | None], shades: str, wide: int) -> list[TonedText]:
    spans: list[TonedText] = []
    for level in days:
        text = padded(" " if level is None else shades[level], wide)
        tone = _HEAT[level or 0]
        if spans and spans[-1].tone is tone:
            spans[-1] = TonedText(spans[-1].text + text, tone)
        else:
            spans.append(TonedText(text, tone))
    return spans


def calendar_weeks(figures: ActivityReport) -> list[date]:
    """Return the Mondays of the weeks."""
    first = monday(figures.start)
    return [first + timedelta(weeks=number) for number in range((monday(figures.end) - first).days // 7 + 1)]


def month_starts(weeks: Sequence[date], least: int) -> dict[int, date]:
    """Return a day of each month by the index of the week that its first day is in.

    The month that the first week is in has its name there, where the next one leaves `least` weeks for it.
    """
    firsts = {
        index: week + timedelta(days=6) for index, week in enumerate(weeks) if (week + timedelta(days=6)).day <= 7
    }
    return {0: weeks[0]} | firsts if min(firsts, default=len(weeks)) >= least else firsts


def _month_names(weeks: Sequence[date], wide: int) -> str:
    """Return the names of the months, where there is room for them."""
    line = ""
    for index, day in month_starts(weeks, _LABEL // wide + 1).items():
        if index * wide + len(MONTHS[0]) <= len(weeks) * wide:
            line = f"{line:<{index * wide}}{MONTHS[day.month - 1]} "
    return line
