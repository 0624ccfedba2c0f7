"""Ranking history: one row is one anime on one UTC day. MyAnimeList never tells past ranks: this is all there is."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

import catlog.db.naming  # noqa: F401  (names must be physical before the first table is made)

TOP_INDEXED = 50
"""Ranks the small partial index covers: streaks and new entries of the upper chart read only it."""


class DailyRankings(SQLModel, table=True):
    """A snapshot. The key is (mal_id, snapshot_date); rank, score and counts are NULL where the source did not know.

    There is no foreign key to the catalogue or the run log: both would be checked once a row on bulk loads of
    millions, and a run's rows outlive its pruned log. Its indexes are in `catlog.db.models.indexes`.
    """

    __tablename__ = "DailyRankings"
    __table_args__ = (
        CheckConstraint("rank > 0", name="rank"),
        CheckConstraint("score > 0 AND score <= 10", name="score"),
        {"sqlite_with_rowid": False},
    )

    mal_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    snapshot_date: date = Field(primary_key=True)
    rank: int | None = None
    score: float | None = None
    scored_by: int | None = None
    members: int | None = None
    popularity: int | None = None
    etl_run_id: str


class RankingDays(SQLModel, table=True):
    """A day that has snapshots: how many, and how deep its chart is. One row a day, so that queries need not count.

    It follows from `DailyRankings`: whoever writes there calls `catlog.db.ranking_days.refresh_days` in the same
    transaction.
    """

    __tablename__ = "RankingDays"
    __table_args__ = (
        CheckConstraint("depth >= 0", name="depth"),
        CheckConstraint("snapshots > 0", name="snapshots"),
        {"sqlite_with_rowid": False},
    )

    snapshot_date: date = Field(primary_key=True)
    depth: int
    snapshots: int
