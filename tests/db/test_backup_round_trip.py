"""Backup and restore keep every value, between both engines and from every older schema."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session

from catlog.db.backup import tables
from catlog.db.backup.folder import back_up
from catlog.db.backup.kinds import from_file, to_file
from catlog.db.backup.restore import restore
from catlog.db.backup.tables import tables_at
from catlog.db.migrations.run import upgrade_to
from catlog.db.models import EtlLogs, User, register_all
from catlog.db.naming import METADATA
from catlog.db.schema import HEAD, REVISIONS, prepare_sqlite, schema_state
from catlog.db.session import Database
from tests.support.backups import AT, everything, fill, lines_of, verify
from tests.support.databases import KINDS, POSTGRESQL, SQLITE, Databases
from tests.support.postgres import PostgresServer


@pytest.fixture(params=KINDS)
def other(databases: Databases, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Give a second database of each kind, with rows of its own."""
    name = f"other of {request.node.nodeid}"
    folder = tmp_path / "other"
    folder.mkdir()
    made = databases.make(request.param, "other" if request.param != POSTGRESQL else name, folder)
    fill(made, snapshots=3, mark="other")
    yield made
    databases.drop(made, name)


def test_a_backup_restores_into_either_database_without_losing_anything(
    database: Database, other: Database, tmp_path: Path
) -> None:
    fill(database)
    made = back_up(database, tmp_path / "backups")

    done = restore(other, made.file, tmp_path / "backups")

    assert everything(other) == everything(database)
    assert done.rows == made.manifest.rows == sum(len(rows) for rows in everything(database).values())
    assert min(len(rows) for rows in everything(other).values()) > 0


def test_rows_added_after_a_restore_get_new_numbers(database: Database, tmp_path: Path) -> None:
    fill(database)
    restore(database, back_up(database, tmp_path).file, tmp_path)

    def add(session: Session) -> tuple[int | None, int | None]:
        person = User(
            username="c", username_folded="c", email="c", email_folded="c", password="", created_at=AT, updated_at=AT
        )
        run = EtlLogs(
            run_id="c", source="s", status="FAILED", pipeline_step="LOAD", holder="", start_time=AT, heartbeat_at=AT
        )
        session.add_all([person, run])
        session.flush()
        return person.id, run.id

    assert database.run(add) == (10, 2)


def test_both_databases_write_the_same_lines_for_the_same_contents(
    databases: Databases, other: Database, tmp_path: Path
) -> None:
    database = databases.make(SQLITE, "source", tmp_path)
    fill(database)
    first = back_up(database, tmp_path)
    restore(other, first.file, tmp_path)

    second = back_up(other, tmp_path)

    assert lines_of(second.file)[1:-1] == lines_of(first.file)[1:-1]
    database.close()


def test_a_database_without_rows_restores_as_one_without_rows(
    databases: Databases, other: Database, tmp_path: Path
) -> None:
    empty = databases.make(SQLITE, "empty", tmp_path)
    made = back_up(empty, tmp_path)
    empty.close()

    restore(other, made.file, tmp_path)

    assert verify(made.file) == 0
    assert not any(everything(other).values())


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_backup_of_every_older_schema_is_restored_and_upgraded(
    revision: str, databases: Databases, tmp_path: Path
) -> None:
    other = databases.make(SQLITE, "other", tmp_path)
    old = Database(f"sqlite:///{tmp_path / 'old.sqlite'}")
    prepare_sqlite(old)
    with old.connect_to_write() as connection:
        upgrade_to(connection, revision)
        connection.execute(text("INSERT INTO \"AnimeGenre\" VALUES (1, 'Drama', 'genre')"))
        connection.execute(
            text("INSERT INTO \"DailyRankings\" VALUES (1, '2026-05-10', 3, 8.5, NULL, NULL, NULL, 'old run')")
        )
    made = back_up(old, tmp_path)
    old.close()

    done = restore(other, made.file, tmp_path)

    assert (done.from_schema, done.to_schema) == (revision, HEAD)
    assert everything(other)["AnimeGenre"] == [(1, "Drama", "genre")]
    assert [row[-1] for row in everything(other)["DailyRankings"]] == ["old run"]
    assert everything(other)["User"] == []
    other.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_with_an_older_schema_is_upgraded_by_a_restore(
    kind: str, databases: Databases, postgres_url: str, tmp_path: Path
) -> None:
    database = databases.make(SQLITE, "source", tmp_path)
    fill(database)
    made = back_up(database, tmp_path)
    target = Database(postgres_url if kind == POSTGRESQL else f"sqlite:///{tmp_path / 'target.sqlite'}")
    if target.is_sqlite:
        prepare_sqlite(target)
    with target.connect_to_write() as connection:
        upgrade_to(connection, "0001")
        connection.execute(text("INSERT INTO \"AnimeGenre\" VALUES (99, 'Gone', 'genre')"))

    done = restore(target, made.file, tmp_path)

    assert schema_state(target).is_current
    assert everything(target) == everything(database)
    assert done.saved is not None
    assert [99, "Gone", "genre"] in [row for line in lines_of(done.saved) if isinstance(line, list) for row in line]
    target.close()
    database.close()


def test_a_restore_makes_the_database_where_there_is_none(databases: Databases, tmp_path: Path) -> None:
    database = databases.make(SQLITE, "source", tmp_path)
    fill(database)
    made = back_up(database, tmp_path)
    new = Database(f"sqlite:///{tmp_path / 'new' / 'machine' / 'catlog.sqlite'}")

    done = restore(new, made.file, tmp_path)

    assert everything(new) == everything(database)
    assert done.saved is None
    assert (tmp_path / "new" / "machine" / "catlog.sqlite").stat().st_mode & 0o777 == 0o600
    new.close()
    database.close()


def test_migrations_and_models_give_a_backup_the_same_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    register_all()
    by_models = {table.name: (set(table.columns), set(table.key)) for table in tables_at(HEAD)}
    monkeypatch.setattr(tables, "HEAD", "of a later version")
    tables_at.cache_clear()
    by_migrations = {table.name: (set(table.columns), set(table.key)) for table in tables_at(HEAD)}
    tables_at.cache_clear()

    assert by_migrations == by_models
    assert by_models.keys() == METADATA.tables.keys()


def test_a_postgresql_database_without_tables_gets_them(
    databases: Databases, postgres: PostgresServer, tmp_path: Path
) -> None:
    database = databases.make(SQLITE, "source", tmp_path)
    fill(database)
    new = Database(postgres.create_database("bare"))

    done = restore(new, back_up(database, tmp_path).file, tmp_path)

    assert everything(new) == everything(database)
    assert done.saved is None
    database.close()
    new.close()
    postgres.drop_database("bare")


@given(st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
def test_every_text_survives(values: list[str | None]) -> None:
    assert list(from_file("text")(to_file("text")(values))) == values


@given(st.lists(st.none() | st.binary()))
def test_all_bytes_survive(values: list[bytes | None]) -> None:
    assert list(from_file("bytes")(to_file("bytes")(values))) == values


def test_a_long_block_of_rows_becomes_more_lines(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = databases.make(SQLITE, "long", tmp_path)
    fill(database, snapshots=400)
    monkeypatch.setattr("catlog.db.backup.write.LINE_LIMIT", 6_000)
    made = back_up(database, tmp_path)
    before = everything(database)

    restore(database, made.file, tmp_path)

    with gzip.open(made.file) as lines:
        assert max(len(line) for line in list(lines)[1:]) <= 6_000
    assert everything(database) == before
    database.close()
