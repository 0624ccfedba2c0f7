"""Killed at any moment, a backup is complete or missing, and a restore is complete or has changed nothing."""

import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from catlog.db.backup.folder import back_up
from catlog.db.schema import sqlite_file
from catlog.db.session import Database
from tests.support.backups import fill, marks, verify
from tests.support.cli import CommandLine, Nursery
from tests.support.databases import KINDS, SQLITE, Databases

SNAPSHOTS = 10_000


@pytest.fixture(scope="module", params=KINDS)
def large(
    databases: Databases, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """Give a database that takes a moment to save and to restore."""
    name = f"{__name__} {request.param}"
    folder = tmp_path_factory.mktemp("large")
    database = databases.make(request.param, "large" if request.param == SQLITE else name, folder)
    if database.is_sqlite:
        sqlite_file(database).chmod(0o600)
    fill(database, snapshots=SNAPSHOTS, mark="old")
    yield database
    databases.drop(database, name)


def kill_when(nursery: Nursery, catlog: CommandLine, words: list[object], moment: Callable[[], bool]) -> int:
    """Start a command, kill it at a moment that must come, and return how it ended."""
    with nursery.start(catlog, *words) as child:
        while not moment():
            time.sleep(0.001)
        child.signal(signal.SIGKILL)
        return child.wait().code


def size(folder: Path, pattern: str) -> int:
    """Return the size of the largest file of that name, -1 when there is none."""
    sizes = [-1]
    for file in folder.glob(pattern):
        try:
            sizes.append(file.stat().st_size)
        except FileNotFoundError:
            continue
    return max(sizes)


def test_a_killed_backup_leaves_none_or_a_whole_one(large: Database, nursery: Nursery, tmp_path: Path) -> None:
    catlog = CommandLine().having(home=tmp_path, database_url=large.url)
    folder = tmp_path / "data" / "backups"
    whole = back_up(large, folder)
    codes = []

    for share in (0, 0.1, 0.5, 0.9):
        for part in folder.glob(".catlog-*"):  # or it would be taken for the one to wait for
            part.unlink()
        there = set(folder.glob("*.backup"))

        def moment(share: float = share, there: set[Path] = there) -> bool:
            grown = size(folder, ".catlog-*") >= share * whole.size_bytes
            return grown or set(folder.glob("*.backup")) > there

        codes.append(kill_when(nursery, catlog, ["db", "backup"], moment))

    assert -signal.SIGKILL in codes
    assert [verify(file) for file in folder.glob("*.backup")] == [whole.manifest.rows] * len(
        list(folder.glob("*.backup"))
    )
    assert nursery.run(catlog, "db", "backup").code == 0  # no lock stays behind


def test_a_killed_restore_leaves_the_old_state_or_the_new_one(
    large: Database, databases: Databases, nursery: Nursery, tmp_path: Path
) -> None:
    source = databases.make(SQLITE, "source", tmp_path)
    fill(source, snapshots=SNAPSHOTS - 1, mark="new")
    new = back_up(source, tmp_path).file
    source.close()
    old = back_up(large, tmp_path).file
    catlog = CommandLine().having(home=tmp_path / "home", database_url=large.url)
    folder = tmp_path / "home" / "data" / "backups"
    beside = sqlite_file(large).parent if large.is_sqlite else folder
    states = {"old": {"old", f"old {SNAPSHOTS}"}, "new": {"new", f"new {SNAPSHOTS - 1}"}}
    codes, found = [], []

    def restore(moment: Callable[[], bool] | None, wait: float) -> None:
        for left in (*beside.glob(".catlog-restore-*"), *folder.glob(".catlog-*.backup.*")):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        saved = set(folder.glob("*.backup"))

        def now() -> bool:
            if set(folder.glob("*.backup")) - saved:  # the last thing before the database is written
                time.sleep(wait)
                return True
            return moment is not None and moment()

        codes.append(kill_when(nursery, catlog, ["db", "restore", "--yes", new], now))
        seen = marks(large)
        found.append("new" if seen == states["new"] else "old")
        assert seen == states[found[-1]]
        if found[-1] == "new":
            assert nursery.run(catlog, "db", "restore", "--yes", old).code == 0

    restore(lambda: size(beside, ".catlog-restore-*/scratch.sqlite") >= 0, 0)
    restore(lambda: size(beside, ".catlog-restore-*/scratch.sqlite") > 500_000, 0)
    restore(lambda: size(folder, ".catlog-*.backup.*") >= 0, 0)
    for wait in (0, 0.03, 0.1):
        restore(None, wait)

    assert -signal.SIGKILL in codes
    assert "old" in found
    assert nursery.run(catlog, "db", "restore", "--yes", new).code == 0
    assert marks(large) == states["new"]
    assert nursery.run(catlog, "db", "doctor").code == 0
    assert nursery.run(catlog, "db", "restore", "--yes", old).code == 0
