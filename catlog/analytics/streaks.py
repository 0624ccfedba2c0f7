"""Streaks: unbroken stays in the upper chart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, func, select
from sqlmodel import Session, col

from catlog.analytics.days import Span, answer, snapshot_days
from catlog.analytics.expressions import days_between, in_top, with_titles
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
    """Return the longest stays at a rank up to `top`, all of history or, with `current`, those that still last.

    A stay is a run of successive days with snapshots. A missing day breaks no stay; where the next day with
    snapshots is more than `max_gap` days later, all stays end.
    """

    def rows(connection: Connection, span: Span) -> Iterator[Streak]:
        for mal_id, start, end, days, count, title in connection.execute(_islands(span, top, limit, max_gap, current)):
            yield Streak(mal_id, titled(mal_id, title), start, end, days, count, end == span.last_day)

    parameters = {"top": top, "limit": limit, "max_gap": max_gap, "current": current}
    return answer(session, as_of, parameters, rows)


def _islands(span: Span, top: int, limit: int | None, max_gap: int, current: bool) -> Select[Any]:
    days = snapshot_days(span.as_of, max_gap)
    mal_id = col(DailyRankings.mal_id)
    # Along one stay the day's number and the row's number grow alike: their difference names the stay.
    place = func.row_number().over(partition_by=mal_id, order_by=days.c.number)
    stays = (
        select(mal_id, days.c.day, (days.c.number - place).label("stay"))
        .join_from(days, DailyRankings, col(DailyRankings.snapshot_date) == days.c.day)
        .where(in_top(DailyRankings, top))
        .subquery("stays")
    )
    start, end = func.min(stays.c.day), func.max(stays.c.day)
    length = (days_between(start, end) + 1).label("days")
    islands = (
        select(stays.c.mal_id, start.label("start"), end.label("end"), length, func.count().label("snapshots"))
        .group_by(stays.c.mal_id, stays.c.stay)
        .order_by(length.desc(), end.desc(), stays.c.mal_id)
        .limit(limit)
    )
    if current:
        islands = islands.having(end == span.last_day)
    few = islands.subquery("few")
    return with_titles(few, few.c.days.desc(), few.c.end.desc(), few.c.mal_id)
