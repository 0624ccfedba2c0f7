"""A worse answer never replaces a better day: the second runs that did, on both databases, and honest ones that may."""

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select
from sqlmodel import update

from catlog.db.models import DailyRankings, RankingDays, RawAnimeData
from catlog.db.session import Database
from tests.etl.conftest import TODAY, TOMORROW, YESTERDAY, on_sqlite
from tests.support.cli import CommandLine, Ending
from tests.support.contents import chart, count, runs
from tests.support.jikan import JikanStandIn, mutations
from tests.support.jikan.mutations import Entries
from tests.support.jikan.toplist import TopList


def signature(database: Database, day: str) -> str:
    """Return the hash of all rows of a day, run ids included, and of its depth."""
    found: list[tuple[Any, ...]] = []
    with database.read() as session:
        for model in (DailyRankings, RankingDays):
            table: Table = model.__table__  # type: ignore[attr-defined]  # SQLModel makes it
            rows = session.connection().execute(select(table).where(table.c.snapshot_date == date.fromisoformat(day)))
            found += sorted(tuple(row) for row in rows)
    return hashlib.sha256(repr(found).encode()).hexdigest()


def top(jikan: JikanStandIn) -> Entries:
    return [dict(entry) for entry in TopList.of(jikan.catalogue).read()]


def spoil(jikan: JikanStandIn, answer: str) -> None:
    """Make the stand-in serve what is no good chart."""
    if answer == SHORT_PAGE:
        jikan.set_faults("short=7@page=3")
    else:
        jikan.serve_top(mutations.WORSE[answer](top(jikan)))


SHORT_PAGE = "7 of 25 on a page"


WORSE: dict[str, tuple[int, str]] = {
    "pages that repeat 18 entries": (0, "82 titles instead of 100"),
    "scores and scored_by 0": (65, "100 of 100 entries have no score"),
    "ranks null": (65, "entries have no rank"),
    "all null": (65, "entries have no rank"),
    "other titles, ranks 1001 to 1100": (0, f"0% of its titles are those of {TODAY}"),
    SHORT_PAGE: (0, "82 titles instead of 100"),
    "25 repeats of one id": (65, "24 of 25 entries came more than once"),
    "every rank 1": (0, "titles share 1 ranks"),
    "ten titles on each of the ranks 1 to 10": (0, "100 titles share 10 ranks"),
    "ranks against scores": (0, "ranks go against scores"),
    "every score 7.77": (0, "all 100 scores are the same"),
    "counts 0": (0, "0 titles with members instead of 100"),
    "counts null": (0, "0 titles with scored_by instead of 100"),
    "every title Untitled": (0, "known titles are called what they were"),
    "ids given to the next title": (0, "known titles are called what they were"),
}


def rerun(catlog: CommandLine, *more: object) -> Ending:
    return catlog.having(now=f"{TODAY}T09:00:00Z")("etl", "run", "--format", "json", *more)


@pytest.mark.parametrize("answer", WORSE)
def test_a_worse_second_run_leaves_the_day_to_the_last_bit(
    catlog: CommandLine, database: Database, jikan: JikanStandIn, answer: str
) -> None:
    code, why = WORSE[answer]
    assert catlog("etl", "run").code == 0
    before = signature(database, TODAY)
    pages = count(database, RawAnimeData)
    spoil(jikan, answer)

    done = rerun(catlog)

    assert (done.code, why in done.err) == (code, True), done.err
    assert signature(database, TODAY) == before
    assert len(chart(database, TODAY)) == 100
    last = runs(database)[-1]
    assert (last["status"], last["rows_processed"]) == ("FAILED" if code else "SUCCESS", 0)
    assert count(database, RawAnimeData) > pages, "what was fetched is kept"
    if code == 0:
        assert f"catlog etl reprocess {last['run_id']} --replace" in done.err
        assert catlog("etl", "reprocess", last["run_id"]).code == 2
        assert signature(database, TODAY) == before
        assert catlog("etl", "reprocess", last["run_id"], "--replace").code == 0
        assert signature(database, TODAY) != before, "whoever insists gets it"
    else:
        assert catlog("etl", "reprocess", last["run_id"], "--replace").code == 65
        assert signature(database, TODAY) == before, "what is no answer is not taken by force either"


