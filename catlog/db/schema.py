"""The schema's state: current, behind, newer or absent; and the file an embedded database lives in."""

from __future__ import annotations

import glob
import os
import sqlite3
import tempfile
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import OperationalError

from catlog.atomic_files import sync_folder
from catlog.db.engine import LOCK_WAIT_SECONDS
from catlog.db.errors import tables_missing, translate_errors, wrong_encoding
from catlog.db.session import Database
from catlog.errors import ConfigError
from catlog.ownership import check_file
from catlog.paths import make_private
from catlog.redaction import seen_of_database

HEAD = "0014"
"""The revision this version of CatLog works with; a test compares it with the migrations.

Stated here because importing Alembic takes 120 ms, which a command with a current schema need not pay.
"""

REVISIONS = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
    "0012",
    "0013",
    "0014",
)
"""All revisions, oldest first; any other was made by a newer CatLog."""

_WRITE_AHEAD = "PRAGMA journal_mode = WAL"

_NEW = ".new"

_RETRY_SECONDS = 0.02
"""Interval of retries while another process creates the same file."""


@dataclass(frozen=True, slots=True)
class SchemaState:
    """The schema of a database: `revision` is None for one without CatLog tables."""

    revision: str | None

    @property
    def is_current(self) -> bool:
        """Whether this version works with the schema without an upgrade."""
        return self.revision == HEAD

    @property
    def is_newer(self) -> bool:
        """Whether a later version of CatLog has upgraded the schema."""
        return self.revision is not None and self.revision not in REVISIONS


def schema_state(database: Database) -> SchemaState:
    """Read the revision of an existing database."""
    if database.is_sqlite and not sqlite_file(database).exists():
        return SchemaState(None)
    with translate_errors(database.url, database.origin), database.engine.connect() as connection, connection.begin():
        return state_in(connection)


def state_in(connection: Connection) -> SchemaState:
    """Read the revision inside the connection's transaction."""
    if not _has_tables(connection):
        return SchemaState(None)
    return SchemaState(connection.execute(text("SELECT version_num FROM alembic_version")).scalar())


def check_tables(database: Database) -> None:
    """Read the catalogue of tables, a sign of life for which the server or file must be read. Raises UnavailableError.

    A file without tables is no sign of life: a restore may be filling it.
    """
    with database.read() as session:
        if not _has_tables(session.connection()):
            raise tables_missing(database.location)


def _has_tables(connection: Connection) -> bool:
    return inspect(connection).has_table("alembic_version")


def sqlite_file(database: Database) -> Path:
    """Return the file of an embedded database."""
    return Path(database.engine.url.database or "")


def is_empty_file(file: Path) -> bool:
    """Check for an existing file of 0 bytes."""
    return file.is_file() and file.stat().st_size == 0


def prepare_sqlite(database: Database) -> None:
    """Create the file of an embedded database if it is missing, private to its owner, with a write-ahead log."""
    if not sqlite_file(database).exists():
        _create_private(sqlite_file(database))
    _remove_abandoned(sqlite_file(database))
    with translate_errors(database.url, database.origin):
        _use_write_ahead_log(database)


def _create_private(file: Path) -> None:
    """Create the file of a database with its first page: a killed process must not leave one of 0 bytes.

    An empty file means a lost library (`EmptyFileError`), and every later start would fail.
    """
    with translate_errors(f"sqlite:///{file}"):
        try:
            check_file(file, linked=True)  # a dangling link may lead to an unmounted disk
            make_private(file.parent)
            handle, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=_NEW, dir=file.parent)  # with mode 0600
            os.close(handle)
            try:
                _write_first_page(name)
                _publish(Path(name), file)
            except (OSError, OperationalError):
                if not file.exists():
                    raise
                # Another process was faster, and has removed this file with abandoned ones.
            finally:
                Path(name).unlink(missing_ok=True)
        except OSError as problem:
            raise ConfigError(f"{file} cannot be created: {problem.strerror}", hint="set CATLOG_DATABASE_URL") from None


def _write_first_page(name: str) -> None:
    try:
        with closing(sqlite3.connect(name)) as made:
            made.execute(_WRITE_AHEAD)
    except sqlite3.Error as problem:
        raise OperationalError(_WRITE_AHEAD, None, problem) from problem


def _publish(made: Path, file: Path) -> None:
    """Link `made` as `file`, unless another process was faster."""
    try:
        os.link(made, file)
    except OSError:  # it exists already, or the file system has no links
        if file.exists():
            return
        made.rename(file)
    sync_folder(file.parent)


def _remove_abandoned(file: Path) -> None:
    """Remove temporary files of processes that were killed while creating `file`, which exists by now."""
    for left in file.parent.glob(f".{glob.escape(file.name)}.*{_NEW}*"):  # a journal may lie next to it
        with suppress(OSError):
            left.unlink()


def _use_write_ahead_log(database: Database) -> None:
    # Readers then never wait for the writer. Impossible in a transaction, hence below SQLAlchemy's autobegin.
    until = time.monotonic() + LOCK_WAIT_SECONDS
    with database.engine.connect() as connection:
        cursor = connection.connection.cursor()
        while True:
            try:
                cursor.execute(_WRITE_AHEAD)
                return
            except sqlite3.OperationalError as problem:
                # SQLite itself does not wait here for another process that creates the same file.
                if not problem.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() >= until:
                    raise OperationalError(_WRITE_AHEAD, None, problem) from problem
            time.sleep(_RETRY_SECONDS)


def refuse_encoding(database: Database) -> None:
    """Raise ConfigError for a PostgreSQL database that cannot store every title."""
    with translate_errors(database.url, database.origin), database.engine.connect() as connection, connection.begin():
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        raise wrong_encoding(seen_of_database(database.url), f"the encoding {encoding}")


def newer_schema(state: SchemaState) -> ConfigError:
    """Return the error for a database with an unknown, newer schema."""
    return ConfigError(
        f"the database was upgraded by a newer CatLog (schema {state.revision}, this version knows {HEAD})",
        hint="upgrade CatLog, or restore a backup made by this version",
    )
