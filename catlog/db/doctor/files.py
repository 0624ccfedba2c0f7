"""Checks of the files: owners, modes, free space, and the age of the newest backup."""

from __future__ import annotations

import os
import shlex
import shutil
import stat
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from catlog import clock
from catlog.db.backup.folder import newest_backup, recovery_hint
from catlog.db.doctor.finding import Finding, Severity, at_least, at_most
from catlog.db.engine import SIDECARS
from catlog.db.schema import sqlite_file
from catlog.db.session import Database
from catlog.ownership import OwnershipProblem, problems_of_file, problems_of_folder
from catlog.paths import Paths

LEAST_FREE = 64
"""MiB that are needed in any case, for a day of snapshots."""

OLD_BACKUP = 30
"""Largest age in days of the newest backup."""

_MIB = 1024 * 1024

_NAMED = 10
"""Largest number of files and folders that a finding names."""


def check_folders(database: Database, paths: Paths) -> Finding:
    """Check that all folders of CatLog, and those above them, belong to the user."""
    found = {problem.path: problem for folder in _folders(database, paths) for problem in problems_of_folder(folder)}
    return _ownership_finding("folders", "folders that others own or may change", found.values())


def check_owners(database: Database, paths: Paths) -> Finding:
    """Check that all files of CatLog are plain files of the user; `check_modes` checks their modes."""
    database_file = sqlite_file(database) if database.is_sqlite else None
    found = {
        trouble.path: trouble
        for file in {*_files(database, paths)}
        for trouble in problems_of_file(file, linked=file in (paths.config_file, database_file))
        if trouble.kind != "mode"
    }
    return _ownership_finding("file-owners", "files that others own, or that are no plain files", found.values())


def check_modes(database: Database, paths: Paths) -> Finding:
    """Check that files with passwords and lists are private to their owner."""
    exposed = [str(file) for file in _private(database, paths) if _is_exposed(file)]
    detail = "files that others may open" + _named(exposed)
    remedy = f"chmod 600 {' '.join(map(shlex.quote, exposed[:_NAMED]))}"
    return at_most("file-modes", "blocking", len(exposed), 0, detail, remedy=remedy)


def check_names(database: Database) -> Finding:
    """Check that the file of an embedded database has one name: by another name SQLite finds another log."""
    file = sqlite_file(database)
    detail = f"hard links to {file}: through two names, two programs would corrupt it"
    remedy = f"find / -xdev -samefile {shlex.quote(str(file))} lists them: remove all but one"
    return at_most("database-names", "soft", file.stat().st_nlink - 1, 0, detail, remedy=remedy)


def _ownership_finding(rule: str, what: str, found: Collection[OwnershipProblem]) -> Finding:
    listed = sorted(found, key=lambda problem: problem.path)
    detail = what + _named([problem.message for problem in listed])
    remedy = "; ".join(dict.fromkeys(problem.remedy for problem in listed[:_NAMED]))
    return at_most(rule, "blocking", len(listed), 0, detail, remedy=remedy)


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f": {', '.join(names[:_NAMED])}{more}" if names else ""


def check_file(database: Database, paths: Paths) -> Finding:
    """Check that the file of an embedded database is not empty."""
    detail = f"bytes of {sqlite_file(database)}; 0 means that its contents are lost"
    size = sqlite_file(database).stat().st_size
    return at_least("database-file", "blocking", size, 1, detail, remedy=recovery_hint(database, paths.backups))


def check_disk_space(database: Database, paths: Paths) -> Finding:
    """Check the free space on the disk of an SQLite database, or else of the backups."""
    folder = sqlite_file(database).absolute().parent if database.is_sqlite else paths.backups
    size = 0
    if database.is_sqlite:
        with suppress(OSError):
            size = sqlite_file(database).stat().st_size
    while not folder.exists():
        folder = folder.parent
    return judge_disk_space(shutil.disk_usage(folder).free, size, folder)


def judge_disk_space(free: int, size: int, folder: Path) -> Finding:
    """Return the finding for `free` bytes and a database of `size`: a restore needs two more copies of it."""
    needed = LEAST_FREE + 2 * size / _MIB
    severity: Severity = "blocking" if free < LEAST_FREE * _MIB else "soft"
    detail = f"MiB free for {folder}; a restore needs twice the size of the database"
    return at_least("disk-free", severity, free // _MIB, round(needed), detail, remedy="free some space on that disk")


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
    """Yield the files that nobody else may read. Those of the cache are public facts in a private folder."""
    yield paths.config_file
    yield from _of_database(database)
    yield from (paths.backups / ".lock", *sorted(paths.backups.glob("*.backup")))
    for _, files in _walk(paths.state):
        yield from files


def _is_exposed(file: Path) -> bool:
    try:
        status = file.stat()
    except OSError:
        return False
    # Root may let a service account read files: it needs to read its settings.
    reads = stat.S_IRGRP | stat.S_IROTH if status.st_uid != os.geteuid() else 0
    return bool(status.st_mode & (stat.S_IRWXG | stat.S_IRWXO) & ~reads)


def _of_database(database: Database) -> Iterator[Path]:
    if database.is_sqlite:
        yield sqlite_file(database)
        real = sqlite_file(database).resolve()
        yield from (Path(f"{real}{ending}") for ending in SIDECARS)
        yield from sorted(real.parent.glob(f"{real.name}.*.lock"))


def _files(database: Database, paths: Paths) -> Iterator[Path]:
    """Yield all files of CatLog, existing or not."""
    yield from _private(database, paths)
    for _, files in _walk(paths.cache):
        yield from files


def _folders(database: Database, paths: Paths) -> Iterator[Path]:
    """Yield all folders of CatLog, existing or not."""
    yield from (paths.config, paths.data, paths.backups)
    if database.is_sqlite:
        yield sqlite_file(database).absolute().parent
    for top in (paths.state, paths.cache):
        yield top
        yield from (folder for folder, _ in _walk(top))


def _walk(top: Path) -> Iterator[tuple[Path, list[Path]]]:
    """Yield each folder in `top` with its files, including links to folders and folders named like files."""
    for folder, folders, files in os.walk(top):
        inside = Path(folder)
        suspect = [name for name in folders if (inside / name).is_symlink() or _is_name_of_file(name)]
        folders[:] = [name for name in folders if name not in suspect]
        yield inside, [inside / name for name in sorted([*files, *suspect])]


def _is_name_of_file(name: str) -> bool:
    return name.endswith((".json", ".jsonl", ".token", ".lock", ".answer")) and not name.startswith("guest-")
