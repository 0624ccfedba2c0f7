"""The days that have snapshots: each with the depth of its chart, written whenever its snapshots are.

MyAnimeList skips and repeats ranks, so a chart is as deep as nine tenths of it are there. A day that only another
source than the rankings filled has depth 0: its ranks are true, but who is missing from it has not fallen.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, delete, insert, select
from sqlmodel import col

from catlog.db.models import DailyRankings, RankingDays

CHART = 10
"""The least depth of a day that counts as a chart; what is less deep has depth 0."""


def depth_of(ranks: Iterable[int]) -> int:
    """Return how deep the chart of a day is that has these ranks, in any order; one of 0 or less is unknown.

    That is the largest d from `CHART` on so that for every t from there to d at least nine tenths of t are ranked t or
    better; 0 where there is none.
    """
    count = 0
    for rank in sorted(rank for rank in ranks if rank > 0):
        # Before this rank there are `count` titles, enough for a chart of 10 · count / 9.
        if 9 * (rank - 1) > 10 * count and rank > CHART:
            break
        count += 1
    deepest = 10 * count // 9
    return deepest if deepest >= CHART else 0


def refresh_days(connection: Connection, days: Iterable[date]) -> None:
    """Make the rows of `days` what their snapshots say, in the caller's transaction; a day without any has no row."""
    for day in sorted(set(days)):
        here = col(DailyRankings.snapshot_date) == day
        ranks = connection.execute(select(col(DailyRankings.rank)).where(here)).scalars().all()
        connection.execute(delete(RankingDays).where(col(RankingDays.snapshot_date) == day))
        if ranks:
            row = {"snapshot_date": day, "depth": depth_of(filter(None, ranks)), "snapshots": len(ranks)}
            connection.execute(insert(RankingDays), row)
