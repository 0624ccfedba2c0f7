"""Where a crash is staged: a home and a database that are put back as they were before each trial.

What is there is compared by content: the rows of all tables, without order and without what differs from run to run
(ids that a sequence gives, ids of runs and requests, process numbers).
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from catlog.config import Settings, load_settings
from catlog.db.models import register_all
from catlog.db.naming import METADATA
from catlog.db.session import Database
from tests.support.cli import CommandLine
from tests.support.databases import SQLITE
from tests.support.postgres import PostgresServer

NOW = "2026-05-11T08:00:00Z"

NOTHING, DAMAGED = "nothing", "damaged"
"""The signatures of a database without tables, and of a file that is none."""

_FLEETING = {"etlRunId", "runId", "requestId", "holder"}
_NUMBERED = {"ActivityLog", "EtlLogs", "EtlRejects", "ImportLeftovers", "RawAnimeData", "UserAnime"}
"""Tables whose ids nothing points to: PostgreSQL leaves out those of a transaction that was not committed."""

RUN_LOG = frozenset({"EtlLogs", "RawAnimeData", "EtlRejects"})
"""The tables that also tell of runs that came to nothing."""

_OF_SQLITE = (".sqlite", ".sqlite-wal", ".sqlite-shm")

register_all()
_TABLES = [f'"{table.name}"' for table in METADATA.sorted_tables] + ["alembic_version"]
_SEQUENCES = [
    f"""SELECT setval(pg_get_serial_sequence('"{table.name}"', 'id'), coalesce(max(id), 1), max(id) IS NOT NULL)
    FROM public."{table.name}" """
    for table in METADATA.sorted_tables
    if "id" in table.columns
]

Rows = dict[str, tuple[list[str], list[Any]]] | str
Contents = dict[str, list[str]]


class Stage:
    """One home and one database of a kind. `name` is a word for it; `server` is where PostgreSQL's databases are."""

    def __init__(self, kind: str, name: str, folder: Path, server: PostgresServer) -> None:
        self.kind = kind
        self.folder = folder
        self.home = folder / "home"
        self._saved = folder / "saved"
        self.server = server
        self._name, self._template = f"{name} stage", f"{name} base"
        self._made = [self._name]
        self._tables_stay = True
        self._link: psycopg.Connection[Any] | None = None
        self.home.mkdir(parents=True)
        if kind == SQLITE:
            self.file = self.home / "data" / "catlog.sqlite"
            self.url = f"sqlite:///{self.file}"
        else:
            self.url = server.create_database(self._name)

    @property
    def catlog(self) -> CommandLine:
        """The command line of this home."""
        return CommandLine().having(
            home=self.home, database_url=self.url, jikan_rate=1000, jikan_backoff=0.00001, now=NOW
        )

    @property
    def settings(self) -> Settings:
        """The settings of this home."""
        return load_settings(self.catlog.environ)

    def database(self) -> Database:
        """Open the database; the caller closes it."""
        return Database(self.url)

    def save(self, *, tables_stay: bool = True) -> None:
        """Take what is there now for what `reset` brings back; `tables_stay` says that only rows will have changed."""
        shutil.rmtree(self._saved, ignore_errors=True)
        shutil.copytree(self.home, self._saved)
        if self.kind == SQLITE:
            return
        self._tables_stay = tables_stay
        if tables_stay:
            with self._connected() as connection:
                connection.execute("CREATE SCHEMA saved")
                for table in _TABLES:
                    connection.execute(f"CREATE TABLE saved.{table} AS TABLE public.{table}".encode())
        else:
            self._disconnect()
            self.settle()
            self._disconnect()
            self.server.create_database(self._template, self._name)
            self._made.append(self._template)

    def reset(self) -> None:
        """Bring back what was saved."""
        shutil.rmtree(self.home)
        shutil.copytree(self._saved, self.home)
        if self.kind == SQLITE:
            return
        if self._tables_stay:  # ten times as fast as a new database
            back = [f"DELETE FROM public.{table}" for table in reversed(_TABLES)]
            back += [f"INSERT INTO public.{table} SELECT * FROM saved.{table}" for table in _TABLES]
            with self._connected() as connection, connection.transaction():
                connection.execute("; ".join([*back, *_SEQUENCES]).encode())
        else:
            self._disconnect()
            self.server.reset_database(self._name, self._template)

    def settle(self) -> None:
        """Wait until the server has noticed that the processes which were connected are gone."""
        if self.kind == SQLITE:
            return
        with self._connected() as connection:
            others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = "
            until = time.monotonic() + 60
            while connection.execute(f"{others} 'client backend' AND pid <> pg_backend_pid()").fetchone() != (0,):
                if time.monotonic() > until:
                    raise TimeoutError("a server process outlives its client by a minute")
                time.sleep(0.002)

    def rows(self) -> Rows:
        """Return what each table has; NOTHING where there are no tables, DAMAGED for a file that is no database."""
        if self.kind != SQLITE:
            with self._connected() as connection:
                return _rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", connection.execute)
        if not self.file.exists():
            return NOTHING
        try:
            with closing(sqlite3.connect(self.file)) as connection:
                return _rows("SELECT name FROM sqlite_master WHERE type = 'table'", connection.execute)
        except sqlite3.DatabaseError:
            return DAMAGED

    def count(self, query: str) -> int:
        """Return the one number that a query yields."""
        if self.kind != SQLITE:
            with self._connected() as connection:
                return int(connection.execute(query.encode()).fetchall()[0][0])
        with closing(sqlite3.connect(self.file)) as file:
            return int(file.execute(query).fetchall()[0][0])

    def files(self) -> dict[str, int]:
        """Return the sizes of all files of the home by their names below it; without the database's own."""
        found = {str(file.relative_to(self.home)): file.stat().st_size for file in self.home.rglob("*.*")}
        return {name: size for name, size in found.items() if not name.endswith(_OF_SQLITE)}

    def close(self) -> None:
        """Drop the databases."""
        self._disconnect()
        if self.kind != SQLITE:
            for name in self._made:
                self.server.drop_database(name)

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection[Any]]:
        if self._link is None:
            url = make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=False)
            self._link = psycopg.connect(url, autocommit=True)
        yield self._link

    def _disconnect(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None


def contents_of(rows: Rows, *, exact: bool = False, without: frozenset[str] = frozenset()) -> Contents | str:
    """Return the rows of each table, but those `without`, as sorted texts.

    `exact` leaves in what differs from run to run.
    """
    if isinstance(rows, str):
        return rows
    found: Contents = {}
    for name, (columns, values) in rows.items():
        fleeting = {"version"} if name == "CatalogueState" else set()  # a random word after every write
        if not exact:
            fleeting |= _FLEETING | ({"id"} if name in _NUMBERED else set())
        kept = [index for index, column in enumerate(columns) if column not in fleeting]
        if name not in without:
            found[name] = sorted(repr([row[index] for index in kept]) for row in values)
    return found


def signature(contents: Contents | str) -> str:
    """Return a short word for contents that is the same for the same rows."""
    if isinstance(contents, str):
        return contents
    return hashlib.sha256(repr(sorted(contents.items())).encode()).hexdigest()[:16]


def differences(one: Contents | str, other: Contents | str) -> str:
    """Say in which tables two contents differ, for whoever has to find out why."""
    if isinstance(one, str) or isinstance(other, str):
        return f"{one if isinstance(one, str) else 'rows'} / {other if isinstance(other, str) else 'rows'}"
    names = sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
    return ", ".join(f"{name} {len(one.get(name, []))}/{len(other.get(name, []))}" for name in names)


def _rows(tables: str, execute: Callable[[Any], Any]) -> Rows:
    names = [name for (name,) in execute(tables).fetchall() if not name.startswith("sqlite_")]
    found: dict[str, tuple[list[str], list[Any]]] = {}
    for name in names:
        cursor = execute(f'SELECT * FROM "{name}"')
        found[name] = [column[0] for column in cursor.description], cursor.fetchall()
    return found or NOTHING
