"""A run that a failing source cut short: its pages are kept, its day is not shown, and it can go on."""

from pathlib import Path

import pytest

from catlog.db.models import RawAnimeData
from catlog.db.naming import table_of
from catlog.db.session import Database
from tests.etl.conftest import TODAY, TOMORROW, bind, on_sqlite
from tests.support.cli import CommandLine, Ending
from tests.support.contents import LOADED, chart, contents, count, runs
from tests.support.jikan import JikanStandIn


@pytest.fixture
def cut(catlog: CommandLine, jikan: JikanStandIn) -> Ending:
    """Leave a run behind whose source died at page 3 of 4."""
    jikan.set_faults("dead@page=3")
    ending = catlog("etl", "run")
    jikan.set_faults()
    jikan.forget()
    return ending


def pages_asked(jikan: JikanStandIn) -> list[str]:
    return [request.page for request in jikan.requests]


def test_the_pages_are_kept_and_nothing_of_the_day_is_visible(
    cut: Ending, catlog: CommandLine, database: Database
) -> None:
    assert cut.code == 69
    assert f"catlog etl run --source rankings --date {TODAY} --resume" in cut.err
    [run] = runs(database)
    assert (run["status"], run["pages"], run["pages_asked"]) == ("PARTIAL", 2, 4)
    assert "page 3" in run["error_message"]
    assert count(database, RawAnimeData) == 2
    assert contents(database) == {table_of(model).name: [] for model in LOADED}
    assert catlog("etl", "validate").code == 1
    assert catlog("etl", "reprocess", run["run_id"]).code == 2


def test_it_goes_on_where_it_stopped(
    cut: Ending, catlog: CommandLine, database: Database, jikan: JikanStandIn, tmp_path: Path
) -> None:
    done = catlog("etl", "run", "--resume", "--format", "json")
    assert done.code == 0, done.err
    assert pages_asked(jikan) == ["3", "4", "1"], "and page 1 once more, to see whether the list moved"
    [run] = runs(database)
    assert (run["run_id"], run["status"], run["error_message"]) == (done.row["runId"], "SUCCESS", None)
    assert (run["pages"], run["rows_processed"], run["shifted"]) == (4, 100, False)
    resumed = contents(database)
    assert catlog("etl", "run").code == 0
    assert contents(database) == resumed, "the same as taken in one go"
    assert catlog("etl", "run", "--resume").code == 3


@on_sqlite
def test_it_may_fail_again_and_again(cut: Ending, catlog: CommandLine, database: Database, jikan: JikanStandIn) -> None:
    jikan.set_faults("html@page=4")
    assert catlog("etl", "run", "--resume").code == 65
    jikan.set_faults("503@page=1")
    assert catlog("etl", "run", "--resume").code == 69
    [run] = runs(database)
    assert (run["status"], run["pages"]) == ("PARTIAL", 4)
    jikan.set_faults()
    jikan.forget()
    assert catlog("etl", "run", "--resume", "--pages", 4).code == 0
    assert pages_asked(jikan) == ["1"]
    assert len(chart(database, TODAY)) == 100


@on_sqlite
def test_a_list_that_moved_meanwhile_is_marked(cut: Ending, catlog: CommandLine, jikan: JikanStandIn) -> None:
    jikan.shift(5, served=50)
    assert catlog("etl", "run", "--resume", "--format", "json").row["shifted"] is True


@on_sqlite
def test_there_may_be_nothing_to_resume(catlog: CommandLine, database: Database, jikan: JikanStandIn) -> None:
    done = catlog("etl", "run", "--resume")
    assert (done.code, jikan.requests, runs(database)) == (3, [], [])
    assert "no unfinished rankings run" in done.err
    jikan.set_faults("dead")
    assert catlog("etl", "run").code == 69
    assert catlog("etl", "run", "--resume").code == 3, "a run without a page has nothing to go on from"


