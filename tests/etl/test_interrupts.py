"""Signals in mid-run: Ctrl-C and SIGTERM clean up behind them, and after kill -9 the next run does."""

import os
import re
import signal
import threading
from pathlib import Path

import pytest

from catlog.db.models import DailyRankings, RawAnimeData
from catlog.db.session import Database
from tests.etl.conftest import TODAY, held_at_page_2
from tests.support.cli import CommandLine, Nursery
from tests.support.contents import chart, contents, count, runs
from tests.support.jikan import JikanStandIn
from tests.support.series import HEADER, line


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_cancelled_run_leaves_nothing_but_its_log(
    catlog: CommandLine, database: Database, jikan: JikanStandIn, nursery: Nursery, number: int, code: int
) -> None:
    assert catlog("etl", "run", "--pages", 2).code == 0
    good, kept = contents(database), count(database, RawAnimeData)
    with held_at_page_2(nursery, catlog, jikan) as child:
        child.signal(number)
        ending = child.wait()
    assert (ending.code, ending.out, ending.err) == (code, "", "")
    assert contents(database) == good
    assert count(database, RawAnimeData) == kept
    cancelled = runs(database)[-1]
    assert (cancelled["status"], cancelled["error_message"], cancelled["pages"]) == ("FAILED", "cancelled", 0)
    jikan.set_faults()
    assert catlog("etl", "run", "--resume").code == 3
    assert catlog("etl", "run").code == 0


def test_a_resumed_run_that_is_cancelled_can_still_be_resumed(
    catlog: CommandLine, database: Database, jikan: JikanStandIn, nursery: Nursery
) -> None:
    jikan.set_faults("dead@page=2")
    assert catlog("etl", "run").code == 69
    with held_at_page_2(nursery, catlog, jikan, "--resume") as child:
        child.signal(signal.SIGINT)
        assert child.wait().code == 130
    [run] = runs(database)
    assert (run["status"], run["error_message"], run["pages"]) == ("PARTIAL", "cancelled", 1)
    jikan.set_faults()
    assert catlog("etl", "run", "--resume").code == 0
    assert len(chart(database, TODAY)) == 100


def test_the_next_run_closes_one_whose_process_was_killed(
    catlog: CommandLine, database: Database, jikan: JikanStandIn, nursery: Nursery
) -> None:
    with held_at_page_2(nursery, catlog, jikan) as child:
        child.signal(signal.SIGKILL)
        assert child.wait().code == -signal.SIGKILL
    [dead] = runs(database)
    assert (dead["status"], dead["pages"]) == ("RUNNING", 1)
    assert count(database, DailyRankings) == 0

    assert catlog("etl", "run").code == 0
    dead, alive = runs(database)
    assert (dead["status"], alive["status"]) == ("FAILED", "SUCCESS")
    assert re.search(rf"its process \(.*:{child.pid}\) died; last sign of life 2026-05-11T", dead["error_message"])
    assert dead["end_time"] is not None
    assert catlog("etl", "reprocess", dead["run_id"]).code == 2, "its pages are not whole"
    assert len(chart(database, TODAY)) == 100


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_an_import_that_is_cut_short_changes_nothing(
    catlog: CommandLine, database: Database, nursery: Nursery, tmp_path: Path, number: int, code: int
) -> None:
    (tmp_path / "old.csv").write_text(HEADER + line("2026-05-01", 1), "utf-8")
    assert catlog("etl", "import-history", tmp_path / "old.csv").code == 0
    good = contents(database)
    pipe = tmp_path / "endless.csv"
    os.mkfifo(pipe)
    with nursery.start(catlog, "etl", "import-history", pipe, "--replace") as child, pipe.open("w") as endless:
        endless.write(HEADER)
        writer = threading.Thread(target=lambda: endless.writelines(line("2026-05-01", i) for i in range(1, 20_000)))
        writer.start()
        writer.join()  # the pipe holds less than that: most rows have been taken
        endless.flush()
        child.signal(number)
        ending = child.wait()
    assert ending.code == code, ending.err
    assert contents(database) == good
    if number != signal.SIGKILL:
        last = runs(database)[-1]
        assert (last["status"], last["error_message"]) == ("FAILED", "endless.csv: cancelled")
    assert catlog("etl", "import-history", tmp_path / "old.csv", "--replace").code == 0
    assert contents(database) == good
    assert "RUNNING" not in {run["status"] for run in runs(database)}