@pytest.mark.parametrize(
    "answer",
    [
        "scores and scored_by 0",
        "ranks null",
        "all null",
        "other titles, ranks 1001 to 1100",
        "25 repeats of one id",
        "every rank 1",
        "ten titles on each of the ranks 1 to 10",
        "ranks against scores",
        "every score 7.77",
        "every title Untitled",
        "ids given to the next title",
    ],
)
@on_sqlite
def test_the_first_run_of_a_day_is_judged_too(
    catlog: CommandLine, database: Database, jikan: JikanStandIn, answer: str
) -> None:
    assert catlog.having(now=f"{YESTERDAY}T08:00:00Z")("etl", "run").code == 0
    spoil(jikan, answer)
    done = catlog("etl", "run")
    assert (done.code, chart(database, TODAY), runs(database)[-1]["status"]) == (65, {}, "FAILED"), done.err
    assert "the stored day was not touched" in done.err


@on_sqlite
def test_another_list_is_refused_and_can_be_insisted_on(
    catlog: CommandLine, database: Database, jikan: JikanStandIn
) -> None:
    """Ranks from 1 on, of titles that nobody has seen: only the chart of the day before tells that this is wrong."""
    assert catlog.having(now=f"{YESTERDAY}T08:00:00Z")("etl", "run").code == 0
    jikan.serve_top([{**entry, "mal_id": 900_000 + place} for place, entry in enumerate(top(jikan))])
    done = catlog("etl", "run")
    assert (done.code, f"0% of its titles are those of {YESTERDAY}" in done.err) == (65, True)
    run_id = runs(database)[-1]["run_id"]
    assert f"catlog etl reprocess {run_id} --replace" in done.err
    assert catlog("etl", "reprocess", run_id).code == 65
    assert catlog("etl", "reprocess", run_id, "--replace").code == 0
    assert len(chart(database, TODAY)) == 100
    assert catlog("etl", "validate").code == 1, "and is still not called good"


@on_sqlite
def test_a_day_is_not_taken_over_bit_by_bit(catlog: CommandLine, database: Database, jikan: JikanStandIn) -> None:
    """Each rerun has 17 more titles that nobody has seen: enough in common with the run before, less with the day."""
    assert catlog.having(now=f"{YESTERDAY}T08:00:00Z")("etl", "run").code == 0
    yesterday = chart(database, YESTERDAY).keys()
    assert catlog("etl", "run").code == 0
    entries, written = top(jikan), []
    for foreign in range(17, 103, 17):
        for place in range(min(foreign, 100)):
            entries[place]["mal_id"] = 900_000 + place
        jikan.serve_top(entries)
        done = rerun(catlog)
        assert done.code == 0, done.err
        written.append(done.row["rowsProcessed"])
    assert written == [100, 0, 0, 0, 0, 0]
    assert f"0% of its titles are those of {YESTERDAY}" in done.err
    assert f"this is not the list of before: 0% of its titles are those of {YESTERDAY}" in done.err
    assert len(yesterday & chart(database, TODAY).keys()) == 83


@on_sqlite
def test_where_the_chart_of_before_is_old_an_honest_second_run_takes_the_day(
    catlog: CommandLine, database: Database, jikan: JikanStandIn
) -> None:
    assert catlog.having(now="2022-05-10T08:00:00Z")("etl", "run").code == 0
    entries = top(jikan)
    for place in range(41):
        entries[place]["mal_id"] = 900_000 + place
    jikan.serve_top(entries)
    assert catlog("etl", "run").code == 0
    assert rerun(catlog).row["rowsProcessed"] == 100
    entries[50]["mal_id"] = 900_050
    jikan.serve_top(entries)
    further = rerun(catlog)
    assert (further.code, further.row["rowsProcessed"]) == (0, 0)
    assert "57% of its titles are those of 2022-05-10" in further.err


