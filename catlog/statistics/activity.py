"""Activity by day and month, and streaks, from the activity log."""

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
class Month:
    """The totals of one month, written 2026-11; months without activity are included."""

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

    For a calendar year both streaks are cut to the year; otherwise they cover the whole log. The current streak lasts
    until the end of today.
    """

    start: date
    end: date
    changes: int
    episodes: int
    days: tuple[ActiveDay, ...]
    months: tuple[Month, ...]
    current_streak: ActivityStreak | None
    longest_streak: ActivityStreak | None


def by_day(edits: Iterable[LoggedEdit], lengths: Mapping[int, int | None]) -> tuple[ActiveDay, ...]:
    """Return the active days, oldest first. `lengths` has the seconds of one episode by MAL id."""
    changes: defaultdict[date, int] = defaultdict(int)
    episodes: defaultdict[date, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
    for edit in edits:
        changes[edit.day] += 1
        episodes[edit.day][edit.mal_id] += edit.episodes
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
    # A negative count of one title does not reduce another's: a correction affects its own title alone.
    episodes = {mal_id: count for mal_id, count in by_title.items() if count > 0}
    return ActiveDay(
        day,
        changes=changes,
        episodes=sum(episodes.values()),
        seconds=sum(count * (lengths.get(mal_id) or 0) for mal_id, count in episodes.items()),
        untimed=sum(count for mal_id, count in episodes.items() if lengths.get(mal_id) is None),
    )
