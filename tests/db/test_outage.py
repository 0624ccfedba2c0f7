"""A PostgreSQL server that stops during a run and restarts."""

import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from catlog.db.models import DailyRankings
from catlog.db.session import Database
from catlog.db.upgrade import upgrade
from tests.etl.conftest import PATIENCE, TODAY, bind, held_at_page_2, until
from tests.support.cli import Nursery
from tests.support.contents import chart, count, runs
from tests.support.jikan import JikanStandIn
from tests.support.pgbouncer import start_pgbouncer
from tests.support.postgres import PostgresServer, start_postgres


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """Run a server that may be stopped."""
    with start_postgres(own=True) as own:
        yield own


@pytest.fixture
def own_database(server: PostgresServer, request: pytest.FixtureRequest) -> Iterator[Database]:
    database = Database(server.create_database(request.node.name))
    upgrade(database)
    database.close()
    yield database
    database.close()


@pytest.fixture
def jikan() -> Iterator[JikanStandIn]:
    with JikanStandIn() as stand_in:
        yield stand_in


def test_a_run_outlives_a_restart_of_its_database(
    own_database: Database, server: PostgresServer, jikan: JikanStandIn, nursery: Nursery, tmp_path: Path
) -> None:
    catlog = bind(tmp_path, own_database, jikan)
    with held_at_page_2(nursery, catlog, jikan) as child:
        child.signal(signal.SIGSTOP)
        server.restart()
        child.signal(signal.SIGCONT)
        jikan.release()
        ending = child.wait()
    assert (ending.code, ending.err) == (0, "")
    assert [run["status"] for run in runs(own_database)] == ["SUCCESS"]
    assert len(chart(own_database, TODAY)) == 100


def test_a_run_whose_database_is_back_in_time_can_be_resumed(
    own_database: Database, server: PostgresServer, jikan: JikanStandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:  # it could neither store the page nor log, at once, that it could not
            server.start()

    def stop_at_page_2() -> None:
        until(lambda: any(request.page == "2" for request in jikan.requests))
        server.stop()
        jikan.release()

    monkeypatch.setattr("catlog.etl.pipeline.time", SimpleNamespace(sleep=sleep))
    catlog = bind(tmp_path, own_database, jikan)
    jikan.set_faults("held@page=2")
    with ThreadPoolExecutor(1) as beside:
        stopped = beside.submit(stop_at_page_2)
        ending = catlog("etl", "run")
        stopped.result()
    assert len(waits) == 2
    assert (ending.code, "cannot be reached" in ending.err, "--resume" in ending.err) == (69, True, True), ending.err
    [run] = runs(own_database)
    assert (run["status"], run["pages"]) == ("PARTIAL", 1)
    assert count(own_database, DailyRankings) == 0
    assert catlog("etl", "run", "--resume").code == 0
    assert len(chart(own_database, TODAY)) == 100


def test_a_run_whose_database_stays_away_is_closed_by_the_next_one(
    own_database: Database, server: PostgresServer, jikan: JikanStandIn, nursery: Nursery, tmp_path: Path
) -> None:
    catlog = bind(tmp_path, own_database, jikan)
    with held_at_page_2(nursery, catlog, jikan) as child:
        child.signal(signal.SIGSTOP)
        server.stop()
        child.signal(signal.SIGCONT)
        jikan.release()
        ending = child.wait()
        assert (ending.code, "cannot be reached" in ending.err) == (69, True)
        assert catlog("etl", "run").code == catlog("etl", "logs").code == 69
        server.start()
    assert count(own_database, DailyRankings) == 0
    assert catlog("etl", "run").code == 0
    assert [run["status"] for run in runs(own_database)] == ["FAILED", "SUCCESS"]
    assert len(chart(own_database, TODAY)) == 100


def test_a_pooler_without_a_server_is_an_outage_and_not_a_long_wait(
    own_database: Database, server: PostgresServer, jikan: JikanStandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with start_pgbouncer(own_database.url, mode="session", server_login_retry=1) as url:
        catlog = bind(tmp_path, own_database, jikan).having(database_url=url)
        assert catlog("etl", "logs").code == 0
        monkeypatch.setattr("catlog.db.server.RESPONSE_SECONDS", 0.5)
        server.stop()
        ending = catlog("etl", "logs")
        assert (ending.code, "cannot be reached" in ending.err) == (69, True), ending.err
        server.start()
        monkeypatch.undo()
        deadline = time.monotonic() + PATIENCE
        while (ending := catlog("etl", "logs")).code == 69 and time.monotonic() < deadline:
            time.sleep(0.2)
        assert ending.code == 0, ending.err
