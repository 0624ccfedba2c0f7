"""Connections: their settings, and the places that an SQLite file may not be in."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from catlog.db.engine import make_engine
from catlog.db.filesystem import network_filesystem
from catlog.db.schema import prepare_sqlite
from catlog.db.session import Database
from catlog.errors import BusyError, ConfigError, UnavailableError
from tests.support.databases import POSTGRESQL, SQLITE

MOUNTS = """\
21 1 8:1 / / rw - ext4 /dev/sda1 rw
22 21 0:30 / /srv rw,relatime shared:1 - nfs4 server:/srv rw
23 22 0:31 / /srv/me/local\\040disk rw - xfs /dev/sdb1 rw
24 21 0:32 / /mnt/share rw - fuse.sshfs me@host:/ rw
25 21 0:33 / /mnt/shared rw - btrfs /dev/sdc1 rw
short line
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/catlog.sqlite", None),
        ("/srv/me/catlog.sqlite", "nfs4"),
        ("/srv/me/local disk/catlog.sqlite", None),
        ("/mnt/share/catlog.sqlite", "fuse.sshfs"),
        ("/mnt/shared/catlog.sqlite", None),
    ],
)
def test_a_network_file_system_is_recognised(tmp_path: Path, path: str, kind: str | None) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS, "utf-8")
    assert network_filesystem(Path(path), mounts) == kind


def test_where_the_system_tells_nothing_nothing_is_refused(tmp_path: Path) -> None:
    assert network_filesystem(tmp_path, tmp_path / "missing") is None


def test_an_sqlite_file_on_a_network_file_system_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catlog.db.engine.network_filesystem", lambda path: "nfs4")
    with pytest.raises(ConfigError, match="network file system") as refusal:
        make_engine(f"sqlite:///{tmp_path / 'catlog.sqlite'}", "config.toml")
    assert "PostgreSQL" in refusal.value.hint


@pytest.mark.parametrize("database", [SQLITE], indirect=True)
def test_an_sqlite_connection_is_safe_before_it_is_fast(database: Database) -> None:
    with database.connect_to_write() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in PRAGMAS}
    assert found == PRAGMAS


PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


def test_one_connection_after_the_other_is_the_same_so_that_only_one_holds_pages_in_memory(database: Database) -> None:
    for connection in [database.engine.connect() for _ in range(3)]:
        connection.close()
    used = set()
    for _ in range(4):
        with database.engine.connect() as connection:
            used.add(connection.connection.dbapi_connection)
    assert len(used) == 1


@pytest.mark.parametrize("database", [POSTGRESQL], indirect=True)
def test_a_postgresql_connection_has_its_limits_beside_those_of_the_url(database: Database) -> None:
    given = Database(f"{database.url}?options=-c%20work_mem%3D7MB&application_name=mine")
    with given.read() as session:
        found = {name: session.connection().execute(text(f"SHOW {name}")).scalar() for name in SHOWN}
    given.close()
    assert found == SHOWN


SHOWN = {"timezone": "UTC", "statement_timeout": "5min", "work_mem": "7MB", "client_encoding": "UTF8"}


@pytest.mark.parametrize("database", [SQLITE], indirect=True)
def test_what_is_written_goes_into_the_file_that_is_at_the_path_now(database: Database, tmp_path: Path) -> None:
    file = Path(database.engine.url.database or "")
    other = tmp_path / "other.sqlite"
    with database.connect_to_write() as connection:
        connection.exec_driver_sql("CREATE TABLE mine (word TEXT)")
        connection.exec_driver_sql("INSERT INTO mine VALUES ('old')")
    with closing(sqlite3.connect(other)) as copy:
        copy.executescript("CREATE TABLE mine (word TEXT); INSERT INTO mine VALUES ('restored')")
    put_in_place(other, file)
    with database.connect_to_write() as connection:
        connection.exec_driver_sql("INSERT INTO mine VALUES ('new')")
    with closing(sqlite3.connect(file)) as now:
        assert now.execute("SELECT word FROM mine").fetchall() == [("restored",), ("new",)]


