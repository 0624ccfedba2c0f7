"""One run at a time: the second is told who holds the lock, and no lock outlives its process."""

import os
import signal
from pathlib import Path

import pytest
from sqlalchemy import text

from catlog.db.session import Database
from tests.etl.conftest import held_at_page_2, on_postgresql, on_sqlite
from tests.support.cli import CommandLine, Nursery
from tests.support.contents import chart, contents, runs
from tests.support.jikan import JikanStandIn
from tests.support.series import line
from tests.support.series import text as series

END_LOCK_HOLDERS = """
    SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE locktype = 'advisory' AND datname = current_database()
"""


def test_the_second_run_is_told_whom_it_waits_for(
    catlog: CommandLine, database: Database, jikan: JikanStandIn, nursery: Nursery, tmp_path: Path
) -> None:
    file = tmp_path / "history.csv"
    file.write_text(series([line("2026-05-01", 1)]), "utf-8")
    with held_at_page_2(nursery, catlog, jikan) as child:
        [run] = runs(database)
        for argv in (
            ["run"],
            ["run", "--source", "airing"],
            ["run", "--resume"],
            ["import-history", file],
            ["reprocess", run["run_id"]],
            ["prune"],
        ):
            done = catlog("etl", *argv)
            assert (done.code, done.out) == (75, ""), argv
            assert f"run {run['run_id']} (rankings, process" in done.err
            assert f":{child.pid}, since 2026-05-11T08:00:00Z)" in done.err
        assert catlog("etl", "logs").code == catlog("etl", "validate").code - 1 == 0, "reading needs no turn"
        assert [run["status"] for run in runs(database)] == ["RUNNING"]

        child.signal(signal.SIGKILL)
        child.wait()
    assert catlog("etl", "run").code == 0


def test_an_import_keeps_a_run_out(catlog: CommandLine, database: Database, nursery: Nursery, tmp_path: Path) -> None:
    pipe = tmp_path / "slow.csv"
    os.mkfifo(pipe)
    with nursery.start(catlog, "etl", "import-history", pipe) as child, pipe.open("w") as rows:
        done = catlog("etl", "run")
        assert (done.code, f"(history, process {runs(database)[0]['holder']}" in done.err) == (75, True)
        rows.write(series([line("2026-05-01", 1)]))
        rows.close()
        assert child.wait().code == 0
    assert catlog("etl", "run").code == 0
    assert len(chart(database, "2026-05-01")) == 1


@on_sqlite
def test_another_name_of_the_same_file_is_the_same_database(
    catlog: CommandLine, database: Database, jikan: JikanStandIn, nursery: Nursery, tmp_path: Path
) -> None:
    link = tmp_path / "link.sqlite"
    link.symlink_to(str(database.engine.url.database))
    with held_at_page_2(nursery, catlog, jikan):
        assert catlog.having(database_url=f"sqlite:///{link}")("etl", "run").code == 75


@on_postgresql
@pytest.mark.parametrize("moved", [True, False])
def test_a_run_that_lost_its_lock_does_not_touch_the_day_of_the_one_that_got_it(
    catlog: CommandLine, database: Database, jikan: JikanStandIn, nursery: Nursery, moved: bool
) -> None:
    with held_at_page_2(nursery, catlog, jikan) as child:
        child.signal(signal.SIGSTOP)
        with database.connect_to_write() as connection:
            assert connection.execute(text(END_LOCK_HOLDERS)).all() == [(True,)]
        jikan.set_faults()
        assert catlog("etl", "run").code == 0
        good = contents(database)
        first, second = runs(database)
        assert (first["status"], second["status"]) == ("FAILED", "SUCCESS")
        if moved:
            jikan.shift(5, served=50)
        child.signal(signal.SIGCONT)
        jikan.release()
        ending = child.wait()
    assert (ending.code, f"run {first['run_id']} was taken for dead" in ending.err) == (75, True)
    assert contents(database) == good
    assert [run["status"] for run in runs(database)] == ["FAILED", "SUCCESS"]
