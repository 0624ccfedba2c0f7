"""Points at which a process may die, counted inside that process, and what comes over it at one of them.

A point lies before every statement that writes, in the midst of bulk rows, before and after every COMMIT of something
written, and around what makes files stay or go: creation, fsync, rename, link, removal. They are counted where the
drivers and the standard library are entered, below everything of CatLog's, so that no code can write past them.
"""

# ruff: noqa: ANN401 - what stands in for functions of others takes whatever they take

from __future__ import annotations

import os
import re
import signal
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Self

import psycopg

KILL, INSIDE, CUT, CUT_ALL, UNHEARD = KINDS = ("kill", "inside", "cut", "cut all", "unheard")
"""What comes: SIGKILL at the point; SIGKILL a moment after it; the end of this PostgreSQL connection; of all of them;
and, at a COMMIT, the end of the connection after the server has committed and before it could say so."""

COMMIT, COMMITTED = "COMMIT", "COMMITTED"

_READS = re.compile(r"\s*(SELECT|SHOW|BEGIN|PRAGMA|SET|EXPLAIN|WITH|VALUES|FETCH|CLOSE|ROLLBACK)\b|\s*;", re.IGNORECASE)
_ACTS = re.compile(r"advisory|setval|FOR (NO KEY )?UPDATE|journal_mode|wal_checkpoint", re.IGNORECASE)

_FILES = ("open", "unlink", "remove", "rmdir", "mkdir", "chmod")
_FILES_AND_AFTER = ("fsync", "replace", "rename", "link")


def is_of_files(point: str) -> bool:
    """Say whether a point is about a file and no statement."""
    return point.partition(" ")[0] in (*_FILES, *_FILES_AND_AFTER)


def is_between(point: str) -> bool:
    """Say whether a point is only a statement or a row of a transaction that others like it surround."""
    return not (is_of_files(point) or point in (COMMIT, COMMITTED) or _ACTS.search(point))


class Points:
    """Counts points, writes down what each was, and acts at one of them.

    `order` has `at` (the number of the point, from 1; 0 for none), `kind`, `delay` (seconds, for INSIDE) and `log`
    (the file that gets a line for each point; "" for none).
    """

    def __init__(self, order: Mapping[str, Any]) -> None:
        self._at = int(order["at"])
        self._kind = str(order["kind"])
        self._delay = float(order["delay"])
        self._log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if order["log"] else None
        self._count = 0
        self._lock = threading.Lock()
        self._is_acting = threading.local()

    def pass_by(self, what: str, connection: object = None) -> bool:
        """Count one point; die or cut here when it is the one. True when its COMMIT is to go unheard."""
        if getattr(self._is_acting, "now", False):
            return False
        with self._lock:
            self._count += 1
            is_here = self._count == self._at
        if self._log is not None:
            os.write(self._log, (" ".join(what.split())[:120] + "\n").encode("utf-8", "replace"))
        if not is_here:
            return False
        if self._kind == KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        elif self._kind == INSIDE:
            threading.Thread(target=self._die_later, daemon=True).start()
        elif self._kind in (CUT, CUT_ALL) and isinstance(connection, psycopg.Connection):
            self._cut(connection, everything=self._kind == CUT_ALL)
        return self._kind == UNHEARD

    def lose(self, connection: psycopg.Connection[Any]) -> None:
        """End a connection as a network does that fails after the server has acted: raises what the driver would."""
        connection.pgconn.finish()
        raise psycopg.OperationalError("consuming input failed: server closed the connection unexpectedly")

    def _die_later(self) -> None:
        time.sleep(self._delay)
        os.kill(os.getpid(), signal.SIGKILL)

    def _cut(self, connection: psycopg.Connection[Any], *, everything: bool) -> None:
        self._is_acting.now = True
        try:
            info = connection.info
            with psycopg.connect(info.dsn, password=info.password, application_name="cutter", autocommit=True) as other:
                which = "datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'catlog'"
                if not everything:
                    which += f" AND pid = {info.backend_pid}"
                found = f"FROM pg_stat_activity WHERE {which} AND usename = current_user"
                other.execute(f"SELECT pg_terminate_backend(pid) {found}")
                while other.execute(f"SELECT pid {found}").fetchall():
                    time.sleep(0.001)
        finally:
            self._is_acting.now = False


def arm(order: Mapping[str, Any]) -> None:
    """Count the points of this process from now on; for a child that was made for it, since nothing is put back."""
    points = Points(order)
    _watch_sqlite(points)
    _watch_postgresql(points)
    _watch_files(points)


