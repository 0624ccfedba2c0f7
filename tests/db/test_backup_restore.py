"""The restore command: confirmation, locking, the backup before it, and refusal of bad files."""

import errno
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from catlog.db.backup.folder import back_up
from catlog.db.backup.restore import restore
from catlog.db.lock import ETL, exclusive
from catlog.db.schema import schema_state, sqlite_file
from catlog.db.session import Database
from catlog.errors import BusyError, ConfigError, UnavailableError
from tests.cli.processes import in_terminal
from tests.support.backups import everything, fill, marks, repack
from tests.support.cli import CommandLine
from tests.support.databases import POSTGRESQL, SQLITE, Databases


@pytest.fixture
def file(databases: Databases, tmp_path: Path) -> Path:
    """Give a backup of a library whose rows are marked as new."""
    source = databases.make(SQLITE, "source", tmp_path)
    fill(source, mark="new")
    made = back_up(source, tmp_path, file=tmp_path / "new.backup").file
    source.close()
    return made


@pytest.fixture
def small(databases: Databases, tmp_path: Path) -> Iterator[Database]:
    """Give an SQLite database whose rows are marked as old."""
    database = databases.make(SQLITE, "small", tmp_path)
    fill(database, mark="old")
    yield database
    database.close()


def test_the_state_before_comes_back_with_the_backup_that_was_made_of_it(
    database: Database, file: Path, tmp_path: Path
) -> None:
    fill(database, mark="old")
    before = everything(database)

    done = restore(database, file, tmp_path / "b")
    between = marks(database)
    assert done.saved is not None
    restore(database, done.saved, tmp_path / "b")

    assert between == {"new", "new 40"}
    assert everything(database) == before


def test_it_waits_for_no_run_of_the_etl(database: Database, file: Path, tmp_path: Path) -> None:
    fill(database, mark="old")

    with exclusive(database, ETL), pytest.raises(BusyError):
        restore(database, file, tmp_path / "b")

    assert marks(database) == {"old", "old 40"}
    assert not list((tmp_path / "b").glob("*.backup"))


def test_while_a_restore_is_under_way_no_run_can_begin(small: Database, file: Path, tmp_path: Path) -> None:
    tried = []

    def begin(step: str, done: int, total: int | None) -> None:
        with pytest.raises(BusyError), exclusive(small, ETL):
            pass
        tried.append(step)

    restore(small, file, tmp_path / "b", begin)

    assert {"checking rows", "backing up rows", "restoring rows"} == set(tried)


@pytest.mark.parametrize("damage", ["no database at all", "a page in the middle", "cut in half"])
def test_a_damaged_file_is_put_aside_and_replaced(damage: str, small: Database, file: Path, tmp_path: Path) -> None:
    live = sqlite_file(small)
    fill_pages(small)
    small.close()
    content = live.read_bytes()
    middle = len(content) // 2 // 4096 * 4096
    broken = {
        "no database at all": b"no database" * 1_000,
        "a page in the middle": content[:middle] + b"\xff" * 4096 + content[middle + 4096 :],
        "cut in half": content[:middle],
    }[damage]
    live.write_bytes(broken)

    done = restore(small, file, tmp_path / "b")

    assert marks(small) == {"new", "new 40"}
    assert done.saved is not None
    assert ".damaged-" in done.saved.name
    assert done.saved.read_bytes() == broken
    assert live.stat().st_mode & 0o777 == 0o600


def fill_pages(database: Database) -> None:
    """Make the file large enough to have a middle."""
    rows = [{"n": n, "genre": f"genre {n}"} for n in range(10_000, 14_000)]
    with database.connect_to_write() as connection:
        connection.execute(text("INSERT INTO \"AnimeGenre\" VALUES (:n, :genre, 'genre')"), rows)


def test_a_linked_file_stays_a_link(databases: Databases, small: Database, file: Path, tmp_path: Path) -> None:
    live = sqlite_file(small)
    link = tmp_path / "link" / "catlog.sqlite"
    link.parent.mkdir()
    link.symlink_to(live)
    small.close()
    live.write_bytes(b"no database")
    linked = Database(f"sqlite:///{link}")

    restore(linked, file, tmp_path / "b")

    assert link.is_symlink()
    assert marks(small) == marks(linked) == {"new", "new 40"}
    linked.close()


def test_a_file_of_a_newer_catlog_is_put_aside_whole(small: Database, file: Path, tmp_path: Path) -> None:
    before = everything(small)
    make_newer(small)

    done = restore(small, file, tmp_path / "b")

    assert schema_state(small).is_current
    assert marks(small) == {"new", "new 40"}
    assert done.saved is not None
    aside = Database(f"sqlite:///{done.saved}")
    assert schema_state(aside).is_newer
    assert everything(aside) == before
    aside.close()


