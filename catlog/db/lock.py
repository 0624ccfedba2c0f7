"""Locks for one run at a time: an advisory lock on PostgreSQL, a lock file next to an SQLite database.

Both end with the process that holds them, however it dies. So the holder of a lock knows that a run still logged as
RUNNING is dead.
"""

from __future__ import annotations

import fcntl
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import ColumnElement, Connection
from sqlalchemy.exc import SQLAlchemyError

from catlog.db.errors import translate_errors
from catlog.db.session import Database
from catlog.db.tables import col
from catlog.errors import BusyError, UnavailableError
from catlog.ownership import open_own

ETL = "etl"
"""The lock of everything that replaces rankings."""

STAGE_TWO = "stage-two"
"""The lock of the stage-two jobs, which fill result tables; the ETL may run meanwhile."""

COMPLETION = "completion"
"""The lock of the completion of lists, which fetches titles one after the other; the ETL may run meanwhile."""

UPGRADE = "upgrade"
"""The lock of schema changes."""


@contextmanager
def exclusive(database: Database, name: str) -> Iterator[None]:
    """Hold the lock `name` of this database inside the block.

    Raises BusyError at once when another process holds it, NotOwnError for a lock file of another user.
    """
    if database.is_sqlite:
        with _file_lock(database, name):
            yield
    else:
        with _advisory_lock(database, name):
            yield


def run_holds(name: str) -> ColumnElement[bool]:
    """Return the condition on `EtlLogs` for runs that hold the lock `name` while running, by their source."""
    from catlog.db.tables import EtlLogs

    computes = col(EtlLogs.source).startswith(f"{STAGE_TWO}:")
    completes = col(EtlLogs.source) == COMPLETION
    return {STAGE_TWO: computes, COMPLETION: completes}.get(name, ~computes & ~completes)


def wait_for_lock(connection: Connection, name: str) -> None:
    """Wait for the lock `name` and hold it until the connection's transaction ends.

    On SQLite writing transactions wait for each other anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (_key(name),))


@contextmanager
def _file_lock(database: Database, name: str) -> Iterator[None]:
    path = Path(f"{os.path.realpath(str(database.engine.url.database))}.{name}.lock")
    try:
        handle = open_own(path, os.O_CREAT | os.O_RDWR)
    except OSError as problem:
        raise UnavailableError(f"the lock file {path} cannot be opened: {problem.strerror}") from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _busy(name) from None
        yield
    finally:
        os.close(handle)


@contextmanager
def _advisory_lock(database: Database, name: str) -> Iterator[None]:
    with translate_errors(database.url, database.origin):
        connection = database.engine.connect()
    got = False
    try:
        with translate_errors(database.url, database.origin):
            # Outside a transaction: a run may take an hour, and an idle transaction holds back vacuum.
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            got = bool(connection.exec_driver_sql("SELECT pg_try_advisory_lock(%s)", (_key(name),)).scalar())
        if not got:
            raise _busy(name)
        yield
    finally:
        if got:
            # The server notices a closed connection a moment later: too late for the next holder.
            with suppress(SQLAlchemyError):
                connection.exec_driver_sql("SELECT pg_advisory_unlock(%s)", (_key(name),))
        connection.invalidate()  # closing it releases the lock, also when the server is down
        connection.close()


def _key(name: str) -> int:
    return zlib.crc32(f"catlog:{name}".encode())


def _busy(name: str) -> BusyError:
    return BusyError(f"another run holds the {name} lock", hint="try again when it has ended")
