"""Translate driver errors into CatLog's errors, with a plain message, an exit code and a hint."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError, SQLAlchemyError

from catlog.errors import BusyError, CatLogError, ConfigError, UnavailableError
from catlog.redaction import seen_of_database, without

_RETRYABLE_STATES = ("40001", "40P01", "55P03", "57P01", "57P02", "57P03", "08")
"""SQLSTATEs (or classes) that permit a retry: serialization, deadlock, lock, lost connection."""

_WRONG_SETTING = (
    r"invalid |definition of service|service file|.*(?:certificate|private key|CRL) file|.*sslmode|.*not support SSL"
)
"""Beginnings of libpq's messages for wrong settings, after which a retry is useless."""


@contextmanager
def translate_errors(url: str, origin: str = "default") -> Iterator[None]:
    """Translate database errors raised inside the block into `CatLogError`s that never show a password."""
    try:
        yield
    except DBAPIError as problem:
        raise _translate(problem, url, origin) from problem
    except CatLogError:
        raise
    except SQLAlchemyError as problem:
        if "No module named" in str(problem) or isinstance(problem.__cause__, ImportError):
            raise ConfigError(f"database_url from {origin}: no driver for {seen_of_database(url)}") from problem
        raise


def is_retryable(problem: DBAPIError) -> bool:
    """Check whether the unit of work may succeed in a retry."""
    if isinstance(problem.orig, sqlite3.Error):
        return _sqlite_code(problem) in ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_BUSY_SNAPSHOT")
    state = getattr(problem.orig, "sqlstate", None) or ""
    return problem.connection_invalidated or any(state.startswith(s) for s in _RETRYABLE_STATES)


class EmptyFileError(UnavailableError):
    """The file of an SQLite database exists and is empty: its library is lost."""


def is_damage(problem: BaseException) -> bool:
    """Check whether an error, translated or not, means that an SQLite file is damaged, empty or no database."""
    if isinstance(problem, EmptyFileError):
        return True
    found = problem if isinstance(problem, DBAPIError) else problem.__cause__
    return isinstance(found, DBAPIError) and _sqlite_code(found).startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))


def _translate(problem: DBAPIError, url: str, origin: str) -> Exception:
    shown = seen_of_database(url)
    if isinstance(problem.orig, sqlite3.Error):
        return _translate_sqlite(problem, shown)
    state = getattr(problem.orig, "sqlstate", None) or ""
    # The driver may quote any part of the URL.
    reason = without(_first_line(problem), url, shown)
    is_unreadable = problem.statement is None and isinstance(problem, ProgrammingError)
    if state[:2] in ("08", "28", "3D") or (not state and (is_unreadable or isinstance(problem, OperationalError))):
        return _not_connected(reason, state, is_unreadable, shown, origin)
    if state in ("26000", "42P05"):  # a prepared statement of another server process
        return transaction_pooler(shown, origin)
    if state == "22P05":
        return wrong_encoding(shown, "another encoding than UTF8")
    if state in ("53100", "25006") or state.startswith("53"):
        standby = state == "25006" and ("," in shown.partition("://")[2])
        hint = "nothing was changed" + ("; with several hosts use ?target_session_attrs=read-write" if standby else "")
        return UnavailableError(f"{shown} cannot be written: {reason}", hint=hint)
    if state == "42501":
        from catlog.db.address import parse_address
        from catlog.db.missing_grants import missing_grant

        hint = without(missing_grant(reason, problem.statement, parse_address(url, origin)), url, shown)
        return UnavailableError(f"{shown} does not let you: {reason}", hint=hint)
    if state == "55P03":
        return BusyError(f"{shown} is busy: another writer holds the lock", hint="try again in a moment")
    if isinstance(problem, OperationalError):
        return UnavailableError(f"{shown} cannot be reached: {reason}", hint=f"database_url comes from {origin}")
    return problem


def _not_connected(reason: str, state: str, is_unreadable: bool, shown: str, origin: str) -> CatLogError:
    """Return the error for a failed or lost connection; libpq gives no SQLSTATE for failed ones."""
    if state[:2] == "28" or "authentication failed" in reason or "no password supplied" in reason:
        return UnavailableError(f"{shown} refused the user name or password", hint=f"check database_url from {origin}")
    if state[:2] == "3D" or "no such database" in reason or ("database" in reason and "does not exist" in reason):
        return UnavailableError(f"{shown}: the database does not exist", hint="create it, then: catlog db upgrade")
    if "unsupported startup parameter" in reason:
        return ConfigError(
            f"database_url {shown} from {origin} leads to a pooler that refuses it: {reason.rpartition('FATAL:')[2]}",
            hint="remove `options` from the URL, and PGOPTIONS from the environment: CatLog needs neither",
        )
    if is_unreadable or re.match(_WRONG_SETTING, reason):
        return ConfigError(f"database_url {shown} from {origin} is not usable: {reason}")
    return UnavailableError(f"{shown} cannot be reached: {reason}", hint=f"database_url comes from {origin}")


def transaction_pooler(shown: str, origin: str) -> ConfigError:
    """Return the error for a pooler that moves a connection between server processes."""
    return ConfigError(
        f"database_url {shown} from {origin} leads to a pooler in transaction mode, where locks and settings are lost",
        hint="let it pool sessions (pgbouncer: pool_mode = session), or name the port of PostgreSQL itself",
    )


def file_missing(file: str) -> UnavailableError:
    """Return the error for a missing SQLite file."""
    return UnavailableError(f"{file} is missing", hint="put it back, or restore a backup: catlog db restore FILE")


def tables_missing(place: str) -> UnavailableError:
    """Return the error for a database without tables; a restore may be filling it."""
    return UnavailableError(
        f"{place} has no tables of CatLog",
        hint="wait for a running restore, or restore a backup: catlog db restore FILE",
    )


def file_replaced(file: str) -> UnavailableError:
    """Return the error for a transaction whose SQLite file was replaced before its end."""
    return UnavailableError(f"{file} was replaced by another file meanwhile", hint="repeat the command")


def wrong_encoding(shown: str, encoding: str) -> ConfigError:
    """Return the error for a database whose encoding cannot store every title."""
    return ConfigError(
        f"{shown} has {encoding}, and titles need UTF8",
        hint="create another one: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0; move the contents with "
        "catlog db backup and restore",
    )


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
    if code == "SQLITE_ERROR" and str(problem.orig).startswith("no such table"):
        return tables_missing(file)
    if code.startswith(("SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
        return UnavailableError(f"{file} cannot be opened", hint="check that its folder exists and is yours to write")
    return problem


def _sqlite_code(problem: DBAPIError) -> str:
    return str(getattr(problem.orig, "sqlite_errorname", ""))


def _first_line(problem: DBAPIError) -> str:
    lines = [line.strip() for line in str(problem.orig).splitlines() if line.strip()]
    if not lines:
        return type(problem.orig).__name__
    # With several addresses, the first line only counts them.
    reason = next((line for line in lines if "failed: " in line), lines[0])
    return reason.removeprefix("connection failed: ").removeprefix("connection is bad: ")