def _writes(statement: object) -> bool:
    text = statement if isinstance(statement, str) else str(statement)
    return bool(_ACTS.search(text)) or not _READS.match(text)


def _counted(points: Points, rows: Iterable[Any], what: str, connection: object = None) -> Iterator[Any]:
    """Yield rows, with a point before the 1st, the 10th, the 100th and so on."""
    turn = 1
    for number, row in enumerate(rows, 1):
        if number == turn:
            points.pass_by(f"row {number} of {what}", connection)
            turn *= 10
        yield row


def _watch_sqlite(points: Points) -> None:
    writing: set[int] = set()

    class Cursor(sqlite3.Cursor):
        def execute(self, statement: str, *parameters: Any) -> Self:
            if _writes(statement):
                writing.add(id(self.connection))
                points.pass_by(statement)
            return super().execute(statement, *parameters)

        def executemany(self, statement: str, rows: Iterable[Any]) -> Self:
            writing.add(id(self.connection))
            return super().executemany(statement, _counted(points, rows, statement))

    class Connection(sqlite3.Connection):
        def cursor(self, *_: Any, **__: Any) -> Any:
            return super().cursor(Cursor)

        def commit(self) -> None:
            if id(self) not in writing:
                return super().commit()
            writing.discard(id(self))
            points.pass_by(COMMIT)
            super().commit()
            points.pass_by(COMMITTED)
            return None

    connect = sqlite3.connect

    def watched(*given: Any, **named: Any) -> sqlite3.Connection:
        made: sqlite3.Connection = connect(*given, **{**named, "factory": Connection})
        return made

    for module in (sqlite3, sqlite3.dbapi2):
        module.connect = watched  # type: ignore[attr-defined]  # the stubs see one function


def _watch_postgresql(points: Points) -> None:
    execute, executemany, commit = psycopg.Cursor.execute, psycopg.Cursor.executemany, psycopg.Connection.commit
    write_row, finish = psycopg.Copy.write_row, psycopg.Copy.finish
    written: dict[int, int] = {}
    writing: set[int] = set()

    def execute_watched(self: Any, statement: Any, *given: Any, **named: Any) -> Any:
        if _writes(statement):
            writing.add(id(self.connection))
            points.pass_by(statement if isinstance(statement, str) else str(statement), self.connection)
        return execute(self, statement, *given, **named)

    def executemany_watched(self: Any, statement: Any, rows: Any, **named: Any) -> Any:
        writing.add(id(self.connection))
        return executemany(self, statement, _counted(points, rows, str(statement), self.connection), **named)

    def commit_watched(self: Any) -> None:
        if id(self) not in writing:
            return commit(self)
        writing.discard(id(self))
        is_unheard = points.pass_by(COMMIT, self)
        commit(self)
        if is_unheard:
            points.lose(self)
        points.pass_by(COMMITTED, self)
        return None

    def write_row_watched(self: Any, row: Any) -> None:
        count = written[id(self)] = written.get(id(self), 0) + 1
        if count == 10 ** (len(str(count)) - 1):
            points.pass_by(f"row {count} of COPY", self.connection)
        write_row(self, row)

    def finish_watched(self: Any, *given: Any) -> None:
        written.pop(id(self), None)
        points.pass_by("the end of COPY", self.connection)
        finish(self, *given)

    names: tuple[tuple[type, str, Any], ...] = (
        (psycopg.Cursor, "execute", execute_watched), (psycopg.Cursor, "executemany", executemany_watched),
        (psycopg.Connection, "commit", commit_watched), (psycopg.Copy, "write_row", write_row_watched),
        (psycopg.Copy, "finish", finish_watched),
    )  # fmt: skip
    for owner, name, function in names:
        setattr(owner, name, function)


def _watch_files(points: Points) -> None:
    makes = os.O_CREAT | os.O_TRUNC

    def watch(name: str, *, after: bool = False) -> None:
        original = getattr(os, name)

        def watched(*given: Any, **named: Any) -> Any:
            if name != "open" or (len(given) > 1 and given[1] & makes):
                first = given[0] if given and not isinstance(given[0], int) else ""
                points.pass_by(f"{name} {Path(os.fsdecode(first)).name}")
            done = original(*given, **named)
            if after:
                points.pass_by(f"{name} done")
            return done

        setattr(os, name, watched)

    for name in _FILES_AND_AFTER:
        watch(name, after=True)
    for name in _FILES:
        watch(name)