@on_sqlite
def test_the_very_first_chart_has_nothing_to_be_like(
    catlog: CommandLine, database: Database, jikan: JikanStandIn
) -> None:
    spoil(jikan, "other titles, ranks 1001 to 1100")
    done = catlog("etl", "run")
    assert (done.code, chart(database, TODAY)) == (65, {})
    assert "0 of 100 titles have one of the ranks from 1 to 100" in done.err


def test_an_honest_second_run_takes_the_day(catlog: CommandLine, database: Database, jikan: JikanStandIn) -> None:
    first = catlog("etl", "run", "--format", "json").row
    entries = top(jikan)
    ranked = [entry for entry in entries[:100] if entry["rank"]]
    ranked[4]["rank"], ranked[5]["rank"] = ranked[5]["rank"], ranked[4]["rank"]
    entries[97], entries[98], entries[100], entries[101] = entries[100], entries[101], entries[97], entries[98]
    for place in (97, 98):
        entries[place]["score"], entries[place]["type"], entries[place]["rank"] = 7.9, "TV", place + 1
    jikan.serve_top(entries)
    done = rerun(catlog)
    assert (done.code, done.row["rowsProcessed"]) == (0, 100), done.err
    now = chart(database, TODAY)
    assert (now[ranked[4]["mal_id"]], now[ranked[5]["mal_id"]]) == (ranked[4]["rank"], ranked[5]["rank"])
    assert {run["run_id"] for run in runs(database)} == {first["runId"], done.row["runId"]}


@on_sqlite
def test_more_pages_take_the_day_and_fewer_do_not(catlog: CommandLine, database: Database) -> None:
    assert catlog("etl", "run", "--pages", 2).code == 0
    assert rerun(catlog, "--pages", 6).row["rowsProcessed"] == 150
    before = signature(database, TODAY)
    narrow = rerun(catlog, "--pages", 5)
    assert (narrow.code, narrow.row["rowsProcessed"], signature(database, TODAY)) == (0, 0, before)
    assert "125 titles instead of 150" in narrow.err
    assert rerun(catlog, "--pages", 5, "--replace").row["rowsProcessed"] == 125


@on_sqlite
def test_a_source_beside_the_chart_is_judged_by_its_own_part(
    catlog: CommandLine, database: Database, jikan: JikanStandIn
) -> None:
    wide = catlog("etl", "run", "--source", "airing", "--format", "json").row
    assert catlog("etl", "run").code == 0
    before = signature(database, TODAY)
    jikan.set_faults("short=7@/seasons/now")
    narrow = rerun(catlog, "--source", "airing")
    assert (narrow.code, narrow.row["rowsProcessed"], signature(database, TODAY)) == (0, 0, before)
    assert f"the day stays that of run {wide['runId']}" in narrow.err
    assert "titles instead of" in narrow.err
    jikan.set_faults()
    written = rerun(catlog, "--source", "airing").row["rowsProcessed"]
    assert 0 < written < wide["rowsProcessed"], "the titles that the chart took over are not held against it"


@on_sqlite
def test_nothing_to_write_is_never_a_deletion(
    catlog: CommandLine, database: Database, jikan: JikanStandIn, tmp_path: Path
) -> None:
    assert catlog("etl", "run", "--source", "airing").code == 0
    before = signature(database, TODAY)
    page = {"pagination": {"has_next_page": False}, "data": mutations.WORSE["all null"](top(jikan)[:20])}
    url = "https://recorded.invalid/v4/seasons/now?limit=25&page=1"
    response = {"status": 200, "headers": {}, "body": page}
    exchange = {"captured_at": "2026-05-11", "request": {"url": url}, "response": response}
    (tmp_path / "data" / "responses" / "seasons_now").mkdir(parents=True)
    (tmp_path / "data" / "responses" / "seasons_now" / "1.json").write_text(json.dumps(exchange), "utf-8")
    with JikanStandIn(data=tmp_path / "data", top="synthetic") as empty:
        for more in ([], ["--replace"]):
            done = rerun(catlog.having(jikan_urls=empty.url), "--source", "airing", *more)
            assert (done.code, "there is nothing to write" in done.err) == (65, True), done.err
            assert signature(database, TODAY) == before


