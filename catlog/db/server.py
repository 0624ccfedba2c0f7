"""What every PostgreSQL connection is set up with, and whether a pooler between leaves it what it was set up with.

Settings are set after connecting, not in the connection's `options`, which poolers refuse.
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

if TYPE_CHECKING:  # importing it takes time that SQLite need not wait for
    import psycopg


_LIMITS = {"statement_timeout": "300000", "idle_in_transaction_session_timeout": "300000"}
"""In milliseconds. `options` of the URL may set others; what needs longer lifts them for its own transaction."""

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
"""What CatLog relies on, whatever the role, the database or the server has for its default.

Not among them: `search_path`, which says in whose schema the tables are, and `default_transaction_read_only`, by which
a keeper says that nobody writes.
"""

_SINCE = {140_000: {"idle_session_timeout": "0"}, 170_000: {"transaction_timeout": "0"}}
"""Limits that younger servers know: the connection that holds a lock is idle for as long as a run takes."""

_SERVER_PROCESS = "pg_backend_pid() || ' ' || extract(epoch FROM pg_postmaster_start_time())"
"""Tells one server process from all others, also where a pooler has several servers behind it."""

RESPONSE_SECONDS = 10.0
"""How long a new connection waits for its first answer: a pooler takes connections also while it has no server."""

_SAMPLES, _FEWEST_SAMPLES, _SAMPLING_SECONDS = 30, 5, 0.5
"""How often two connections through a pooler are asked for their server processes, and for how long at most."""

_SECOND_SECONDS = 2.0
"""How long a second connection waits for its turn: a pooler whose connections are all in use gives it none."""


def connect_args(url: URL) -> dict[str, Any]:
    """Return libpq's parameters for a connection; those that the URL has itself are left to it."""
    ours = {
        "connect_timeout": 5,
        "application_name": "catlog",
        "client_encoding": "utf8",
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
    }
    # Statements that a server process prepared are not those of a connection, where there is a pooler.
    return {name: value for name, value in ours.items() if name not in url.query} | {"prepare_threshold": None}


class Connector:
    """Makes the connections of one engine: with the command's password, set up, and with one server process each."""

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
        """Make all connections of `engine` from now on."""
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
            # A pooler makes up the process id that it tells at the beginning.
            if process.partition(" ")[0] != str(connection.info.backend_pid):
                with self._lock:
                    self._check(process, connection, dialect, args, parameters)
        except BaseException:
            connection.close()
            raise
        return connection

    def _set_up(self, connection: psycopg.Connection) -> str:
        """Make the settings of a new connection and return which server process it has."""
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
        """Raise ConfigError when a pooler lets connections share server processes.

        Of one engine no two connections may have the same one. Where two seem to (the other may be one that the pooler
        has dropped, and nobody has noticed yet), and for the first connection of all, a second one is made, and both
        ask in turn: a process that both have, or one that changes, is proof, with a single process behind the pooler
        and with many. While others use all of them it takes luck, and so up to `_SAMPLES` answers.
        """
        is_shared = process in [of for other, of in self._processes.items() if not other.closed]
        self._processes[connection] = process
        if self._is_checked and not is_shared:
            return
        seen: tuple[set[str], set[str]] = ({process}, set())
        with closing(cast("psycopg.Connection[Any]", dialect.connect(*args, **parameters))) as second:
            until = time.monotonic() + _SAMPLING_SECONDS
            for count in range(_SAMPLES):
                # Poolers take the process used last, or that used longest ago: the second one twice finds both.
                which = 0 if count % 3 == 2 else 1
                told = _query_value((connection, second)[which], f"SELECT {_SERVER_PROCESS}", _SECOND_SECONDS)
                if told is None:
                    return  # it cannot be found out now
                seen[which].add(told)
                if seen[0] & seen[1] or max(map(len, seen)) > 1:
                    raise transaction_pooler(self._shown, self._origin)
                if count >= _FEWEST_SAMPLES and time.monotonic() > until:
                    break
        self._is_checked = True


def _reset_read_only(connection: psycopg.Connection | None, _record: object) -> None:
    """Let the next transaction write or not as is the role's default, which SQLAlchemy forgets after one that reads."""
    if connection is not None and not connection.closed:
        connection.read_only = None


def _query_value(connection: psycopg.Connection, query: str, seconds: float) -> str | None:
    """Return the first value that a query yields, outside a transaction; None when there is no answer in time.

    A connection that has not answered is of no more use. Raises the errors of psycopg.
    """
    import psycopg

    link = connection.pgconn
    link.send_query(query.encode())
    until = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        key = selector.register(link.socket, selectors.EVENT_READ)
        while (unsent := link.flush()) or link.is_busy():
            selector.modify(key.fd, selectors.EVENT_READ | (selectors.EVENT_WRITE if unsent else 0))
            if not selector.select(max(0.0, until - time.monotonic())):
                return None
            link.consume_input()
    told = ""
    while (result := link.get_result()) is not None:
        if result.status != psycopg.pq.ExecStatus.TUPLES_OK:
            raise psycopg.errors.error_from_result(result)
        told = (result.get_value(0, 0) or b"").decode()
    return told
