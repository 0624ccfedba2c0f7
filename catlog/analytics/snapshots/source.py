"""Read rankings from the database as Arrow tables, in key order, without a Python object for every value.

PostgreSQL sends CSV through COPY, SQLite builds the same lines, a title at a time: a million rows take about a second,
as tuples three.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Select, SQLColumnExpression, func, select
from sqlalchemy.exc import DBAPIError

from catlog.analytics.expressions import hundredths
from catlog.db.tables import AnimeGenre, DailyRankings, RankingDays, col

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = ("malId", "snapshotDate", "rank", "score100", "scoredBy", "members", "popularity")

_CHUNK_BYTES = 1 << 24
_MEASURES_ABOVE_ZERO = ("rank", "score100")


def rankings_schema() -> pa.Schema:
    """Return the columns of the frozen rankings; scores are in hundredths."""
    import pyarrow as pa

    types = (pa.int32(), pa.date32(), pa.int32(), pa.int32(), pa.int64(), pa.int64(), pa.int32())
    keys = COLUMNS[:2]
    return pa.schema([pa.field(name, type_, name not in keys) for name, type_ in zip(COLUMNS, types, strict=True)])


def stored_rankings(connection: Connection, as_of: date) -> Iterator[pa.Table]:
    """Yield the snapshots up to `as_of` ordered by title and day, some hundred thousand at a time."""
    lines = _postgres_lines if connection.dialect.name == "postgresql" else _sqlite_lines
    waiting: list[bytes] = []
    size = 0
    for part in lines(connection, as_of):
        waiting.append(part)
        size += len(part)
        if size > _CHUNK_BYTES:
            whole, _, rest = b"".join(waiting).rpartition(b"\n")
            yield _parsed(whole)
            waiting, size = [rest], len(rest)
    if last := b"".join(waiting):
        yield _parsed(last)


def stored_genres(connection: Connection) -> pa.Table:
    """Return malId and genre of every anime, sorted, each pair once."""
    import pyarrow as pa

    query = select(col(AnimeGenre.mal_id), col(AnimeGenre.genre)).distinct()
    pairs = sorted((mal_id, genre) for mal_id, genre in connection.execute(query))
    schema = pa.schema([pa.field("malId", pa.int32(), False), pa.field("genre", pa.string(), False)])
    return pa.table([[mal_id for mal_id, _ in pairs], [genre for _, genre in pairs]], schema=schema)


def stored_days(connection: Connection, as_of: date) -> pa.Table:
    """Return snapshotDate, depth and snapshots of every day up to `as_of`, sorted."""
    import pyarrow as pa

    columns = (col(RankingDays.snapshot_date), col(RankingDays.depth), col(RankingDays.snapshots))
    rows = connection.execute(select(*columns).where(columns[0] <= as_of).order_by(columns[0])).all()
    types = {"snapshotDate": pa.date32(), "depth": pa.int32(), "snapshots": pa.int32()}
    schema = pa.schema([pa.field(name, type_, False) for name, type_ in types.items()])
    return pa.table([[row[place] for row in rows] for place in range(len(columns))], schema=schema)


def _columns() -> tuple[SQLColumnExpression[Any], ...]:
    of = DailyRankings
    key = (col(of.mal_id), col(of.snapshot_date))
    return (*key, col(of.rank), hundredths(col(of.score)), col(of.scored_by), col(of.members), col(of.popularity))


def _up_to(as_of: date) -> ColumnElement[bool]:
    return col(DailyRankings.snapshot_date) <= as_of


def _postgres_lines(connection: Connection, as_of: date) -> Iterator[bytes]:
    import psycopg

    key = (col(DailyRankings.mal_id), col(DailyRankings.snapshot_date))
    query: Select[Any] = select(*_columns()).where(_up_to(as_of)).order_by(*key)
    written = query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    connection.exec_driver_sql("SET LOCAL work_mem = '256MB'")  # sort in memory
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(f"COPY ({written}) TO STDOUT (FORMAT csv)") as copy:
            for part in copy:
                yield bytes(part)
    except psycopg.Error as problem:
        # COPY bypasses SQLAlchemy, whose errors are translated into messages elsewhere.
        raise DBAPIError.instance(
            "COPY", None, problem, psycopg.Error, hide_parameters=True, dialect=connection.dialect
        ) from problem


def _sqlite_lines(connection: Connection, as_of: date) -> Iterator[bytes]:
    # The table is stored in key order, and an aggregate reads it so; `_parsed` verifies it.
    line = func.printf(",".join(["%s"] * len(COLUMNS)) + "\n", *_columns())
    query = select(func.group_concat(line, "")).where(_up_to(as_of)).group_by(col(DailyRankings.mal_id))
    for (lines,) in connection.execute(query, execution_options={"yield_per": 256}):
        yield lines.encode()


def _parsed(lines: bytes) -> pa.Table:
    import pyarrow.csv as arrow_csv

    schema = rankings_schema()
    table = arrow_csv.read_csv(
        io.BytesIO(lines),
        read_options=arrow_csv.ReadOptions(column_names=schema.names),
        convert_options=arrow_csv.ConvertOptions(column_types={field.name: field.type for field in schema}),
    )
    return _in_order(_without_zeros(table)).cast(schema)


def _without_zeros(table: pa.Table) -> pa.Table:
    """Replace ranks and scores of 0 or less by null, as loading does."""
    import pyarrow.compute as pc

    for name in _MEASURES_ABOVE_ZERO:
        values = table[name]
        if (pc.min(values).as_py() or 1) <= 0:
            index = table.schema.get_field_index(name)
            known = pc.if_else(pc.greater(values, 0), values, None)
            table = table.set_column(index, table.schema.field(name), known.cast(values.type))
    return table


def _in_order(table: pa.Table) -> pa.Table:
    import numpy as np
    import pyarrow as pa

    ids = table["malId"].to_numpy().astype(np.int64)
    days = table["snapshotDate"].cast(pa.int32()).to_numpy()
    keys = ids * 2**32 + days
    return (
        table
        if (keys[1:] > keys[:-1]).all()
        else table.sort_by([("malId", "ascending"), ("snapshotDate", "ascending")])
    )
