"""The ranking history of the former web CatLog, as rows of a recorded series."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import inspect, text

from catlog.db.session import Database
from catlog.etl.timeseries import SeriesRow, UnusableRow, series_row

SOURCE = "web-catlog"
"""The source of such a load in the run log."""

_NEEDED = ("malId", "snapshotDate", "rank", "score", "scoredBy", "members", "popularity")
_ROWS = """
    SELECT r."snapshotDate"::date::text, r."malId"::text, coalesce(a.title, ''), r.rank::text, r.score::text,
        r."scoredBy"::text, r.members::text, r.popularity::text
    FROM "DailyRankings" r LEFT JOIN "Anime" a ON a."malId" = r."malId"
    ORDER BY r."snapshotDate", r."malId"
"""


def has_web_rankings(source: Database) -> bool:
    """Say whether a database of the web CatLog (PostgreSQL) holds snapshots."""
    with source.read() as session:
        found = inspect(session.connection())
        has_table = found.has_table("DailyRankings") and found.has_table("Anime")
        columns = {column["name"] for column in found.get_columns("DailyRankings")} if has_table else set()
        return (
            columns.issuperset(_NEEDED)
            and session.execute(text('SELECT 1 FROM "DailyRankings" LIMIT 1')).first() is not None
        )


def web_rankings(source: Database, *, today: date) -> Iterator[SeriesRow | UnusableRow]:
    """Yield the snapshots of the web CatLog by day, usable or not; a day after `today` is not usable."""
    with source.read() as session:
        rows = session.connection().execute(text(_ROWS).execution_options(stream_results=True))
        for number, row in enumerate(rows, start=1):
            yield series_row([cell or "" for cell in row], number, today)
