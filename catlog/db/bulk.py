"""Bulk upserts: COPY into a temporary table on PostgreSQL, one prepared statement on SQLite.

For a million snapshots this is 13 times faster on PostgreSQL than `session.add_all` and three times faster than a
Core insert (measured in bench/).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Column, Connection, Date, Integer, Table
from sqlalchemy.exc import DBAPIError

from catlog.db.naming import table_of
from catlog.db.types import UtcDateTime

if TYPE_CHECKING:
    from sqlmodel import SQLModel

OnConflict = Literal["update", "keep"]
Row = Sequence[Any]


def upsert(
    connection: Connection,
    model: type[SQLModel],
    fields: Sequence[str],
    rows: Iterable[Row],
    *,
    on_conflict: OnConflict = "update",
) -> int:
    """Write `rows`, tuples of the Python values of `fields`, into the table of `model`; return the number written.

    A row with an existing primary key replaces the stored values of `fields`; with "keep" it is ignored. No key may
    occur twice in `rows`. Rows are streamed: memory does not grow with their number. Runs inside the connection's
    transaction.
    """
    table = table_of(model)
    columns = [table.c[field] for field in fields]
    ready = _converted(rows, columns, connection)
    conflict = _conflict_clause(table, columns, on_conflict)
    with driver_errors(connection):
        if connection.dialect.name == "postgresql":
            return _copy_and_merge(connection, table, columns, ready, conflict)
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {_q(table.name)} ({_names(columns)}) VALUES ({marks}) {conflict}"
        with closing(connection.connection.cursor()) as cursor:
            cursor.executemany(statement, ready)  # type: ignore[arg-type]  # sqlite3 takes any iterable
            return max(cursor.rowcount, 0)


def _copy_and_merge(
    connection: Connection, table: Table, columns: list[Column[Any]], rows: Iterator[Row], conflict: str
) -> int:
    staging = _q(f"stage_{secrets.token_hex(4)}")
    names = _names(columns)
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    # Binary COPY would cut a number to the four bytes of its column; from eight, the merge refuses what is too large.
    staged = ", ".join(
        _q(c.name) + (f"::bigint AS {_q(c.name)}" if isinstance(c.type, Integer) else "") for c in columns
    )
    connection.exec_driver_sql(
        f"CREATE TEMPORARY TABLE {staging} ON COMMIT DROP AS SELECT {staged} FROM {_q(table.name)} LIMIT 0"
    )
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor:
        described = cursor.execute(f"SELECT * FROM {staging}").description
        with cursor.copy(f"COPY {staging} ({names}) FROM STDIN (FORMAT binary)") as copy:
            copy.set_types([column.type_code for column in described])
            for row in rows:
                copy.write_row(row)
    merge = f"INSERT INTO {_q(table.name)} ({names}) SELECT {names} FROM {staging} {conflict}"
    written = connection.exec_driver_sql(merge).rowcount
    connection.exec_driver_sql(f"DROP TABLE {staging}")
    return written


@contextmanager
def driver_errors(connection: Connection) -> Iterator[None]:
    """Raise driver errors as SQLAlchemy's, so that they are translated and retried like all others."""
    driver = connection.dialect.loaded_dbapi
    try:
        yield
    except driver.Error as problem:
        lost = connection.dialect.is_disconnect(problem, connection.connection.dbapi_connection, None)
        if lost:
            connection.invalidate(problem)
        raise DBAPIError.instance(None, None, problem, driver.Error, connection_invalidated=lost) from problem


def _conflict_clause(table: Table, columns: list[Column[Any]], on_conflict: OnConflict) -> str:
    keys = _names(list(table.primary_key.columns))
    changed = [column for column in columns if not column.primary_key]
    if on_conflict == "keep" or not changed:
        return f"ON CONFLICT ({keys}) DO NOTHING"
    return f"ON CONFLICT ({keys}) DO UPDATE SET " + ", ".join(f"{_q(c.name)} = excluded.{_q(c.name)}" for c in changed)


def _converted(rows: Iterable[Row], columns: list[Column[Any]], connection: Connection) -> Iterator[Row]:
    converters = [(i, convert) for i, column in enumerate(columns) if (convert := _converter(column, connection))]
    if not converters:
        return iter(rows)
    return _convert_each(rows, converters)


def _convert_each(rows: Iterable[Row], converters: list[tuple[int, Callable[[Any], Any]]]) -> Iterator[Row]:
    for row in rows:
        values = list(row)
        for index, convert in converters:
            values[index] = convert(values[index])
        yield values


def _converter(column: Column[Any], connection: Connection) -> Callable[[Any], Any] | None:
    dialect = connection.dialect
    convert = column.type.dialect_impl(dialect).bind_processor(dialect)
    # A load has few distinct days and instants, and millions of rows.
    few = isinstance(column.type, Date | UtcDateTime)
    return lru_cache(maxsize=4096)(convert) if convert and few else convert


def _names(columns: Sequence[Column[Any]]) -> str:
    return ", ".join(_q(column.name) for column in columns)


def _q(name: str) -> str:
    return f'"{name}"'
