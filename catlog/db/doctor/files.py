"""Checks of the files: who may read them, is there room, how old is the newest backup."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from catlog import clock
from catlog.db.backup.folder import newest_backup, way_back
from catlog.db.doctor.finding import Finding, Severity, at_least, at_most
from catlog.db.schema import sqlite_file
from catlog.db.session import Database
from catlog.paths import Paths

LEAST_FREE = 64
"""MiB below which not even a day of snapshots is sure to fit."""

OLD_BACKUP = 30
"""Days after which the newest backup is old."""

_MIB = 1024 * 1024


def check_modes(database: Database, paths: Paths) -> Finding:
    """Check that what holds passwords and lists is its owner's alone."""
    exposed = [str(file) for file in _private(database, paths) if _is_exposed(file)]
    detail = "files that others may open" + (f": {', '.join(exposed)}" if exposed else "")
    return at_most("file-modes", "blocking", len(exposed), 0, detail, remedy=f"chmod 600 {' '.join(exposed)}")


def check_file(database: Database, paths: Paths) -> Finding:
    """Check that the file of an embedded database has anything in it."""
    detail = f"bytes of {sqlite_file(database)}, where 0 means that what was in it is gone"
    size = sqlite_file(database).stat().st_size
    return at_least("database-file", "blocking", size, 1, detail, remedy=way_back(database, paths.backups))


def check_room(database: Database, paths: Paths) -> Finding:
    """Check the disk of the database (of the backups, when it is a server's) for room, also for a restore."""
    folder = sqlite_file(database).absolute().parent if database.is_sqlite else paths.backups
    size = 0
    if database.is_sqlite:
        with suppress(OSError):
            size = sqlite_file(database).stat().st_size
    while not folder.exists():
        folder = folder.parent
    return judge_room(shutil.disk_usage(folder).free, size, folder)


def judge_room(free: int, size: int, folder: Path) -> Finding:
    """Judge `free` bytes for a database of `size`: a restore needs two more copies of it for a while."""
    wanted = LEAST_FREE + 2 * size / _MIB
    severity: Severity = "blocking" if free < LEAST_FREE * _MIB else "soft"
    detail = f"MiB free for {folder}; a restore needs twice the size of the database"
    return at_least("disk-free", severity, free // _MIB, round(wanted), detail, remedy="free some space on that disk")


def check_backup(database: Database, paths: Paths) -> Finding:
    """Check the age of the newest backup of this database."""
    newest = newest_backup(database, paths.backups)
    remedy = "catlog db backup"
    if newest is None:
        return Finding("backup-age", "soft", False, 0, OLD_BACKUP, f"no backup is in {paths.backups}", remedy)
    file, made_at = newest
    age = (clock.now() - made_at).days
    return at_most("backup-age", "soft", age, OLD_BACKUP, f"days since {file.name}", remedy=remedy)


def _private(database: Database, paths: Paths) -> Iterator[Path]:
    yield paths.config_file
    if database.is_sqlite:
        yield from (Path(f"{sqlite_file(database)}{ending}") for ending in ("", "-wal", "-shm"))
    yield from sorted(paths.backups.glob("*.backup"))


def _is_exposed(file: Path) -> bool:
    try:
        return bool(file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
    except OSError:
        return False
