"""The records of a list: its longest and its quickest title, its oldest plan, and where it gives up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from catlog.library.entries import Status
from catlog.library.partial_date import PartialDate
from catlog.library.records import ListRow
from catlog.statistics.watched import WatchedTitle
from catlog.zones import UTC_ZONE, Zone

FEWEST_EPISODES = 2
"""Episodes from which a title counts as finished quickly: every film takes one day."""


@dataclass(frozen=True, slots=True)
class MonthCount:
    """The titles of one month, written 2026-11."""

    month: str
    titles: int


@dataclass(frozen=True, slots=True)
class LongTitle:
    """A title with what was watched of it, rewatches included."""

    mal_id: int
    title: str
    episodes: int
    seconds: int


@dataclass(frozen=True, slots=True)
class QuickTitle:
    """A title with the days from its start to its finish, both included."""

    mal_id: int
    title: str
    days: int
    episodes: int


@dataclass(frozen=True, slots=True)
class OldPlan:
    """A planned title and the day since which it is on the list."""

    mal_id: int
    title: str
    since: date


@dataclass(frozen=True, slots=True)
class Records:
    """The records; None where no title qualifies.

    `busiest_month` is the month in which most titles were finished, by the dates of the list; `longest` has the most
    time watched; `quickest` was completed in the fewest days by its dates, of titles with `FEWEST_EPISODES` or more;
    `oldest_plan` is longest on the list among the planned ones. `dropped` has the episodes after which titles were
    dropped, in ascending order, and `dropped_median` their median.
    """

    busiest_month: MonthCount | None
    longest: LongTitle | None
    quickest: QuickTitle | None
    oldest_plan: OldPlan | None
    dropped: tuple[int, ...]
    dropped_median: float | None


def records(titles: Sequence[WatchedTitle], zone: Zone | None = None) -> Records:
    """Return the records of a list, its days by `zone`; without one, by UTC."""
    rows = [one.row for one in titles]
    dropped = tuple(sorted(row.episodes_watched for row in rows if row.status is Status.DROPPED))
    return Records(
        busiest_month=_busiest_month(rows),
        longest=_longest(titles),
        quickest=_quickest(rows),
        oldest_plan=_oldest_plan(rows, zone),
        dropped=dropped,
        dropped_median=float(median(dropped)) if dropped else None,
    )


def _busiest_month(rows: Sequence[ListRow]) -> MonthCount | None:
    dates = [row.finish_date for row in rows if row.status is Status.COMPLETED and row.finish_date is not None]
    counts = Counter(f"{date.year:04}-{date.month:02}" for date in dates if date.year and date.month)
    if not counts:
        return None
    return MonthCount(*max(counts.items(), key=lambda item: (item[1], item[0])))


def _longest(titles: Sequence[WatchedTitle]) -> LongTitle | None:
    timed = [one for one in titles if one.seconds]
    if not timed:
        return None
    one = max(timed, key=lambda one: (one.seconds, -one.row.mal_id))
    return LongTitle(one.row.mal_id, one.row.title, one.episodes, one.seconds)


def _quickest(rows: Sequence[ListRow]) -> QuickTitle | None:
    found = []
    for row in rows:
        if row.status is not Status.COMPLETED or row.start_date is None or row.finish_date is None:
            continue
        start, finish = _whole(row.start_date), _whole(row.finish_date)
        if start and finish and start <= finish and row.episodes_watched >= FEWEST_EPISODES:
            found.append(QuickTitle(row.mal_id, row.title, (finish - start).days + 1, row.episodes_watched))
    return min(found, key=lambda one: (one.days, -one.episodes, one.title, one.mal_id), default=None)


def _whole(written: PartialDate) -> date | None:
    """Return a date of which every part is known."""
    year, month, day = written.parts
    return date(year, month, day) if year and month and day else None


def _oldest_plan(rows: Sequence[ListRow], zone: Zone | None) -> OldPlan | None:
    planned = [row for row in rows if row.status is Status.PLAN_TO_WATCH]
    if not planned:
        return None
    row = min(planned, key=lambda row: (row.created_at, row.mal_id))
    return OldPlan(row.mal_id, row.title, _day(row.created_at, zone))


def _day(at: datetime, zone: Zone | None) -> date:
    return (zone or UTC_ZONE).day_of(at)
