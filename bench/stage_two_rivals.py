"""The five stage-two jobs as somebody would write them by hand in DuckDB: the rivals of the embedded engine.

Each is one statement over the same Parquet files, with the frames and joins that SQL offers. DuckDB knows no Student's
t, so the tests stop at their statistic: the rival has less to do there.
"""

from __future__ import annotations

from datetime import date

WINDOWS = (7, 14, 30, 90)


def _momentum_of(days: int) -> str:
    def change(measure: str) -> str:
        known = f"CASE WHEN {measure} IS NOT NULL THEN snapshotDate END"
        return f"""CASE WHEN first_value({known} IGNORE NULLS) OVER w < snapshotDate
            THEN {measure} - first_value({measure} IGNORE NULLS) OVER w END"""

    return f"""SELECT malId, snapshotDate, {days} AS windowDays, count(*) OVER w AS n, avg(rank) OVER w AS rankMean,
        avg(score100) OVER w / 100 AS scoreMean, -({change("rank")}) AS rankChange, {change("score100")} AS gain,
        {change("members")} AS membersChange FROM rankings
        WINDOW w AS (PARTITION BY malId ORDER BY snapshotDate
            RANGE BETWEEN INTERVAL {days} DAYS PRECEDING AND CURRENT ROW)"""


def _momentum() -> str:
    every = " UNION ALL ".join(_momentum_of(days) for days in WINDOWS)
    return f"""WITH found AS MATERIALIZED ({every}),
        spread AS (SELECT snapshotDate, windowDays, count(gain) AS k, avg(gain) AS mean, stddev_samp(gain) AS deviation
            FROM found GROUP BY ALL)
        SELECT malId, snapshotDate, windowDays, n, rankMean, scoreMean, rankChange, gain / 100 AS scoreChange,
            membersChange, CASE WHEN k >= 3 AND deviation > 0 THEN (gain - mean) / deviation END AS momentumZ
        FROM found JOIN spread USING (snapshotDate, windowDays)"""


def _volatility(day: date) -> str:
    every = " UNION ALL ".join(
        f"""SELECT malId, {days} AS windowDays, rank, score100,
            abs(rank - lag(rank) OVER (PARTITION BY malId ORDER BY snapshotDate)) AS step
            FROM rankings WHERE snapshotDate >= DATE '{day}' - {days}"""
        for days in WINDOWS
    )
    return f"""WITH found AS (SELECT malId, windowDays, count(*) AS n, stddev_samp(rank) AS rankStddev,
            max(rank) - min(rank) AS rankRange, avg(step) AS meanAbsRankChange,
            stddev_samp(score100) / 100 AS scoreStddev
            FROM ({every}) GROUP BY ALL HAVING count(*) >= 3)
        SELECT *, dense_rank() OVER (PARTITION BY windowDays ORDER BY meanAbsRankChange DESC) FROM found"""


def _percentiles() -> str:
    scores = ", ".join(f"quantile_cont(score100, {q}) / 100 AS s{i}" for i, q in enumerate((0.1, 0.25, 0.5, 0.75, 0.9)))
    ranks = ", ".join(f"quantile_cont(rank, {q}) AS r{i}" for i, q in enumerate((0.25, 0.5, 0.75)))
    return f"""SELECT snapshotDate, genre, count(*) AS n, {scores}, {ranks},
        sum(score100 * scoredBy) / sum(scoredBy) / 100 AS scoreMeanWeighted
        FROM rankings JOIN genres USING (malId) GROUP BY ALL"""


