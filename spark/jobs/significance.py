"""TrendSignificance: whether a title's rank or score drifts or only wanders.

Grain (malId, metric, windowDays), in the windows that end on the run's day. The size of a trend (least squares, Sen's
slope, Kendall's tau-b) describes the level; the test is on its changes: their mean against its Newey-West standard
error. Spark computes all of this in arrays of one title; p-values, intervals and q-values follow on the driver.

Levels are integers (ranks, hundredths of points). With C the whole change over G days, r = c * G - C * g is an integer
that is exactly 0 for a change c over g days that lies on the line, and r / (G * sqrt(g)) its standardised residual.
"""

from __future__ import annotations

import sys

import numpy as np
import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 - everybody knows it by this name

from spark.jobs import Inputs, Parameters, SparkJob
from spark.student import in_families, quantile, two_sided
from spark.windows import AGE, by_age

FEWEST = 8
"""Changes below which a title has no row."""

SIGNIFICANT = 0.05
"""The q-value from which on a trend counts as flat."""

_FLOOR = 10
"""The long-run variance is at least this part of the plain one: a flipping series must not look certain."""

COLUMNS = {
    "malId": "int",
    "metric": "string",
    "windowDays": "int",
    "m": "int",
    "slopePerDay": "double",
    "intercept": "double",
    "r2": "double",
    "senSlope": "double",
    "tau": "double",
    "drift": "double",
    "stderr": "double",
    "tStat": "double",
    "pValue": "double",
    "ciLow": "double",
    "ciHigh": "double",
    "qValue": "double",
    "direction": "string",
}


def transform(inputs: Inputs, parameters: Parameters) -> DataFrame:
    """Return the aggregates of every title, metric and window with enough changes, in ranks and points.

    Beside the columns of the result: `freedom`, and `steady`, whether all changes are equal day for day.
    """
    series = _series(inputs, parameters)
    span = F.col("last")["day"] - F.col("first")["day"]
    rows = (
        series.withColumn("n", F.size("points"))
        .where(F.col("n") > FEWEST)
        .withColumn("first", F.col("points")[0])
        .withColumn("last", F.element_at("points", -1))
        .withColumn("m", F.col("n") - 1)
        .withColumn("span", span)
        .withColumn("whole", (F.col("last")["value"] - F.col("first")["value"]).cast("bigint"))
        .withColumn("residuals", _residuals())
        .withColumn("lags", F.floor(4 * F.pow(F.col("m") / 100, F.lit(2 / 9))).cast("int"))
        .withColumn("sums", _level_sums())
        .withColumn("slopes", _slopes())
    )
    return _measures(rows)


def _series(inputs: Inputs, parameters: Parameters) -> DataFrame:
    """Return (malId, metric, unit, windowDays, points): the snapshots that have the metric, oldest first."""
    longest = max(parameters.windows)
    rows = by_age(inputs.rankings, parameters, ("rank", "score100")).where(F.col(AGE) <= longest)
    metrics = F.array(
        *(
            F.struct(F.lit(metric).alias("metric"), F.lit(unit).alias("unit"), F.col(measure).alias("value"))
            for metric, unit, measure in (("rank", 1, "rank"), ("score", 100, "score100"))
        )
    )
    levels = rows.select("malId", (longest - F.col(AGE)).alias("day"), F.inline(metrics)).where("value IS NOT NULL")
    points = F.sort_array(F.collect_list(F.struct("day", "value"))).alias("points")
    titles = levels.groupBy("malId", "metric", "unit").agg(points)
    windows = F.explode(F.array(*map(F.lit, parameters.windows))).alias("windowDays")
    inside = F.filter("points", lambda point: point["day"] >= longest - F.col("windowDays"))
    return titles.select("malId", "metric", "unit", "points", windows).withColumn("points", inside)


def _residuals() -> Column:
    """Return the residuals r / sqrt(g) of a title's changes: 0 exactly where a change lies on the line."""

    def residual(later: Column, earlier: Column) -> Column:
        days = later["day"] - earlier["day"]
        change = (later["value"] - earlier["value"]).cast("bigint")
        return (change * F.col("span") - F.col("whole") * days) / F.sqrt(days.cast("double"))

    points, m = F.col("points"), F.col("m")
    return F.zip_with(F.slice(points, 2, m), F.slice(points, 1, m), residual)


def _covariance(lag: Column) -> Column:
    """Return the sum of products of the residuals that are `lag` changes apart."""
    residuals, pairs = F.col("residuals"), F.col("m") - lag
    products = F.zip_with(F.slice(residuals, 1, pairs), F.slice(residuals, lag + 1, pairs), lambda a, b: a * b)
    return F.aggregate(products, F.lit(0.0), lambda total, product: total + product)


