"""The stage-one queries of a database against those of the embedded engine, on the same frozen rows."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from catlog.analytics.days import chart_days
from catlog.analytics.duckdb_engine.duck import opened
from catlog.analytics.duckdb_engine.stage_one import QUERIES, SqlQuery
from catlog.analytics.entries import new_entries
from catlog.analytics.history import history
from catlog.analytics.movers import climbers, fallers, momentum
from catlog.analytics.records import QueryResult
from catlog.analytics.snapshots.manifest import RankingsSnapshot
from catlog.analytics.streaks import streaks
from catlog.analytics.validation.compare import CheckedColumn, compare_sides
from catlog.db.columnar import append
from catlog.db.models import DailyRankings, RankingDays
from catlog.db.naming import camel_case
from catlog.db.session import Database
from catlog.db.upgrade import upgrade

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

DAYS, TOP, GAP = 30, 50, 3
"""The parameters that are asked with: the window, the upper chart, and the hole that ends a streak."""

_HISTORIES = 5
"""How many anime's histories are compared, those first on the day."""

_BATCH_ROWS = 1 << 16
_TYPES = {"integer": "BIGINT", "float": "DOUBLE", "date": "DATE", "text": "VARCHAR"}


def check_queries(database: Database, snapshot: RankingsSnapshot, name: str) -> Iterator[CheckedColumn]:
    """Compare all queries; `name` is what the database is called as the left side."""
    day = snapshot.manifest.as_of
    with opened(snapshot) as engine, database.read() as session:
        known = {"day": day, "days": DAYS, "top": TOP, "gap": GAP}
        for query in QUERIES.values():
            used = {key: value for key, value in known.items() if f"${key}" in query.sql}
            anime = _first_on(engine, day) if query.name == "history" else [0]
            ours = [_table(query, _ASKED[query.name](session, day, each)) for each in anime]
            theirs = [query.answer(engine, **used, **({"anime": each} if each else {})) for each in anime]
            _register(engine, query, ours, theirs)
            yield from compare_sides(engine, query.name, query.key, query.columns, f"{name}, duckdb")


@contextmanager
def sqlite_copy(snapshot: RankingsSnapshot) -> Iterator[Database]:
    """Give an SQLite database with the frozen rankings, which is gone at the end."""
    import pyarrow.parquet as pq

    with tempfile.TemporaryDirectory(prefix="catlog-check-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'copy.sqlite'}")
        try:
            upgrade(database)
            with database.connect_to_write() as connection:
                for file in snapshot.rankings:
                    batches = map(_as_stored, pq.ParquetFile(file).iter_batches(_BATCH_ROWS))
                    append(connection, DailyRankings, batches, {"etlRunId": "check"})
                for file in snapshot.days:
                    append(connection, RankingDays, pq.ParquetFile(file).iter_batches(_BATCH_ROWS), {})
            yield database
        finally:
            database.close()


def _as_stored(batch: pa.RecordBatch) -> pa.RecordBatch:
    import pyarrow as pa
    import pyarrow.compute as pc

    score = pc.divide(batch["score100"].cast(pa.float64()), 100)
    names = ["score" if name == "score100" else name for name in batch.schema.names]
    columns = [score if name == "score" else batch[name] for name in names]
    return pa.RecordBatch.from_arrays(columns, names)


_ASKED: Mapping[str, Callable[[Session, date, int], QueryResult[Any]]] = {
    "climbers": lambda session, day, _: climbers(session, days=DAYS, limit=None, within=0, as_of=day),
    "fallers": lambda session, day, _: fallers(session, days=DAYS, limit=None, within=0, as_of=day),
    "momentum": lambda session, day, _: momentum(session, days=DAYS, limit=None, within=0, as_of=day),
    "new-entries": lambda session, day, _: new_entries(session, top=TOP, days=DAYS, as_of=day),
    "streaks": lambda session, day, _: streaks(session, top=TOP, limit=None, max_gap=GAP, as_of=day),
    "history": lambda session, day, anime: history(session, anime, days=DAYS, as_of=day),
    "chart-days": lambda session, day, _: chart_days(session, as_of=day),
}


def _first_on(engine: duckdb.DuckDBPyConnection, day: date) -> list[int]:
    first = "SELECT malId FROM rankings WHERE snapshotDate = $1 ORDER BY rank NULLS LAST, malId LIMIT $2"
    return [anime for (anime,) in engine.execute(first, [day, _HISTORIES]).fetchall()]


def _table(query: SqlQuery, answer: QueryResult[Any]) -> pa.Table:
    """Return the rows of an answer as a table with the columns of the query."""
    import pyarrow as pa

    types = {"integer": pa.int64(), "float": pa.float64(), "date": pa.date32(), "text": pa.string()}
    rows = [
        {"place": place} | {camel_case(name): getattr(row, name) for name in type(row).__slots__}
        for place, row in enumerate(answer.rows, start=1)
    ]
    arrays = [
        # A flag is compared as the number it is in the SQL.
        pa.array([int(row[name]) if isinstance(row[name], bool) else row[name] for row in rows], types[kind])
        for name, kind in query.columns.items()
    ]
    return pa.table(arrays, names=list(query.columns))


def _register(
    engine: duckdb.DuckDBPyConnection, query: SqlQuery, left: Sequence[pa.Table], right: Sequence[pa.Table]
) -> None:
    """Put both sides, each in one or several tables, where `compare_sides` finds them."""
    columns = ", ".join(f'"{name}" {_TYPES[kind]}' for name, kind in query.columns.items())
    for side, tables in (("left_side", left), ("right_side", right)):
        engine.execute(f"CREATE OR REPLACE TABLE {side} ({columns})")
        for table in tables:
            engine.register("arriving", table.select(list(query.columns)))
            engine.execute(f"INSERT INTO {side} FROM arriving")
            engine.unregister("arriving")
