"""Insert Arrow batches into a table without touching each value in Python.

The table must have none of their keys: the same transaction deletes old rows first. Otherwise use
`catlog.db.bulk.upsert`. On PostgreSQL the rows are copied straight into the table.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from catlog.db.bulk import driver_errors
from catlog.db.naming import table_of

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlmodel import SQLModel


def append(
    connection: Connection, model: type[SQLModel], batches: Iterable[pa.RecordBatch], same: Mapping[str, Any]
) -> int:
    """Insert the rows of `batches` and return their number.

    Batches have the physical names of columns; `same` maps further columns to the Python value of all rows. Memory
    does not grow with the number of rows. Runs inside the connection's transaction.
    """
    table = table_of(model)
    stored = {name: _as_text(value) for name, value in same.items()}
    several = iter(batches)
    first = next(several, None)
    if first is None:
        return 0
    names = ", ".join(f'"{name}"' for name in (*first.schema.names, *stored))
    every = chain([first], several)
    with driver_errors(connection):
        if connection.dialect.name == "postgresql":
            return _copy(connection, f'COPY "{table.name}" ({names}) FROM STDIN (FORMAT csv)', every, stored)
        marks = ", ".join("?" * (len(first.schema.names) + len(stored)))
        statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608 - names of our own tables
        with closing(connection.connection.cursor()) as cursor:
            cursor.executemany(statement, _tuples(every, list(stored.values())))  # type: ignore[arg-type]  # as bulk
            return max(cursor.rowcount, 0)


def _copy(connection: Connection, statement: str, batches: Iterable[pa.RecordBatch], same: Mapping[str, str]) -> int:
    import pyarrow as pa
    import pyarrow.csv as arrow_csv

    options = arrow_csv.WriteOptions(include_header=False)
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    driver: Any = connection.connection.driver_connection
    rows = 0
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for batch in batches:
            columns = [*batch.columns, *(pa.repeat(value, batch.num_rows) for value in same.values())]
            lines = io.BytesIO()
            names = [*batch.schema.names, *same]
            arrow_csv.write_csv(pa.RecordBatch.from_arrays(columns, names), lines, options)
            copy.write(lines.getbuffer())
            rows += batch.num_rows
    return rows


def _tuples(batches: Iterable[pa.RecordBatch], same: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    for batch in batches:
        columns = [_plain(column) for column in batch.columns]
        yield from zip(*columns, *(repeat(value, batch.num_rows) for value in same), strict=True)


def _plain(column: pa.Array) -> list[Any]:
    """Return a column as Python values, through numpy: Arrow's own conversion takes three times as long."""
    import numpy as np
    import pyarrow as pa

    if pa.types.is_date(column.type) or pa.types.is_string(column.type):
        # Few distinct values: each is converted once.
        few = column.dictionary_encode()
        texts = np.array([*few.dictionary.cast(pa.string()).to_pylist(), None], object)
        named: list[Any] = texts[few.indices.fill_null(len(texts) - 1).to_numpy()].tolist()
        return named
    if not column.null_count:
        return column.to_numpy().tolist()  # type: ignore[no-any-return]  # Arrow has no types
    values = column.fill_null(0).to_numpy().astype(object)
    values[~column.is_valid().to_numpy(zero_copy_only=False)] = None
    return values.tolist()  # type: ignore[no-any-return]  # as above


def _as_text(value: object) -> str:
    """Return a value as text for both databases; an instant is in UTC without its zone, as `UtcDateTime` stores it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return value.isoformat() if isinstance(value, date) else str(value)
