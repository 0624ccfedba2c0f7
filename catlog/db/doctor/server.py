"""Checks of the database engine: the integrity of an SQLite file, the version of a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from catlog.db.doctor.finding import Finding, at_least, at_most
from catlog.db.errors import is_damage
from catlog.db.session import Database
from catlog.errors import UnavailableError

OLDEST_POSTGRES = 13
"""The first supported version of PostgreSQL."""

_REPAIR = "restore a backup: catlog db restore FILE"
_LISTED = 100


def check_sqlite(database: Database) -> Iterator[Finding]:
    """Check a whole SQLite file. Raises UnavailableError when it cannot be opened."""
    try:
        with database.read() as session:
            connection = session.connection()
            problems = [str(row[0]) for row in connection.exec_driver_sql(f"PRAGMA integrity_check({_LISTED})")]
            orphans = len(connection.exec_driver_sql("PRAGMA foreign_key_check").all())
            journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
    except UnavailableError as problem:
        if not is_damage(problem):
            raise
        yield Finding("integrity", "blocking", False, 1, 0, problem.message, _REPAIR)
        return
    problems = [] if problems == ["ok"] else problems
    detail = f"problems in the file{': ' + problems[0] if problems else ''}"
    yield at_most("integrity", "blocking", len(problems), 0, detail, remedy=_REPAIR)
    detail = "rows that refer to a missing row"
    yield at_most("foreign-keys", "blocking", orphans, 0, detail, remedy=_REPAIR)
    detail = f"1 when readers need not wait for writers (journal mode {journal})"
    yield at_least("write-ahead-log", "soft", int(journal == "wal"), 1, detail, remedy="catlog db upgrade")


def check_postgres(connection: Connection) -> Iterator[Finding]:
    """Check the server's version and the encoding of the database."""
    shown = connection.exec_driver_sql("SHOW server_version").scalar_one()
    number = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10_000
    detail = f"the server is PostgreSQL {shown}"
    yield at_least("server-version", "blocking", number, OLDEST_POSTGRES, detail, remedy="move to a newer server")
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    detail = f"1 when every title can be stored (encoding {encoding})"
    remedy = "catlog db backup, then restore it into a database made with ENCODING 'UTF8'"
    yield at_least("utf8", "blocking", int(encoding == "UTF8"), 1, detail, remedy=remedy)
