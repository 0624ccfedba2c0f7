"""Windows of days over one title's snapshots, as sums that only grow: one pass each, whatever the window's length.

A sliding frame adds up its whole content for every row. Here snapshots are ordered by age, youngest first: the sum over
a window is the sum from the youngest snapshot to the window's first day, less the sum over what is younger than the
current row. Both grow by a row at a time, and being sums of integers their difference is exact. Everything is
partitioned by title alone: one exchange and one sort serve all windows.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, Window, WindowSpec
from pyspark.sql import functions as F  # noqa: N812 - everybody knows it by this name

from spark.jobs import Parameters

AGE = "age"
"""The column with the days from a snapshot to the day the run is about: windows are ranges of it."""

_BITS = 42
"""Bits of a packed value: a count of members needs 24."""


def by_age(rankings: DataFrame, parameters: Parameters, columns: Sequence[str]) -> DataFrame:
    """Return malId, `AGE`, snapshotDate and `columns` of what the run may know: nothing after its day.

    All snapshots of a title are in one partition.
    """
    age = F.datediff(F.lit(parameters.as_of), "snapshotDate").alias(AGE)
    return rankings.select("malId", age, "snapshotDate", *columns).where(F.col(AGE) >= 0).repartition("malId")


def since(days: int) -> WindowSpec:
    """Return the frame of a title's snapshots that are no older than the window of `days` days before the row's."""
    return _titles().rangeBetween(Window.unboundedPreceding, days)


def younger() -> WindowSpec:
    """Return the frame of a title's snapshots that are younger than the current row."""
    return _titles().rangeBetween(Window.unboundedPreceding, -1)


def _titles() -> WindowSpec:
    return Window.partitionBy("malId").orderBy(AGE)


def baseline(measure: str, days: int) -> Column:
    """Return the value of the oldest snapshot in the window that has the measure and is older than the current row."""
    dated = F.shiftleft(F.col(AGE).cast("bigint"), _BITS).bitwiseOR(F.col(measure).cast("bigint"))
    oldest = F.last(dated, ignorenulls=True).over(since(days))
    return F.when(F.shiftright(oldest, _BITS) > F.col(AGE), oldest.bitwiseAND(F.lit((1 << _BITS) - 1)))


def sample_deviation(n: Column, total: Column, squares: Column) -> Column:
    """Return the sample standard deviation of `n` integers with this sum and sum of squares; NULL below two.

    The variance is an exact integer over n(n - 1), so that equal values give 0 and not a rounding error.
    """
    spread = (n * squares - total * total).cast("double")
    return F.when(n >= 2, F.sqrt(spread / (n * (n - 1))))
