"""Compare the queries of the registry on a database with the embedded engine, on one snapshot."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from catlog.analytics.duckdb_engine.connection import connect, fetch_arrow
from catlog.analytics.jobs import Kind
from catlog.analytics.registry import CHART_DAYS, HISTORY, QUERIES, Query, load
from catlog.analytics.snapshots.manifest import RankingsSnapshot
from catlog.analytics.validation.compare import CheckedColumn, compare_sides
from catlog.db.columnar import append
from catlog.db.naming import camel_case
from catlog.db.session import Database
from catlog.db.tables import DailyRankings, RankingDays
from catlog.db.upgrade import upgrade

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

DAYS = 30
"""The window of the comparison, in days."""

VALUES: Mapping[str, int | None] = {"days": DAYS, "top": 50, "max_gap": 3, "limit": None, "within": 0}
"""The values of the parameters; others have their defaults."""

_HISTORIES = 5
"""Number of anime whose histories are compared: the first of the day."""

_BATCH_ROWS = 1 << 16
_TYPES = {"integer": "BIGINT", "float": "DOUBLE", "date": "DATE", "text": "VARCHAR"}


def check_queries(database: Database, snapshot: RankingsSnapshot, name: str) -> Iterator[CheckedColumn]:
    """Compare all queries that have a second computation; `name` is the database, the left side."""
    as_of = snapshot.manifest.as_of
    with connect(snapshot) as engine, database.read() as session:
        for query in (*QUERIES.values(), HISTORY, CHART_DAYS):
            if not query.duckdb:
                continue
            columns = columns_of(query)
            titles = _first_on(engine, as_of) if query.of_title else [0]
            ours, theirs = [], []
            for mal_id in titles:
                values = {"as_of": as_of, "mal_id": mal_id} | {
                    parameter.name: VALUES.get(parameter.name, parameter.default) for parameter in query.parameters
                }
                ours.append(_table(columns, query.run(session, **values).rows))
                theirs.append(second_result(engine, query, **values))
            _register(engine, columns, ours, theirs)
            key = tuple(map(camel_case, query.key))
            yield from compare_sides(engine, query.name, key, columns, f"{name}, duckdb")


def second_result(engine: duckdb.DuckDBPyConnection, query: Query[object], **values: object) -> pa.Table:
    """Return what the embedded engine computes for a query; values that its SQL does not name are left out."""
    sql: str = load(query.duckdb)
    named = set(re.findall(r"\$(\w+)", sql))
    return fetch_arrow(engine, sql, **{name: value for name, value in values.items() if name in named})


def columns_of(query: Query[object]) -> dict[str, Kind]:
    """Return the columns that are compared: `place`, and the fields of the record but the title."""
    columns: dict[str, Kind] = {"place": "integer"}
    for name, hint in get_type_hints(query.record).items():
        if name != "title":
            columns[camel_case(name)] = _kind(hint)
    return columns


@contextmanager
def sqlite_copy(snapshot: RankingsSnapshot) -> Iterator[Database]:
    """Provide a temporary SQLite database with the frozen rankings."""
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


def _first_on(engine: duckdb.DuckDBPyConnection, day: date) -> list[int]:
    first = "SELECT malId FROM rankings WHERE snapshotDate = $1 ORDER BY rank NULLS LAST, malId LIMIT $2"
    return [anime for (anime,) in engine.execute(first, [day, _HISTORIES]).fetchall()]


def _kind(hint: object) -> Kind:
    types = get_args(hint) or (hint,)
    return "float" if float in types else "date" if date in types else "text" if str in types else "integer"


def _table(columns: Mapping[str, Kind], rows: Sequence[object]) -> pa.Table:
    """Return rows of a result as a table with these columns."""
    import pyarrow as pa

    types = {"integer": pa.int64(), "float": pa.float64(), "date": pa.date32(), "text": pa.string()}
    records = [{"place": place} | _record(row) for place, row in enumerate(rows, start=1)]
    arrays = [pa.array([record[name] for record in records], types[kind]) for name, kind in columns.items()]
    return pa.table(arrays, names=list(columns))


def _record(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a dataclass of any query
    """Return a row by the names of its columns; a flag is compared as the number it is in the SQL."""
    return {camel_case(name): int(value) if isinstance(value, bool) else value for name, value in asdict(row).items()}


def _register(
    engine: duckdb.DuckDBPyConnection,
    columns: Mapping[str, Kind],
    left: Sequence[pa.Table],
    right: Sequence[pa.Table],
) -> None:
    """Create the tables of both sides for `compare_sides`; each may arrive in several parts."""
    typed = ", ".join(f'"{name}" {_TYPES[kind]}' for name, kind in columns.items())
    for side, tables in (("left_side", left), ("right_side", right)):
        engine.execute(f"CREATE OR REPLACE TABLE {side} ({typed})")
        for table in tables:
            engine.register("arriving", table.select(list(columns)))
            engine.execute(f"INSERT INTO {side} FROM arriving")
            engine.unregister("arriving")
