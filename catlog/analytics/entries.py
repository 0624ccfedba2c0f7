"""New entries: the anime that came into the upper chart for the first time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Connection, Date, Select, bindparam, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from catlog.analytics.days import AS_OF, START, Span, answer, snapshot_days
from catlog.analytics.expressions import ONCE, in_top, on, with_titles
from catlog.analytics.records import Answer, NewEntry, titled
from catlog.db.models import DailyRankings
from catlog.db.models.rankings import TOP_INDEXED


def new_entries(session: Session, *, top: int = 50, days: int = 7, as_of: date | None = None) -> Answer[NewEntry]:
    """Return the anime whose first day ever with a rank up to `top` is one of the last `days` days, latest first.

    On the very first day with snapshots everything would be new: what was there then is no entry.
    """

    def rows(connection: Connection, span: Span) -> Iterator[NewEntry]:
        if days < 1:
            return
        values = {
            "top": top,
            "start": span.start(days - 1),
            "as_of": span.as_of,
            "first_day": span.first_day,
            "last_day": span.last_day,
        }
        for mal_id, first_date, first_rank, rank, title in connection.execute(_entries(top <= TOP_INDEXED), values):
            yield NewEntry(mal_id, titled(mal_id, title), first_date, first_rank, rank)

    return answer(session, as_of, {"top": top, "days": days}, rows)


@cache
def _entries(indexed: bool) -> Select[Any]:
    here, any_day, first, now = (aliased(DailyRankings) for _ in range(4))
    days = snapshot_days()
    present = select(col(here.mal_id)).join_from(days, here, col(here.snapshot_date) == days.c.day)
    few = present.where(in_top(here, indexed=False)).distinct().subquery("present")
    first_day = select(func.min(col(any_day.snapshot_date))).where(
        col(any_day.mal_id) == few.c.mal_id, in_top(any_day, indexed=indexed)
    )
    dated = select(few.c.mal_id, first_day.scalar_subquery().label("first_day")).cte("dated").prefix_with(ONCE)
    entries = (
        select(dated.c.mal_id, dated.c.first_day, col(first.rank).label("first_rank"), col(now.rank))
        .join(first, on(first, dated.c.mal_id, dated.c.first_day))
        .outerjoin(now, on(now, dated.c.mal_id, AS_OF))
        .where(dated.c.first_day >= START, dated.c.first_day != bindparam("first_day", type_=Date()))
        .subquery("entries")
    )
    return with_titles(entries, entries.c.first_day.desc(), entries.c.first_rank, entries.c.mal_id)
