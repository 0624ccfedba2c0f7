"""The stage-one queries on the embedded engine, over a frozen snapshot: the second opinion on those of the database.

Written from the definitions, not from the other statements. Without limits and without titles, which a snapshot does
not have; the order is part of the answer, as the column `place`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catlog.analytics.duckdb_engine.duck import ask
from catlog.analytics.jobs import Kind

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class SqlQuery:
    """One query: its name, its columns with their kinds (`place` first), which of them tell rows apart, and its SQL."""

    name: str
    columns: dict[str, Kind]
    key: tuple[str, ...]
    sql: str

    def answer(self, engine: duckdb.DuckDBPyConnection, **parameters: object) -> pa.Table:
        """Return the rows over the view `rankings`; dates and numbers stand for the $names of the SQL."""
        return ask(engine, self.sql, **parameters)


_AGAINST_BASELINE = """
WITH now AS (SELECT malId, rank, score100, scoredBy, {measure} AS value FROM rankings
    WHERE snapshotDate = $day AND {measure} IS NOT NULL),
before AS (SELECT malId, min(snapshotDate) AS since, arg_min({measure}, snapshotDate) AS value,
        arg_min(coalesce(scoredBy, -1), snapshotDate) AS votes FROM rankings
    WHERE snapshotDate >= $day - $days::INTEGER AND snapshotDate < $day AND {measure} IS NOT NULL GROUP BY malId),
pairs AS (SELECT malId, rank, now.value AS value, before.value AS base, since, {change} AS change,
        scoredBy - nullif(votes, -1) AS growth FROM now JOIN before USING (malId) WHERE {kept})"""


def _against_baseline(measure: str, kept: str, change: str) -> str:
    """Return the start of a comparison of the day with the earliest snapshot in the window that has the measure."""
    return _AGAINST_BASELINE.format(measure=measure, kept=kept, change=change)


_CLIMBED, _FELL = "before.value - now.value > 0", "before.value - now.value < 0"

_MOVERS = """
SELECT row_number() OVER (ORDER BY change {way}, rank, malId) AS place,
    malId, rank, base AS baselineRank, change, since AS baselineDate FROM pairs"""

_MOMENTUM = """
SELECT row_number() OVER (ORDER BY change DESC, growth DESC NULLS LAST, malId) AS place, malId, rank,
    value / 100 AS score, base / 100 AS baselineScore, change / 100 AS change, since AS baselineDate,
    growth AS scoredByGrowth FROM pairs"""

_ENTRIES = """
WITH entries AS (SELECT malId, min(snapshotDate) AS firstDate, arg_min(rank, snapshotDate) AS firstRank FROM rankings
    WHERE rank <= $top GROUP BY malId
    HAVING firstDate > $day - $days::INTEGER
        AND firstDate > (SELECT min(snapshotDate) FROM days WHERE depth >= $top)),
now AS (SELECT malId, rank FROM rankings WHERE snapshotDate = $day)
SELECT row_number() OVER (ORDER BY firstDate DESC, firstRank, malId) AS place, malId, firstDate, firstRank, rank
FROM entries LEFT JOIN now USING (malId)"""

# Every title that was ever inside, on every day of S(top): it is inside, out, or unknown, and unknown days are left
# out. What remains is an island as long as nothing but "inside" follows.
_STREAKS = """
WITH deep AS (SELECT snapshotDate AS day, lag(snapshotDate) OVER (ORDER BY snapshotDate) AS earlier FROM days
    WHERE depth >= $top),
counted AS (SELECT snapshotDate AS day, count(*) AS here FROM rankings WHERE rank <= $top GROUP BY snapshotDate),
numbered AS (SELECT day, coalesce(here, 0) < $top AS lacking,
        sum(coalesce((day - earlier > $gap)::INTEGER, 0)) OVER (ORDER BY day) AS era
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
_DAYS = """
WITH ordered AS (SELECT snapshotDate, row_number() OVER ranks AS k, lead(rank) OVER ranks AS following
    FROM rankings WHERE rank > 0 WINDOW ranks AS (PARTITION BY snapshotDate ORDER BY rank)),
deepest AS (SELECT snapshotDate, min(10 * k // 9) AS depth FROM ordered
    WHERE following IS NULL OR following > greatest(10, 10 * k // 9 + 1) GROUP BY snapshotDate),
every AS (SELECT snapshotDate, count(*) AS snapshots FROM rankings GROUP BY snapshotDate)
SELECT row_number() OVER (ORDER BY snapshotDate) AS place, snapshotDate,
    CASE WHEN depth >= 10 THEN depth ELSE 0 END AS depth, snapshots FROM every LEFT JOIN deepest USING (snapshotDate)"""

_HISTORY = """
SELECT row_number() OVER (ORDER BY snapshotDate) AS place, * FROM (
    SELECT malId, snapshotDate, rank, score100 / 100 AS score, scoredBy, members, popularity,
        lag(rank) OVER series - rank AS rankChange, (score100 - lag(score100) OVER series) / 100 AS scoreChange
    FROM rankings WHERE malId = $anime WINDOW series AS (ORDER BY snapshotDate))
WHERE snapshotDate >= $day - $days::INTEGER"""

_MOVER_COLUMNS: dict[str, Kind] = {
    "place": "integer",
    "malId": "integer",
    "rank": "integer",
    "baselineRank": "integer",
    "change": "integer",
    "baselineDate": "date",
}

_RANKS = ("rank", "before.value - now.value")

QUERIES = {
    query.name: query
    for query in (
        SqlQuery(
            "climbers",
            _MOVER_COLUMNS,
            ("malId",),
            _against_baseline(_RANKS[0], _CLIMBED, _RANKS[1]) + _MOVERS.format(way="DESC"),
        ),
        SqlQuery(
            "fallers",
            _MOVER_COLUMNS,
            ("malId",),
            _against_baseline(_RANKS[0], _FELL, _RANKS[1]) + _MOVERS.format(way="ASC"),
        ),
        SqlQuery(
            "momentum",
            {
                "place": "integer",
                "malId": "integer",
                "rank": "integer",
                "score": "float",
                "baselineScore": "float",
                "change": "float",
                "baselineDate": "date",
                "scoredByGrowth": "integer",
            },
            ("malId",),
            _against_baseline("score100", "now.value > before.value", "now.value - before.value") + _MOMENTUM,
        ),
        SqlQuery(
            "new-entries",
            {
                "place": "integer",
                "malId": "integer",
                "firstDate": "date",
                "firstRank": "integer",
                "rank": "integer",
            },
            ("malId",),
            _ENTRIES,
        ),
        SqlQuery(
            "streaks",
            {
                "place": "integer",
                "malId": "integer",
                "start": "date",
                "end": "date",
                "days": "integer",
                "snapshots": "integer",
                "current": "integer",
            },
            ("malId", "start"),
            _STREAKS,
        ),
        SqlQuery(
            "history",
            {
                "place": "integer",
                "malId": "integer",
                "snapshotDate": "date",
                "rank": "integer",
                "score": "float",
                "scoredBy": "integer",
                "members": "integer",
                "popularity": "integer",
                "rankChange": "integer",
                "scoreChange": "float",
            },
            ("malId", "snapshotDate"),
            _HISTORY,
        ),
        SqlQuery(
            "chart-days",
            {"place": "integer", "snapshotDate": "date", "depth": "integer", "snapshots": "integer"},
            ("snapshotDate",),
            _DAYS,
        ),
    )
}
"""The queries by the names of their commands; chart-days counts anew what is stored of every day."""
