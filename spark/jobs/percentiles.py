"""GenrePercentiles: how scores and ranks spread within a genre on a day.

Grain (snapshotDate, genre). A title counts once in each of its genres. Percentiles are interpolated linearly.
"""

from __future__ import annotations

import sys

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 - everybody knows it by this name

from spark.jobs import Inputs, Parameters, SparkJob

SCORE_PERCENTS = (10, 25, 50, 75, 90)
RANK_PERCENTS = (25, 50, 75)

COLUMNS = {
    "snapshotDate": "date",
    "genre": "string",
    "n": "int",
    **{f"scoreP{percent}": "double" for percent in SCORE_PERCENTS},
    **{f"rankP{percent}": "double" for percent in RANK_PERCENTS},
    "scoreMeanWeighted": "double",
}


def transform(inputs: Inputs, parameters: Parameters) -> DataFrame:
    """Return one row for every day (from `since` on) and genre with a title on it."""
    rows = inputs.rankings.where(F.col("snapshotDate") <= F.lit(parameters.as_of))
    if parameters.since is not None:
        rows = rows.where(F.col("snapshotDate") >= F.lit(parameters.since))
    titles = inputs.genres.select("malId", "genre").distinct()
    # A day's snapshots in one place: what has to be sorted is then only the few of each of its genres.
    columns = ("snapshotDate", "malId", "rank", "score100", "scoredBy")
    tagged = rows.select(*columns).repartition("snapshotDate").join(F.broadcast(titles), "malId")
    weight = F.when(F.col("score100").isNotNull(), F.col("scoredBy"))
    votes, points = F.sum(weight), F.sum(weight * F.col("score100"))
    genres = tagged.groupBy("snapshotDate", "genre").agg(
        F.count("*").cast("int").alias("n"),
        F.sort_array(F.collect_list("score100")).alias("scores"),
        F.sort_array(F.collect_list("rank")).alias("ranks"),
        F.when(votes > 0, points / votes / 100).alias("scoreMeanWeighted"),
    )
    scores = [(_percentile("scores", percent) / 100).alias(f"scoreP{percent}") for percent in SCORE_PERCENTS]
    ranks = [_percentile("ranks", percent).alias(f"rankP{percent}") for percent in RANK_PERCENTS]
    return genres.select("snapshotDate", "genre", "n", *scores, *ranks, "scoreMeanWeighted")


def _percentile(name: str, percent: int) -> Column:
    """Return the percentile of an ascending array of integers, exact up to the last division; NULL of an empty one."""
    values = F.col(name)
    place = (F.size(values) - 1) * percent
    below, above = F.get(values, F.floor(place / 100).cast("int")), F.get(values, F.ceil(place / 100).cast("int"))
    rest = place % 100
    return (below * (100 - rest) + above * rest) / 100


JOB = SparkJob("percentiles", COLUMNS, transform)


def main() -> int:
    """Run this job alone, with the options of `spark.run`; return the exit code."""
    from spark.run import main as run

    return run([JOB.name, *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
