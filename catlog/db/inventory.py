"""Count the contents of a database for `catlog db info`, read-only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import func, select

from catlog.db.schema import HEAD, is_empty_file, schema_state, sqlite_file
from catlog.db.session import Database
from catlog.db.tables import DailyRankings, EtlLogs, ProcessedAnime, col
from catlog.redaction import seen_of_database


@dataclass(frozen=True, slots=True)
class Inventory:
    """The figures; those of the contents are None unless the schema is current. `url` has no password."""

    url: str
    origin: str
    server: str
    schema: str | None
    state: str
    size_bytes: int | None = None
    titles: int | None = None
    snapshots: int | None = None
    days: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    runs: int | None = None


def take_inventory(database: Database) -> Inventory:
    """Return the figures. Raises UnavailableError when the database cannot be reached."""
    found = schema_state(database)
    url = seen_of_database(database.url)
    if not found.is_current:
        state = (
            f"newer than this CatLog ({HEAD})"
            if found.is_newer
            else f"needs upgrading to {HEAD}: catlog db upgrade"
            if found.revision
            else "an empty file (0 bytes): see catlog db doctor"
            if database.is_sqlite and is_empty_file(sqlite_file(database))
            else "no tables yet: created on first use (SQLite) or by catlog db upgrade"
        )
        return Inventory(url, database.origin, database.engine.dialect.name, found.revision, state)
    day = col(DailyRankings.snapshot_date)
    with database.read() as session:
        connection = session.connection()
        snapshots, days, first, last = connection.execute(
            select(func.count(), func.count(day.distinct()), func.min(day), func.max(day))
        ).one()
        titles = connection.execute(select(func.count()).select_from(ProcessedAnime)).scalar_one()
        runs = connection.execute(select(func.count()).select_from(EtlLogs)).scalar_one()
        version = connection.exec_driver_sql(
            "SELECT sqlite_version()" if database.is_sqlite else "SHOW server_version"
        ).scalar_one()
        size = (
            Path(database.engine.url.database or "").stat().st_size
            if database.is_sqlite
            else connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
        )
    name = "SQLite" if database.is_sqlite else "PostgreSQL"
    return Inventory(
        url,
        database.origin,
        f"{name} {version}",
        found.revision,
        "current",
        size,
        titles,
        snapshots,
        days,
        first,
        last,
        runs,
    )
