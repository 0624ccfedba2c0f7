"""The history of one anime, every snapshot with its changes, and the daily ranks of many."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Select, and_, bindparam, func, select

from catlog.analytics.days import AS_OF, START, DaySpan, query_result
from catlog.analytics.expressions import hundredths, with_titles
from catlog.analytics.records import HistoryDay, QueryResult, display_title
from catlog.catalogue.resolve import parse_mal_id, resolve
from catlog.db.session import Session
from catlog.db.tables import DailyRankings, col

_mal_id = col(DailyRankings.mal_id)
_day = col(DailyRankings.snapshot_date)
_IDS_PER_STATEMENT = 10_000


def history(session: Session, mal_id: int, *, days: int = 90, as_of: date | None = None) -> QueryResult[HistoryDay]:
    """Return each snapshot of one anime in the window of `days` days, oldest first.

    The changes of the first are against the snapshot before it, even one before the window.
    """

    def rows(connection: Connection, span: DaySpan) -> Iterator[HistoryDay]:
        values = {"mal_id": mal_id, "start": span.start(days), "as_of": span.as_of}
        for _, day, rank, score, votes, members, popularity, places, points, title in connection.execute(
            _snapshots(), values
        ):
            name, change = display_title(mal_id, title), None if points is None else points / 100
            yield HistoryDay(mal_id, name, day, rank, score, votes, members, popularity, places, change)

    return query_result(session, as_of, {"mal_id": mal_id, "days": days}, rows)


def find_history(session: Session, words: str, *, days: int = 90, as_of: date | None = None) -> QueryResult[HistoryDay]:
    """Return the history of the anime that `words` name: an id with snapshots, or an anime of the catalogue.

    Without any snapshot the catalogue is not searched, and the result is empty. Raises NotFoundError as
    `catlog.catalogue.resolve` does.
    """
    mal_id = parse_mal_id(words)
    if not _any_snapshot(session):
        return QueryResult(as_of, None, {"mal_id": mal_id, "days": days}, ())
    if mal_id is None or not _any_snapshot(session, _mal_id == mal_id):
        mal_id = resolve(session, words).mal_id
    return history(session, mal_id, days=days, as_of=as_of)


def daily_ranks(session: Session, mal_ids: Collection[int], start: date, end: date) -> dict[int, list[int | None]]:
    """Return the ranks of several anime on every calendar day from `start` to `end`, None where there is none."""
    length = (end - start).days + 1
    ranks: dict[int, list[int | None]] = {mal_id: [None] * length for mal_id in mal_ids}
    ids = list(ranks)
    for first in range(0, len(ids), _IDS_PER_STATEMENT):
        batch = _mal_id.in_(ids[first : first + _IDS_PER_STATEMENT])
        query = select(_mal_id, _day, col(DailyRankings.rank)).where(batch, _day.between(start, end))
        for mal_id, day, rank in session.connection().execute(query):
            ranks[mal_id][(day - start).days] = rank
    return ranks


def _any_snapshot(session: Session, *conditions: ColumnElement[bool]) -> bool:
    return session.connection().execute(select(_mal_id).where(*conditions).limit(1)).first() is not None


@cache
def _snapshots() -> Select[Any]:
    this = bindparam("mal_id", type_=Integer())
    before = select(func.max(_day)).where(_mal_id == this, _day < START).scalar_subquery()
    rank, score = col(DailyRankings.rank), hundredths(col(DailyRankings.score))
    measures = (
        _mal_id,
        _day,
        rank,
        col(DailyRankings.score),
        col(DailyRankings.scored_by),
        col(DailyRankings.members),
        col(DailyRankings.popularity),
    )
    places = (func.lag(rank).over(order_by=_day) - rank).label("places")
    change = (score - func.lag(score).over(order_by=_day)).label("hundredths")
    reached = and_(_mal_id == this, _day >= func.coalesce(before, START), _day <= AS_OF)
    taken = select(*measures, places, change).where(reached).subquery("taken")
    inside = select(taken).where(taken.c.snapshot_date >= START).subquery("inside")
    return with_titles(inside, inside.c.snapshot_date)
