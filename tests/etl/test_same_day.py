"""One day, several runs and sources: the chart's rows win, nothing is mixed, and the better snapshot stays."""

from pathlib import Path

import pytest
from sqlmodel import select

from catlog.db.models import DailyRankings, ProcessedAnime, RawAnimeData
from catlog.db.session import Database
from tests.etl.conftest import TODAY, TOMORROW, YESTERDAY, bind, on_sqlite
from tests.support.cli import CommandLine
from tests.support.contents import chart, contents, runs
from tests.support.jikan import JikanStandIn
from tests.support.series import line, text


def holders(database: Database, day: str) -> dict[int, str]:
    """Return the source whose row each anime has on a day."""
    sources = {run["run_id"]: run["source"] for run in runs(database)}
    with database.read() as session:
        rows = session.exec(select(DailyRankings)).all()
        return {row.mal_id: sources[row.etl_run_id] for row in rows if str(row.snapshot_date) == day}


@pytest.mark.parametrize("order", [("rankings", "airing"), ("airing", "rankings")])
def test_the_chart_wins_over_what_stands_beside_it_in_any_order(
    database: Database, tmp_path: Path, order: tuple[str, str]
) -> None:
    with JikanStandIn(size=120, seed=2) as jikan:
        catlog = bind(tmp_path / "home", database, jikan)
        alone: dict[str, set[int]] = {}
        for day, source in ((YESTERDAY, "rankings"), ("2026-05-09", "airing")):
            then = catlog.having(now=f"{day}T08:00:00Z")
            assert then("etl", "run", "--source", source, "--pages", 1).code == 0
            alone[source] = set(chart(database, day))
        assert alone["rankings"] & alone["airing"]
        assert alone["airing"] - alone["rankings"]

        for source in (*order, "airing", "rankings", "airing"):
            assert catlog("etl", "run", "--source", source, "--pages", 1).code == 0
            found = holders(database, TODAY)
            if set(found.values()) == {"rankings", "airing"}:
                assert {mal_id for mal_id, holder in found.items() if holder == "rankings"} == alone["rankings"]
                assert set(found) == alone["rankings"] | alone["airing"]
        assert chart(database, TODAY).items() >= chart(database, YESTERDAY).items()
        assert catlog("etl", "validate").code == 0


def test_a_run_with_fewer_pages_keeps_the_better_day(
    catlog: CommandLine, database: Database, jikan: JikanStandIn
) -> None:
    wide = catlog("etl", "run", "--pages", 3, "--format", "json").row
    good = contents(database)
    jikan.shift(5, served=25)
    later = catlog.having(now=f"{TODAY}T09:00:00Z")
    narrow = later("etl", "run", "--pages", 2, "--format", "json")
    assert (narrow.code, narrow.row["status"], narrow.row["rowsProcessed"]) == (0, "SUCCESS", 0)
    assert f"the day stays that of run {wide['runId']}" in narrow.err
    assert contents(database) == good

    same = later("etl", "run", "--pages", 3, "--format", "json")
    assert same.row["rowsProcessed"] == 75
    assert contents(database) != good
    forced = later("etl", "run", "--pages", 2, "--replace", "--format", "json")
    assert (forced.row["rowsProcessed"], len(chart(database, TODAY))) == (50, 50)
    assert later("etl", "reprocess", wide["runId"]).code == 2, "a later run holds the day"
    assert later("etl", "reprocess", wide["runId"], "--replace").code == 0
    assert len(chart(database, TODAY)) == 75
    assert later("etl", "validate").code == 0


@pytest.mark.parametrize("fault", ["notitle=0.1", "shift@page=2"])
@on_sqlite
def test_a_worse_run_of_the_same_size_keeps_the_better_day(
    catlog: CommandLine, database: Database, jikan: JikanStandIn, fault: str
) -> None:
    assert catlog("etl", "run").code == 0
    good = chart(database, TODAY)
    jikan.set_faults(fault)
    done = catlog("etl", "run", "--format", "json")
    assert (done.code, done.row["rowsProcessed"], chart(database, TODAY)) == (0, 0, good)
    assert catlog("etl", "reprocess", done.row["runId"]).code == 2, "nor does it get the day that way"


@on_sqlite
def test_a_degraded_day_is_not_given_up_for_a_small_one(
    catlog: CommandLine, database: Database, jikan: JikanStandIn
) -> None:
    jikan.set_faults("notitle=0.1")
    assert catlog("etl", "run", "--format", "json").row["degraded"] is True
    jikan.set_faults()
    assert catlog("etl", "run", "--pages", 1, "--format", "json").row["rowsProcessed"] == 0
    assert len(chart(database, TODAY)) == 92
    assert catlog("etl", "run", "--format", "json").row["rowsProcessed"] == 100


