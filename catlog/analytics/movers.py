"""Climbers, fallers and momentum: changes between an anime's baseline in the window and the day of the query.

The baseline of an anime is its earliest snapshot in the window that has the measure: nearly always one of the window's
first day. That day is joined as a whole; other baselines are looked up one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    SQLColumnExpression,
    and_,
    bindparam,
    case,
    func,
    select,
)

from catlog.analytics.days import AS_OF, START, DaySpan, query_result
from catlog.analytics.expressions import EVERY, LIMIT, ONCE, Snapshot, hundredths, on, with_titles
from catlog.analytics.records import Momentum, Mover, QueryResult, display_title
from catlog.db.session import Session
from catlog.db.tables import DailyRankings, aliased, col


def climbers(
    session: Session, *, days: int = 7, limit: int | None = 5, within: int = 1000, as_of: date | None = None
) -> QueryResult[Mover]:
    """Return the anime that gained most places since their baseline, among those ranked `within` now (0: all)."""
    return _movers(session, days, limit, within, as_of, rising=True)


def fallers(
    session: Session, *, days: int = 7, limit: int | None = 5, within: int = 1000, as_of: date | None = None
) -> QueryResult[Mover]:
    """Return the anime that lost most places since their baseline, among those ranked `within` then (0: all)."""
    return _movers(session, days, limit, within, as_of, rising=False)


def momentum(
    session: Session, *, days: int = 7, limit: int | None = 5, within: int = 1000, as_of: date | None = None
) -> QueryResult[Momentum]:
    """Return the anime whose score rose most since their baseline, among those ranked `within` now.

    With `within` 0, anime without a rank count too.
    """

    def rows(connection: Connection, span: DaySpan) -> Iterator[Momentum]:
        values = _window(span, days, limit) | {"within": within}
        gains = _gains(ranked=within > 0)
        for mal_id, rank, now, then, since, growth, title in connection.execute(gains, values):
            change = (now - then) / 100
            yield Momentum(mal_id, display_title(mal_id, title), rank, now / 100, then / 100, change, since, growth)

    return query_result(session, as_of, {"days": days, "limit": limit, "within": within}, rows)


def _movers(
    session: Session, days: int, limit: int | None, within: int, as_of: date | None, *, rising: bool
) -> QueryResult[Mover]:
    def rows(connection: Connection, span: DaySpan) -> Iterator[Mover]:
        now_within, then_within = (within or EVERY, EVERY) if rising else (EVERY, within or EVERY)
        values = _window(span, days, limit) | {"within": now_within, "then_within": then_within}
        for mal_id, now, then, change, since, title in connection.execute(_moves(rising=rising), values):
            yield Mover(mal_id, display_title(mal_id, title), now, then, change, since)

    return query_result(session, as_of, {"days": days, "limit": limit, "within": within}, rows)


def _window(span: DaySpan, days: int, limit: int | None) -> dict[str, Any]:
    return {"as_of": span.as_of, "start": span.start(days), "limit": limit or EVERY}


Measure = Callable[[Snapshot], SQLColumnExpression[int | None]]
"""The measure of a snapshot that is compared: an integer, or NULL where unknown."""


def _rank(snapshot: Snapshot) -> SQLColumnExpression[int | None]:
    return col(snapshot.rank)


def _score(snapshot: Snapshot) -> SQLColumnExpression[int | None]:
    return hundredths(col(snapshot.score))


@cache
def _moves(*, rising: bool) -> Select[Any]:
    pairs = _pairs(_rank)
    change = pairs.c.then - pairs.c.now
    moves = and_(change > 0 if rising else change < 0, pairs.c.then <= bindparam("then_within", type_=Integer()))
    moved = select(pairs.c.mal_id, pairs.c.now, pairs.c.then, change.label("change"), pairs.c.since).where(moves)

    def order(rows: FromClause) -> list[ColumnElement[Any]]:
        return [rows.c.change.desc() if rising else rows.c.change, rows.c.now, rows.c.mal_id]

    return _first_few(moved, order)


@cache
def _gains(*, ranked: bool) -> Select[Any]:
    pairs = _pairs(_score, ranked=ranked)
    now, then = aliased(DailyRankings), aliased(DailyRankings)
    growth = (col(now.scored_by) - col(then.scored_by)).label("growth")
    gained = (
        select(pairs, growth)
        .join_from(pairs, now, on(now, pairs.c.mal_id, AS_OF))
        .join(then, on(then, pairs.c.mal_id, pairs.c.since))
        .where(pairs.c.now > pairs.c.then)
    )

    def order(rows: FromClause) -> list[ColumnElement[Any]]:
        return [(rows.c.now - rows.c.then).desc(), rows.c.growth.desc().nulls_last(), rows.c.mal_id]

    return _first_few(gained, order)


def _first_few(query: Select[Any], order: Callable[[FromClause], list[ColumnElement[Any]]]) -> Select[Any]:
    rows = query.subquery("compared")
    few = select(rows).order_by(*order(rows)).limit(LIMIT).subquery("few")
    return with_titles(few, *order(few))


def _pairs(measure: Measure, *, ranked: bool = True) -> CTE:
    """Return (mal_id, rank, now, then, since): the measure on the day, and the baseline with its day.

    `ranked` leaves out anime without a rank `within`.
    """
    now, first, other = aliased(DailyRankings), aliased(DailyRankings), aliased(DailyRankings)
    mal_id, rank, day = col(now.mal_id), col(now.rank), col(other.snapshot_date)
    in_window = and_(day >= START, day < AS_OF)
    first_day = select(func.min(day)).where(in_window).scalar_subquery()
    has_measure = and_(col(other.mal_id) == mal_id, in_window, measure(other).is_not(None))
    then = select(measure(other)).where(has_measure).order_by(day).limit(1).scalar_subquery()
    since = select(func.min(day)).where(has_measure).scalar_subquery()
    on_first_day = measure(first).is_not(None)
    pairs = (
        select(
            mal_id,
            rank,
            measure(now).label("now"),
            case((on_first_day, measure(first)), else_=then).label("then"),
            case((on_first_day, col(first.snapshot_date)), else_=since).label("since"),
        )
        .outerjoin_from(now, first, on(first, mal_id, first_day))
        .where(col(now.snapshot_date) == AS_OF, measure(now).is_not(None))
    )
    if ranked:
        pairs = pairs.where(rank <= bindparam("within", type_=Integer()))
    return pairs.cte("pairs").prefix_with(ONCE)
