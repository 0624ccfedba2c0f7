"""Set up PostgreSQL connections, and refuse poolers that lose the settings.

Settings are made after connecting, not in the connection's `options`, which poolers refuse.
"""

from __future__ import annotations

import selectors
import threading
import time
from collections.abc import Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakKeyDictionary

from sqlalchemy import URL, Dialect, Engine, event

from catlog.db.errors import transaction_pooler
from catlog.db.password_command import PasswordCommand
from catlog.redaction import seen_of_database

if TYPE_CHECKING:  # importing it is slow, and SQLite does without
    import psycopg


_LIMITS = {"statement_timeout": "300000", "idle_in_transaction_session_timeout": "300000"}
"""In milliseconds. `options` of the URL may set others; long operations lift them for their own transaction."""

_PINNED = {
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "bytea_output": "hex",
    "client_encoding": "UTF8",
    "default_transaction_deferrable": "off",
    "default_transaction_isolation": "read committed",
    "extra_float_digits": "1",
    "standard_conforming_strings": "on",
}
"""Settings that CatLog relies on, whatever the defaults of the role, the database or the server.

Not among them: `search_path`, which selects the schema of the tables, and `default_transaction_read_only`, by which
administrators prevent writes.
"""

_SINCE = {140_000: {"idle_session_timeout": "0"}, 170_000: {"transaction_timeout": "0"}}
"""Limits of newer servers, by version, lifted: a connection that holds a lock is idle for as long as a run takes."""

_SERVER_PROCESS = "pg_backend_pid() || ' ' || extract(epoch FROM pg_postmaster_start_time())"
"""SQL that identifies a server process, also behind a pooler with several servers."""

RESPONSE_SECONDS = 10.0
"""Timeout of the first query: a pooler accepts connections even while it has no server."""

_SAMPLES, _FEWEST_SAMPLES, _SAMPLING_SECONDS = 30, 5, 0.5
"""Largest and smallest number of queries for server processes through a pooler, and their total timeout."""

_SECOND_TIMEOUT = 2.0
"""Timeout of a query on the second connection: a pooler without a free connection does not answer."""


def connect_args(url: URL) -> dict[str, Any]:
    """Return libpq's parameters for a connection, except those in the URL."""
    ours = {
        "connect_timeout": 5,
        "application_name": "catlog",
        "client_encoding": "utf8",
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
    }
    # Behind a pooler, prepared statements belong to a server process, not to a connection.
    return {name: value for name, value in ours.items() if name not in url.query} | {"prepare_threshold": None}


class Connector:
    """Opens the connections of one engine: with the command's password, the settings, and a server process each."""

    def __init__(self, url: URL, origin: str, command: PasswordCommand | None) -> None:
        self._shown = seen_of_database(url.render_as_string(hide_password=False))
        self._origin = origin
        self._command = command
        options = str(url.query.get("options", ""))
        self._settings = {name: value for name, value in _LIMITS.items() if name not in options} | _PINNED
        self._lock = threading.Lock()
        self._is_checked = False
        self._processes: WeakKeyDictionary[psycopg.Connection, str] = WeakKeyDictionary()

    def listen(self, engine: Engine) -> None:
        """Open all connections of `engine` from now on."""
        event.listen(engine, "do_connect", self._connect)
        event.listen(engine, "checkin", _reset_read_only)

    def _connect(
        self, dialect: Dialect, _record: object, args: list[Any], parameters: dict[str, Any]
    ) -> psycopg.Connection:
        if self._command is not None:
            parameters = {**parameters, "password": self._command.password()}
        try:
            connection = cast("psycopg.Connection[Any]", dialect.connect(*args, **parameters))
        except dialect.loaded_dbapi.Error:
            if self._command is not None:
                self._command.discard()  # it may have expired
            raise
        try:
            process = self._set_up(connection)
            # A pooler reports a made-up process id when connecting.
            if process.partition(" ")[0] != str(connection.info.backend_pid):
                with self._lock:
                    self._check(process, connection, dialect, args, parameters)
        except BaseException:
            connection.close()
            raise
        return connection

    def _set_up(self, connection: psycopg.Connection) -> str:
        """Make the settings of a new connection and return its server process."""
        import psycopg

        settings = dict(self._settings)
        for version, more in _SINCE.items():
            if connection.info.server_version >= version:
                settings |= more
        calls = ", ".join(f"set_config('{name}', '{value}', false)" for name, value in settings.items())
        process = _query_value(connection, f"SELECT {_SERVER_PROCESS}, {calls}", RESPONSE_SECONDS)
        if process is None:
            raise psycopg.OperationalError(
                f"no answer within {RESPONSE_SECONDS:g} seconds; a pooler may have no server, or no connection free"
            )
        return process

    def _check(
        self,
        process: str,
        connection: psycopg.Connection,
        dialect: Dialect,
        args: list[Any],
        parameters: Mapping[str, Any],
    ) -> None:
        """Raise ConfigError when a pooler shares server processes between connections.

        No two connections of an engine may have the same process. If two seem to (the pooler may have closed the other
        one unnoticed), and for the first connection, a second connection is opened, and both query their process in
        turn. A common process, or one that changes, is proof, with one process behind the pooler or many. While other
        clients use all processes the proof takes luck, hence up to `_SAMPLES` queries.
        """
        is_shared = process in [of for other, of in self._processes.items() if not other.closed]
        self._processes[connection] = process
        if self._is_checked and not is_shared:
            return
        seen: tuple[set[str], set[str]] = ({process}, set())
        with closing(cast("psycopg.Connection[Any]", dialect.connect(*args, **parameters))) as second:
            until = time.monotonic() + _SAMPLING_SECONDS
            for count in range(_SAMPLES):
                # Poolers take the most or the least recently used process: querying the second one twice finds both.
                which = 0 if count % 3 == 2 else 1
                answer = _query_value((connection, second)[which], f"SELECT {_SERVER_PROCESS}", _SECOND_TIMEOUT)
                if answer is None:
                    return  # undecidable now
                seen[which].add(answer)
                if seen[0] & seen[1] or max(map(len, seen)) > 1:
                    raise transaction_pooler(self._shown, self._origin)
                if count >= _FEWEST_SAMPLES and time.monotonic() > until:
                    break
        self._is_checked = True


def _reset_read_only(connection: psycopg.Connection | None, _record: object) -> None:
    """Restore the role's default for writing, which SQLAlchemy does not after a read-only transaction."""
    if connection is not None and not connection.closed:
        connection.read_only = None


def _query_value(connection: psycopg.Connection, query: str, timeout: float) -> str | None:
    """Return the first value of a query outside a transaction, None after the timeout.

    A connection that timed out is unusable. Raises the errors of psycopg.
    """
    import psycopg

    link = connection.pgconn
    link.send_query(query.encode())
    until = time.monotonic() + timeout
    with selectors.DefaultSelector() as selector:
        key = selector.register(link.socket, selectors.EVENT_READ)
        while (unsent := link.flush()) or link.is_busy():
            selector.modify(key.fd, selectors.EVENT_READ | (selectors.EVENT_WRITE if unsent else 0))
            if not selector.select(max(0.0, until - time.monotonic())):
                return None
            link.consume_input()
    value = ""
    while (result := link.get_result()) is not None:
        if result.status != psycopg.pq.ExecStatus.TUPLES_OK:
            raise psycopg.errors.error_from_result(result)
        value = (result.get_value(0, 0) or b"").decode()
    return value
