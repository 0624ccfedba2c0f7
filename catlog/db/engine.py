"""Engines: what every SQLite and PostgreSQL connection is set up with before anyone uses it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from catlog.config import mask_password
from catlog.db.filesystem import network_filesystem
from catlog.errors import ConfigError

LOCK_WAIT_SECONDS = 10
"""How long a write waits for another writer before it gives up."""

WRITES = "catlog_writes"
"""Execution option of a connection whose next transaction takes the write lock at its beginning."""


def make_engine(url: str, origin: str = "default") -> Engine:
    """Return an engine for `url`; nothing is opened yet. `origin` is where the URL was configured, for messages.

    Raises ConfigError when the URL cannot be parsed or names no file, or when an SQLite file lies on a network file
    system.
    """
    parsed = _parsed(url, origin)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(url, parsed.database or "", origin)
    given = parsed.query.get("options", "")
    options = f"{given} -c timezone=UTC -c statement_timeout=300000 -c idle_in_transaction_session_timeout=300000"
    return create_engine(
        parsed,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "connect_timeout": 5,
            "options": options,
            "application_name": "catlog",
            "client_encoding": "utf8",
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
        },
    )


def _parsed(url: str, origin: str) -> URL:
    """Parse a URL. What cannot be parsed is never shown whole: a part of the password may stand anywhere in it."""
    try:
        parsed = make_url(url)
        for host in parsed.host.split(",") if parsed.host else ():
            host.encode("idna")  # psycopg does so before it asks for the address, and does not expect a failure
    except (ArgumentError, ValueError):
        parsed = None
    if parsed is None or "@" in (parsed.host or ""):
        raise ConfigError(
            f"database_url {mask_password(url)!r} from {origin} cannot be parsed",
            hint="write a special character of the password as its %-code: %40 is @, %2F is /, %3A is :",
        )
    return parsed


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
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": LOCK_WAIT_SECONDS})
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def _set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by _begin, never by the driver
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {LOCK_WAIT_SECONDS * 1000}")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA cache_size = -32000")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A deferred transaction that reads and then writes fails at once with "database is locked"
    # when another writer came first; an immediate one waits its turn.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
