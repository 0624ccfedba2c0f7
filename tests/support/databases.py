"""Databases with the current schema for tests: copies of one that was upgraded once, so that each costs little."""

import shutil
from pathlib import Path

from sqlalchemy import text

import catlog.db.models  # noqa: F401  (registers all tables)
from catlog.db.naming import METADATA
from catlog.db.session import Database
from catlog.db.upgrade import upgrade
from tests.support.postgres import PostgresServer

SQLITE, POSTGRESQL = KINDS = ("sqlite", "postgresql")

_TEMPLATE = "schema"


class Databases:
    """Makes empty databases of both kinds."""

    def __init__(self, server: PostgresServer, folder: Path) -> None:
        self._server = server
        self._folder = folder
        self._file = folder / "schema.sqlite"
        for url in (f"sqlite:///{self._file}", server.create_database(_TEMPLATE)):
            database = Database(url)
            upgrade(database)
            database.close()

    def make(self, kind: str, name: str, folder: Path | None = None) -> Database:
        """Return an empty database with the current schema; an SQLite file lies in ``folder``."""
        if kind == POSTGRESQL:
            return Database(self._server.create_database(name, _TEMPLATE))
        file = (folder or self._folder) / f"{name}.sqlite"
        shutil.copyfile(self._file, file)
        return Database(f"sqlite:///{file}")

    def drop(self, database: Database, name: str) -> None:
        """Close a database that ``make`` made, and drop it where it would stay for the whole session."""
        database.close()
        if not database.is_sqlite:
            self._server.drop_database(name)


def empty(database: Database) -> None:
    """Remove all rows of all tables; a transaction that a test left open fails it instead of hanging."""
    tables = ", ".join(f'"{table.name}"' for table in METADATA.tables.values())
    with database.connect_to_write() as connection:
        connection.execute(text("SET LOCAL lock_timeout = '10s'"))
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
