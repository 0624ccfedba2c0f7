"""Fresh databases of one schema, and the fastest plain way to write given rows into one: the floor of every load.

The floor of PostgreSQL is COPY of ready-made bytes, that of SQLite `executemany` of ready-made tuples, into the same
tables with the same keys and indexes, in one transaction that is committed.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

import psycopg
from sqlalchemy.engine import make_url

from catlog.db.session import Database
from catlog.db.upgrade import upgrade
from tests.support.postgres import PostgresServer

Rows = Sequence[tuple[Any, ...]]
_CHUNK = 1 << 17


class Store(Protocol):
    """One kind of database: `fresh` gives the URL of an empty one, in place of the one before."""

    name: str
    floor: str

    def fresh(self) -> str:
        """Return the URL of an empty database with CatLog's tables; the earlier one is gone."""

    def prepared(self, rows: Rows) -> object:
        """Return rows of Python values in the form in which `write` takes them."""

    def stored(self, url: str, tables: Iterable[str], order: Callable[[tuple[Any, ...]], int]) -> dict[str, object]:
        """Return what the tables hold as `write` takes it, in the order in which it was written."""

    def write(self, url: str, tables: dict[str, object]) -> float:
        """Write everything in one transaction; return the seconds it took."""


class SqliteStore:
    """SQLite files, set up as CatLog sets them up: write-ahead log, synchronous = FULL."""

    name, floor = "SQLite", "executemany"

    def __init__(self, home: Path) -> None:
        self._empty, self._file = home / "empty.sqlite", home / "fresh.sqlite"
        _make(f"sqlite:///{self._empty}")

    def fresh(self) -> str:
        """Return the URL of an empty database."""
        for suffix in ("", "-wal", "-shm"):
            self._file.with_name(self._file.name + suffix).unlink(missing_ok=True)
        shutil.copy(self._empty, self._file)
        return f"sqlite:///{self._file}"

    def prepared(self, rows: Rows) -> object:
        """Return the rows with their days as text: SQLite has no dates."""
        return [tuple(v.isoformat() if hasattr(v, "isoformat") else v for v in row) for row in rows]

    def stored(self, url: str, tables: Iterable[str], order: Callable[[tuple[Any, ...]], int]) -> dict[str, object]:
        """Return the rows of the tables; those of an anime in their order, the others as their ids grew."""
        found: dict[str, object] = {}
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            for table in tables:
                cursor = connection.execute(f'SELECT * FROM "{table}"')
                of_anime = cursor.description[0][0] == "malId"
                found[table] = sorted(cursor, key=order) if of_anime else cursor.fetchall()
        return found

    def write(self, url: str, tables: dict[str, object]) -> float:
        """Write everything in one transaction; return the seconds it took."""
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
            for pragma in ("synchronous = FULL", "foreign_keys = ON", "cache_size = -32000"):
                connection.execute(f"PRAGMA {pragma}")
            start = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            for table, rows in tables.items():
                if isinstance(rows, list) and rows:
                    connection.executemany(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(rows[0]))})', rows)
            connection.execute("COMMIT")
            return time.perf_counter() - start


class PostgresStore:
    """Databases of one server, each a copy of an empty one."""

    name, floor = "PostgreSQL", "raw COPY"

    def __init__(self, server: PostgresServer) -> None:
        self._server, self._count = server, 0
        _make(server.create_database("empty"))

    def fresh(self) -> str:
        """Return the URL of an empty database."""
        if self._count:
            self._server.drop_database(f"fresh {self._count}")
        self._count += 1
        return self._server.create_database(f"fresh {self._count}", template="empty")

    def prepared(self, rows: Rows) -> object:
        """Return the rows as COPY reads them."""
        return "".join("\t".join(map(str, row)) + "\n" for row in rows).encode()

    def stored(self, url: str, tables: Iterable[str], order: Callable[[tuple[Any, ...]], int]) -> dict[str, object]:  # noqa: ARG002
        """Return the tables as COPY writes them, which is the order they were written in."""
        found: dict[str, object] = {}
        with closing(_connect(url)) as connection:
            for table in tables:
                with connection.cursor().copy(f'COPY "{table}" TO STDOUT') as copy:  # type: ignore[call-overload]
                    found[table] = b"".join(copy)
        return found

    def write(self, url: str, tables: dict[str, object]) -> float:
        """Write everything in one transaction; return the seconds it took."""
        with closing(_connect(url)) as connection:
            start = time.perf_counter()
            with connection.transaction():
                for table, data in tables.items():
                    assert isinstance(data, bytes)
                    with connection.cursor().copy(f'COPY "{table}" FROM STDIN') as copy:
                        for at in range(0, len(data), _CHUNK):
                            copy.write(data[at : at + _CHUNK])
            return time.perf_counter() - start

    def settings(self) -> str:
        """Return the settings that decide what a commit costs."""
        with closing(_connect(self.fresh())) as connection:
            names = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers")
            return ", ".join(f"{n} {(connection.execute(f'SHOW {n}').fetchone() or ['?'])[0]}" for n in names)


def _connect(url: str) -> psycopg.Connection[Any]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True)


def _make(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.close()
