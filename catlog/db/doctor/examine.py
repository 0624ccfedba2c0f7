"""The whole examination, causes before their consequences."""

from __future__ import annotations

from collections.abc import Iterator

from catlog.access import Right, needs
from catlog.db.doctor.contents import check_drift, check_revision, check_rows, check_runs
from catlog.db.doctor.files import (
    check_backup,
    check_disk_space,
    check_file,
    check_folders,
    check_modes,
    check_names,
    check_owners,
)
from catlog.db.doctor.finding import Finding
from catlog.db.doctor.server import check_postgres, check_sqlite
from catlog.db.errors import is_damage
from catlog.db.schema import schema_state, sqlite_file
from catlog.db.session import Database
from catlog.errors import UnavailableError
from catlog.ownership import NotOwnError
from catlog.paths import Paths


@needs(Right.EXAMINE)
def examine(database: Database, paths: Paths) -> list[Finding]:
    """Run every applicable check and return all findings; nothing is changed.

    Raises UnavailableError when the database cannot be reached.
    """
    findings = [check_folders(database, paths), check_owners(database, paths), check_modes(database, paths)]
    findings.append(check_disk_space(database, paths))
    try:
        if database.is_sqlite and sqlite_file(database).exists():
            findings += [check_file(database, paths), check_names(database)]
            findings += check_sqlite(database)
        findings += _contents(database, paths)
    except NotOwnError:
        pass  # reported by the first three checks; such a file must not be opened
    except UnavailableError as problem:
        if not is_damage(problem):  # reported already
            raise
        findings.append(check_backup(database, paths))
    return findings


def _contents(database: Database, paths: Paths) -> Iterator[Finding]:
    state = schema_state(database)
    if not database.is_sqlite:
        with database.read() as session:
            yield from check_postgres(session.connection())
    yield check_revision(state, is_sqlite=database.is_sqlite)
    if state.is_current:
        with database.read() as session:
            yield check_drift(session.connection())
            yield from check_rows(session.connection())
        yield check_runs(database)
    if state.revision is not None:
        yield check_backup(database, paths)
