"""Streaks: unbroken stays in the upper chart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Connection, Integer, Select, bindparam, case, func, select
from sqlmodel import Session, col

from catlog.analytics.days import LAST_DAY, Span, answer, snapshot_days
from catlog.analytics.expressions import EVERY, LIMIT, days_between, in_top, with_titles
from catlog.analytics.records import Answer, Streak, titled
from catlog.db.models import DailyRankings


def streaks(
    session: Session,
    *,
    top: int = 10,
    limit: int | None = 10,
    max_gap: int = 3,
    current: bool = False,
    as_of: date | None = None,
) -> Answer[Streak]:
    """Return the longest stays at a rank up to `top`, of all history or, with `current`, those that still last.

    A stay is a run of successive days with snapshots. A missing day breaks no stay; where the next day with
    snapshots is more than `max_gap` days later, all stays end.
    """
    parameters = {"top": top, "limit": limit, "max_gap": max_gap, "current": current}

    def rows(connection: Connection, span: Span) -> Iterator[Streak]:
        values = parameters | {"limit": limit or EVERY, "start": span.first_day, "last_day": span.last_day}
        for mal_id, start, end, days, count, title in connection.execute(_stays(current=current), values):
            yield Streak(mal_id, titled(mal_id, title), start, end, days, count, end == span.last_day)

    return answer(session, as_of, parameters, rows)


@cache
def _stays(*, current: bool) -> Select[Any]:
    days = snapshot_days()
    hole = days_between(days.c.previous, days.c.day) > bindparam("max_gap", type_=Integer())
    # Successive numbers for successive days; where a hole ends all stays, one is left out.
    number = func.sum(case((hole, 2), else_=1)).over(order_by=days.c.day).label("number")
    numbered = select(days.c.day, number).subquery("numbered")
    mal_id = col(DailyRankings.mal_id)
    # Along one stay the number of the day and the number of the row grow alike: their difference names the stay.
    row = func.row_number().over(partition_by=mal_id, order_by=numbered.c.number)
    inside = (
        select(mal_id, numbered.c.day, (numbered.c.number - row).label("stay"))
        .join_from(numbered, DailyRankings, col(DailyRankings.snapshot_date) == numbered.c.day)
        .where(in_top(DailyRankings, indexed=False))
        .subquery("inside")
    )
    start, end = func.min(inside.c.day), func.max(inside.c.day)
    length = (days_between(start, end) + 1).label("days")
    stays = select(inside.c.mal_id, start.label("start"), end.label("end"), length, func.count().label("snapshots"))
    stays = stays.group_by(inside.c.mal_id, inside.c.stay)
    if current:
        stays = stays.having(end == LAST_DAY)
    few = stays.order_by(length.desc(), end.desc(), inside.c.mal_id).limit(LIMIT).subquery("few")
    return with_titles(few, few.c.days.desc(), few.c.end.desc(), few.c.mal_id)
