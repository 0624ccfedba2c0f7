"""The five stage-two jobs, by name. A job is a pure function from DataFrames to a DataFrame and knows no session.

`finish` computes on the driver, from one row per title or pair, what Spark cannot: Student's t, and Benjamini-Hochberg
over a whole table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

NAMES = ("momentum", "volatility", "percentiles", "significance", "correlation")
"""Every job, in the order of a full run."""

CHART = 10
"""The least depth of a day that has a chart."""

WINDOWS = (7, 14, 30, 90)
"""Default lengths of the windows in days."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The frozen snapshot: `rankings` with a row a title and day, `genres` with a row a title and genre, `days`.

    Columns of rankings: malId int, snapshotDate date, rank int, score100 int (hundredths), scoredBy bigint, members
    bigint, popularity int; of genres: malId int, genre string; of days: snapshotDate date, depth int, that of its
    chart.
    """

    rankings: DataFrame
    genres: DataFrame
    days: DataFrame


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of a run: the day, the windows in days, the number of titles that are correlated.

    With `since`, jobs with a row for every day leave out earlier days.
    """

    as_of: date
    windows: tuple[int, ...] = WINDOWS
    top: int = 100
    since: date | None = None


@dataclass(frozen=True, slots=True)
class SparkJob:
    """One job: its transformation, the columns of its result, and its last step on the driver.

    `columns` maps each name to its Spark type, in order. `finish` is None where Spark does everything.
    """

    name: str
    columns: dict[str, str]
    transform: Callable[[Inputs, Parameters], DataFrame]
    finish: Callable[[pa.Table], pa.Table] | None = None


def find(name: str) -> SparkJob:
    """Return the job called `name`. Raises KeyError."""
    if name not in NAMES:
        raise KeyError(name)
    job: SparkJob = import_module(f"spark.jobs.{name}").JOB
    return job