def _level_sums() -> Column:
    """Return the sums of least squares over the points: exact integers."""
    zero = F.lit(0).cast("bigint")
    start = F.struct(*(zero.alias(name) for name in ("x", "y", "xx", "xy", "yy")))

    def add(sums: Column, point: Column) -> Column:
        x = (point["day"] - F.col("first")["day"]).cast("bigint")
        y = point["value"].cast("bigint")
        terms = {"x": x, "y": y, "xx": x * x, "xy": x * y, "yy": y * y}
        return F.struct(*((sums[name] + term).alias(name) for name, term in terms.items()))

    return F.aggregate("points", start, add)


def _slopes() -> Column:
    """Return the slopes between all pairs of points and one 0 more, ascending."""
    points, n = F.col("points"), F.col("n")

    def from_point(at: Column) -> Column:
        here = F.element_at(points, at)
        later = F.slice(points, at + 1, n - at)
        return F.transform(later, lambda point: (point["value"] - here["value"]) / (point["day"] - here["day"]))

    pairs = F.flatten(F.transform(F.sequence(F.lit(1), F.col("m")), from_point))
    return F.sort_array(F.array_append(pairs, F.lit(0.0)))


def _measures(rows: DataFrame) -> DataFrame:
    sums, slopes, n, m, unit = (F.col(name) for name in ("sums", "slopes", "n", "m", "unit"))
    exact = {name: sums[name].cast("decimal(38,0)") for name in ("x", "y", "xx", "xy", "yy")}
    count = n.cast("decimal(38,0)")
    sxx = (count * exact["xx"] - exact["x"] * exact["x"]).cast("double")
    sxy = (count * exact["xy"] - exact["x"] * exact["y"]).cast("double")
    syy = (count * exact["yy"] - exact["y"] * exact["y"]).cast("double")
    intercept = (exact["y"] * exact["xx"] - exact["x"] * exact["xy"]).cast("double") / sxx
    pairs = (n * m / 2).cast("int")
    falling = F.array_position(slopes, F.lit(0.0)).cast("int") - 1
    sloping = F.size(F.array_remove(slopes, F.lit(0.0)))

    def slope(at: Column) -> Column:
        """Return the slope at this place, from 0, without the 0 that was added."""
        return F.element_at(slopes, at + 1 + F.when(at >= falling, 1).otherwise(0))

    middle = [F.floor((pairs - 1) / 2).cast("int"), F.floor(pairs / 2).cast("int")]
    median = (slope(middle[0]) + slope(middle[1])) / 2
    variance = _covariance(F.lit(0))
    weighted = F.aggregate(
        F.sequence(F.lit(1), F.col("lags")),
        variance,
        lambda total, lag: total + 2 * (1 - lag / (F.col("lags") + 1)) * _covariance(lag),
    )
    freedom = m - F.col("lags") - 1
    # The residuals lack 1 / span, the covariances 1 / m.
    long_run = F.greatest(variance / _FLOOR, weighted) / m / (F.col("span") * F.col("span"))
    return rows.select(
        "malId",
        "metric",
        "windowDays",
        "m",
        (sxy / sxx / unit).alias("slopePerDay"),
        (intercept / unit).alias("intercept"),
        F.when(syy > 0, sxy * sxy / (sxx * syy)).alias("r2"),
        (median / unit).alias("senSlope"),
        F.when(sloping > 0, (sloping - 2 * falling) / F.sqrt(pairs.cast("double") * sloping)).alias("tau"),
        (F.col("whole") / F.col("span") / unit).alias("drift"),
        (F.sqrt(m / freedom * long_run / F.col("span")) / unit).alias("stderr"),
        freedom.alias("freedom"),
        F.forall("residuals", lambda residual: residual == 0).alias("steady"),
    )


def finish(aggregates: pa.Table) -> pa.Table:
    """Return the result, with the test and its family of q-values added to what `transform` found."""
    columns = {name: aggregates[name].to_numpy() for name in aggregates.column_names}
    drift, stderr, steady = columns["drift"], columns["stderr"], columns["steady"].astype(bool)
    freedom = columns["freedom"].astype(np.int64)
    moving = ~steady
    t = np.divide(drift, stderr, out=np.zeros_like(drift), where=moving)
    p = np.where(drift == 0, 1.0, 0.0)
    p[moving] = two_sided(t[moving], freedom[moving])
    spread = stderr * np.array([quantile(0.975, int(nu)) for nu in freedom])
    q = in_families(p, columns["metric"], columns["windowDays"])
    better = np.where(columns["metric"] == "rank", -drift, drift)
    direction = np.where(better > 0, "rising", "falling")
    found = {
        "tStat": pa.array(t, mask=steady),
        "pValue": p,
        "ciLow": drift - spread,
        "ciHigh": drift + spread,
        "qValue": q,
        "direction": pa.array(np.where(q < SIGNIFICANT, direction, "flat"), pa.string()),
    }
    return pa.table({name: found[name] if name in found else aggregates[name] for name in COLUMNS})


JOB = SparkJob("significance", COLUMNS, transform, finish)


def main() -> int:
    """Run this job alone, with the options of `spark.run`; return the exit code."""
    from spark.run import main as run

    return run([JOB.name, *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
