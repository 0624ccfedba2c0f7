"""Days: which day a question is about, where its window begins, and S, the distinct days with snapshots."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import CTE, Connection, Integer, ScalarSelect, SQLColumnExpression, case, func, literal, select
from sqlmodel import Session, col

from catlog.analytics.expressions import days_between
from catlog.analytics.records import Answer, Row
from catlog.db.models import DailyRankings

_day = col(DailyRankings.snapshot_date)


@dataclass(frozen=True, slots=True)
class Span:
    """The day asked for, and the first and the last day up to it that have snapshots (S[0] and the last of S)."""

    as_of: date
    first_day: date
    last_day: date


def answer(
    session: Session,
    as_of: date | None,
    parameters: Mapping[str, int | bool | None],
    rows: Callable[[Connection, Span], Iterable[Row]],
) -> Answer[Row]:
    """Return what `rows` finds, or an answer without rows where there are no snapshots up to `as_of`.

    The default of `as_of` is the latest day that has snapshots.
    """
    connection = session.connection()
    found = _span(connection, as_of)
    if found is None:
        return Answer(as_of, None, parameters, ())
    return Answer(found.as_of, found.last_day, parameters, tuple(rows(connection, found)))


def _span(connection: Connection, as_of: date | None) -> Span | None:
    last = select(func.max(_day)) if as_of is None else select(func.max(_day)).where(_day <= as_of)
    query = select(select(func.min(_day)).scalar_subquery(), last.scalar_subquery())
    first_day, last_day = connection.execute(query).one()
    return None if last_day is None else Span(as_of or last_day, first_day, last_day)


def days_before(day: date, days: int) -> date:
    """Return the date `days` before `day`, or the first date of all where the calendar ends."""
    return day - timedelta(days=min(days, (day - date.min).days))


def snapshot_days(as_of: date, max_gap: int) -> CTE:
    """Return S up to `as_of` as a recursive CTE (day, next_day, number), read by hopping along the index.

    Numbers are successive, but leave one out where the next day of S is more than `max_gap` days later.
    Reading each day once matters: a DISTINCT would read every snapshot there is.
    """
    earliest = select(func.min(_day).label("day")).where(_day <= as_of).subquery("earliest")
    start = select(
        earliest.c.day, _next_day(earliest.c.day, as_of).label("next_day"), literal(0, Integer).label("number")
    )
    days = start.cte("days", recursive=True)
    hole = case((days_between(days.c.day, days.c.next_day) > max_gap, 1), else_=0)
    step = select(days.c.next_day, _next_day(days.c.next_day, as_of), days.c.number + 1 + hole)
    return days.union_all(step.where(days.c.next_day.is_not(None)))


def _next_day(day: SQLColumnExpression[date], as_of: date) -> ScalarSelect[date]:
    return select(func.min(_day)).where(_day > day, _day <= as_of).scalar_subquery()
