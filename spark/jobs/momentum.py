"""RollingMomentumAnalysis: means and changes over every window that ends on a snapshot of a title.

Grain (malId, snapshotDate, windowDays). The baseline of a measure is the earliest snapshot in the window that has it
and lies before the window's last day.
"""

from __future__ import annotations

import sys

from pyspark.sql import Column, DataFrame, WindowSpec
from pyspark.sql import functions as F  # noqa: N812 - everybody knows it by this name

from spark.jobs import Inputs, Parameters, SparkJob
from spark.windows import AGE, baseline, by_age, since, younger

_COUNT = 40
_ONE = 1 << _COUNT
"""Sums carry their count above these bits: half as many sums take two thirds of the time. Ranks need 17 a snapshot."""

COLUMNS = {
    "malId": "int",
    "snapshotDate": "date",
    "windowDays": "int",
    "n": "int",
    "rankMean": "double",
    "scoreMean": "double",
    "rankChange": "int",
    "scoreChange": "double",
    "membersChange": "bigint",
    "momentumZ": "double",
}


def transform(inputs: Inputs, parameters: Parameters) -> DataFrame:
    """Return one row for every snapshot (from `since` on) and window."""
    rows = _wide(inputs, parameters)
    spreads = [each for days in parameters.windows for each in _spread(days)]
    days = F.broadcast(rows.groupBy("snapshotDate").agg(*spreads))
    windows = F.array(*(_window(days) for days in parameters.windows))
    return rows.join(days, "snapshotDate").select("malId", "snapshotDate", F.inline(windows)).select(*COLUMNS)


def _wide(inputs: Inputs, parameters: Parameters) -> DataFrame:
    """Return one row for every snapshot, with the sums and changes of each window side by side."""
    rows = by_age(inputs.rankings, parameters, ("rank", "score100", "members"))
    if parameters.since is not None:
        age = (parameters.as_of - parameters.since).days
        rows = rows.where(F.col(AGE) <= age + max(parameters.windows))
    rows = rows.select("*", *_sums("younger", younger()), *(each for days in parameters.windows for each in _in(days)))
    return rows if parameters.since is None else rows.where(F.col(AGE) <= age)


def _sums(name: str, frame: WindowSpec) -> list[Column]:
    """Return how many snapshots the frame has, and for rank and score how many have it and their sum, in one number."""
    packed = [F.sum(F.lit(_ONE) + F.col(measure)).over(frame) for measure in ("rank", "score100")]
    counted = [F.coalesce(each, F.lit(0)) for each in packed]
    names = ("n", "rank", "score100")
    return [each.alias(f"{of}_{name}") for of, each in zip(names, (F.count("*").over(frame), *counted), strict=True)]


def _in(days: int) -> list[Column]:
    """Return the sums up to the window's first day, and what changed since its baselines."""
    return [
        *_sums(str(days), since(days)),
        (baseline("rank", days) - F.col("rank")).alias(f"places_{days}"),
        (F.col("score100") - baseline("score100", days)).alias(f"gain_{days}"),
        (F.col("members") - baseline("members", days)).alias(f"growth_{days}"),
    ]


def _spread(days: int) -> list[Column]:
    """Return how many titles have a change of score on a day, their sum, and n(n - 1) times their variance."""
    gain = F.col(f"gain_{days}")
    n, total, squares = F.count(gain), F.sum(gain), F.sum(gain * gain)
    names = (f"gains_{days}", f"total_{days}", f"spread_{days}")
    return [each.alias(name) for each, name in zip((n, total, n * squares - total * total), names, strict=True)]


def _window(days: int) -> Column:
    """Return the columns of one window as a struct."""
    n, total, spread = (F.col(f"{name}_{days}") for name in ("gains", "total", "spread"))
    standing = (n * F.col(f"gain_{days}") - total) / F.sqrt(spread.cast("double") * n / (n - 1))
    return F.struct(
        F.lit(days).alias("windowDays"),
        _less("n", days).cast("int").alias("n"),
        _mean("rank", days).alias("rankMean"),
        (_mean("score100", days) / 100).alias("scoreMean"),
        F.col(f"places_{days}").cast("int").alias("rankChange"),
        (F.col(f"gain_{days}") / 100).alias("scoreChange"),
        F.col(f"growth_{days}").alias("membersChange"),
        F.when((n >= 3) & (spread > 0), standing).alias("momentumZ"),
    )


def _less(name: str, days: int) -> Column:
    return F.col(f"{name}_{days}") - F.col(f"{name}_younger")


def _mean(measure: str, days: int) -> Column:
    packed = _less(measure, days)
    n = F.shiftright(packed, _COUNT)
    return F.when(n > 0, packed.bitwiseAND(F.lit(_ONE - 1)) / n)


JOB = SparkJob("momentum", COLUMNS, transform)


def main() -> int:
    """Run this job alone, with the options of `spark.run`; return the exit code."""
    from spark.run import main as run

    return run([JOB.name, *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