def _significance(day: date) -> str:
    levels = " UNION ALL ".join(
        f"""SELECT malId, '{metric}' AS metric, {days} AS windowDays, {column} AS y, snapshotDate - DATE '{day}' AS x
            FROM rankings WHERE snapshotDate >= DATE '{day}' - {days} AND {column} IS NOT NULL"""
        for metric, column in (("rank", "rank"), ("score", "score100"))
        for days in WINDOWS
    )
    return f"""WITH points AS MATERIALIZED (SELECT *, row_number() OVER series AS i,
            y - lag(y) OVER series AS c, x - lag(x) OVER series AS g FROM ({levels})
            WINDOW series AS (PARTITION BY malId, metric, windowDays ORDER BY x)),
        lines AS (SELECT malId, metric, windowDays, count(c) AS m, regr_slope(y, x) AS slope, regr_r2(y, x) AS r2,
            sum(c) / sum(g) AS drift, sum(g) AS days FROM points GROUP BY ALL HAVING count(c) >= 8),
        pairs AS (SELECT malId, metric, windowDays, median((b.y - a.y) / (b.x - a.x)) AS sen,
            sum(sign(b.y - a.y)) AS s, count(*) FILTER (a.y <> b.y) AS apart, count(*) AS n
            FROM points AS a JOIN points AS b USING (malId, metric, windowDays) WHERE a.i < b.i GROUP BY ALL),
        steps AS (SELECT malId, metric, windowDays, i, m, floor(4 * (m / 100) ** (2 / 9))::INTEGER AS lags,
            (c - drift * g) / sqrt(g) AS u
            FROM points JOIN lines USING (malId, metric, windowDays) WHERE c IS NOT NULL),
        waves AS (SELECT malId, metric, windowDays,
            sum(CASE WHEN a.i = b.i THEN 1 ELSE 2 * (1 - (a.i - b.i) / (a.lags + 1)) END * a.u * b.u)
            / any_value(a.m) AS variance, any_value(a.lags) AS lags
            FROM steps AS a JOIN steps AS b USING (malId, metric, windowDays)
            WHERE a.i - b.i BETWEEN 0 AND a.lags GROUP BY ALL)
        SELECT *, s / sqrt(n * apart) AS tau,
            drift / nullif(sqrt(greatest(m / (m - lags - 1) * variance / days, 0)), 0) AS t
        FROM lines JOIN pairs USING (malId, metric, windowDays) JOIN waves USING (malId, metric, windowDays)"""


def _correlation(day: date) -> str:
    changes = " UNION ALL ".join(
        f"""SELECT malId, '{metric}' AS metric, {days} AS windowDays, snapshotDate AS day, c FROM (
            SELECT malId, snapshotDate, {column} - lag({column}) OVER one AS c,
                lag(snapshotDate) OVER one AS since FROM rankings
            WHERE snapshotDate >= DATE '{day}' - {days} AND malId IN (FROM top)
            WINDOW one AS (PARTITION BY malId ORDER BY snapshotDate)) JOIN days ON snapshotDate = days.day
            WHERE c IS NOT NULL AND since = earlier"""
        for metric, column in (("rank", "rank"), ("score", "score100"))
        for days in WINDOWS
    )
    return f"""WITH top AS (SELECT malId FROM rankings WHERE snapshotDate = DATE '{day}' AND rank <= 100),
        days AS (SELECT day, lag(day) OVER (ORDER BY day) AS earlier
            FROM (SELECT DISTINCT snapshotDate AS day FROM rankings)),
        changes AS MATERIALIZED ({changes}),
        pairs AS MATERIALIZED (SELECT a.malId AS malIdA, b.malId AS malIdB, metric, windowDays, a.c AS x, b.c AS y
            FROM changes AS a JOIN changes AS b USING (metric, windowDays, day) WHERE a.malId < b.malId),
        ranked AS (SELECT *,
            rank() OVER (PARTITION BY malIdA, malIdB, metric, windowDays ORDER BY x)
            + (count(*) OVER (PARTITION BY malIdA, malIdB, metric, windowDays, x) - 1) / 2 AS rx,
            rank() OVER (PARTITION BY malIdA, malIdB, metric, windowDays ORDER BY y)
            + (count(*) OVER (PARTITION BY malIdA, malIdB, metric, windowDays, y) - 1) / 2 AS ry FROM pairs)
        SELECT malIdA, malIdB, metric, windowDays, count(*) AS n, corr(x, y) AS pearson, corr(rx, ry) AS spearman
        FROM ranked GROUP BY ALL HAVING count(*) >= 8 AND min(x) < max(x) AND min(y) < max(y)"""


def by_hand(job: str, day: date) -> str:
    """Return the statement for `job` as of `day`, over the views `rankings` and `genres`."""
    if job == "momentum":
        return _momentum()
    if job == "percentiles":
        return _percentiles()
    return {"volatility": _volatility, "significance": _significance, "correlation": _correlation}[job](day)
