"""The tables of a schema revision, in an order for writing, and reading and writing of their rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, MetaData, Text, cast, column, create_engine, func, select, table
from sqlalchemy import Table as SqlTable
from sqlalchemy.exc import DBAPIError

from catlog.db.backup.kinds import Kind, kind_of
from catlog.db.models import register_all
from catlog.db.naming import METADATA
from catlog.db.schema import HEAD

Block = Sequence[Sequence[Any]]
"""A block of rows: faster than single rows, and smaller than all of them."""

_BLOCK_ROWS = 500


@dataclass(frozen=True, slots=True)
class BackupTable:
    """One table of a revision: physical names, the kind of each column, and the key that orders rows."""

    name: str
    columns: tuple[tuple[str, Kind], ...]
    key: tuple[str, ...]

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of the columns, in their order."""
        return tuple(kind for _, kind in self.columns)

    def with_columns(self, names: Sequence[str]) -> BackupTable:
        """Return the same table with its columns in the order of `names`."""
        kinds = dict(self.columns)
        return BackupTable(self.name, tuple((name, kinds[name]) for name in names), self.key)


@cache
def tables_at(revision: str) -> tuple[BackupTable, ...]:
    """Return the tables of a revision, referenced ones first."""
    if revision == HEAD:
        register_all()
        return tuple(_described(found) for found in METADATA.sorted_tables)
    from catlog.db.migrations.run import upgrade_to

    # Only the migrations define an older schema: run them on an empty database in memory.
    engine = create_engine("sqlite://")
    found = MetaData()
    with engine.begin() as connection:
        upgrade_to(connection, revision)
        found.reflect(connection)
    engine.dispose()
    return tuple(_described(table) for table in found.sorted_tables if table.name != "alembic_version")


def count_rows(connection: Connection, of: BackupTable) -> int:
    """Return the number of rows of a table."""
    return connection.execute(select(func.count()).select_from(table(of.name))).scalar_one()


def stored_blocks(connection: Connection, of: BackupTable) -> Iterator[Block]:
    """Yield all rows in the order of their key, values as from the driver, JSON as text."""
    shown = [cast(column(name), Text) if kind == "json" else column(name) for name, kind in of.columns]
    query = select(*shown).select_from(table(of.name)).order_by(*(column(name) for name in of.key))
    at_once = 4 if "bytes" in of.kinds else _BLOCK_ROWS  # raw pages are large
    yield from connection.execute(query, execution_options={"yield_per": at_once}).partitions()


def write_blocks(connection: Connection, to: BackupTable, blocks: Iterable[Block]) -> None:
    """Write rows, with values of `stored_blocks` or `from_file`, into an empty table."""
    names = ", ".join(f'"{name}"' for name, _ in to.columns)
    if connection.dialect.name == "postgresql":
        _copy(connection, f'COPY "{to.name}" ({names}) FROM STDIN', blocks)
        return
    marks = ", ".join("?" * len(to.columns))
    statement = f'INSERT INTO "{to.name}" ({names}) VALUES ({marks})'  # noqa: S608 - names of our own tables
    for block in blocks:
        connection.exec_driver_sql(statement, [tuple(row) for row in block])


def set_sequences(connection: Connection, tables: Iterable[BackupTable]) -> None:
    """Set PostgreSQL's sequences, so that new rows are numbered after the existing ones."""
    for of in tables:
        for name, kind in of.columns:
            if name in of.key and kind == "integer":
                highest = select(func.max(column(name))).select_from(table(of.name)).scalar_subquery()
                sequence = func.pg_get_serial_sequence(f'"{of.name}"', name)  # NULL for keys without a sequence
                connection.execute(select(func.setval(sequence, func.coalesce(highest, 1), highest.is_not(None))))


def _copy(connection: Connection, statement: str, blocks: Iterable[Block]) -> None:
    import psycopg

    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for block in blocks:
                for row in block:
                    copy.write_row(row)
    except psycopg.Error as problem:
        # COPY bypasses SQLAlchemy, and only its errors are translated.
        raise DBAPIError.instance(
            "COPY", None, problem, psycopg.Error, hide_parameters=True, dialect=connection.dialect
        ) from problem


def _described(found: SqlTable) -> BackupTable:
    columns = tuple((str(c.name), kind_of(c.type)) for c in found.columns)
    return BackupTable(found.name, columns, tuple(str(c.name) for c in found.primary_key.columns))
