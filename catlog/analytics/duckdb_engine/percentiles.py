"""Genre percentiles: the spread of scores and ranks in each genre, on every day."""

from __future__ import annotations

from pathlib import Path

from catlog.analytics.duckdb_engine.connection import connect, write_result
from catlog.analytics.duckdb_engine.request import EngineRequest, part_file
from catlog.analytics.jobs import JOBS
from catlog.progress import Report, silent

_QUERY = """
WITH spread AS (
    SELECT snapshotDate, genre, count(*) AS n,
        quantile_cont(score100, [0.1, 0.25, 0.5, 0.75, 0.9]) AS scores,
        quantile_cont(rank, [0.25, 0.5, 0.75]) AS ranks,
        sum(score100 * scoredBy) AS points,
        sum(scoredBy) FILTER (score100 IS NOT NULL) AS votes
    FROM rankings JOIN genres USING (malId) GROUP BY ALL)
SELECT snapshotDate, genre, n,
    scores[1] / 100 AS scoreP10, scores[2] / 100 AS scoreP25, scores[3] / 100 AS scoreP50,
    scores[4] / 100 AS scoreP75, scores[5] / 100 AS scoreP90,
    ranks[1] AS rankP25, ranks[2] AS rankP50, ranks[3] AS rankP75,
    points::DOUBLE / nullif(votes, 0)::DOUBLE / 100 AS scoreMeanWeighted
FROM spread"""


def compute(request: EngineRequest, folder: Path, report: Report = silent) -> None:
    """Write the rows of every day and genre."""
    report("percentiles", 0, 1)
    with connect(request.snapshot) as engine:
        write_result(engine, _QUERY, JOBS["percentiles"], part_file(folder, 0))
    report("percentiles", 1, 1)
