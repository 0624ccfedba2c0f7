"""VolatilityRankings: how much rank and score of a title moved in the windows that end on the run's day.

Grain (malId, windowDays). A day's change of rank is against the title's previous snapshot with a rank, where that lies
in the window too.
"""

from __future__ import annotations

import sys

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812 - everybody knows it by this name

from spark.jobs import Inputs, Parameters, SparkJob
from spark.windows import AGE, by_age, sample_deviation

FEWEST = 3
"""Snapshots below which a title has no row."""

COLUMNS = {
    "malId": "int",
    "windowDays": "int",
    "n": "int",
    "rankStddev": "double",
    "rankRange": "int",
    "meanAbsRankChange": "double",
    "scoreStddev": "double",
    "volatilityRank": "int",
}


def transform(inputs: Inputs, parameters: Parameters) -> DataFrame:
    """Return one row for every title and window with at least `FEWEST` snapshots."""
    rows = by_age(inputs.rankings, parameters, ("rank", "score100")).where(F.col(AGE) <= max(parameters.windows))
    ranked = f"CASE WHEN rank IS NOT NULL THEN struct({AGE}, rank) END"
    previous = F.expr(f"lead({ranked}) IGNORE NULLS OVER (PARTITION BY malId ORDER BY {AGE})")
    windows = F.explode(F.array(*map(F.lit, parameters.windows))).alias("windowDays")
    inside = rows.withColumn("previous", previous).select("*", windows).where(F.col(AGE) <= F.col("windowDays"))
    titles = inside.groupBy("malId", "windowDays").agg(*_measures()).where(F.col("n") >= FEWEST)
    most = Window.partitionBy("windowDays").orderBy(F.col("meanAbsRankChange").desc_nulls_last())
    place = F.when(F.col("meanAbsRankChange").isNotNull(), F.dense_rank().over(most))
    return titles.withColumn("volatilityRank", place).select(*COLUMNS)


def _measures() -> list[Column]:
    """Return the columns of a title and window: extremes, and exact sums of integers up to the last step."""
    rank, score = F.col("rank"), F.col("score100")
    step = F.when(F.col("previous")[AGE] <= F.col("windowDays"), F.abs(rank - F.col("previous")["rank"]))
    return [
        F.count("*").cast("int").alias("n"),
        _deviation(rank).alias("rankStddev"),
        (F.max(rank) - F.min(rank)).alias("rankRange"),
        F.try_divide(F.sum(step), F.count(step)).alias("meanAbsRankChange"),
        (_deviation(score) / 100).alias("scoreStddev"),
    ]


def _deviation(value: Column) -> Column:
    wide = value.cast("bigint")
    return sample_deviation(F.count(wide), F.sum(wide), F.sum(wide * wide))


JOB = SparkJob("volatility", COLUMNS, transform)


def main() -> int:
    """Run this job alone, with the options of `spark.run`; return the exit code."""
    from spark.run import main as run

    return run([JOB.name, *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
