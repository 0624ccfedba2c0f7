"""Scales of charts: values to heights, days to columns, each with round ticks."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from catlog.charts.cells import padded

_STEEP = 20
"""Ratio of the largest to the smallest rank at which the scale is logarithmic."""

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""The months; `strftime` depends on the locale of the process."""

_LEAST_GAP = 3
"""Cells between the names of two ticks of an axis of days."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Where values are between top (0) and bottom (1), and the round values that name some heights."""

    low: float
    high: float
    ticks: tuple[float, ...]
    write: Callable[[float], str]
    upside_down: bool = False
    logarithmic: bool = False

    def height(self, value: float) -> float:
        """Return how far below the top a value is, 0 to 1."""
        low, high, at = (self._of(number) for number in (self.low, self.high, value))
        share = (at - low) / (high - low) if high > low else 0.5
        return share if self.upside_down else 1 - share

    def _of(self, value: float) -> float:
        return math.log(value) if self.logarithmic else value


def rank_scale(ranks: Sequence[float], rows: int) -> Scale:
    """Return the scale of ranks, 1 on top: by logarithm where they are far apart."""
    low, high = min(ranks), max(ranks)
    if high - low < 4:
        low, high = max(1, low - 2), high + 2
    steep = high / low >= _STEEP
    ticks = _steep_ticks(low, high, rows) if steep else _even_ticks(low, high, rows, 1)
    return Scale(low, high, ticks, lambda rank: f"{rank:,.0f}", upside_down=True, logarithmic=steep)


def score_scale(scores: Sequence[float], rows: int) -> Scale:
    """Return the scale of scores, high ones on top; never finer than the hundredths that scores have."""
    low, high = min(scores), max(scores)
    if high - low < 0.04:
        low, high = max(0.0, low - 0.02), min(10.0, high + 0.02)
    return Scale(low, high, _even_ticks(low, high, rows, 0.01), lambda score: f"{score:.2f}")


@dataclass(frozen=True, slots=True)
class DayTick:
    """A day on an axis: the cell that stands for it, where its name begins, and the name."""

    at: int
    start: int
    name: str


def day_ticks(first: date, last: date, width: int) -> list[DayTick]:
    """Return the days to name on an axis of `width` cells from `first` to `last`, spread from end to end.

    They are named by month and year where the days span more than a year. At least the last one has a name.
    """
    days = (last - first).days
    room = len(_named(last, days)) + _LEAST_GAP + 5
    count = min(days + 1, max(2, (width + _LEAST_GAP) // room))
    ticks: list[DayTick] = []
    for index in reversed(range(count)):
        day = first + timedelta(days=round(days * index / max(count - 1, 1)))
        at = round((day - first).days / max(days, 1) * (width - 1))
        name = _named(day, days)
        start = min(max(0, at - len(name) // 2), max(0, width - len(name)))
        if not ticks or start + len(name) + _LEAST_GAP <= ticks[-1].start:
            ticks.append(DayTick(at, start, name))
    return ticks[::-1]


def day_names(first: date, last: date, width: int) -> str:
    """Return the line of days under a chart of `width` cells."""
    names = ""
    for tick in day_ticks(first, last, width):
        names = padded(names, tick.start) + tick.name
    return names


def _named(day: date, days: int) -> str:
    return f"{MONTHS[day.month - 1]} {day.year}" if days > 400 else f"{day.day} {MONTHS[day.month - 1]}"


def _even_ticks(low: float, high: float, rows: int, finest: float) -> tuple[float, ...]:
    """Return round numbers at even distances, the finest of which there are not too many."""
    most = max(3, rows // 3)
    for factor in _ones_twos_fives():
        step = finest * factor
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first < most:
            return tuple(round(number * step, 2) for number in range(first, last + 1))
    return ()


def _steep_ticks(low: float, high: float, rows: int) -> tuple[float, ...]:
    known = [1.0 * factor for factor in _ones_twos_fives() if low <= factor <= high]
    while len(known) > max(2, rows // 2):
        known = known[::2]
    return tuple(known)


def _ones_twos_fives() -> Sequence[int]:
    return [digit * 10**power for power in range(8) for digit in (1, 2, 5)]
