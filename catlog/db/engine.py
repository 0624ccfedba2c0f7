"""Engines: what every SQLite and PostgreSQL connection is set up with before anyone uses it."""

from __future__ import annotations

import sqlite3
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
"""How long a write waits for another writer before it gives up."""

SIDECARS = ("-wal", "-shm", "-journal")
"""The endings of the files that SQLite keeps beside its own."""

_SHARED = "several people share one through PostgreSQL, or through SSH (catlog ssh-entry)"

_FILE = "catlog_file"
"""What a connection remembers of the file it has opened: device and inode."""

CACHE_KIB = 8_000
"""KiB of an SQLite file that each connection may hold in memory, beside what the system caches of it for all. An app
has five connections when it is busy, and what each has read stays with it."""

WRITES = "catlog_writes"
"""Execution option of a connection whose next transaction takes the write lock at its beginning."""


def make_engine(url: str, origin: str = "default", command: PasswordCommand | None = None) -> Engine:
    """Return an engine for `url`; nothing is opened yet. `origin` is where the URL was configured, for messages.

    `command` prints the password of a PostgreSQL whose URL has none. Raises ConfigError when the URL cannot be parsed
    or names no file, or when an SQLite file lies on a network file system. Connecting raises ConfigError for a pooler
    in transaction mode, and what `command` raises.
    """
    parsed = parse_address(url, origin)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(url, parsed.database or "", origin)
    # Server-side hstore is nothing that CatLog uses: asking for it would cost every program one more round trip.
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


def _sqlite(url: str, database: str, origin: str) -> Engine:
    if database in ("", ":memory:") or "?" in url:
        raise ConfigError(
            f"database_url {url!r} from {origin} names no file that could be kept",
            hint="expected sqlite:///FILE, without options",
        )
    if kind := network_filesystem(Path(database)):
        raise ConfigError(
            f"the database {database} from {origin} lies on a network file system ({kind}), where SQLite loses data",
            hint="put it on a local disk (CATLOG_DATABASE_URL), or use a PostgreSQL server",
        )
    # The connection used last is used next: taken in turn, each would come to hold the same pages in memory.
    engine = create_engine(url, pool_use_lifo=True, hide_parameters=True, connect_args={"timeout": LOCK_WAIT_SECONDS})
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    _check_file_on_use(engine, database)
    return engine


def is_replaced(connection: Connection) -> bool:
    """Say whether the file that an SQLite connection has opened is not at its path any more, as after a restore.

    SQLite goes on with the file that it has opened, wherever that one is now: what is written there is lost.
    """
    opened = connection.info.get(_FILE)
    return opened is not None and opened != _identity(connection.engine.url.database or "")


def _check_file_on_use(engine: Engine, file: str) -> None:
    """Replace a connection whose file is elsewhere before it is used again, and make no file by connecting."""

    def connect(*_: object) -> None:
        if _identity(file) is None:  # SQLite would make an empty one
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
    """Raise NotOwnError when the file or one that SQLite keeps beside it is not one's own; a link to one's own may be.

    None of them is opened for that: closing it again would take away the locks that this process holds on it.
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


def _set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by _begin, never by the driver
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {LOCK_WAIT_SECONDS * 1000}")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A deferred transaction that reads and then writes fails at once with "database is locked"
    # when another writer came first; an immediate one waits its turn.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