@pytest.mark.parametrize("database", [SQLITE], indirect=True)
def test_what_was_written_into_a_file_that_has_been_replaced_is_not_called_saved(
    database: Database, tmp_path: Path
) -> None:
    file = Path(database.engine.url.database or "")
    other = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(other)) as copy:
        copy.execute("CREATE TABLE mine (word TEXT)")

    def write() -> None:
        with database.connect_to_write() as connection:
            connection.exec_driver_sql("CREATE TABLE mine (word TEXT)")
            put_in_place(other, file)

    with pytest.raises(UnavailableError, match="was replaced by another file"):
        write()


@pytest.mark.parametrize("database", [SQLITE], indirect=True)
def test_a_file_that_has_gone_is_called_gone_and_no_empty_one_takes_its_place(
    database: Database, tmp_path: Path
) -> None:
    file = Path(database.engine.url.database or "")
    with database.read():
        pass
    moved = file.rename(tmp_path / "moved.sqlite")
    with pytest.raises(UnavailableError, match="is missing"), database.read():
        pass
    assert not file.exists()
    moved.rename(file)
    with database.read() as session:
        assert session.connection().exec_driver_sql("PRAGMA quick_check").scalar() == "ok"


def test_a_file_is_never_there_without_its_first_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "data"
    database = Database(f"sqlite:///{folder / 'new.sqlite'}")

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("catlog.db.schema.os.link", dies)
        patched.setattr(Path, "unlink", dies)
        with pytest.raises(KeyboardInterrupt):
            prepare_sqlite(database)
    assert [file.name for file in folder.glob("*.sqlite")] == []
    assert len(list(folder.iterdir())) == 1, "what the killed process was making"

    prepare_sqlite(database)
    database.close()
    assert {file.name: file.stat().st_size > 0 for file in folder.iterdir()} == {"new.sqlite": True}


def test_of_two_processes_that_make_a_file_the_first_one_has_made_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "new.sqlite"
    link = os.link

    def late(made: Path, target: Path) -> None:
        with closing(sqlite3.connect(target)) as other:
            other.executescript("CREATE TABLE t (n)")
        link(made, target)

    monkeypatch.setattr("catlog.db.schema.os.link", late)
    database = Database(f"sqlite:///{file}")
    prepare_sqlite(database)
    with closing(sqlite3.connect(file)) as later:
        assert later.execute("SELECT * FROM t").fetchall() == []
    database.close()


def test_a_file_that_another_process_is_making_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "new.sqlite"
    database = Database(f"sqlite:///{file}")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.executescript("CREATE TABLE t (n); BEGIN; INSERT INTO t VALUES (1)")
        tries: list[float] = []

        def sleep(seconds: float) -> None:
            tries.append(seconds)
            if len(tries) == 3:
                other.execute("COMMIT")

        with monkeypatch.context() as patched:
            patched.setattr("catlog.db.schema.time.sleep", sleep)
            patched.setattr("catlog.db.engine.LOCK_WAIT_SECONDS", 0)
            prepare_sqlite(database)
        assert len(tries) == 3
    with closing(sqlite3.connect(file)) as later:
        assert later.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_file_that_another_process_goes_on_making_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catlog.db.schema.LOCK_WAIT_SECONDS", 0)
    monkeypatch.setattr("catlog.db.engine.LOCK_WAIT_SECONDS", 0)
    file = tmp_path / "new.sqlite"
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.executescript("CREATE TABLE t (n); BEGIN; INSERT INTO t VALUES (1)")
        with pytest.raises(BusyError, match="another writer holds the lock"):
            prepare_sqlite(Database(f"sqlite:///{file}"))


def test_a_file_without_tables_is_an_outage_and_no_bug(tmp_path: Path) -> None:
    file = tmp_path / "new.sqlite"
    file.touch()
    with pytest.raises(UnavailableError, match="has no tables of CatLog"), Database(f"sqlite:///{file}").read() as new:
        new.connection().exec_driver_sql("SELECT * FROM ProcessedAnime")


def put_in_place(new: Path, file: Path) -> None:
    """Let a file take the place of a database, as a restore does."""
    for beside in (f"{file}-wal", f"{file}-shm"):
        Path(beside).unlink(missing_ok=True)
    new.replace(file)
