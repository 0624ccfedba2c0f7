"""The schema's state: current, behind, newer or absent; and the file an embedded database lives in."""

from __future__ import annotations

import os
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import OperationalError

from catlog.db.engine import LOCK_WAIT_SECONDS
from catlog.db.failures import plain_words, wrong_encoding
from catlog.db.session import Database
from catlog.errors import ConfigError
from catlog.ownership import open_own
from catlog.paths import make_private
from catlog.secrecy import seen_of_database

HEAD = "0011"
"""The revision this version of CatLog works with; a test holds it against the migrations.

Kept here so that a command need not import Alembic (120 ms) to learn that there is nothing to do.
"""

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011")
"""All revisions, oldest first: whatever is not among them was made by a newer CatLog."""


_BETWEEN_TRIES = 0.02
"""Seconds after which a file that another process makes is looked at again."""


@dataclass(frozen=True, slots=True)
class SchemaState:
    """What the database has: `revision` None means that it has no CatLog tables yet."""

    revision: str | None

    @property
    def is_current(self) -> bool:
        """Whether this version can work with it as it is."""
        return self.revision == HEAD

    @property
    def is_newer(self) -> bool:
        """Whether a later version of CatLog has upgraded it."""
        return self.revision is not None and self.revision not in REVISIONS


def schema_state(database: Database) -> SchemaState:
    """Read the revision of an existing database."""
    if database.is_sqlite and not sqlite_file(database).exists():
        return SchemaState(None)
    with plain_words(database.url, database.origin), database.engine.connect() as connection, connection.begin():
        return state_in(connection)


def state_in(connection: Connection) -> SchemaState:
    """Read the revision inside the connection's transaction."""
    if not inspect(connection).has_table("alembic_version"):
        return SchemaState(None)
    return SchemaState(connection.execute(text("SELECT version_num FROM alembic_version")).scalar())


def sqlite_file(database: Database) -> Path:
    """Return the file of an embedded database."""
    return Path(database.engine.url.database or "")


def is_empty_file(file: Path) -> bool:
    """Say whether a file is there and has no byte."""
    return file.is_file() and file.stat().st_size == 0


def prepare_sqlite(database: Database) -> None:
    """Create the file of an embedded database unless it is there, for its owner alone, with a write-ahead log."""
    if not sqlite_file(database).exists():
        _create_private(sqlite_file(database))
    with plain_words(database.url, database.origin):
        _use_write_ahead_log(database)


def _create_private(file: Path) -> None:
    with plain_words(f"sqlite:///{file}"):
        try:
            make_private(file.parent)
            # Only whoever makes it may close it: that would take the locks which this process holds on it.
            os.close(open_own(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, linked=True))
        except FileExistsError:
            return
        except OSError as problem:
            raise ConfigError(f"{file} cannot be created: {problem.strerror}", hint="set CATLOG_DATABASE_URL") from None


def _use_write_ahead_log(database: Database) -> None:
    # Readers then never wait for the writer. Not possible inside a transaction, so below SQLAlchemy's autobegin.
    statement, until = "PRAGMA journal_mode = WAL", time.monotonic() + LOCK_WAIT_SECONDS
    with database.engine.connect() as connection:
        cursor = connection.connection.cursor()
        while True:
            try:
                cursor.execute(statement)
                return
            except sqlite3.OperationalError as problem:
                # Here SQLite itself does not wait for another process that is making the same file.
                if not problem.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() >= until:
                    raise OperationalError(statement, None, problem) from problem
            time.sleep(_BETWEEN_TRIES)


def refuse_encoding(database: Database) -> None:
    """Raise ConfigError for a PostgreSQL database that cannot store every title."""
    with plain_words(database.url, database.origin), database.engine.connect() as connection, connection.begin():
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        raise wrong_encoding(seen_of_database(database.url), f"the encoding {encoding}")


def newer_schema(state: SchemaState) -> ConfigError:
    """Return the refusal of a database that this version does not understand."""
    return ConfigError(
        f"the database was upgraded by a newer CatLog (schema {state.revision}, this version knows {HEAD})",
        hint="upgrade CatLog, or restore a backup made by this version",
    )
