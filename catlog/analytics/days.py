"""Days: which day a question is about, where its window begins, and S, the distinct days with snapshots."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import CTE, Connection, Date, Select, bindparam, cast, func, null, select
from sqlmodel import Session, col

from catlog.analytics.records import Answer, Row
from catlog.db.models import DailyRankings

AS_OF = bindparam("as_of", type_=Date())
"""The day asked for."""

START = bindparam("start", type_=Date())
"""The first day that counts."""

LAST_DAY = bindparam("last_day", type_=Date())
"""The last day of S."""

_day = col(DailyRankings.snapshot_date)


@dataclass(frozen=True, slots=True)
class Span:
    """The day asked for, and the first and the last day up to it that have snapshots (S[0] and the last of S)."""

    as_of: date
    first_day: date
    last_day: date

    def start(self, days: int) -> date:
        """Return the day `days` before `as_of`, or the first of all where the calendar ends."""
        return self.as_of - timedelta(days=min(days, (self.as_of - date.min).days))


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
    first_day, last_day = connection.execute(_ENDS, {"as_of": as_of or date.max}).one()
    if first_day is None or last_day is None:
        return Answer(as_of, None, parameters, ())
    span = Span(as_of or last_day, first_day, last_day)
    return Answer(span.as_of, last_day, parameters, tuple(rows(connection, span)))


def snapshot_days() -> CTE:
    """Return the days of S from `START` up to `LAST_DAY` as a CTE (day, previous), read by hopping along the index.

    Reading each day once matters: a DISTINCT would read every snapshot there is.
    """
    first = select(func.min(_day)).where(_day >= START, _day <= LAST_DAY).scalar_subquery()
    days = select(first.label("day"), cast(null(), Date).label("previous")).cte("days", recursive=True)
    following = select(func.min(_day)).where(_day > days.c.day).scalar_subquery()
    return days.union_all(select(following, days.c.day).where(days.c.day < LAST_DAY))


_ENDS: Select[date | None, date | None] = select(
    select(func.min(_day)).scalar_subquery(), select(func.max(_day)).where(_day <= AS_OF).scalar_subquery()
)
