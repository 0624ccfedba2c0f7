"""The five stage-two jobs, by name. A job is a pure function from DataFrames to a DataFrame and knows no session.

What Spark cannot compute by itself (Student's t, Benjamini-Hochberg over a whole table) a job leaves to its `finish`,
which gets the aggregates, one row a title or pair, on the driver.
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
"""Every job, in the order in which all of them are run."""

CHART = 10
"""The least depth of a day that has a chart."""

WINDOWS = (7, 14, 30, 90)
"""Lengths of the windows in days, unless asked otherwise."""


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
    """What a run is about: the day, the windows in days, how many titles are correlated.

    With `since`, jobs with a row for every day leave out the days before it.
    """

    as_of: date
    windows: tuple[int, ...] = WINDOWS
    top: int = 100
    since: date | None = None


@dataclass(frozen=True, slots=True)
class SparkJob:
    """One job: what it computes (`transform`), its result's columns, and what is left to do on the driver.

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
