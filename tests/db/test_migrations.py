"""Migrations: a single head, each keeps the data on both engines, and the models agree with the result."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, inspect, text

from catlog.db.migrations.run import alembic_config
from catlog.db.naming import METADATA
from catlog.db.schema import HEAD, REVISIONS, prepare_sqlite, schema_state
from catlog.db.session import Database
from catlog.db.upgrade import upgrade
from tests.support.cli import CommandLine, Nursery
from tests.support.databases import KINDS, SQLITE
from tests.support.postgres import PostgresServer
from tests.support.revisions import fill, make_at, read

SCRIPTS = ScriptDirectory.from_config(alembic_config())
ALL = [script.revision for script in SCRIPTS.walk_revisions()][::-1]


@pytest.fixture(params=KINDS)
def bare(request: pytest.FixtureRequest, postgres: PostgresServer, tmp_path: Path) -> Iterator[Database]:
    """Give a database without any table."""
    name = request.node.nodeid
    sqlite = request.param == SQLITE
    database = Database(f"sqlite:///{tmp_path / 'bare.sqlite'}" if sqlite else postgres.create_database(name))
    yield database
    database.close()
    if not sqlite:
        postgres.drop_database(name)


def test_there_is_one_line_of_revisions_and_the_schema_module_knows_it() -> None:
    assert SCRIPTS.get_heads() == [HEAD]
    assert SCRIPTS.get_bases() == [ALL[0]]
    assert tuple(ALL) == REVISIONS
    assert sorted(ALL) == ALL, "files stand in the order in which they are applied"


def test_the_models_are_what_the_migrations_make(bare: Database) -> None:
    upgrade(bare)
    with bare.connect_to_write() as connection:
        command.check(alembic_config(connection))
        for table in METADATA.sorted_tables:
            found = {check["name"] for check in inspect(connection).get_check_constraints(table.name)}
            assert found == {str(c.name) for c in table.constraints if isinstance(c, CheckConstraint)}, table.name


@pytest.mark.parametrize("revision", ALL)
def test_a_database_of_every_age_is_upgraded_with_its_data(bare: Database, revision: str) -> None:
    make_at(bare, revision)
    before = fill(bare)
    assert before, "every revision has tables"

    states = upgrade(bare)

    assert [state.revision for state in states] == [revision, HEAD]
    after = read(bare)
    for table, rows in before.items():
        kept = [{name: row[name] for name in rows[0] if name in row} for row in after[table]]
        assert kept == rows, table
    assert upgrade(bare)[0].is_current
    with bare.connect_to_write() as connection:
        command.check(alembic_config(connection))


def test_an_upgrade_that_fails_leaves_nothing_behind(bare: Database, tmp_path: Path) -> None:
    if bare.is_sqlite:
        prepare_sqlite(bare)
    with bare.connect_to_write() as connection:
        connection.execute(text('CREATE TABLE "EtlLogs" (id INTEGER)'))
    catlog = CommandLine().having(home=tmp_path / "home", database_url=bare.url)
    done = catlog("db", "upgrade")
    assert (done.code, "tables that this CatLog did not make: EtlLogs" in done.err) == (78, True)
    with bare.read() as session:
        assert inspect(session.connection()).get_table_names() == ["EtlLogs"]
    assert schema_state(bare).revision is None


def test_processes_that_make_the_database_at_the_same_moment_agree(
    bare: Database, nursery: Nursery, tmp_path: Path
) -> None:
    catlog = CommandLine().having(home=tmp_path / "home", database_url=bare.url)
    argv = ["etl", "logs"] if bare.is_sqlite else ["db", "upgrade"]
    endings = [child.wait() for child in [nursery.start(catlog, *argv) for _ in range(6)]]
    assert [ending.code for ending in endings] == [0] * 6, endings
    assert schema_state(bare).is_current
    if bare.is_sqlite:
        with bare.read() as session:
            assert session.connection().exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
            assert session.connection().exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        file = Path(str(bare.engine.url.database))
        assert file.stat().st_mode & 0o777 == 0o600


def test_a_process_whose_unfinished_file_a_faster_one_sweeps_away_uses_the_faster_one_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "catlog.db"
    connect = sqlite3.connect

    def connect_too_late(name: str) -> sqlite3.Connection:
        slower = connect(name)
        monkeypatch.undo()
        prepare_sqlite(Database(f"sqlite:///{file}"))
        return slower

    monkeypatch.setattr(sqlite3, "connect", connect_too_late)
    prepare_sqlite(Database(f"sqlite:///{file}"))
    assert upgrade(Database(f"sqlite:///{file}"))[1].is_current
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith("catlog.db")] == []
