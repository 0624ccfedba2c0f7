"""The queries of the registry in the SQL of DuckDB, over a frozen snapshot: the second computation of the cross-check.

Written from the definitions, not from the other statements. Without limits and without titles, which a snapshot does
not have; the order is part of the answer, as the column `place`. Parameters are `$name`, as the registry has them.
"""

from __future__ import annotations

# Compares the day with the earliest snapshot in the window that has the measure.
_AGAINST_BASELINE = """
WITH now AS (SELECT malId, rank, score100, scoredBy, {measure} AS value FROM rankings
    WHERE snapshotDate = $as_of AND {measure} IS NOT NULL),
before AS (SELECT malId, min(snapshotDate) AS since, arg_min({measure}, snapshotDate) AS value,
        arg_min(coalesce(scoredBy, -1), snapshotDate) AS votes FROM rankings
    WHERE snapshotDate >= $as_of - $days::INTEGER AND snapshotDate < $as_of AND {measure} IS NOT NULL GROUP BY malId),
pairs AS (SELECT malId, rank, now.value AS value, before.value AS base, since, {change} AS change,
        scoredBy - nullif(votes, -1) AS growth FROM now JOIN before USING (malId) WHERE {change} {sign} 0)"""

_MOVERS = """
SELECT row_number() OVER (ORDER BY change {way}, rank, malId) AS place,
    malId, rank, base AS baselineRank, change, since AS baselineDate FROM pairs"""

_MOMENTUM = """
SELECT row_number() OVER (ORDER BY change DESC, growth DESC NULLS LAST, malId) AS place, malId, rank,
    value / 100 AS score, base / 100 AS baselineScore, change / 100 AS change, since AS baselineDate,
    growth AS scoredByGrowth FROM pairs"""

_RANKS = {"measure": "rank", "change": "before.value - now.value"}
_SCORES = {"measure": "score100", "change": "now.value - before.value"}
CLIMBERS = _AGAINST_BASELINE.format(**_RANKS, sign=">") + _MOVERS.format(way="DESC")
FALLERS = _AGAINST_BASELINE.format(**_RANKS, sign="<") + _MOVERS.format(way="ASC")
MOMENTUM = _AGAINST_BASELINE.format(**_SCORES, sign=">") + _MOMENTUM

NEW_ENTRIES = """
WITH entries AS (SELECT malId, min(snapshotDate) AS firstDate, arg_min(rank, snapshotDate) AS firstRank FROM rankings
    WHERE rank <= $top GROUP BY malId
    HAVING firstDate > $as_of - $days::INTEGER
        AND firstDate > (SELECT min(snapshotDate) FROM days WHERE depth >= $top)),
now AS (SELECT malId, rank FROM rankings WHERE snapshotDate = $as_of)
SELECT row_number() OVER (ORDER BY firstDate DESC, firstRank, malId) AS place, malId, firstDate, firstRank, rank
FROM entries LEFT JOIN now USING (malId)"""

# Every title that was ever inside, on every day of S(top): it is inside, out, or unknown, and unknown days are left
# out. What remains is an island as long as nothing but "inside" follows.
STREAKS = """
WITH deep AS (SELECT snapshotDate AS day, lag(snapshotDate) OVER (ORDER BY snapshotDate) AS earlier FROM days
    WHERE depth >= $top),
counted AS (SELECT snapshotDate AS day, count(*) AS here FROM rankings WHERE rank <= $top GROUP BY snapshotDate),
numbered AS (SELECT day, coalesce(here, 0) < $top AS lacking,
        sum(coalesce((day - earlier > $max_gap)::INTEGER, 0)) OVER (ORDER BY day) AS era
    FROM deep LEFT JOIN counted USING (day)),
titles AS (SELECT DISTINCT malId FROM rankings WHERE rank <= $top),
known AS (SELECT titles.malId, day, era, coalesce(rank <= $top, false) AS inside
    FROM titles CROSS JOIN numbered LEFT JOIN rankings ON rankings.malId = titles.malId AND snapshotDate = day
    WHERE rankings.malId IS NOT NULL OR NOT lacking),
courses AS (SELECT *, sum((NOT inside)::INTEGER) OVER (PARTITION BY malId ORDER BY day) AS falls FROM known),
islands AS (SELECT malId, min(day) AS "start", max(day) AS "end", count(*) AS snapshots
    FROM courses WHERE inside GROUP BY malId, era, falls)
SELECT row_number() OVER (ORDER BY "end" - "start" DESC, "end" DESC, malId) AS place, malId, "start", "end",
    "end" - "start" + 1 AS days, snapshots, ("end" = (SELECT max(day) FROM deep))::INTEGER AS current FROM islands"""

# A chart fails at the first t for which the k titles up to it are fewer than 9t/10: before the next rank, if ever.
CHART_DAYS = """
WITH ordered AS (SELECT snapshotDate, row_number() OVER ranks AS k, lead(rank) OVER ranks AS following
    FROM rankings WHERE rank > 0 WINDOW ranks AS (PARTITION BY snapshotDate ORDER BY rank)),
deepest AS (SELECT snapshotDate, min(10 * k // 9) AS depth FROM ordered
    WHERE following IS NULL OR following > greatest(10, 10 * k // 9 + 1) GROUP BY snapshotDate),
every AS (SELECT snapshotDate, count(*) AS snapshots FROM rankings GROUP BY snapshotDate)
SELECT row_number() OVER (ORDER BY snapshotDate) AS place, snapshotDate,
    CASE WHEN depth >= 10 THEN depth ELSE 0 END AS depth, snapshots FROM every LEFT JOIN deepest USING (snapshotDate)"""

HISTORY = """
SELECT row_number() OVER (ORDER BY snapshotDate) AS place, * FROM (
    SELECT malId, snapshotDate, rank, score100 / 100 AS score, scoredBy, members, popularity,
        lag(rank) OVER series - rank AS rankChange, (score100 - lag(score100) OVER series) / 100 AS scoreChange
    FROM rankings WHERE malId = $mal_id WINDOW series AS (ORDER BY snapshotDate))
WHERE snapshotDate >= $as_of - $days::INTEGER"""
