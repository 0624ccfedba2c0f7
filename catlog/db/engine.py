"""Engines, and the set-up of every SQLite and PostgreSQL connection."""

from __future__ import annotations

import sqlite3
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from catlog.db.address import parse_address
from catlog.db.errors import file_missing
from catlog.db.filesystem import network_filesystem
from catlog.db.password_command import PasswordCommand
from catlog.db.server import Connector, connect_args
from catlog.errors import ConfigError, UnavailableError
from catlog.ownership import NotOwnError, check_file

LOCK_WAIT_SECONDS = 10
"""Timeout of a write that waits for another writer."""

SIDECARS = ("-wal", "-shm", "-journal")
"""The endings of the additional files of an SQLite database."""

_SHARED = "several people share one through PostgreSQL, or through SSH (catlog ssh-entry)"

_FILE = "catlog_file"
"""Key in a connection's `info` of the file it has opened: device and inode."""

CACHE_KIB = 8_000
"""Page cache of each SQLite connection in KiB, in addition to the system's cache."""

WRITES = "catlog_writes"
"""Execution option of a connection whose next transaction takes the write lock at its beginning."""


def make_engine(
    url: str, origin: str = "default", command: PasswordCommand | None = None, *, cache_kib: int = CACHE_KIB
) -> Engine:
    """Return an engine for `url`, without connecting; messages name the `origin` of the URL.

    `command` prints the password of a PostgreSQL URL without one. Raises ConfigError when the URL cannot be parsed or
    names no file, or when an SQLite file is on a network file system. Connecting raises ConfigError for a pooler in
    transaction mode, and the errors of `command`.
    """
    parsed = parse_address(url, origin)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(url, parsed.database or "", origin, cache_kib)
    # CatLog does not use hstore: detecting it would cost every program a round trip.
    engine = create_engine(
        parsed,
        pool_pre_ping=True,
        pool_use_lifo=True,
        hide_parameters=True,
        use_native_hstore=False,
        connect_args=connect_args(parsed),
    )
    Connector(parsed, origin, command).listen(engine)
    return engine


def _sqlite(url: str, database: str, origin: str, cache_kib: int) -> Engine:
    if database in ("", ":memory:") or "?" in url:
        raise ConfigError(
            f"database_url {url!r} from {origin} names no permanent file",
            hint="expected sqlite:///FILE, without options",
        )
    if kind := network_filesystem(Path(database)):
        raise ConfigError(
            f"the database {database} from {origin} is on a network file system ({kind}), where SQLite loses data",
            hint="put it on a local disk (CATLOG_DATABASE_URL), or use a PostgreSQL server",
        )
    # Last in, first out: taken in turn, all connections would cache the same pages.
    engine = create_engine(url, pool_use_lifo=True, hide_parameters=True, connect_args={"timeout": LOCK_WAIT_SECONDS})
    event.listen(engine, "connect", partial(_set_pragmas, cache_kib))
    event.listen(engine, "begin", _begin)
    _check_file_on_use(engine, database)
    return engine


def is_replaced(connection: Connection) -> bool:
    """Check whether the path of an SQLite connection now has another file than it opened, as after a restore.

    SQLite continues to write to the file that it has opened: those writes would be lost.
    """
    opened = connection.info.get(_FILE)
    return opened is not None and opened != _identity(connection.engine.url.database or "")


def _check_file_on_use(engine: Engine, file: str) -> None:
    """Reconnect when the file at the path was replaced, and never create a file by connecting."""

    def connect(*_: object) -> None:
        if _identity(file) is None:  # SQLite would create an empty one
            raise file_missing(file)
        _check_owner(Path(file))

    def opened(_connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        record.info[_FILE] = _identity(file)

    def check(_connection: sqlite3.Connection, record: ConnectionPoolEntry, _proxy: object) -> None:
        found = _identity(file)
        if found is None:
            raise file_missing(file)
        if found != record.info[_FILE]:
            raise DisconnectionError("another file is in its place")

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "connect", opened)
    event.listen(engine, "checkout", check)


def _check_owner(file: Path) -> None:
    """Raise NotOwnError when the database file or one of its sidecars is not the user's own; links to own files may be.

    The files are not opened: closing one would release the locks that this process holds on it.
    """
    try:
        real = check_file(file, linked=True)
        for ending in SIDECARS if real is not None else ():
            check_file(Path(f"{real}{ending}"))
    except NotOwnError as problem:
        raise NotOwnError(problem.message, hint=f"{problem.hint}; {_SHARED}") from None
    except OSError as problem:
        raise UnavailableError(
            f"{file} cannot be opened: {problem.strerror}", hint="check that its folder exists and is yours to write"
        ) from None


def _identity(file: str) -> tuple[int, int] | None:
    try:
        found = Path(file).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _set_pragmas(cache_kib: int, connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # _begin begins transactions, not the driver
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {LOCK_WAIT_SECONDS * 1000}")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA cache_size = -{cache_kib}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A deferred transaction that reads and then writes fails at once with "database is locked"
    # when another writer came first; an immediate one waits.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
