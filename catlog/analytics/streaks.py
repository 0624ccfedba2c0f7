"""Streaks: unbroken stays in the upper chart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Date,
    FromClause,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    func,
    select,
)

from catlog.analytics.days import DAY, DaySpan, deep_days, query_result
from catlog.analytics.expressions import EVERY, LIMIT, ONCE, TOP, days_between, in_top, with_titles
from catlog.analytics.records import ChartStreak, QueryResult, display_title
from catlog.db.session import Session
from catlog.db.tables import DailyRankings, RankingDays, col

_mal_id = col(DailyRankings.mal_id)


def streaks(
    session: Session,
    *,
    top: int = 10,
    limit: int | None = 10,
    max_gap: int = 3,
    current: bool = False,
    as_of: date | None = None,
) -> QueryResult[ChartStreak]:
    """Return the longest stays at a rank up to `top`, of all history or, with `current`, those that still last.

    A stay is a run of successive days whose charts are `top` deep. A missing day does not break it; a gap of more than
    `max_gap` days ends all stays. Where a chart has fewer titles up to `top` than places, a title without a snapshot
    that day is unknown: its stay goes on, and that day is not counted.
    """
    parameters = {"top": top, "limit": limit, "max_gap": max_gap, "current": current}

    def rows(connection: Connection, span: DaySpan) -> Iterator[ChartStreak]:
        values = parameters | {"limit": limit or EVERY, "as_of": span.as_of, "last_day": span.last_day}
        for mal_id, start, end, days, count, title in connection.execute(_stays(current=current), values):
            yield ChartStreak(mal_id, display_title(mal_id, title), start, end, days, count, end == span.last_day)

    return query_result(session, as_of, parameters, rows, top=top)


@cache
def _stays(*, current: bool) -> Select[Any]:
    stays = _bridged(_unbroken(_numbered_days()))
    length = (days_between(stays.c.start, stays.c.end) + 1).label("days")
    query = select(stays.c.mal_id, stays.c.start, stays.c.end, length, stays.c.snapshots)
    if current:
        query = query.where(stays.c.end == bindparam("last_day", type_=Date()))
    few = query.order_by(length.desc(), stays.c.end.desc(), stays.c.mal_id).limit(LIMIT).subquery("few")
    return with_titles(few, few.c.days.desc(), few.c.end.desc(), few.c.mal_id)


def _numbered_days() -> CTE:
    """Return the days of S(top) as (day, number, seen, whole).

    Successive days have successive numbers; a gap that ends all stays skips one. `whole` is 1 where the chart has a
    title for each place, else 0; `seen` is the running count of whole charts and gaps.
    """
    here = select(func.count()).where(col(DailyRankings.snapshot_date) == DAY, in_top(DailyRankings, indexed=False))
    previous = func.lag(DAY).over(order_by=DAY).label("previous")
    counted = select(DAY.label("day"), previous, here.scalar_subquery().label("here"))
    days = counted.where(deep_days(TOP)).subquery("days")
    gap = case((days_between(days.c.previous, days.c.day) > bindparam("max_gap", type_=Integer()), 1), else_=0)
    whole = case((days.c.here >= TOP, 1), else_=0)

    def running(step: ColumnElement[int]) -> ColumnElement[int]:
        return func.sum(step).over(order_by=days.c.day)

    return (
        select(
            days.c.day,
            running(gap + 1).label("number"),
            running(gap + whole).label("seen"),
            whole.label("whole"),
        )
        .cte("numbered")
        .prefix_with(ONCE)
    )


def _unbroken(days: CTE) -> FromClause:
    """Return (mal_id, start, end, snapshots, before, after) of the runs of days on which a title is inside.

    `before` and `after` are `seen` before the first day of the run and on the last.
    """
    # Along a run the day and row numbers grow alike, so their difference identifies the run.
    row = func.row_number().over(partition_by=_mal_id, order_by=days.c.number)
    inside = (
        select(_mal_id, days.c.day, days.c.seen, days.c.whole, (days.c.number - row).label("run"))
        .join_from(days, DailyRankings, col(DailyRankings.snapshot_date) == days.c.day)
        .where(in_top(DailyRankings, indexed=False))
        .subquery("inside")
    )
    return (
        select(
            inside.c.mal_id,
            func.min(inside.c.day).label("start"),
            func.max(inside.c.day).label("end"),
            func.count().label("snapshots"),
            func.min(inside.c.seen - inside.c.whole).label("before"),
            func.max(inside.c.seen).label("after"),
        )
        .group_by(inside.c.mal_id, inside.c.run)
        .subquery("runs")
    )


def _bridged(runs: FromClause) -> FromClause:
    """Return (mal_id, start, end, snapshots) of runs joined over days on which the title is unknown."""
    reached, left = (
        func.lag(column).over(partition_by=runs.c.mal_id, order_by=runs.c.start)
        for column in (runs.c.after, runs.c.end)
    )
    pairs = select(runs, reached.label("reached"), left.label("left")).subquery("pairs")
    known = (
        select(_mal_id)
        .join_from(DailyRankings, RankingDays, col(DailyRankings.snapshot_date) == DAY)
        .where(_mal_id == pairs.c.mal_id, deep_days(TOP), pairs.c.left < DAY, pairs.c.start > DAY)
        .correlate(pairs)
    )
    # Between the two runs lie no whole chart and no gap, and on no day of S(top) a snapshot of the title.
    goes_on = and_(pairs.c.reached == pairs.c.before, ~known.exists())
    number = func.sum(case((goes_on, 0), else_=1)).over(partition_by=pairs.c.mal_id, order_by=pairs.c.start)
    stays = select(pairs.c.mal_id, pairs.c.start, pairs.c.end, pairs.c.snapshots, number.label("stay")).subquery(
        "stays"
    )
    return (
        select(
            stays.c.mal_id,
            func.min(stays.c.start).label("start"),
            func.max(stays.c.end).label("end"),
            func.sum(stays.c.snapshots).label("snapshots"),
        )
        .group_by(stays.c.mal_id, stays.c.stay)
        .subquery("bridged")
    )
