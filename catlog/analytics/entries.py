"""New entries: the anime that came into the upper chart for the first time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from catlog.analytics.days import Span, answer, days_before
from catlog.analytics.expressions import in_top, on, with_titles
from catlog.analytics.records import Answer, NewEntry, titled
from catlog.db.models import DailyRankings


def new_entries(session: Session, *, top: int = 50, days: int = 7, as_of: date | None = None) -> Answer[NewEntry]:
    """Return the anime whose first day ever with a rank up to `top` is one of the last `days` days, latest first.

    On the very first day with snapshots everything would be new: nothing that was there then is an entry.
    """

    def rows(connection: Connection, span: Span) -> Iterator[NewEntry]:
        query = _entries(span, days_before(span.as_of, days), top)
        for mal_id, first_date, first_rank, rank, title in connection.execute(query):
            yield NewEntry(mal_id, titled(mal_id, title), first_date, first_rank, rank)

    return answer(session, as_of, {"top": top, "days": days}, rows)


def _entries(span: Span, after: date, top: int) -> Select[Any]:
    here, earlier, first, now = (aliased(DailyRankings) for _ in range(4))
    day = col(here.snapshot_date)
    present = select(col(here.mal_id)).where(day > after, day <= span.as_of, in_top(here, top)).distinct()
    few = present.subquery("present")
    taken = col(earlier.snapshot_date)
    first_day = (
        select(func.min(taken))
        .where(col(earlier.mal_id) == few.c.mal_id, in_top(earlier, top))
        .scalar_subquery()
        .label("first_day")
    )
    dated = select(few.c.mal_id, first_day).cte("dated").prefix_with("MATERIALIZED")
    entries = (
        select(dated.c.mal_id, dated.c.first_day, col(first.rank).label("first_rank"), col(now.rank))
        .join(first, on(first, dated.c.mal_id, dated.c.first_day))
        .outerjoin(now, on(now, dated.c.mal_id, span.as_of))
        .where(dated.c.first_day > after, dated.c.first_day != span.first_day)
        .subquery("entries")
    )
    return with_titles(entries, entries.c.first_day.desc(), entries.c.first_rank, entries.c.mal_id)
