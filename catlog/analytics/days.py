"""Days: the day of a query, the start of its window, and S(top), the days whose chart is at least `top` deep.

All of them are read from `RankingDays`, one row a day; no snapshot is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    func,
    select,
)

from catlog.analytics.expressions import LIMIT
from catlog.analytics.records import ChartDay, QueryResult
from catlog.db.ranking_days import CHART
from catlog.db.session import Session
from catlog.db.tables import RankingDays, col
from catlog.text import spans

Row = TypeVar("Row")

AS_OF = bindparam("as_of", type_=Date())
"""The day of the query."""

START = bindparam("start", type_=Date())
"""The first day of the window."""

CHARTS_BEFORE = 7
"""Number of earlier chart days that a chart is compared with: it should be at least half as deep as the deepest."""

DAY = col(RankingDays.snapshot_date)
_DEPTH = col(RankingDays.depth)
_DEEP: BindParameter[int] = bindparam("deep", type_=Integer())


@dataclass(frozen=True, slots=True)
class DaySpan:
    """The day of a query, and the first and the last day of S(top) up to it.

    Without a `top` both are the last day up to `as_of` that has snapshots.
    """

    as_of: date
    first_day: date
    last_day: date

    def start(self, days: int) -> date:
        """Return the day `days` before `as_of`, at the earliest the first day of the calendar."""
        return self.as_of - timedelta(days=min(days, (self.as_of - date.min).days))


def query_result(
    session: Session,
    as_of: date | None,
    parameters: Mapping[str, int | bool | None],
    rows: Callable[[Connection, DaySpan], Iterable[Row]],
    *,
    top: int = 0,
) -> QueryResult[Row]:
    """Run a query and return its result, without rows where no day has the snapshots it needs.

    `rows` yields the records for a span of days: those of S(top), or with `top` 0 all that have snapshots. Without
    `as_of` the day is `default_day`.
    """
    connection = session.connection()
    day, newest = (as_of, as_of) if as_of is not None else _default(connection, top)
    if day is None or newest is None:
        return QueryResult(None, None, parameters, ())
    passed_over = days_after(connection, day) if newest > day else ()
    if as_of is None and not top:
        return QueryResult(day, day, parameters, tuple(rows(connection, DaySpan(day, day, day))), passed_over)
    last_day, first_deep, last_deep, deepest = connection.execute(_ENDS, {"as_of": day, "deep": top}).one()
    if last_day is None:
        return QueryResult(day, None, parameters, ())
    if first_deep is None or last_deep is None:
        return QueryResult(day, last_day, parameters, (), passed_over, deepest)
    span = DaySpan(day, first_deep, last_deep) if top else DaySpan(day, last_day, last_day)
    return QueryResult(day, last_day, parameters, tuple(rows(connection, span)), passed_over)


def default_day(connection: Connection, top: int = 0) -> date | None:
    """Return the day of a query without `as_of`; None without snapshots.

    With `top` it is the last day of S(top). Else, or where that is empty, it is the latest chart day at least half as
    deep as the deepest of the chart days before it (`CHARTS_BEFORE`), and without any chart day the latest day.
    """
    return _default(connection, top)[0]


def days_after(connection: Connection, day: date) -> tuple[date, ...]:
    """Return the days with snapshots after `day`: those passed over where `day` is the default."""
    return tuple(connection.execute(_LATER, {"as_of": day}).scalars())


def describe_days(result: QueryResult[Any]) -> str:
    """Return a note on the days of a result: those passed over, or that no chart is deep enough; "" for neither."""
    top = result.parameters.get("top")
    if result.deepest is None:
        return describe_passed_over(result.passed_over, top)
    found = f"the deepest reaches {result.deepest}" if result.deepest else "no day has a chart at all"
    return f"no day up to {result.as_of} has a chart of {top}: {found}"


def describe_passed_over(days: Collection[date], top: int | None = None) -> str:
    """Return why `days` were passed over, "" for none; `top` is the required depth, if the query has one."""
    if not days:
        return ""
    missing = f"less than {top} deep" if top else "missing or less than half as deep as before"
    return f"passed over, as the chart is {missing}: {spans(days)}"


def describe_single_day(session: Session, result: QueryResult[Any]) -> str:
    """Return a note where the window of a result has snapshots on one day alone; "" where days can be compared."""
    days = result.parameters.get("days")
    if result.as_of is None or result.last_day != result.as_of or days is None:
        return ""
    start = DaySpan(result.as_of, result.as_of, result.as_of).start(int(days))
    before = session.connection().execute(_BEFORE, {"start": start, "as_of": result.as_of}).scalar()
    if before is not None:
        return ""
    return f"{result.as_of} is the only day of these {days} with snapshots: changes need a second one"


def chart_days(session: Session, *, as_of: date | None = None) -> QueryResult[ChartDay]:
    """Return every stored day up to `as_of`, oldest first, with depth and number of snapshots."""

    def rows(connection: Connection, span: DaySpan) -> Iterable[ChartDay]:
        return (ChartDay(*row) for row in connection.execute(_STORED, {"as_of": span.as_of}))

    return query_result(session, as_of, {}, rows)


def deep_days(top: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition on rows of `RankingDays` that they are days of S(top) up to `AS_OF`."""
    return and_(top <= _DEPTH, DAY <= AS_OF)


_deep = deep_days(_DEEP)
_ENDS: Select[date | None, date | None, date | None, int | None] = select(
    select(func.max(DAY)).where(DAY <= AS_OF).scalar_subquery(),
    select(func.min(DAY)).where(_deep).scalar_subquery(),
    select(func.max(DAY)).where(_deep).scalar_subquery(),
    select(func.max(_DEPTH)).where(DAY <= AS_OF).scalar_subquery(),
)
_STORED = select(DAY, _DEPTH, col(RankingDays.snapshots)).where(DAY <= AS_OF).order_by(DAY)
_LATER = select(DAY).where(DAY > AS_OF).order_by(DAY)
_BEFORE = select(func.min(DAY)).where(DAY >= START, DAY < AS_OF)
_NEWEST = select(func.max(DAY))
_newest = _NEWEST.scalar_subquery().label("newest")
_LAST_DEEP = select(select(func.max(DAY)).where(_DEPTH >= _DEEP).scalar_subquery(), _newest)
_CHARTS = select(DAY, _DEPTH, _newest).where(_DEPTH >= CHART).order_by(DAY.desc()).limit(LIMIT)


def _default(connection: Connection, top: int) -> tuple[date | None, date | None]:
    """Return the default day and the newest day, nearly always by one statement."""
    if top:
        day, newest = connection.execute(_LAST_DEEP, {"deep": top}).one()
        if day is not None:
            return day, newest
    limit = CHARTS_BEFORE + 1  # nearly always it is the first of these
    while True:
        charts = connection.execute(_CHARTS, {"limit": limit}).all()
        every = len(charts) < limit
        for place, (day, depth, newest) in enumerate(charts if every else charts[:-CHARTS_BEFORE]):
            before = [chart.depth for chart in charts[place + 1 : place + 1 + CHARTS_BEFORE]]
            if 2 * depth >= max(before, default=0):
                return day, newest
        if every:
            latest = connection.execute(_NEWEST).scalar()
            return latest, latest
        limit *= 8
