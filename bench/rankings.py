"""A generated ranking history of any size, the same on every run, and its loaders for the databases of bench/.

10,000 anime over 1,095 days with one row in a hundred missing are 10.8 million snapshots. Levels wander slowly, ranks
follow from them day by day, so the upper chart has long streaks, newcomers and returns, as the real one has.
"""

from __future__ import annotations

import csv
import itertools
import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import psycopg
from sqlalchemy import Index, Table, select
from sqlalchemy.engine import make_url
from sqlmodel import col

import catlog.db.models.indexes  # noqa: F401  (puts the indexes on the table)
from catlog.db.models import DailyRankings
from catlog.db.ranking_days import refresh_days
from catlog.db.session import Database
from catlog.db.upgrade import upgrade

FIRST_DAY = date(2023, 1, 1)
COLUMNS = ("malId", "snapshotDate", "rank", "score", "scoredBy", "members", "popularity", "etlRunId")

Row = tuple[int, date, int, float, int, int, int, str]


@dataclass(frozen=True, slots=True)
class Size:
    """How much to generate; about 99 % of `anime` x `days` become rows."""

    anime: int
    days: int


SIZES = {"10.8M": Size(10_000, 1_095), "3M": Size(5_000, 600), "1M": Size(2_500, 400)}
"""Sizes by about how many rows they have."""


def snapshots(size: Size, seed: int = 1) -> Iterator[Row]:
    """Yield the rows of all days, day by day; within a day by rank."""
    rng = random.Random(seed)
    ids = sorted(rng.sample(range(1, 6 * size.anime), size.anime))
    levels = sorted((9.2 - 6 * rng.random() ** 0.35 for _ in ids), reverse=True)
    rng.shuffle(levels)
    votes = [int(10 ** (1 + 5 * rng.random())) for _ in ids]
    order = list(range(size.anime))
    for number in range(size.days):
        day = FIRST_DAY + timedelta(days=number)
        levels = [level + (rng.random() - 0.5) * 0.02 for level in levels]
        order.sort(key=levels.__getitem__, reverse=True)
        present = (i for i in order if rng.random() >= 0.01)
        for rank, i in enumerate(present, start=1):
            score = min(10.0, max(0.01, round(levels[i], 2)))
            scored_by = votes[i] + number * (1 + votes[i] // 1000)
            yield ids[i], day, rank, score, scored_by, 2 * scored_by, i + 1, "bench"


def write_csv(file: Path, size: Size) -> int:
    """Write the rows in day order without a header, for COPY; return how many there are."""
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = snapshots(size)
        writer = csv.writer(out)
        count = 0
        for batch in iter(lambda: list(itertools.islice(rows, 50_000)), []):
            writer.writerows(batch)
            count += len(batch)
    return count


def load_duckdb(file: Path, source: Path) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB database on `file` with the rows of the CSV `source`, in its order."""
    connection = duckdb.connect(str(file))
    connection.execute("SET enable_progress_bar = false")
    connection.execute(
        'CREATE TABLE "DailyRankings" ("malId" INTEGER, "snapshotDate" DATE, rank INTEGER, score DOUBLE, '
        '"scoredBy" INTEGER, members INTEGER, popularity INTEGER, "etlRunId" VARCHAR)'
    )
    connection.execute(f"COPY \"DailyRankings\" FROM '{source}' (FORMAT csv, HEADER false)")
    return connection


def load_sqlite(file: Path, ordered: duckdb.DuckDBPyConnection) -> Database:
    """Return a CatLog database on `file` with the rows that `ordered` has, written in key order."""
    database = Database(f"sqlite:///{file}")
    upgrade(database)
    cursor = ordered.execute(
        'SELECT * REPLACE ("snapshotDate"::VARCHAR AS "snapshotDate") FROM "DailyRankings" ORDER BY 1, 2'
    )
    with database.connect_to_write() as connection:
        for index in _indexes():
            index.drop(connection)
        driver = connection.connection.cursor()
        statement = f'INSERT INTO "DailyRankings" VALUES ({", ".join("?" * len(COLUMNS))})'
        while batch := cursor.fetchmany(50_000):
            driver.executemany(statement, batch)
        for index in _indexes():
            index.create(connection)
    _measure_days(database)
    return database


def load_postgres(url: str, source: Path) -> Database:
    """Return the CatLog database at `url`, made ready, with the rows of the CSV `source` in its order, vacuumed."""
    database = Database(url)
    upgrade(database)
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with database.connect_to_write() as connection:
        for index in _indexes():
            index.drop(connection)
    with closing(psycopg.connect(plain, autocommit=True)) as connection:
        connection.execute('ALTER TABLE "DailyRankings" DROP CONSTRAINT "pk_DailyRankings"')
        with (
            connection.cursor().copy('COPY "DailyRankings" FROM STDIN (FORMAT csv)') as copy,
            source.open("rb") as rows,
        ):
            while chunk := rows.read(1 << 20):
                copy.write(chunk)
        connection.execute(
            'ALTER TABLE "DailyRankings" ADD CONSTRAINT "pk_DailyRankings" PRIMARY KEY ("malId", "snapshotDate")'
        )
    with database.connect_to_write() as writing:
        for index in _indexes():
            index.create(writing)
    _measure_days(database)
    with closing(psycopg.connect(plain, autocommit=True)) as connection:
        connection.execute('VACUUM ANALYZE "DailyRankings"')
        connection.execute('VACUUM ANALYZE "RankingDays"')
    return database


def _measure_days(database: Database) -> None:
    with database.connect_to_write() as connection:
        days = connection.execute(select(col(DailyRankings.snapshot_date)).distinct()).scalars().all()
        refresh_days(connection, days)


def _indexes() -> list[Index]:
    table: Table = DailyRankings.__table__  # type: ignore[attr-defined]
    return sorted(table.indexes, key=lambda index: str(index.name))
