"""Databases as earlier versions of CatLog left them: at any revision, with rows in every table it has."""

import re
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    inspect,
)
from sqlalchemy.types import JSON

from catlog.db.migrations.run import upgrade_to
from catlog.db.schema import prepare_sqlite
from catlog.db.session import Database

Rows = list[dict[str, Any]]


def make_at(database: Database, revision: str) -> None:
    """Make the tables of a revision in a database that has none."""
    if database.is_sqlite:
        prepare_sqlite(database)
    with database.connect_to_write() as connection:
        upgrade_to(connection, revision)


def read(database: Database) -> dict[str, Rows]:
    """Return all rows of all tables but the revision, sorted by key."""
    with database.read() as session:
        connection = session.connection()
        tables = MetaData()
        tables.reflect(connection)
        return {
            table.name: [dict(row._mapping) for row in connection.execute(table.select().order_by(*table.primary_key))]
            for table in tables.sorted_tables
            if table.name != "alembic_version"
        }


def fill(database: Database) -> dict[str, Rows]:
    """Write two rows into every table there is, as their columns, keys and checks allow; return what is stored then."""
    with database.connect_to_write() as connection:
        tables = MetaData()
        tables.reflect(connection)
        written: dict[str, Rows] = {}
        for table in tables.sorted_tables:
            if table.name != "alembic_version":
                checks = [check["sqltext"] for check in inspect(connection).get_check_constraints(table.name)]
                written[table.name] = [sample(table, checks, number, written) for number in (1, 2)]
                connection.execute(table.insert(), written[table.name])
    return read(database)


def sample(table: Table, checks: list[str], number: int, written: dict[str, Rows]) -> dict[str, Any]:
    """Return a row: a key's value is that of the row it points to, a checked word the first that is allowed."""
    row: dict[str, Any] = {}
    for column in table.columns:
        for key in column.foreign_keys:
            row[column.name] = written[key.column.table.name][number - 1][key.column.name]
        words = [
            re.search(r"'(\w+)'", check)
            for check in checks
            if re.match(rf'\W*"?{column.name}\W*(IN|= ANY|::text = ANY)', check)
        ]
        if words and words[0]:
            row[column.name] = words[0].group(1)
        elif column.name not in row:
            row[column.name] = value(column.type, f"{table.name}.{column.name}", number)
    return row


def value(kind: object, name: str, number: int) -> object:
    values: tuple[tuple[type, object], ...] = (
        (JSON, [name, {"number": number, "text": "ü"}]),
        (Boolean, False),
        (Integer, number),
        (Float, 7.25),
        (DateTime, datetime(2024, 2, 29, 12, number)),
        (Date, date(2024, 2, number)),
        (LargeBinary, bytes([number, 0, 255])),
        (String, f"{name} {number} ∬"),
    )
    return next(found for type_, found in values if isinstance(kind, type_))
