"""Volatility: how much a title's rank and score moved about in the window that ends on the day of the results."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from catlog.analytics.embedded.duck import ask, opened
from catlog.analytics.embedded.request import Request, part_file, schema_of, write_rows
from catlog.analytics.jobs import JOBS
from catlog.progress import Report, silent

# A snapshot without a rank takes part in no measure of ranks: a change is against the last one that has one.
# The variance is an exact integer over n(n - 1), so that equal values give 0 and not a rounding error.
_QUERY = """
WITH inside AS MATERIALIZED (SELECT malId, snapshotDate, rank, score100 FROM rankings WHERE snapshotDate >= $first),
steps AS (
    SELECT malId, count(*) AS moves, sum(abs(rank - earlier)) AS moved FROM (
        SELECT malId, rank, lag(rank) OVER (PARTITION BY malId ORDER BY snapshotDate) AS earlier
        FROM inside WHERE rank IS NOT NULL)
    WHERE earlier IS NOT NULL GROUP BY malId),
sums AS (
    SELECT malId, count(*) AS n, max(rank) - min(rank) AS "rankRange",
        count(rank) AS k, sum(rank) AS r, sum(rank::BIGINT * rank) AS rr,
        count(score100) AS c, sum(score100) AS s, sum(score100::BIGINT * score100) AS ss
    FROM inside GROUP BY malId HAVING count(*) >= $fewest),
found AS (
    SELECT malId, n, rankRange,
        CASE WHEN k > 1 THEN sqrt((k * rr - r * r)::DOUBLE / (k * (k - 1))) END AS rankStddev,
        CASE WHEN c > 1 THEN sqrt((c * ss - s * s)::DOUBLE / (c * (c - 1))) / 100 END AS scoreStddev,
        moved::DOUBLE / moves AS meanAbsRankChange
    FROM sums LEFT JOIN steps USING (malId))
SELECT *, $window AS windowDays,
    CASE WHEN meanAbsRankChange IS NOT NULL
        THEN dense_rank() OVER (ORDER BY meanAbsRankChange DESC NULLS LAST) END AS volatilityRank
FROM found ORDER BY malId"""

FEWEST_SNAPSHOTS = 3


def compute(request: Request, folder: Path, report: Report = silent) -> None:
    """Write the rows of every title and window with enough snapshots."""
    schema = schema_of(JOBS["volatility"])
    tables = [schema.empty_table()]
    with opened(request.snapshot) as engine:
        for done, window in enumerate(request.windows, start=1):
            first = request.first_day_of(window)
            found = ask(engine, _QUERY, first=first, window=window, fewest=FEWEST_SNAPSHOTS)
            tables.append(found.select(schema.names).cast(schema))
            report("volatility", done, len(request.windows))
    write_rows(pa.concat_tables(tables), part_file(folder, 0))
