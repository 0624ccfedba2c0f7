"""Results of the stage-two jobs: five tables, and the run that wrote each part of them.

The modules of `catlog.analytics.duckdb_engine` and `spark.jobs`, one for each job, document the computation.
Every row carries the day it was computed for, the instant, the run and the engine. A statistic with too few points
is NULL.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index

from catlog.db.declaration import Field, TableModel
from catlog.db.types import UtcDateTime

_GIVEN = {"autoincrement": False}
_PACKED = {"sqlite_with_rowid": False}
"""SQLite stores the rows in the order of their key, the order in which these are written, replaced and read."""


class RollingMomentumAnalysis(TableModel, table=True):
    """Means and changes of one anime over the window that ends on one of its days; scores in points."""

    __tablename__ = "RollingMomentumAnalysis"
    __table_args__ = _PACKED

    snapshot_date: date = Field(primary_key=True)
    window_days: int = Field(primary_key=True, sa_column_kwargs=_GIVEN)
    mal_id: int = Field(primary_key=True, sa_column_kwargs=_GIVEN)
    n: int
    rank_mean: float | None = None
    score_mean: float | None = None
    rank_change: int | None = None
    score_change: float | None = None
    members_change: int | None = None
    momentum_z: float | None = None
    as_of: date
    computed_at: datetime = Field(sa_type=UtcDateTime)
    run_id: str
    engine: str


class VolatilityRankings(TableModel, table=True):
    """The volatility of one anime over the window that ends on `as_of`; scores in points."""

    __tablename__ = "VolatilityRankings"

    mal_id: int = Field(primary_key=True, sa_column_kwargs=_GIVEN)
    window_days: int = Field(primary_key=True, sa_column_kwargs=_GIVEN)
    n: int
    rank_stddev: float | None = None
    rank_range: int | None = None
    mean_abs_rank_change: float | None = None
    score_stddev: float | None = None
    volatility_rank: int | None = None
    as_of: date
    computed_at: datetime = Field(sa_type=UtcDateTime)
    run_id: str
    engine: str


class GenrePercentiles(TableModel, table=True):
    """The spread of scores (in points) and ranks in one genre on one day."""

    __tablename__ = "GenrePercentiles"
    __table_args__ = _PACKED

    snapshot_date: date = Field(primary_key=True)
    genre: str = Field(primary_key=True)
    n: int
    score_p10: float | None = None
    score_p25: float | None = None
    score_p50: float | None = None
    score_p75: float | None = None
    score_p90: float | None = None
    rank_p25: float | None = None
    rank_p50: float | None = None
    rank_p75: float | None = None
    score_mean_weighted: float | None = None
    as_of: date
    computed_at: datetime = Field(sa_type=UtcDateTime)
    run_id: str
    engine: str


class TrendSignificance(TableModel, table=True):
    """Size and test of one anime's trend over the window that ends on `as_of`.

    `metric` is rank or score, and the unit of all sizes is a place or a point, per day; `m` counts the changes.
    `direction` is rising, falling or flat; a rank that sinks rises.
    """

    __tablename__ = "TrendSignificance"

    mal_id: int = Field(primary_key=True, sa_column_kwargs=_GIVEN)
    metric: str = Field(primary_key=True)
    window_days: int = Field(primary_key=True, sa_column_kwargs=_GIVEN)
    m: int
    slope_per_day: float | None = None
    intercept: float | None = None
    r2: float | None = None
    sen_slope: float | None = None
    tau: float | None = None
    drift: float
    stderr: float
    t_stat: float | None = None
    p_value: float
    ci_low: float
    ci_high: float
    q_value: float
    direction: str
    as_of: date
    computed_at: datetime = Field(sa_type=UtcDateTime)
    run_id: str
    engine: str


class TrendCorrelation(TableModel, table=True):
    """The correlation of the daily changes of two anime of the upper chart over the window that ends on `as_of`."""

    __tablename__ = "TrendCorrelation"
    __table_args__ = (Index("ix_TrendCorrelation_malIdB", "mal_id_b"),)

    mal_id_a: int = Field(primary_key=True, sa_column_kwargs=_GIVEN)
    mal_id_b: int = Field(primary_key=True, sa_column_kwargs=_GIVEN)
    metric: str = Field(primary_key=True)
    window_days: int = Field(primary_key=True, sa_column_kwargs=_GIVEN)
    n: int
    pearson: float
    spearman: float
    p_value: float
    q_value: float
    as_of: date
    computed_at: datetime = Field(sa_type=UtcDateTime)
    run_id: str
    engine: str


class ResultParts(TableModel, table=True):
    """One part of a result table: replaced as a whole, or left unchanged if its `digest` is the same.

    A part is one day (of momentum and percentiles; else `as_of`) and one window (0: the table has none). A part without
    rows is recorded too, to distinguish "nothing found" from "never computed".
    """

    __tablename__ = "ResultParts"

    job: str = Field(primary_key=True)
    window_days: int = Field(primary_key=True, sa_column_kwargs=_GIVEN)
    snapshot_date: date = Field(primary_key=True)
    rows: int
    digest: str
    as_of: date
    computed_at: datetime = Field(sa_type=UtcDateTime)
    run_id: str
    engine: str
