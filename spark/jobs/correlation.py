"""TrendCorrelation: which titles of the upper chart move together.

Grain (malIdA < malIdB, metric, windowDays), for the titles ranked first on the run's day. Correlated are the changes
from one chart day to the next, on the days where both titles have a snapshot; never the levels, which drift apart and
together by chance. Spark adds up exact integers; coefficients and tests follow on the driver.
"""

from __future__ import annotations

import sys
from fractions import Fraction

import numpy as np
import pyarrow as pa
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812 - everybody knows it by this name

from spark.jobs import CHART, Inputs, Parameters, SparkJob
from spark.student import in_families, two_sided

FEWEST = 8
"""Changes below which a pair has no row."""

COLUMNS = {
    "malIdA": "int",
    "malIdB": "int",
    "metric": "string",
    "windowDays": "int",
    "n": "int",
    "pearson": "double",
    "spearman": "double",
    "pValue": "double",
    "qValue": "double",
}

_SUMS = ("xx", "yy", "xy")


def transform(inputs: Inputs, parameters: Parameters) -> DataFrame:
    """Return (malIdA, malIdB, metric, windowDays, n) with n-fold sums of squares and products about the mean.

    Those of the changes are called xx, yy, xy; those of twice their ranks rankxx, rankyy, rankxy. All are integers.
    """
    changes = _changes(inputs, parameters)
    first = changes.select("metric", "age", "since", F.col("malId").alias("malIdA"), F.col("change").alias("x"))
    second = changes.select("metric", "age", F.col("malId").alias("malIdB"), F.col("change").alias("y"))
    both = first.join(F.broadcast(second), ["metric", "age"]).where("malIdA < malIdB").repartition("malIdA", "malIdB")
    windows = F.explode(F.array(*map(F.lit, parameters.windows))).alias("windowDays")
    pairs = both.select("*", windows).where(F.col("since") <= F.col("windowDays"))
    key = ("malIdA", "malIdB", "metric", "windowDays")
    ranked = pairs.select(*key, "x", "y", _rank("x", key).alias("rankx"), _rank("y", key).alias("ranky"))
    sums = [*_about_mean("x", "y", ""), *_about_mean("rankx", "ranky", "rank")]
    found = ranked.groupBy(*key).agg(F.count("*").cast("int").alias("n"), *sums)
    return found.where((F.col("n") >= FEWEST) & (F.col("xx") > 0) & (F.col("yy") > 0))


def _changes(inputs: Inputs, parameters: Parameters) -> DataFrame:
    """Return (malId, metric, age, since, change) of the first titles: since the age of the chart day before."""
    longest = max(parameters.windows)
    age = F.datediff(F.lit(parameters.as_of), "snapshotDate").alias("age")
    inside = F.col("age").between(0, longest)
    rows = inputs.rankings.select("malId", age, "rank", "score100").where(inside)
    top = rows.where((F.col("age") == 0) & (F.col("rank") <= parameters.top)).select("malId")
    by_day = Window.orderBy(F.col("age").desc())  # over the days alone: there are few
    charts = inputs.days.where(F.col("depth") >= CHART).select(age).where(inside)
    days = charts.withColumn("since", F.lag("age").over(by_day))
    title = Window.partitionBy("malId").orderBy(F.col("age").desc())
    on_charts = rows.join(F.broadcast(charts), "age").join(F.broadcast(top), "malId")
    seen = on_charts.select(
        "malId",
        "age",
        F.lag("age").over(title).alias("since"),
        *((F.col(each) - F.lag(each).over(title)).alias(each) for each in ("rank", "score100")),
    )
    metrics = F.array(
        F.struct(F.lit("rank").alias("metric"), F.col("rank").alias("change")),
        F.struct(F.lit("score").alias("metric"), F.col("score100").alias("change")),
    )
    successive = seen.join(F.broadcast(days), ["age", "since"])
    return successive.select("malId", "age", "since", F.inline(metrics)).where("change IS NOT NULL")


def _rank(value: str, key: tuple[str, ...]) -> Column:
    """Return twice the rank of a value among those of its pair; equal values share the mean of their ranks."""
    order = Window.partitionBy(*key).orderBy(value)
    return 2 * F.rank().over(order) + F.count("*").over(order.rangeBetween(0, 0)) - 1


def _about_mean(x: str, y: str, name: str) -> list[Column]:
    a, b, n = F.col(x).cast("bigint"), F.col(y).cast("bigint"), F.count("*")
    pairs = zip(_SUMS, ((a, a), (b, b), (a, b)), strict=True)
    return [(n * F.sum(left * right) - F.sum(left) * F.sum(right)).alias(name + of) for of, (left, right) in pairs]


def finish(aggregates: pa.Table) -> pa.Table:
    """Return the result: coefficients and tests of what `transform` added up.

    The part of the variance that is left unexplained is a difference of integers: near 1 no digit is lost.
    """
    xx, yy, xy = (aggregates[name].to_numpy().astype(object) for name in _SUMS)
    n = aggregates["n"].to_numpy().astype(np.int64)
    pearson = _coefficients(xx, yy, xy)
    spearman = _coefficients(*(aggregates[f"rank{name}"].to_numpy().astype(object) for name in _SUMS))
    unexplained = xx * yy - xy * xy
    ratio = [
        float(Fraction(int(top), int(rest))) if rest else np.inf for top, rest in zip(xy * xy, unexplained, strict=True)
    ]
    t = np.sqrt(np.array(ratio, np.float64) * (n - 2))
    p = two_sided(t, n - 2)
    found = {
        "pearson": pearson,
        "spearman": spearman,
        "pValue": p,
        "qValue": in_families(p, aggregates["metric"].to_numpy(), aggregates["windowDays"].to_numpy()),
    }
    return pa.table({name: found[name] if name in found else aggregates[name] for name in COLUMNS})


def _coefficients(xx: np.ndarray, yy: np.ndarray, xy: np.ndarray) -> np.ndarray:
    return np.array([product / np.sqrt(float(a * b)) for a, b, product in zip(xx, yy, xy, strict=True)], np.float64)


JOB = SparkJob("correlation", COLUMNS, transform, finish)


def main() -> int:
    """Run this job alone, with the options of `spark.run`; return the exit code."""
    from spark.run import main as run

    return run([JOB.name, *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
