"""Volatility: how much a title's rank and score fluctuated in the window that ends on the day of the results."""

from __future__ import annotations

from pathlib import Path

from catlog.analytics.duckdb_engine.connection import connect, write_result
from catlog.analytics.duckdb_engine.request import EngineRequest, part_file
from catlog.analytics.jobs import JOBS
from catlog.progress import Report, silent

FEWEST_SNAPSHOTS = 3

# Snapshots without a rank are in no measure of ranks: a change is against the last snapshot with one. The variance is
# an exact integer over n(n - 1), so that equal values give 0 and not a rounding error.
_QUERY = """
WITH windows AS (SELECT unnest($windows::INTEGER[]) AS windowDays),
steps AS (
    SELECT malId, ($last::DATE - snapshotDate) AS age, rank, score100,
        abs(rank - lag(rank) OVER ranked) AS step, ($last::DATE - lag(snapshotDate) OVER ranked) AS since
    FROM rankings WHERE ($last::DATE - snapshotDate) <= $longest
    WINDOW ranked AS (PARTITION BY malId, rank IS NULL ORDER BY snapshotDate)),
sums AS (
    SELECT malId, windowDays, count(*) AS n, max(rank) - min(rank) AS rankRange,
        sum(step) FILTER (since <= windowDays) AS moved, count(step) FILTER (since <= windowDays) AS moves,
        count(rank) AS k, sum(rank) AS r, sum(rank::BIGINT * rank) AS rr,
        count(score100) AS c, sum(score100) AS s, sum(score100::BIGINT * score100) AS ss
    FROM steps JOIN windows ON age <= windowDays GROUP BY ALL HAVING count(*) >= $fewest),
found AS (
    SELECT malId, windowDays, n, rankRange,
        CASE WHEN k > 1 THEN sqrt((k * rr - r * r)::DOUBLE / (k * (k - 1))) END AS rankStddev,
        CASE WHEN c > 1 THEN sqrt((c * ss - s * s)::DOUBLE / (c * (c - 1))) / 100 END AS scoreStddev,
        moved::DOUBLE / nullif(moves, 0) AS meanAbsRankChange
    FROM sums)
SELECT *, CASE WHEN meanAbsRankChange IS NOT NULL
    THEN dense_rank() OVER (PARTITION BY windowDays ORDER BY meanAbsRankChange DESC NULLS LAST) END AS volatilityRank
FROM found"""


def compute(request: EngineRequest, folder: Path, report: Report = silent) -> None:
    """Write the rows of every title and window with enough snapshots."""
    report("volatility", 0, 1)
    values = {"last": request.as_of, "windows": list(request.windows), "longest": max(request.windows)}
    with connect(request.snapshot) as engine:
        write_result(engine, _QUERY, JOBS["volatility"], part_file(folder, 0), fewest=FEWEST_SNAPSHOTS, **values)
    report("volatility", 1, 1)
