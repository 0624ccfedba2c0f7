"""The five stage-two jobs: their names, their tables, and the columns that both engines must yield.

An engine writes one folder of Parquet files for each job, with the columns of the job's table except `STAMPS`, which
are added when the rows are stored. Ranks are integers, scores in points, unknown values null, never NaN.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from catlog.errors import InvalidArgumentError

if TYPE_CHECKING:
    from sqlmodel import SQLModel

Kind = Literal["integer", "float", "date", "text"]

WINDOWS = (7, 14, 30, 90)
"""Default lengths of the windows in days."""

LONGEST_WINDOW = 36_500
"""The longest window allowed, a century."""

TOP_CORRELATED = 100
"""Number of top-ranked anime to correlate with each other."""

STAMPS = ("asOf", "computedAt", "runId", "engine")
"""The columns with the origin of a stored row."""


@dataclass(frozen=True, slots=True)
class Job:
    """One job. `windowed`: its rows are about windows. `daily`: it has rows for every day, not for `as_of` alone."""

    name: str
    table: str
    windowed: bool
    daily: bool

    @property
    def model(self) -> type[SQLModel]:
        """The model of the table."""
        from catlog.db import tables

        found: type[SQLModel] = getattr(tables, self.table)
        return found

    @property
    def columns(self) -> Mapping[str, Kind]:
        """The columns that an engine yields, in order, with the kinds of their values."""
        return _columns(self)

    @property
    def key(self) -> tuple[str, ...]:
        """The columns of the primary key."""
        from catlog.db.naming import table_of

        return tuple(column.name for column in table_of(self.model).primary_key)


JOBS = {
    job.name: job
    for job in (
        Job("momentum", "RollingMomentumAnalysis", windowed=True, daily=True),
        Job("volatility", "VolatilityRankings", windowed=True, daily=False),
        Job("percentiles", "GenrePercentiles", windowed=False, daily=True),
        Job("significance", "TrendSignificance", windowed=True, daily=False),
        Job("correlation", "TrendCorrelation", windowed=True, daily=False),
    )
}
"""Every job by name, in the order of a full run."""


def find_job(name: str) -> Job:
    """Return the job called `name`. Raises InvalidArgumentError, which lists the jobs."""
    if name not in JOBS:
        raise InvalidArgumentError(f"there is no job {name[:80]!r}", hint=f"there are: {', '.join(JOBS)}")
    return JOBS[name]


def find_jobs(names: Collection[str]) -> tuple[Job, ...]:
    """Return the jobs of these names, each once and in the order of `JOBS`; all of them for no name."""
    requested = {find_job(name) for name in names}
    return tuple(job for job in JOBS.values() if job in requested or not requested)


def usable_windows(windows: Sequence[int]) -> tuple[int, ...]:
    """Return the windows in ascending order, each once. Raises InvalidArgumentError for a length out of range."""
    if not windows or not all(0 < days <= LONGEST_WINDOW for days in windows):
        shown = ", ".join(str(days) for days in windows) or "none"
        raise InvalidArgumentError(
            f"windows of {shown} days cannot be computed",
            hint=f"give whole numbers from 1 to {LONGEST_WINDOW}, as in --windows 7,30",
        )
    return tuple(sorted(set(windows)))


@cache
def _columns(job: Job) -> Mapping[str, Kind]:
    from sqlalchemy import Date, Float, Integer

    from catlog.db.naming import table_of

    kinds: tuple[tuple[type[Any], Kind], ...] = ((Integer, "integer"), (Float, "float"), (Date, "date"))
    columns = [column for column in table_of(job.model).columns if column.name not in STAMPS]
    return {
        column.name: next((kind for type_, kind in kinds if isinstance(column.type, type_)), "text")
        for column in columns
    }