@on_sqlite
def test_it_is_resumed_on_its_own_day_and_under_its_own_name(
    cut: Ending, catlog: CommandLine, database: Database
) -> None:
    next_day = catlog.having(now=f"{TOMORROW}T00:59:00Z")
    lost = next_day("etl", "run", "--resume")
    assert (lost.code, f"--date {TODAY}" in lost.err) == (3, True)
    assert catlog("etl", "run", "--source", "airing", "--resume").code == 3
    found = next_day("etl", "run", "--resume", "--date", TODAY, "--format", "json")
    assert (found.code, found.row["snapshotDate"]) == (0, TODAY)
    assert len(chart(database, TODAY)) == 100
    assert chart(database, TOMORROW) == {}


@on_sqlite
def test_a_day_that_is_over_gets_no_page_of_another_day(
    cut: Ending, catlog: CommandLine, database: Database, jikan: JikanStandIn
) -> None:
    too_late = catlog.having(now=f"{TOMORROW}T01:00:00Z")
    done = too_late("etl", "run", "--resume", "--date", TODAY)
    assert (done.code, jikan.requests, chart(database, TODAY)) == (2, [], {})
    assert f"{TODAY} is over" in done.err
    assert "start a new one: catlog etl run --source rankings" in done.err
    assert [run["status"] for run in runs(database)] == ["PARTIAL"]


@on_sqlite
def test_a_day_that_is_over_is_made_of_pages_that_are_all_there(
    catlog: CommandLine, database: Database, jikan: JikanStandIn
) -> None:
    jikan.set_faults("dead@page=1@after=1")
    assert catlog("etl", "run").code == 69, "page 1 was not seen again"
    jikan.set_faults()
    jikan.shift(5, served=50)
    jikan.forget()
    done = catlog.having(now=f"{TOMORROW}T08:00:00Z")("etl", "run", "--resume", "--date", TODAY, "--format", "json")
    assert (done.code, done.row["rowsProcessed"], done.row["shifted"]) == (0, 100, False), done.err
    assert "page 1 was not checked again" in done.err
    assert jikan.requests == [], "what the list looks like by now is of another day"
    assert len(chart(database, TODAY)) == 100


@on_sqlite
def test_it_cannot_become_another_run_on_the_way(cut: Ending, catlog: CommandLine, database: Database) -> None:
    other = catlog("etl", "run", "--resume", "--pages", 10)
    assert (other.code, "is a run of 4 pages" in other.err) == (2, True)
    assert [run["status"] for run in runs(database)] == ["PARTIAL"]


@on_sqlite
def test_a_day_that_was_completed_since_is_not_set_back(cut: Ending, catlog: CommandLine, database: Database) -> None:
    later = catlog.having(now=f"{TODAY}T10:00:00Z")
    assert later("etl", "run").code == 0
    done = later("etl", "run", "--resume")
    assert (done.code, "was completed" in done.err) == (3, True)


@on_sqlite
def test_a_source_that_is_gone_from_the_settings_is_not_replaced_by_another(
    cut: Ending, catlog: CommandLine, database: Database, jikan: JikanStandIn
) -> None:
    with JikanStandIn() as other:
        done = catlog.having(jikan_urls=other.url)("etl", "run", "--resume")
        assert other.requests == []
        assert (done.code, "not among the sources any more" in done.err) == (69, True)
        assert [run["status"] for run in runs(database)] == ["PARTIAL"]
        assert catlog.having(jikan_urls=f"{other.url},{jikan.url}")("etl", "run", "--resume").code == 0
        assert other.requests == []


def test_the_stored_day_stays_until_a_better_one_is_whole(database: Database, tmp_path: Path) -> None:
    with JikanStandIn() as jikan:
        catlog = bind(tmp_path / "home", database, jikan)
        assert catlog("etl", "run").code == 0
        good = contents(database)
        jikan.shift(5, served=50)
        jikan.set_faults("503@page=4")
        assert catlog("etl", "run").code == 69
        assert contents(database) == good
        jikan.set_faults()
        assert catlog.having(now=f"{TODAY}T09:00:00Z")("etl", "run", "--resume").code == 0
        assert contents(database) != good
