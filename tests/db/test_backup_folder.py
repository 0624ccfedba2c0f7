"""The folder of backups: names, modes, automatic backups and their rotation."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from catlog import clock
from catlog.db.backup.folder import back_up, backup_before, newest_backup
from catlog.db.backup.read import read_manifest
from catlog.db.backup.restore import restore
from catlog.db.migrations.run import upgrade_to
from catlog.db.schema import HEAD, prepare_sqlite, schema_state
from catlog.db.session import Database
from catlog.db.upgrade import upgrade
from catlog.errors import ConfigError, InvalidArgumentError, NotFoundError
from tests.support.backups import everything, fill, verify
from tests.support.cli import CommandLine, Nursery
from tests.support.databases import POSTGRESQL, SQLITE, Databases

NOON = datetime(2026, 5, 10, 12, tzinfo=UTC)


@pytest.fixture
def small(databases: Databases, tmp_path: Path) -> Iterator[Database]:
    """Give a filled SQLite database."""
    database = databases.make(SQLITE, "small", tmp_path)
    fill(database)
    yield database
    database.close()


def test_a_backup_is_named_by_time_and_schema_and_is_its_owners_alone(small: Database, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "backups"
    with clock.stopped_at(NOON):
        files = [back_up(small, folder).file.name for _ in range(3)]

    name = f"catlog-20260510T120000Z-{HEAD}"
    assert files == [f"{name}.backup", f"{name}-2.backup", f"{name}-3.backup"]
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_the_manifest_says_what_it_holds_without_naming_where(small: Database, tmp_path: Path) -> None:
    with clock.stopped_at(NOON):
        made = back_up(small, tmp_path / "b")

    manifest = read_manifest(made.file)

    assert manifest == made.manifest
    assert (manifest.schema, manifest.dialect, manifest.created_at, manifest.reason) == (HEAD, "sqlite", NOON, "")
    assert {table.name: table.rows for table in manifest.tables} == {
        name: len(rows) for name, rows in everything(small).items()
    }
    assert made.file.stat().st_size == made.size_bytes
    assert str(tmp_path) not in repr(manifest)


def test_a_backup_never_overwrites_a_file(small: Database, tmp_path: Path) -> None:
    file = tmp_path / "mine.backup"
    file.write_text("precious")

    with pytest.raises(InvalidArgumentError, match="exists already"):
        back_up(small, tmp_path / "b", file=file)

    assert file.read_text() == "precious"


def test_seven_newest_and_one_of_each_of_six_months_are_kept(small: Database, tmp_path: Path) -> None:
    folder = tmp_path / "b"
    with clock.stopped_at(NOON - timedelta(days=400)):
        asked_for = back_up(small, folder).file
    days = [NOON - timedelta(days=20 * n) for n in range(15, 0, -1)] + [
        NOON - timedelta(hours=n) for n in range(9, 0, -1)
    ]
    for day in days:
        with clock.stopped_at(day):
            backup_before(small, "import", folder)

    kept = sorted(read_manifest(file).created_at for file in folder.glob("*-before-import-*"))

    newest = days[-7:]
    of_months = {
        max(day for day in days if (day.year, day.month) == month)
        for month in ((2025, 12), (2026, 1), (2026, 2), (2026, 3), (2026, 4), (2026, 5))
    }
    assert kept == sorted({*newest, *of_months})
    assert asked_for.exists()


def test_only_backups_of_the_same_database_are_counted(small: Database, databases: Databases, tmp_path: Path) -> None:
    folder = tmp_path / "b"
    other = databases.make(SQLITE, "other", tmp_path)
    fill(other)
    with clock.stopped_at(NOON):
        first = backup_before(small, "import", folder)
    for hour in range(1, 10):
        with clock.stopped_at(NOON + timedelta(hours=hour)):
            backup_before(other, "import", folder)

    assert first is not None
    assert first.exists()
    assert newest_backup(small, folder) == (first, NOON)
    assert newest_backup(other, folder) != (first, NOON)
    assert newest_backup(other, tmp_path / "nowhere") is None
    other.close()


def test_nothing_is_saved_where_there_is_nothing_to_lose(databases: Databases, tmp_path: Path) -> None:
    empty = databases.make(SQLITE, "empty", tmp_path)

    assert backup_before(empty, "import", tmp_path / "b") is None

    assert not list((tmp_path / "b").glob("*.backup"))
    empty.close()


def test_a_database_without_tables_has_nothing_to_back_up(tmp_path: Path) -> None:
    absent = Database(f"sqlite:///{tmp_path / 'absent.sqlite'}")

    with pytest.raises(NotFoundError, match="no tables"):
        back_up(absent, tmp_path / "b")

    assert not (tmp_path / "absent.sqlite").exists()


def test_what_a_killed_backup_left_goes_with_the_next_one(small: Database, tmp_path: Path) -> None:
    folder = tmp_path / "b"
    folder.mkdir()
    left = folder / ".catlog-20260510T120000Z-0001.backup.x1"
    left.write_bytes(b"half")

    made = back_up(small, folder)

    assert sorted(folder.iterdir()) == [folder / ".lock", made.file]


def old_database(kind: str, databases: Databases, url: str, folder: Path) -> Database:
    """Return a database with the first schema and a row."""
    old = Database(url if kind == POSTGRESQL else f"sqlite:///{folder / 'old.sqlite'}")
    if old.is_sqlite:
        prepare_sqlite(old)
    with old.connect_to_write() as connection:
        upgrade_to(connection, "0001")
        connection.execute(text("INSERT INTO \"AnimeGenre\" VALUES (1, 'Drama', 'genre')"))
    return old


@pytest.mark.parametrize("kind", [SQLITE, POSTGRESQL])
def test_an_upgrade_saves_the_older_state_first(
    kind: str, databases: Databases, postgres_url: str, tmp_path: Path
) -> None:
    old = old_database(kind, databases, postgres_url, tmp_path)
    folder = tmp_path / "home" / "data" / "backups"

    ending = CommandLine().having(home=tmp_path / "home", database_url=old.url)("db", "upgrade")

    assert ending.code == 0
    saved = list(folder.glob("*.backup"))
    assert [read_manifest(file).schema for file in saved] == ["0001"]
    assert "-0001-before-upgrade-" in saved[0].name
    assert verify(saved[0]) == 1
    assert schema_state(old).is_current
    old.close()


def test_an_upgrade_does_not_happen_when_the_state_cannot_be_saved(
    databases: Databases, nursery: Nursery, tmp_path: Path
) -> None:
    old = old_database(SQLITE, databases, "", tmp_path)
    with old.connect_to_write() as connection:
        names = [{"n": n, "genre": f"{n * n:x}" * 50} for n in range(2, 2_000)]
        connection.execute(text("INSERT INTO \"AnimeGenre\" VALUES (:n, :genre, 'genre')"), names)
    catlog = CommandLine().having(home=tmp_path / "home", database_url=old.url)

    ending = nursery.run(catlog, "db", "upgrade", limit=8_192)

    assert ending.code == 69
    assert "cannot be written" in ending.err
    assert schema_state(old).revision == "0001"
    assert [file.name for file in (tmp_path / "home" / "data" / "backups").iterdir()] == [".lock"]
    old.close()


def test_a_schema_that_is_current_is_not_saved_again(small: Database, tmp_path: Path) -> None:
    upgrade(small, tmp_path / "b")

    assert not (tmp_path / "b").exists()


def test_a_newer_schema_is_neither_saved_nor_upgraded(small: Database, tmp_path: Path) -> None:
    with small.connect_to_write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(ConfigError, match="newer CatLog"):
        back_up(small, tmp_path / "b")
    with pytest.raises(ConfigError, match="newer CatLog"):
        upgrade(small, tmp_path / "b")

    assert not list((tmp_path / "b").glob("*.backup"))


def test_two_backups_at_once_take_different_names(small: Database, nursery: Nursery, tmp_path: Path) -> None:
    catlog = CommandLine().having(home=tmp_path / "home", database_url=small.url, now="2026-05-10T12:00:00Z")

    with nursery.start(catlog, "db", "backup") as one, nursery.start(catlog, "db", "backup") as two:
        assert [one.wait().code, two.wait().code] == [0, 0]

    files = list((tmp_path / "home" / "data" / "backups").glob("*.backup"))
    assert len(files) == 2
    assert len({verify(file) for file in files}) == 1


def test_the_command_says_where_the_backup_is(small: Database, tmp_path: Path) -> None:
    catlog = CommandLine().having(home=tmp_path / "home", database_url=small.url)

    row = catlog("db", "backup", "--format", "json").row
    elsewhere = catlog("db", "backup", "-o", tmp_path / "x" / "mine.backup", "--format", "json").row
    again = catlog("db", "backup", "-o", tmp_path / "x" / "mine.backup")

    assert verify(Path(row["file"])) == row["rows"] == elsewhere["rows"] > 0
    assert row["schema"] == HEAD
    assert elsewhere["file"] == str(tmp_path / "x" / "mine.backup")
    assert elsewhere["sizeBytes"] == (tmp_path / "x" / "mine.backup").stat().st_size
    assert again.code == 2
    assert "exists already" in again.err


def test_a_backup_without_a_reason_to_go_survives_the_restore_of_it(small: Database, tmp_path: Path) -> None:
    folder = tmp_path / "b"
    made = back_up(small, folder)
    for _ in range(9):
        restore(small, made.file, folder)

    assert made.file.exists()
    assert len(list(folder.glob("*-before-restore-*"))) == 7
