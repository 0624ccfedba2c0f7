"""Activity by day and month, and streaks, from the activity log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, TypeVar

K = TypeVar("K", date, str)

WEEKS = 53
"""Weeks of a rolling year: 52 whole ones before the current one."""

MONTHS = 12


@dataclass(frozen=True, slots=True)
class LoggedEdit:
    """One logged edit of one entry; `episodes` are those logged as watched, negative where some were taken back.

    `day` is when, `period` the month (2026-05) or the year where no more is known, and `day` is None.
    """

    day: date | None
    mal_id: int
    episodes: int
    period: str = ""


@dataclass(frozen=True, slots=True)
class ActiveDay:
    """One day with activity.

    `changes` counts changed entries; `episodes` those logged as watched minus those taken back, `seconds` their length.
    `untimed` counts episodes of unknown length, which `seconds` leaves out.
    """

    day: date
    changes: int
    episodes: int
    seconds: int
    untimed: int


@dataclass(frozen=True, slots=True)
class Period:
    """What was watched in a month or a year of which no day is known; the counts are those of `ActiveDay`."""

    period: str
    changes: int
    episodes: int
    seconds: int
    untimed: int


@dataclass(frozen=True, slots=True)
class Month:
    """The totals of one month, written 2026-11; months without activity are included.

    What was watched on an unknown day of the month counts in all but `active_days`.
    """

    month: str
    active_days: int
    changes: int
    episodes: int
    seconds: int
    untimed: int


@dataclass(frozen=True, slots=True)
class ActivityStreak:
    """Days in a row with activity on each, both ends included."""

    days: int
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class ActivityReport:
    """The activity from `start` to `end` (both included): active days, oldest first, and whole months.

    `until` is the last day that was: `end`, or today in a year that is not over. For a calendar year both streaks are
    cut to the year; otherwise they cover the whole log. The current streak lasts until the end of today.
    """

    start: date
    end: date
    until: date
    changes: int
    episodes: int
    days: tuple[ActiveDay, ...]
    months: tuple[Month, ...]
    current_streak: ActivityStreak | None
    longest_streak: ActivityStreak | None
    seconds: int = 0
    untimed: int = 0


def by_day(edits: Iterable[LoggedEdit], lengths: Mapping[int, int | None]) -> tuple[ActiveDay, ...]:
    """Return the active days, oldest first. `lengths` has the seconds of one episode by MAL id."""
    totals = _totals(((edit.day, edit) for edit in edits if edit.day is not None), lengths)
    return tuple(ActiveDay(day, *counts) for day, counts in totals)


def by_period(edits: Iterable[LoggedEdit], lengths: Mapping[int, int | None]) -> tuple[Period, ...]:
    """Return the months and years of edits without a day, oldest first; `lengths` as for `by_day`."""
    totals = _totals(((edit.period, edit) for edit in edits if edit.day is None), lengths)
    return tuple(Period(period, *counts) for period, counts in totals)


def activity(
    days: Sequence[ActiveDay], *, today: date, year: int | None = None, periods: Sequence[Period] = ()
) -> ActivityReport:
    """Return the activity of a calendar year, or of the rolling year that ends today.

    What was watched in `periods` counts in the totals, in a rolling year only that of months.
    """
    start, end = _range(today, year)
    shown = tuple(day for day in days if start <= day.day <= end)
    running = shown if year is not None else days
    months = tuple(_months(end))
    undated = [one for one in periods if one.period in months or one.period == str(year)]
    counted: list[ActiveDay | Period] = [*shown, *undated]
    return ActivityReport(
        start=start,
        end=end,
        until=min(end, today),
        changes=sum(one.changes for one in counted),
        episodes=sum(one.episodes for one in counted),
        days=shown,
        months=tuple(_month(month, days, periods) for month in months),
        current_streak=current_streak(running, today),
        longest_streak=longest_streak(running),
        seconds=sum(one.seconds for one in counted),
        untimed=sum(one.untimed for one in counted),
    )


def streaks(days: Iterable[ActiveDay]) -> tuple[ActivityStreak, ...]:
    """Return all runs of days in a row, oldest first; `days` are ordered."""
    runs: list[ActivityStreak] = []
    for active in days:
        if runs and active.day - runs[-1].end == timedelta(days=1):
            runs[-1] = ActivityStreak(runs[-1].days + 1, runs[-1].start, active.day)
        else:
            runs.append(ActivityStreak(1, active.day, active.day))
    return tuple(runs)


def longest_streak(days: Iterable[ActiveDay]) -> ActivityStreak | None:
    """Return the longest run of days in a row, the latest of several; None without any activity."""
    return max(streaks(days), key=lambda run: (run.days, run.end), default=None)


def current_streak(days: Iterable[ActiveDay], today: date) -> ActivityStreak | None:
    """Return the run that reaches today or yesterday: a day counts as missed only when it is over."""
    past = streaks(day for day in days if day.day <= today)
    return past[-1] if past and today - past[-1].end <= timedelta(days=1) else None


def monday(day: date) -> date:
    """Return the first day of a day's week."""
    return day - timedelta(days=day.weekday())


def _range(today: date, year: int | None) -> tuple[date, date]:
    if year is None:
        return monday(today) - timedelta(weeks=WEEKS - 1), today
    return date(year, 1, 1), date(year, 12, 31)


def _months(end: date) -> Iterator[str]:
    """Yield the twelve months up to that of a day."""
    last = end.year * MONTHS + end.month - 1
    for number in range(last - MONTHS + 1, last + 1):
        yield f"{number // MONTHS:04}-{number % MONTHS + 1:02}"


def _month(month: str, days: Sequence[ActiveDay], periods: Sequence[Period]) -> Month:
    own = [day for day in days if day.day.isoformat().startswith(month)]
    counted: list[ActiveDay | Period] = [*own, *(one for one in periods if one.period == month)]
    return Month(
        month,
        active_days=len(own),
        changes=sum(one.changes for one in counted),
        episodes=sum(one.episodes for one in counted),
        seconds=sum(one.seconds for one in counted),
        untimed=sum(one.untimed for one in counted),
    )


class _Counts(NamedTuple):
    changes: int
    episodes: int
    seconds: int
    untimed: int


def _totals(edits: Iterable[tuple[K, LoggedEdit]], lengths: Mapping[int, int | None]) -> Iterator[tuple[K, _Counts]]:
    """Yield the counts of the edits of each key, in the order of the keys."""
    changes: defaultdict[K, int] = defaultdict(int)
    episodes: defaultdict[K, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
    for key, edit in edits:
        changes[key] += 1
        episodes[key][edit.mal_id] += edit.episodes
    for key in sorted(changes):
        yield key, _counts(changes[key], episodes[key], lengths)


def _counts(changes: int, by_title: Mapping[int, int], lengths: Mapping[int, int | None]) -> _Counts:
    # A negative count of one title does not reduce another's: a correction affects its own title alone.
    episodes = {mal_id: count for mal_id, count in by_title.items() if count > 0}
    return _Counts(
        changes=changes,
        episodes=sum(episodes.values()),
        seconds=sum(count * (lengths.get(mal_id) or 0) for mal_id, count in episodes.items()),
        untimed=sum(count for mal_id, count in episodes.items() if lengths.get(mal_id) is None),
    )
