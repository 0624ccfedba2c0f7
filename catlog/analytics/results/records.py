"""The records of the result tables, one a row, frozen: fields as the columns, with the titles of the anime."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Generic, Literal, TypeVar

Row = TypeVar("Row")

Direction = Literal["rising", "falling", "flat"]
Metric = Literal["rank", "score"]


@dataclass(frozen=True, slots=True)
class Results(Generic[Row]):
    """Rows of one job with their origin; `as_of` None: nothing was ever computed for this window.

    `window` is None for a job without windows. `engine` and `run_id` are those of the newest part shown. `age_days`
    counts the days from `as_of` to today.
    """

    job: str
    window: int | None
    as_of: date | None
    computed_at: datetime | None
    engine: str | None
    run_id: str | None
    age_days: int | None
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class RollingMomentum:
    """The window that ends on `snapshot_date`; scores in points, a positive `rank_change` is a climb."""

    mal_id: int
    title: str
    snapshot_date: date
    window_days: int
    n: int
    rank_mean: float | None
    score_mean: float | None
    rank_change: int | None
    score_change: float | None
    members_change: int | None
    momentum_z: float | None


@dataclass(frozen=True, slots=True)
class Volatility:
    """How much an anime fluctuated; place 1 in `volatility_rank` is the most volatile."""

    mal_id: int
    title: str
    window_days: int
    n: int
    rank_stddev: float | None
    rank_range: int | None
    mean_abs_rank_change: float | None
    score_stddev: float | None
    volatility_rank: int | None


@dataclass(frozen=True, slots=True)
class GenreSpread:
    """The spread of scores and ranks in one genre on one day."""

    snapshot_date: date
    genre: str
    n: int
    score_p10: float | None
    score_p25: float | None
    score_p50: float | None
    score_p75: float | None
    score_p90: float | None
    rank_p25: float | None
    rank_p50: float | None
    rank_p75: float | None
    score_mean_weighted: float | None


@dataclass(frozen=True, slots=True)
class Trend:
    """Size and test of one trend, in places or points a day; for a rank, a negative drift is rising, as in the table.

    Tables and screens show `gained`, JSON and CSV the record itself.
    """

    mal_id: int
    title: str
    metric: Metric
    window_days: int
    m: int
    slope_per_day: float | None
    intercept: float | None
    r2: float | None
    sen_slope: float | None
    tau: float | None
    drift: float
    stderr: float
    t_stat: float | None
    p_value: float
    ci_low: float
    ci_high: float
    q_value: float
    direction: Direction

    @property
    def gained(self) -> Trend:
        """The trend with the sign that people read, where more is better: for a rank, places gained per day."""
        if self.metric != "rank":
            return self
        return replace(
            self,
            slope_per_day=_negated(self.slope_per_day),
            sen_slope=_negated(self.sen_slope),
            tau=_negated(self.tau),
            drift=0.0 - self.drift,
            t_stat=_negated(self.t_stat),
            ci_low=0.0 - self.ci_high,
            ci_high=0.0 - self.ci_low,
        )


def _negated(value: float | None) -> float | None:
    return None if value is None else 0.0 - value  # 0 stays 0 and does not become -0


@dataclass(frozen=True, slots=True)
class TrendPair:
    """The correlation between the moves of two anime."""

    mal_id_a: int
    title_a: str
    mal_id_b: int
    title_b: str
    metric: Metric
    window_days: int
    n: int
    pearson: float
    spearman: float
    p_value: float
    q_value: float
