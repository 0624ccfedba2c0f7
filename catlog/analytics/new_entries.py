"""New entries: the anime that are in the upper chart for the first time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import CTE, Connection, Date, Select, and_, bindparam, func, select

from catlog.analytics.days import AS_OF, DAY, START, DaySpan, query_result
from catlog.analytics.expressions import ONCE, in_top, on, with_titles
from catlog.analytics.records import NewEntry, QueryResult, display_title
from catlog.db.models.rankings import TOP_INDEXED
from catlog.db.session import Session
from catlog.db.tables import DailyRankings, RankingDays, aliased, col


def new_entries(session: Session, *, top: int = 50, days: int = 7, as_of: date | None = None) -> QueryResult[NewEntry]:
    """Return the anime whose first day ever with a rank up to `top` is one of the last `days` days, latest first.

    The chart of that day may have any depth. Anime that were in the chart by the first day that is `top` deep are no
    entries: on that day all would be new.
    """

    def rows(connection: Connection, span: DaySpan) -> Iterator[NewEntry]:
        if days < 1:
            return
        values = {
            "top": top,
            "start": span.start(days - 1),
            "as_of": span.as_of,
            "first_day": span.first_day,
        }
        query = _entries(indexed=top <= TOP_INDEXED)
        for mal_id, first_date, first_rank, rank, title in connection.execute(query, values):
            yield NewEntry(mal_id, display_title(mal_id, title), first_date, first_rank, rank)

    return query_result(session, as_of, {"top": top, "days": days}, rows, top=top)


@cache
def _entries(*, indexed: bool) -> Select[Any]:
    first, now = aliased(DailyRankings), aliased(DailyRankings)
    dated = (_first_days() if indexed else _first_days_of_present()).prefix_with(ONCE)
    entries = (
        select(dated.c.mal_id, dated.c.first_day, col(first.rank).label("first_rank"), col(now.rank))
        .join_from(dated, first, on(first, dated.c.mal_id, dated.c.first_day))
        .outerjoin(now, on(now, dated.c.mal_id, AS_OF))
        .where(dated.c.first_day >= START, dated.c.first_day > bindparam("first_day", type_=Date()))
        .subquery("entries")
    )
    return with_titles(entries, entries.c.first_day.desc(), entries.c.first_rank, entries.c.mal_id)


def _first_days() -> CTE:
    """Return (mal_id, first_day) of every anime that was ever in the upper chart: a scan of the partial index."""
    mal_id, day = col(DailyRankings.mal_id), col(DailyRankings.snapshot_date)
    inside = and_(in_top(DailyRankings, indexed=True), day <= AS_OF)
    return select(mal_id, func.min(day).label("first_day")).where(inside).group_by(mal_id).cte("dated")


def _first_days_of_present() -> CTE:
    """Return the same for the anime in the window alone: beyond the partial index, a full scan would be too slow."""
    here, before = aliased(DailyRankings), aliased(DailyRankings)
    present = select(col(here.mal_id)).join_from(RankingDays, here, col(here.snapshot_date) == DAY)
    in_window = present.where(DAY.between(START, AS_OF), in_top(here, indexed=False))
    few = in_window.distinct().subquery("present")
    inside = and_(col(before.mal_id) == few.c.mal_id, in_top(before, indexed=False))
    first_day = select(func.min(col(before.snapshot_date))).where(inside).scalar_subquery()
    return select(few.c.mal_id, first_day.label("first_day")).cte("dated")
