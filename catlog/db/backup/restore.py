"""Restore a backup: load it into a scratch database, check it there, and only then replace the target.

The scratch database is always SQLite: so a backup of one engine restores into the other, and one of an older schema is
migrated before the target is touched. The target is emptied and filled inside one transaction: readers never see a
partial state, and a killed process leaves none.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, delete, table
from sqlalchemy.exc import DataError, IntegrityError

from catlog import clock
from catlog.access import Right, needs
from catlog.atomic_files import sync_folder
from catlog.db.backup.folder import backup_before
from catlog.db.backup.manifest import BackupManifest, fingerprint
from catlog.db.backup.read import open_backup, read_manifest
from catlog.db.backup.tables import Block, count_rows, set_sequences, stored_blocks, tables_at, write_blocks
from catlog.db.errors import is_damage, translate_errors
from catlog.db.lock import ETL, UPGRADE, exclusive, wait_for_lock
from catlog.db.migrations.run import upgrade_to, upgrade_to_head
from catlog.db.schema import (
    HEAD,
    SchemaState,
    newer_schema,
    prepare_sqlite,
    refuse_encoding,
    schema_state,
    sqlite_file,
    state_in,
)
from catlog.db.session import Database
from catlog.errors import BadDataError, CatLogError, UnavailableError
from catlog.paths import make_private
from catlog.progress import Report, silent

_SCRATCH = ".catlog-restore-"
_NEWER = "newer"


@dataclass(frozen=True, slots=True)
class Restored:
    """The result of a restore; `saved` is the state before: a backup, or the renamed file if it was unusable."""

    file: Path
    created_at: datetime
    catlog: str
    from_schema: str
    to_schema: str
    rows: int
    saved: Path | None


@needs(Right.RESTORE)
def restore(database: Database, file: Path, folder: Path, report: Report = silent) -> Restored:
    """Replace the contents of `database` by the backup `file`; after any error nothing has changed.

    The present state is backed up to `folder` first. Raises BadDataError for a damaged file or no backup, ConfigError
    for a newer schema of the backup or of a PostgreSQL database, or one that is not UTF8, BusyError during an ETL run,
    UnavailableError when a database or a folder cannot be read or written.
    """
    read_manifest(file)  # fail for an unusable file before creating anything
    if not database.is_sqlite:
        refuse_encoding(database)
    parent = sqlite_file(database).resolve().parent if database.is_sqlite else folder
    _make_folder(parent)
    with exclusive(database, ETL), _scratch(parent, fingerprint(database)) as scratch:
        manifest = _stage(scratch, file, report)
        unusable = _unusable(database)
        saved = (
            _replace_file(database, scratch, unusable)
            if unusable
            else _replace(database, scratch, file, folder, report)
        )
    return Restored(file, manifest.created_at, manifest.catlog, manifest.schema, HEAD, manifest.rows, saved)


def _stage(scratch: Database, file: Path, report: Report) -> BackupManifest:
    """Load the backup into the scratch database, check it from end to end, and migrate it to `HEAD`."""
    with open_backup(file) as backup:
        tables = backup.tables()
        with translate_errors(scratch.url), scratch.connect_to_write() as connection:
            upgrade_to(connection, backup.manifest.schema)
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")  # tables are in the order of the file
            counted = _progress(report, "checking rows", backup.manifest.rows)
            for contents, table_ in tables:
                with _blame_backup(file, contents.name):
                    write_blocks(connection, table_, counted(backup.blocks(contents)))
            backup.finish()
            _check(connection, file)
    if backup.manifest.schema != HEAD:
        with translate_errors(scratch.url), scratch.connect_to_write() as connection:
            upgrade_to_head(connection)
            _check(connection, file)
    return backup.manifest


def _check(connection: Connection, file: Path) -> None:
    orphan = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if orphan:
        raise _contradiction(file, f"a row of {orphan[0]} belongs to a missing row of {orphan[2]}")
    found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
    if found != "ok":
        raise _contradiction(file, str(found))


def _replace(database: Database, scratch: Database, file: Path, folder: Path, report: Report) -> Path | None:
    if database.is_sqlite:
        prepare_sqlite(database)
    with (
        translate_errors(database.url, database.origin),
        database.connect_to_write() as connection,
        scratch.engine.connect() as checked,
    ):
        state = state_in(connection)
        _lock_tables(connection, state)
        saved = backup_before(database, "restore", folder, report) if state.revision else None
        if not state.is_current:
            wait_for_lock(connection, UPGRADE)
            upgrade_to_head(connection)
        tables = tables_at(HEAD)
        for emptied in reversed(tables):
            connection.execute(delete(table(emptied.name)))
        counted = _progress(report, "restoring rows", sum(count_rows(checked, of) for of in tables))
        for filled in tables:
            with _blame_backup(file, filled.name):
                write_blocks(connection, filled, counted(stored_blocks(checked, filled)))
            if count_rows(connection, filled) != count_rows(checked, filled):
                raise UnavailableError(f"not all rows of {filled.name} arrived", hint="nothing was changed")
        if not database.is_sqlite:
            set_sequences(connection, tables)
    return saved


def _lock_tables(connection: Connection, state: SchemaState) -> None:
    """Lock out other writers of a PostgreSQL database until the transaction ends; readers see its old state."""
    if connection.dialect.name != "postgresql":
        return
    if state.is_newer:
        raise newer_schema(state)
    for setting in ("statement_timeout", "idle_in_transaction_session_timeout"):
        connection.exec_driver_sql(f"SET LOCAL {setting} = 0")
    if state.revision:
        connection.exec_driver_sql("SET LOCAL lock_timeout = '10s'")
        names = ", ".join(f'"{of.name}"' for of in tables_at(state.revision))
        connection.exec_driver_sql(f"LOCK TABLE {names} IN EXCLUSIVE MODE")


def _unusable(database: Database) -> str:
    """Return why an SQLite file cannot be filled: "damaged" or "newer", "" when it can."""
    if not database.is_sqlite or not sqlite_file(database).exists():
        return ""
    try:
        state = schema_state(database)
        with translate_errors(database.url, database.origin), database.engine.connect() as connection:
            sound = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one() == "ok"
    except CatLogError as problem:
        if is_damage(problem):
            return "damaged"
        raise
    return _NEWER if state.is_newer else "" if sound else "damaged"


def _replace_file(database: Database, scratch: Database, why: str) -> Path:
    """Replace an unusable file by the checked database, and keep the old file under another name."""
    prepare_sqlite(scratch)
    scratch.close()
    if why == _NEWER:
        _checkpoint_log(database)
    database.close()
    file = sqlite_file(database).resolve()
    aside = Path(f"{file}.{why}-{clock.now():%Y%m%dT%H%M%S%fZ}")
    try:
        try:
            os.link(file, aside)
        except OSError:  # a file system without links
            shutil.copy2(file, aside)
        # SQLite would read a write-ahead log left in place as that of the new file.
        for ending in ("-wal", "-shm"):
            with suppress(FileNotFoundError):
                Path(f"{file}{ending}").rename(f"{aside}{ending}")
        sqlite_file(scratch).replace(file)
        sync_folder(file.parent)
    except OSError as problem:
        raise UnavailableError(
            f"{file} cannot be replaced: {problem.strerror}", hint=f"the old file is {aside}"
        ) from None
    return aside


def _checkpoint_log(database: Database) -> None:
    """Write the write-ahead log into the file: a killed restore may leave the file without its log."""
    with translate_errors(database.url, database.origin), database.engine.connect() as connection:
        # Below SQLAlchemy, which would begin a transaction: a checkpoint needs none.
        connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _make_folder(folder: Path) -> None:
    try:
        make_private(folder)  # missing on a new machine
    except OSError as problem:
        raise UnavailableError(f"{folder} cannot be created: {problem.strerror}", hint="nothing was changed") from None


@contextmanager
def _scratch(parent: Path, name: str) -> Iterator[Database]:
    """Open an empty database in a temporary folder; `name` identifies the target, whose lock is held."""
    prefix = f"{_SCRATCH}{name}-"
    for left in parent.glob(f"{prefix}*"):  # of a killed process: this one holds the lock
        shutil.rmtree(left, ignore_errors=True)
    try:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    except OSError as problem:
        raise UnavailableError(f"{parent} cannot be written: {problem.strerror}", hint="nothing was changed") from None
    file = folder / "scratch.sqlite"
    file.touch(0o600)  # it may become the database itself
    scratch = Database(f"sqlite:///{file}", origin="restore")
    try:
        yield scratch
    finally:
        scratch.close()
        shutil.rmtree(folder, ignore_errors=True)


def _progress(report: Report, step: str, total: int) -> Callable[[Iterator[Block]], Iterator[Block]]:
    done = 0

    def counted(blocks: Iterator[Block]) -> Iterator[Block]:
        nonlocal done
        for block in blocks:
            yield block
            done += len(block)
            report(step, done, total)

    return counted


@contextmanager
def _blame_backup(file: Path, name: str) -> Iterator[None]:
    """Raise BadDataError for rows that the table `name` refuses: a duplicate key, a number too large for it."""
    try:
        yield
    except (IntegrityError, DataError, OverflowError, UnicodeEncodeError) as problem:
        reason = str(getattr(problem, "orig", problem)).partition("\n")[0]
        raise _contradiction(file, f"{name}: {reason}") from problem


def _contradiction(file: Path, what: str) -> BadDataError:
    return BadDataError(f"{file.name} contradicts itself: {what}", hint="nothing was changed; restore another backup")
