"""The folder of backups: names, automatic backups and their rotation.

A backup is made automatically before every migration of a database with data, every import of a list, every restore
and every removal of a day. Of these the newest 7 of a database are retained, and the newest of each of the last 6
calendar months (UTC), including the present one. Manual backups are never deleted.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from catlog import clock
from catlog.access import Right, needs
from catlog.atomic_files import open_lock
from catlog.db.backup.manifest import BackupManifest, fingerprint
from catlog.db.backup.read import read_manifest
from catlog.db.backup.write import Backup, snapshot
from catlog.db.session import Database
from catlog.errors import CatLogError, InvalidArgumentError
from catlog.progress import Report, silent

RETAIN_NEWEST = 7
RETAIN_MONTHS = 6

_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(
    r"catlog-(?P<time>\d{8}T\d{6}Z)-\w+(?:-before-(?P<reason>[a-z]+)-(?P<database>[0-9a-f]{8}))?(?:-(?P<turn>\d+))?"
    r"\.backup"
)


@dataclass(frozen=True, slots=True)
class BackupFile:
    """One file of the folder, parsed from its name; `database` (a fingerprint) is None for a manual backup."""

    file: Path
    made_at: datetime
    turn: int
    database: str | None


@needs(Right.BACK_UP)
def back_up(database: Database, folder: Path, *, file: Path | None = None, report: Report = silent) -> Backup:
    """Make a backup that is never deleted automatically, in `folder` under a new name, or as `file`.

    Raises InvalidArgumentError when `file` exists, and as `snapshot` and `DatabaseSnapshot.write` do.
    """
    if file is not None and file.exists():
        raise InvalidArgumentError(f"{file} exists already", hint="name another file, or remove it")
    with _locked(folder), snapshot(database) as taken:
        return taken.write(file or _unused_file(folder, _name(taken.manifest)), report)


@needs(Right.BACK_UP)
def backup_before(database: Database, reason: str, folder: Path, report: Report = silent) -> Path | None:
    """Make a backup before a dangerous operation, rotate automatic backups, and return its file.

    `reason` is one word for the name: upgrade, import, restore, drop. Return None for a database without rows. Raises
    as `snapshot` and `DatabaseSnapshot.write` do: the dangerous operation must not follow then.
    """
    with _locked(folder), snapshot(database, reason) as taken:
        if not taken.manifest.rows:
            return None
        made = taken.write(_unused_file(folder, _name(taken.manifest)), report)
        _rotate(folder, taken.manifest.database)
    return made.file


@needs(Right.EXAMINE)
def newest_backup(database: Database, folder: Path) -> tuple[Path, datetime] | None:
    """Return the newest readable backup of this database in `folder`, and its time."""
    for backup in sorted(_backups(folder), key=_sort_key, reverse=True):
        with suppress(CatLogError):
            if read_manifest(backup.file).database == fingerprint(database):
                return backup.file, backup.made_at
    return None


def recovery_hint(database: Database, folder: Path) -> str:
    """Return a hint for a lost SQLite database: its newest backup, and how to start over."""
    newest = newest_backup(database, folder)
    restored = f"restore the newest backup: catlog db restore {newest[0]}" if newest else f"no backup is in {folder}"
    return f"{restored}; to start over, remove the empty file"


def _rotate(folder: Path, database: str) -> None:
    own = sorted((one for one in _backups(folder) if one.database == database), key=_sort_key, reverse=True)
    this_month = clock.utc_today().year * 12 + clock.utc_today().month
    months: set[int] = set()
    for place, backup in enumerate(own):
        month = backup.made_at.year * 12 + backup.made_at.month
        stays = place < RETAIN_NEWEST or (month not in months and month > this_month - RETAIN_MONTHS)
        months.add(month)
        if not stays:
            _remove(backup.file)


def _remove(file: Path) -> None:
    with suppress(OSError):  # one backup too many does no harm
        file.unlink()


def _backups(folder: Path) -> Iterator[BackupFile]:
    for file in folder.glob("catlog-*.backup"):
        match = _NAME.fullmatch(file.name)
        if match:
            with suppress(ValueError):
                made_at = datetime.strptime(match["time"], _STAMP).replace(tzinfo=UTC)
                yield BackupFile(file, made_at, int(match["turn"] or 1), match["database"])


def _sort_key(backup: BackupFile) -> tuple[datetime, int]:
    return backup.made_at, backup.turn


def _name(manifest: BackupManifest) -> str:
    why = f"-before-{manifest.reason}-{manifest.database}" if manifest.reason else ""
    return f"catlog-{manifest.created_at.strftime(_STAMP)}-{manifest.schema}{why}"


def _unused_file(folder: Path, name: str) -> Path:
    file, turn = folder / f"{name}.backup", 1
    while file.exists():
        turn += 1
        file = folder / f"{name}-{turn}.backup"
    return file


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Lock the folder: two backups of the same second must not take the same name."""
    handle = open_lock(folder / ".lock")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        for part in folder.glob(".catlog-*.backup.*"):  # left by a process that was killed while it wrote
            _remove(part)
        yield
    finally:
        os.close(handle)
