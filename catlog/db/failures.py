"""Database failures in plain words: what the driver raised becomes an error with an exit code and a way out."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError, SQLAlchemyError

from catlog.config import mask_password
from catlog.errors import BusyError, CatLogError, ConfigError, UnavailableError

_RETRYABLE_STATES = ("40001", "40P01", "55P03", "57P01", "57P02", "57P03", "08")
"""SQLSTATEs (or classes) after which the whole unit of work may run again: serialization, deadlock, lock, lost link."""


@contextmanager
def plain_words(url: str, origin: str = "default") -> Iterator[None]:
    """Translate database errors raised inside the block into `CatLogError`s that never show a password."""
    try:
        yield
    except DBAPIError as problem:
        raise _translate(problem, mask_password(url), origin) from problem
    except CatLogError:
        raise
    except SQLAlchemyError as problem:
        if "No module named" in str(problem) or isinstance(problem.__cause__, ImportError):
            raise ConfigError(f"database_url from {origin}: no driver for {mask_password(url)}") from problem
        raise


def is_retryable(problem: DBAPIError) -> bool:
    """Say whether the same unit of work may succeed when it is run again from its beginning."""
    if isinstance(problem.orig, sqlite3.Error):
        return _sqlite_code(problem) in ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_BUSY_SNAPSHOT")
    state = getattr(problem.orig, "sqlstate", None) or ""
    return problem.connection_invalidated or any(state.startswith(s) for s in _RETRYABLE_STATES)


def is_damage(problem: BaseException) -> bool:
    """Say whether an error, translated or not, means that an SQLite file is damaged or no database."""
    found = problem if isinstance(problem, DBAPIError) else problem.__cause__
    return isinstance(found, DBAPIError) and _sqlite_code(found).startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))


def _translate(problem: DBAPIError, shown: str, origin: str) -> Exception:
    if isinstance(problem.orig, sqlite3.Error):
        return _translate_sqlite(problem, shown)
    state = getattr(problem.orig, "sqlstate", None) or ""
    reason = _first_line(problem)
    if state.startswith("28") or "authentication failed" in reason:
        return UnavailableError(f"{shown} refused the user name or password", hint=f"check database_url from {origin}")
    if state == "3D000" or ("database" in reason and "does not exist" in reason):
        return UnavailableError(f"{shown}: the database does not exist", hint="create it, then: catlog db upgrade")
    if state in ("53100", "25006") or state.startswith("53"):
        return UnavailableError(f"{shown} cannot be written: {reason}", hint="nothing was changed")
    if state == "42501":
        hint = "ask its owner to grant your user SELECT, INSERT, UPDATE and DELETE on all tables"
        return UnavailableError(f"{shown} does not let you: {reason}", hint=hint)
    if problem.statement is None and isinstance(problem, ProgrammingError):  # never sent: libpq read the URL
        return ConfigError(f"database_url {shown} from {origin} is not usable: {reason}")
    if state == "55P03":
        return BusyError(f"{shown} is busy: another writer holds the lock", hint="try again in a moment")
    if isinstance(problem, OperationalError):
        return UnavailableError(f"{shown} cannot be reached: {reason}", hint=f"database_url comes from {origin}")
    return problem


def _translate_sqlite(problem: DBAPIError, shown: str) -> Exception:
    file = shown.removeprefix("sqlite:///")
    code = _sqlite_code(problem)
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return BusyError(f"{file} is busy: another writer holds the lock", hint="try again in a moment")
    if code.startswith("SQLITE_READONLY"):
        return UnavailableError(f"{file} is read-only", hint="nothing was changed; make it writable for you")
    if code.startswith("SQLITE_FULL"):
        return UnavailableError(f"the disk that holds {file} is full", hint="nothing was changed; free some space")
    if code.startswith("SQLITE_IOERR"):
        return UnavailableError(
            f"{file} cannot be written: disk error or disk full ({code})", hint="nothing was changed"
        )
    if code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return UnavailableError(f"{file} is damaged or not a database", hint="restore a backup: catlog db restore FILE")
    if code.startswith(("SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
        return UnavailableError(f"{file} cannot be opened", hint="check that its folder exists and is yours to write")
    return problem


def _sqlite_code(problem: DBAPIError) -> str:
    return str(getattr(problem.orig, "sqlite_errorname", ""))


def _first_line(problem: DBAPIError) -> str:
    lines = [line.strip() for line in str(problem.orig).splitlines() if line.strip()]
    if not lines:
        return type(problem.orig).__name__
    # With several addresses to try, the first line only says that there were several.
    telling = next((line for line in lines if "failed: " in line), lines[0])
    return telling.removeprefix("connection failed: ")