def test_a_restore_that_dies_leaves_a_newer_file_with_all_that_was_written_to_it(
    small: Database, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = sqlite_file(small)
    make_newer(small)
    with closing(sqlite3.connect(live)) as other:  # while that is open, closing ours folds no log into the file
        assert other.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]
        monkeypatch.setattr(Path, "replace", dies)
        with pytest.raises(UnavailableError, match="cannot be replaced"):
            restore(small, file, tmp_path / "b")
        left = Database(f"sqlite:///{shutil.copyfile(live, tmp_path / 'left.sqlite')}")
    assert schema_state(left).is_newer
    assert marks(left) == {"old", "old 40"}
    left.close()


def dies(_: Path, __: Path) -> Path:
    raise OSError(errno.EIO, "stands for a kill")


def test_a_postgresql_database_of_a_newer_catlog_is_left_alone(
    databases: Databases, file: Path, tmp_path: Path
) -> None:
    database = databases.make(POSTGRESQL, "newer")
    fill(database, mark="old")
    make_newer(database)

    with pytest.raises(ConfigError, match="newer CatLog"):
        restore(database, file, tmp_path / "b")

    assert marks(database) == {"old", "old 40"}
    databases.drop(database, "newer")


def make_newer(database: Database) -> None:
    with database.connect_to_write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))


def test_tables_and_views_of_others_survive_in_postgresql(databases: Databases, file: Path, tmp_path: Path) -> None:
    database = databases.make(POSTGRESQL, "shared")
    with database.connect_to_write() as connection:
        connection.execute(text('CREATE TABLE "Foreign" AS SELECT 5 AS five'))
        connection.execute(text('CREATE VIEW "Chart" AS SELECT * FROM "DailyRankings"'))
        connection.execute(text('GRANT SELECT ON "DailyRankings" TO PUBLIC'))

    restore(database, file, tmp_path / "b")

    with database.read() as session:
        assert session.connection().execute(text('SELECT five FROM "Foreign"')).scalar_one() == 5
        assert session.connection().execute(text('SELECT count(*) FROM "Chart"')).scalar_one() == 40
        grants = "SELECT count(*) FROM information_schema.table_privileges WHERE grantee = 'PUBLIC'"
        assert session.connection().execute(text(f"{grants} AND table_name = 'DailyRankings'")).scalar_one() == 1
    databases.drop(database, "shared")


def test_an_error_in_the_midst_of_writing_changes_nothing(database: Database, file: Path, tmp_path: Path) -> None:
    fill(database, mark="old")
    before = everything(database)

    def stop(step: str, done: int, total: int | None) -> None:
        if step == "restoring rows" and done > 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore(database, file, tmp_path / "b", stop)

    assert everything(database) == before


def test_nobody_is_asked_where_nobody_can_answer(small: Database, file: Path, tmp_path: Path) -> None:
    catlog = CommandLine().having(home=tmp_path / "home", database_url=small.url)

    ending = catlog("db", "restore", file)

    assert ending.code == 64
    assert "hint: add --yes" in ending.err
    assert marks(small) == {"old", "old 40"}


@pytest.mark.parametrize(("answer", "code", "mark"), [("n", 130, "old"), ("y", 0, "new")])
def test_the_question_says_what_replaces_what(
    answer: str, code: int, mark: str, small: Database, file: Path, tmp_path: Path
) -> None:
    settings = {"CATLOG_HOME": str(tmp_path / "home"), "CATLOG_DATABASE_URL": small.url}
    command = [sys.executable, "-m", "catlog", "db", "restore", str(file)]

    ended, shown = in_terminal(command, columns=300, typed=f"{answer}\n", **settings)

    assert ended == code
    assert "Replace all of sqlite:///" in shown
    assert "new.backup" in shown
    assert marks(small) == {mark, f"{mark} 40"}


def test_the_command_says_what_was_restored_and_where_the_state_before_is(
    small: Database, file: Path, tmp_path: Path
) -> None:
    catlog = CommandLine().having(home=tmp_path / "home", database_url=small.url)

    ending = catlog("db", "restore", "--yes", file, "--format", "json")

    assert ending.code == 0
    assert ending.row["file"] == str(file)
    assert Path(ending.row["saved"]).parent == tmp_path / "home" / "data" / "backups"
    assert ending.row["fromSchema"] == ending.row["toSchema"]
    assert marks(small) == {"new", "new 40"}


def test_other_endings_have_their_codes(small: Database, file: Path, tmp_path: Path) -> None:
    catlog = CommandLine().having(home=tmp_path / "home", database_url=small.url)
    newer = repack([{"catlogBackup": 99, "schema": "0001"}, {}], tmp_path / "newer")

    assert catlog("db", "restore", "--yes", tmp_path / "missing").code == 2
    assert catlog("db", "restore", "--yes", tmp_path).code == 2
    assert catlog("db", "restore", "--yes", sqlite_file(small)).code == 65
    assert catlog("db", "restore", "--yes", newer).code == 78
    with exclusive(small, ETL):
        assert catlog("db", "restore", "--yes", file).code == 75
    assert marks(small) == {"old", "old 40"}