@on_sqlite
def test_rows_that_no_run_holds_are_as_good_as_others(
    catlog: CommandLine, database: Database, jikan: JikanStandIn
) -> None:
    assert catlog("etl", "run").code == 0
    with database.write() as session:
        session.exec(update(DailyRankings).values(etl_run_id="of nobody"))
    before = signature(database, TODAY)
    narrow = rerun(catlog, "--pages", 2)
    assert (narrow.code, narrow.row["rowsProcessed"], signature(database, TODAY)) == (0, 0, before)
    assert "the day stays what it is: 50 titles instead of 100" in narrow.err
    assert rerun(catlog).row["rowsProcessed"] == 100


@on_sqlite
def test_a_poor_day_is_given_up_for_a_better_one(catlog: CommandLine, database: Database, jikan: JikanStandIn) -> None:
    spoil(jikan, "pages that repeat 18 entries")
    poor = catlog("etl", "run", "--format", "json")
    assert (poor.code, poor.row["rowsProcessed"], poor.row["degraded"]) == (0, 82, True)
    jikan.serve_top(top(jikan))
    assert rerun(catlog).row["rowsProcessed"] == 100


PAST = [YESTERDAY, "2026-02-01", "2004-05-11"]


@pytest.mark.parametrize("more", [[], ["--replace"], ["--pages", "1"], ["--source", "airing"]])
@pytest.mark.parametrize("day", PAST)
@on_sqlite
def test_no_day_that_is_over_can_be_filled(
    catlog: CommandLine, database: Database, jikan: JikanStandIn, day: str, more: list[str]
) -> None:
    done = catlog("etl", "run", "--date", day, *more)
    assert (done.code, done.out, jikan.requests, runs(database)) == (2, "", [], [])
    assert f"{day} is over, and the source only has today's ranks" in done.err
    assert f"today is {TODAY}" in done.err


@on_sqlite
def test_for_an_hour_after_midnight_the_day_before_can_be_filled(
    catlog: CommandLine, database: Database, jikan: JikanStandIn
) -> None:
    just_after = catlog.having(now=f"{TOMORROW}T00:59:59Z")
    assert just_after("etl", "run", "--date", TODAY, "--format", "json").row["rowsProcessed"] == 100
    assert len(chart(database, TODAY)) == 100
    assert catlog.having(now=f"{TOMORROW}T01:00:00Z")("etl", "run", "--date", TODAY, "--replace").code == 2


@pytest.mark.parametrize("hours", [-25, 25, -24 * 365])
@on_sqlite
def test_a_machine_whose_clock_is_wrong_files_nothing(
    catlog: CommandLine, database: Database, jikan: JikanStandIn, hours: int
) -> None:
    jikan.set_faults(f"date={hours}")
    done = catlog("etl", "run")
    assert (done.code, chart(database, TODAY)) == (78, {})
    assert "the clock of this machine says" in done.err
    assert "timedatectl" in done.err
    assert (runs(database)[-1]["status"], count(database, RawAnimeData)) == ("FAILED", 0)


@on_sqlite
def test_a_clock_that_went_wrong_in_mid_run_is_named_and_the_run_can_go_on(
    catlog: CommandLine, database: Database, jikan: JikanStandIn
) -> None:
    jikan.set_faults("date=-48@page=3")
    done = catlog("etl", "run")
    assert (done.code, "timedatectl" in done.err, runs(database)[-1]["status"]) == (78, True, "PARTIAL")
    jikan.set_faults()
    assert catlog("etl", "run", "--resume").code == 0
    assert len(chart(database, TODAY)) == 100


@pytest.mark.parametrize("faults", [["date=-23"], ["date=23"], ["age=72"], ["age=72", "date=0"]])
@on_sqlite
def test_clocks_that_are_near_enough_and_answers_out_of_a_cache_are_no_reason(
    catlog: CommandLine, database: Database, jikan: JikanStandIn, faults: list[str]
) -> None:
    jikan.set_faults(*faults)
    assert catlog("etl", "run", "--pages", 1).code == 0
    assert len(chart(database, TODAY)) == 25
