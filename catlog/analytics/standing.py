"""How the titles of a list stand on the chart: their ranks on single days, and the best they ever had."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any

from sqlalchemy import func, select

from catlog.analytics.records import Standing
from catlog.db.session import Session
from catlog.db.tables import DailyRankings, col

_IDS_PER_STATEMENT = 10_000

_mal_id, _day, _rank = col(DailyRankings.mal_id), col(DailyRankings.snapshot_date), col(DailyRankings.rank)


def read_standing(session: Session, mal_ids: Collection[int], first: date, day: date) -> Standing:
    """Return how the titles `mal_ids` stand on `day`, compared with the day `first`."""
    ranks = _ranks_on(session, mal_ids, (first, day))
    now, before = ranks[day], ranks[first]
    both = now.keys() & before.keys()
    risen = [mal_id for mal_id in both if now[mal_id] < before[mal_id]]
    fell = sum(now[mal_id] > before[mal_id] for mal_id in both)
    records = _best_ranks(session, risen, day)
    higher = [(now[mal_id], mal_id) for mal_id in risen if now[mal_id] < records[mal_id]]
    rank, highest = min(higher, default=(0, 0))
    return Standing(len(mal_ids), len(risen), fell, len(both) - len(risen) - fell, (highest, rank) if highest else None)


def _ranks_on(session: Session, mal_ids: Collection[int], days: Collection[date]) -> dict[date, dict[int, int]]:
    """Return the ranks of several anime on each of `days`, by MAL id; who has no rank on a day is not there."""
    ranks: dict[date, dict[int, int]] = {day: {} for day in days}
    for some in _batches(mal_ids):
        query = select(_day, _mal_id, _rank).where(_mal_id.in_(some), _day.in_(list(days)), _rank.is_not(None))
        rows: Iterable[Any] = session.connection().execute(query)
        for day, mal_id, rank in rows:
            ranks[day][mal_id] = rank
    return ranks


def _best_ranks(session: Session, mal_ids: Collection[int], before: date) -> dict[int, int]:
    """Return the best rank that several anime had on any day before `before`; who had none is not there."""
    best: dict[int, int] = {}
    for some in _batches(mal_ids):
        query = select(_mal_id, func.min(_rank)).where(_mal_id.in_(some), _day < before, _rank.is_not(None))
        rows: Iterable[Any] = session.connection().execute(query.group_by(_mal_id))
        best.update((mal_id, rank) for mal_id, rank in rows)
    return best


def _batches(mal_ids: Collection[int]) -> Iterator[list[int]]:
    ids = list(mal_ids)
    for first in range(0, len(ids), _IDS_PER_STATEMENT):
        yield ids[first : first + _IDS_PER_STATEMENT]
