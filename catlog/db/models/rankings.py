"""Ranking history: one row per anime and UTC day. MyAnimeList has no past ranks: this is the only record."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint

from catlog.db.declaration import Field, TableModel

TOP_INDEXED = 50
"""Ranks in the small partial index, which is enough for streaks and new entries of the upper chart."""


class DailyRankings(TableModel, table=True):
    """A snapshot. The key is (mal_id, snapshot_date); rank, score and counts are NULL where the source had none.

    There is no foreign key to the catalogue or the run log: bulk loads would check both for millions of rows, and a
    run's rows outlive its pruned log. Its indexes are in `catlog.db.models.indexes`.
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


class RankingDays(TableModel, table=True):
    """A day with snapshots: their number and the depth of its chart, so that queries need not count.

    The table is derived from `DailyRankings`: writers there call `catlog.db.ranking_days.refresh_days` in the same
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
