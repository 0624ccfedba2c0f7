"""What was done when: days, months and streaks from the activity log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WEEKS = 53
"""Weeks of a rolling year: 52 whole ones before the current one."""

MONTHS = 12


@dataclass(frozen=True, slots=True)
class LoggedEdit:
    """One logged edit of one entry; `episodes` are those logged as watched, negative where some were taken back."""

    day: date
    mal_id: int
    episodes: int


@dataclass(frozen=True, slots=True)
class ActiveDay:
    """One day on which something was done.

    `changes` counts changed entries; `episodes` those logged as watched, less what was taken back, and `seconds` their
    length. `untimed` are the episodes among them whose length is unknown, so that it is missing.
    """

    day: date
    changes: int
    episodes: int
    seconds: int
    untimed: int


@dataclass(frozen=True, slots=True)
class Month:
    """One month, written 2026-11, with what its days add up to; months without activity are there too."""

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

    Of a calendar year both streaks are what of them lies in it, as every other figure; else they look at all of the
    log. The current one is not lost before today is over.
    """

    start: date
    end: date
    changes: int
    episodes: int
    days: tuple[ActiveDay, ...]
    months: tuple[Month, ...]
    current_streak: ActivityStreak | None
    longest_streak: ActivityStreak | None


def by_day(done: Iterable[LoggedEdit], lengths: Mapping[int, int | None]) -> tuple[ActiveDay, ...]:
    """Return the active days, oldest first. `lengths` has the seconds of one episode by MAL id."""
    changes: defaultdict[date, int] = defaultdict(int)
    episodes: defaultdict[date, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
    for one in done:
        changes[one.day] += 1
        episodes[one.day][one.mal_id] += one.episodes
    return tuple(_day(day, changes[day], episodes[day], lengths) for day in sorted(changes))


def activity(days: Sequence[ActiveDay], *, today: date, year: int | None = None) -> ActivityReport:
    """Return the activity of a calendar year, or of the rolling year that ends today."""
    start, end = _range(today, year)
    shown = tuple(day for day in days if start <= day.day <= end)
    running = shown if year is not None else days
    return ActivityReport(
        start=start,
        end=end,
        changes=sum(day.changes for day in shown),
        episodes=sum(day.episodes for day in shown),
        days=shown,
        months=tuple(_month(month, days) for month in _months(end)),
        current_streak=current_streak(running, today),
        longest_streak=longest_streak(running),
    )


def streaks(days: Iterable[ActiveDay]) -> tuple[ActivityStreak, ...]:
    """Return all runs of days in a row, oldest first; `days` are ordered."""
    runs: list[ActivityStreak] = []
    for one in days:
        if runs and one.day - runs[-1].end == timedelta(days=1):
            runs[-1] = ActivityStreak(runs[-1].days + 1, runs[-1].start, one.day)
        else:
            runs.append(ActivityStreak(1, one.day, one.day))
    return tuple(runs)


def longest_streak(days: Iterable[ActiveDay]) -> ActivityStreak | None:
    """Return the longest run of days in a row, the latest of several; None without any activity."""
    return max(streaks(days), key=lambda run: (run.days, run.end), default=None)


def current_streak(days: Iterable[ActiveDay], today: date) -> ActivityStreak | None:
    """Return the run that reaches today, or yesterday: a day is not lost before it is over."""
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
    """Return the twelve months that end with a day's."""
    last = end.year * MONTHS + end.month - 1
    for number in range(last - MONTHS + 1, last + 1):
        yield f"{number // MONTHS:04}-{number % MONTHS + 1:02}"


def _month(month: str, days: Sequence[ActiveDay]) -> Month:
    own = [day for day in days if day.day.isoformat().startswith(month)]
    return Month(
        month,
        active_days=len(own),
        changes=sum(day.changes for day in own),
        episodes=sum(day.episodes for day in own),
        seconds=sum(day.seconds for day in own),
        untimed=sum(day.untimed for day in own),
    )


def _day(day: date, changes: int, by_title: Mapping[int, int], lengths: Mapping[int, int | None]) -> ActiveDay:
    # What one title lost is not taken from another: a correction undoes a day's own slip, not the day.
    episodes = {mal_id: count for mal_id, count in by_title.items() if count > 0}
    return ActiveDay(
        day,
        changes=changes,
        episodes=sum(episodes.values()),
        seconds=sum(count * (lengths.get(mal_id) or 0) for mal_id, count in episodes.items()),
        untimed=sum(count for mal_id, count in episodes.items() if lengths.get(mal_id) is None),
    )