@on_sqlite
def test_what_fell_out_of_the_list_is_gone_from_the_day(
    catlog: CommandLine, database: Database, jikan: JikanStandIn
) -> None:
    assert catlog("etl", "run").code == 0
    before = set(chart(database, TODAY))
    jikan.shift(2, served=100)
    assert catlog("etl", "run").code == 0
    after = set(chart(database, TODAY))
    assert (len(after), len(before - after)) == (100, 2), "a day is replaced whole and never mixed"


def test_a_chart_from_recorded_history_is_not_mixed_with_a_live_one(
    catlog: CommandLine, database: Database, jikan: JikanStandIn, tmp_path: Path
) -> None:
    file = tmp_path / "today.csv"
    file.write_text(text(line(TODAY, mal_id, rank=mal_id - 100_000) for mal_id in range(100_001, 100_201)), "utf-8")
    assert catlog("etl", "import-history", file).code == 0
    recorded = chart(database, TODAY)

    done = catlog("etl", "run")
    assert (done.code, chart(database, TODAY), jikan.requests) == (0, recorded, [])
    assert "loaded from recorded history" in done.err
    assert catlog("etl", "run", "--source", "airing").code == 0, "beside it there is room"
    assert chart(database, TODAY).items() > recorded.items()

    live = catlog("etl", "run", "--replace", "--format", "json")
    assert live.row["rowsProcessed"] == 100
    assert not recorded.keys() & chart(database, TODAY).keys()
    assert catlog("etl", "validate").code == 0

    assert catlog("etl", "import-history", file, "--replace").code == 0
    assert chart(database, TODAY) == recorded
    done = catlog("etl", "validate")
    assert done.code == 0, done.out
    assert catlog("etl", "reprocess", live.row["runId"]).code == 2


@on_sqlite
def test_rebuilding_an_old_day_leaves_newer_facts_alone(
    catlog: CommandLine, database: Database, jikan: JikanStandIn
) -> None:
    old = catlog("etl", "run", "--format", "json").row["runId"]
    jikan.shift(5, served=50)
    assert catlog.having(now=f"{TOMORROW}T08:00:00Z")("etl", "run").code == 0
    now = contents(database)
    assert catlog("etl", "reprocess", old).code == 0
    assert contents(database) == now


@on_sqlite
def test_a_rebuilt_run_can_turn_good(catlog: CommandLine, database: Database, jikan: JikanStandIn) -> None:
    """A run failed because this CatLog could not read its pages; a later one can: here its pages are mended by hand."""
    good = catlog.having(now=f"{YESTERDAY}T08:00:00Z")("etl", "run", "--format", "json").row["runId"]
    jikan.set_faults("nomalid=0.3")
    assert catlog("etl", "run").code == 65
    failed = runs(database)[-1]
    with database.write() as session:
        pages = {row.page: row for row in session.exec(select(RawAnimeData).where(RawAnimeData.etl_run_id == good))}
        for row in session.exec(select(RawAnimeData).where(RawAnimeData.etl_run_id == failed["run_id"])):
            row.body, row.sha256 = pages[row.page].body, pages[row.page].sha256
    assert catlog("etl", "reprocess", failed["run_id"]).code == 0
    assert runs(database)[-1]["error_message"] is None
    assert chart(database, TODAY) == chart(database, YESTERDAY)


def test_a_stored_page_that_is_damaged_is_found_out(catlog: CommandLine, database: Database) -> None:
    run_id = catlog("etl", "run", "--format", "json").row["runId"]
    good = contents(database)
    log = runs(database)
    with database.write() as session:
        page = session.exec(select(RawAnimeData).where(RawAnimeData.page == 3)).one()
        page.body = page.body[:-100]
    done = catlog("etl", "reprocess", run_id)
    assert (done.code, f"page 3 of run {run_id} is damaged" in done.err) == (65, True)
    assert (contents(database), runs(database)) == (good, log)


@on_sqlite
def test_the_catalogue_keeps_the_newest_title(catlog: CommandLine, database: Database, jikan: JikanStandIn) -> None:
    assert catlog("etl", "run").code == 0
    with database.read() as session:
        titles = dict(session.exec(select(ProcessedAnime.mal_id, ProcessedAnime.title)).all())
    assert set(titles) == set(chart(database, TODAY))
    assert all(title and title.isprintable() for title in titles.values())
