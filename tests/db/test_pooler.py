"""A real pgbouncer between CatLog and its database: pooled sessions work, pooled transactions are refused."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import cast

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from catlog import clock
from catlog.config import load_settings
from catlog.db.errors import translate_errors
from catlog.db.models import DailyRankings
from catlog.db.session import Database
from catlog.errors import ConfigError, ExitCode
from tests.etl.conftest import NOW, TODAY, bind, held_at_page_2
from tests.support.cli import CommandLine, Nursery
from tests.support.contents import chart, count, runs
from tests.support.databases import POSTGRESQL
from tests.support.jikan import JikanStandIn
from tests.support.pgbouncer import PgbouncerNotFoundError, find_pgbouncer, start_pgbouncer
from tests.tui.trouble.libraries import fill

pytestmark = pytest.mark.parametrize("database", [POSTGRESQL], indirect=True)

REFUSED = "leads to a pooler in transaction mode"


@contextmanager
def pooled(database: Database, mode: str, **how: int) -> Iterator[Database]:
    """Put a pgbouncer before a database."""
    try:
        program = find_pgbouncer()
    except PgbouncerNotFoundError as error:
        pytest.fail(str(error), pytrace=False)
    assert program.is_file()
    with start_pgbouncer(database.url, mode=mode, **how) as url:  # type: ignore[arg-type]  # of any test's words
        through = Database(url, origin="the tests")
        yield through
        through.close()


def test_a_port_that_somebody_took_meanwhile_is_left_to_them(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with socket.create_server(("127.0.0.1", 0)) as probe:
            ports = iter([port, probe.getsockname()[1]])
        monkeypatch.setattr("tests.support.pgbouncer._free_port", lambda: next(ports))
        with pooled(database, "session") as through:
            assert make_url(through.url).port != port
            with through.read() as session:
                assert session.connection().exec_driver_sql("SELECT 1").scalar() == 1


@pytest.fixture
def jikan() -> Iterator[JikanStandIn]:
    with JikanStandIn() as stand_in:
        yield stand_in


def test_a_connection_through_it_is_set_up_as_any_other(database: Database) -> None:
    with pooled(database, "session") as through, through.read() as session:
        shown = {
            name: session.connection().execute(text(f"SHOW {name}")).scalar()
            for name in ("timezone", "statement_timeout", "client_encoding", "application_name", "datestyle")
        }
    assert shown == {
        "timezone": "UTC",
        "statement_timeout": "5min",
        "client_encoding": "UTF8",
        "application_name": "catlog",
        "datestyle": "ISO, YMD",
    }


def test_the_commands_work_on_pooled_sessions(database: Database, jikan: JikanStandIn, tmp_path: Path) -> None:
    with pooled(database, "session") as through:
        settings = load_settings({"CATLOG_HOME": str(tmp_path / "home"), "CATLOG_DATABASE_URL": through.url})
        with clock.stopped_at(datetime.fromisoformat(NOW)):
            fill(settings)
        catlog = bind(tmp_path / "home", through, jikan)
        for argv in (
            ["list", "watch", "1", "+3"],
            ["list", "set", "1", "--score", "9"],
            ["list", "undo"],
            ["search", "Frieren", "--offline"],
            ["etl", "run"],
            ["analytics", "climbers"],
            ["stats"],
            ["db", "info"],
            ["db", "upgrade"],
            ["db", "backup", "-o", tmp_path / "backup"],
            ["analytics", "compute", "momentum"],
        ):
            ending = catlog(*argv)
            assert ending.code == 0, (argv, ending.err)
        [row] = [row for row in catlog("list", "ls", "--format", "json").rows if row["malId"] == 1]
        assert (row["episodesWatched"], row["rating"]) == (3, None)
        restored = catlog("db", "restore", tmp_path / "backup", "--yes")
        assert restored.code == 0, restored.err
    assert len(chart(database, TODAY)) == 100


def test_of_four_runs_at_once_one_runs(
    database: Database, jikan: JikanStandIn, nursery: Nursery, tmp_path: Path
) -> None:
    with pooled(database, "session") as through:
        catlog = bind(tmp_path, through, jikan)
        with held_at_page_2(nursery, catlog, jikan) as first:
            others = [nursery.start(catlog, "etl", "run") for _ in range(3)]
            endings = [child.wait() for child in others]
            [run] = runs(database)
            assert [ending.code for ending in endings] == [ExitCode.BUSY] * 3, endings
            assert all(run["run_id"] in ending.err for ending in endings)
            jikan.release()
            assert first.wait().code == 0
        assert [run["status"] for run in runs(database)] == ["SUCCESS"]
        assert len(chart(database, TODAY)) == 100
        assert catlog("etl", "run").code == 0, "no lock stays behind in a process that the pooler goes on using"


def test_four_runs_that_begin_together_leave_one_whole_day(
    database: Database, jikan: JikanStandIn, nursery: Nursery, tmp_path: Path
) -> None:
    with pooled(database, "session") as through:
        catlog = bind(tmp_path, through, jikan)
        codes = [child.wait().code for child in [nursery.start(catlog, "etl", "run") for _ in range(4)]]
    assert set(codes) <= {0, ExitCode.BUSY}
    assert 0 in codes
    assert [run["status"] for run in runs(database)] == ["SUCCESS"] * codes.count(0)
    assert len(chart(database, TODAY)) == 100


@pytest.mark.parametrize("mode", ["transaction", "statement"])
@pytest.mark.parametrize("how", [{"pool_size": 1}, {}, {"round_robin": True}])
def test_pooled_transactions_are_refused_before_anything_is_written(
    database: Database, jikan: JikanStandIn, tmp_path: Path, mode: str, how: dict[str, int]
) -> None:
    with pooled(database, mode, **how) as through:
        password = str(make_url(through.url).password)
        for argv in (["etl", "run"], ["db", "upgrade"], ["list", "ls"]):
            ending = bind(tmp_path, through, jikan)(*argv)
            assert (ending.code, ending.out) == (ExitCode.CONFIG, ""), ending.err
            assert REFUSED in ending.err
            assert "pool_mode = session" in ending.err
            assert password not in ending.err
    assert (runs(database), count(database, DailyRankings)) == ([], 0)


def test_pooled_transactions_are_found_while_others_use_the_pool(database: Database) -> None:
    with pooled(database, "transaction", pool_size=4) as through:
        address = through.url.replace("+psycopg", "")
        with psycopg.connect(address) as busy:
            busy.execute("SELECT 1")
            for _ in range(5):
                with pytest.raises(ConfigError, match=REFUSED):
                    through.engine.connect()


def test_of_four_runs_at_once_none_begins_on_pooled_transactions(
    database: Database, jikan: JikanStandIn, nursery: Nursery, tmp_path: Path
) -> None:
    with pooled(database, "transaction", pool_size=2) as through:
        catlog = bind(tmp_path, through, jikan)
        endings = [child.wait() for child in [nursery.start(catlog, "etl", "run") for _ in range(4)]]
    assert [ending.code for ending in endings] == [ExitCode.CONFIG] * 4, endings
    assert all(REFUSED in ending.err for ending in endings)
    assert (runs(database), count(database, DailyRankings)) == ([], 0)


def test_a_session_pool_whose_processes_are_all_in_use_is_no_transaction_pool(database: Database) -> None:
    with pooled(database, "session", pool_size=1) as through, through.engine.connect() as only:
        assert only.exec_driver_sql("SELECT 1").scalar() == 1


@pytest.mark.parametrize("last", [0, 1])
def test_sessions_that_the_pooler_has_dropped_do_not_make_it_a_transaction_pool(database: Database, last: int) -> None:
    with pooled(database, "session") as through:
        with through.engine.connect() as first, through.engine.connect() as second:
            pids = {link.exec_driver_sql("SELECT pg_backend_pid()").scalar_one() for link in (first, second)}
            for link in (second, first) if last == 0 else (first, second):
                cut(cast("psycopg.Connection", link.connection.driver_connection))
        # The pooler hands out the same server processes again, that of the one that was cut last first.
        with through.engine.connect() as first, through.engine.connect() as second:
            again = {link.exec_driver_sql("SELECT pg_backend_pid()").scalar_one() for link in (first, second)}
    assert again == pids


def cut(link: psycopg.Connection) -> None:
    """Let the pooler see the end of a connection that is still open for whoever uses it."""
    link.rollback()
    with socket.socket(fileno=os.dup(link.fileno())) as wire:
        wire.shutdown(socket.SHUT_WR)


def test_pgbouncer_s_refusal_of_options_names_them(database: Database, jikan: JikanStandIn, tmp_path: Path) -> None:
    with pooled(database, "session") as through:
        catlog = bind(tmp_path, through, jikan).having(database_url=f"{through.url}?options=-c%20work_mem%3D7MB")
        ending = catlog("etl", "logs")
    assert ending.code == ExitCode.CONFIG
    assert "unsupported startup parameter: options" in ending.err
    assert "remove `options` from the URL" in ending.err


def test_no_statement_is_prepared_in_a_server_process(database: Database) -> None:
    with database.read() as session:
        for _ in range(20):
            session.connection().exec_driver_sql("SELECT %s::int", (1,))
        found = session.connection().exec_driver_sql("SELECT count(*) FROM pg_prepared_statements").scalar_one()
    assert found == 0


@pytest.mark.parametrize("statement", ["EXECUTE gone", "PREPARE twice AS SELECT 1"])
def test_statements_of_another_process_are_explained_as_what_they_are(database: Database, statement: str) -> None:
    with database.engine.connect() as connection:
        connection.exec_driver_sql("DEALLOCATE ALL")
        connection.exec_driver_sql("PREPARE twice AS SELECT 1")
        with pytest.raises(ConfigError, match=REFUSED), translate_errors(database.url, "the tests"):
            connection.exec_driver_sql(statement)


def test_a_pooler_that_is_restarted_is_connected_to_again(database: Database) -> None:
    with pooled(database, "session") as through:
        with through.engine.connect() as connection:
            pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with database.connect_to_write() as connection:
            connection.exec_driver_sql("SELECT pg_terminate_backend(%s)", (pid,))
        with through.read() as session:
            assert session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar_one() != pid


def test_the_error_of_a_missing_database_is_the_same_through_it(database: Database, tmp_path: Path) -> None:
    with pooled(database, "session") as through:
        url = make_url(through.url).set(database="no_such").render_as_string(hide_password=False)
        ending = CommandLine().having(home=tmp_path, database_url=url, now=NOW)("etl", "logs")
    assert (ending.code, "the database does not exist" in ending.err) == (69, True), ending.err


def test_an_error_before_any_connection_is_an_error_of_the_driver(database: Database) -> None:
    wrong = Database(f"{database.url}?sslmode=mostly", origin="config.toml")
    with pytest.raises(ConfigError, match=r"from config.toml is not usable: .*sslmode"), wrong.read():
        pass
    with pytest.raises(DBAPIError):
        wrong.engine.connect()
