"""A source that fails leaves the stored day as it was, and says so in the exit code, on stderr and in the run log."""

import json
from pathlib import Path
from typing import Any

import pytest

from catlog.db.models import EtlRejects, RawAnimeData
from catlog.db.session import Database
from tests.etl.conftest import TODAY, bind, on_postgresql, on_sqlite
from tests.support.cli import CommandLine, Nursery
from tests.support.contents import chart, contents, count, runs
from tests.support.jikan import JikanStandIn, make_catalogue
from tests.support.jikan.toplist import TopList

BOMB_KB = 40_000
"""Memory that an answer of 200 MB may cost beyond a good one."""


FAULTS = [
    ("dead", 69, "the connection broke"),
    ("reset", 69, "the connection broke"),
    ("cut", 69, "the connection broke"),
    ("429", 69, "limits our requests"),
    ("500", 69, "500"),
    ("503", 69, "503"),
    ("520", 69, "520"),
    ("400", 69, "rejects the request"),
    ("403", 69, "refuses"),
    ("404", 69, "no such thing"),
    ("redirect", 69, "out of its host"),
    ("html", 65, "HTML"),
    ("truncated", 65, "cut short"),
    ("nan", 65, "NaN"),
    ("deep", 65, "nested deeper"),
    ("bomb", 65, "larger than 8 MB"),
    ("big", 65, "larger than 2 MB"),
    ("badgzip", 65, "cannot be inflated"),
    ("badutf8", 65, "UTF-8"),
    ("empty", 65, "no entries"),
    ("nomalid=0.3", 65, "14 of 50 entries cannot be used"),
]


@pytest.mark.parametrize(("fault", "code", "words"), FAULTS)
@on_sqlite
def test_a_source_that_fails_leaves_the_day_alone(
    catlog: CommandLine, database: Database, jikan: JikanStandIn, fault: str, code: int, words: str
) -> None:
    assert_day_left_alone(catlog, database, jikan, fault, code, words)


@pytest.mark.parametrize(("fault", "code", "words"), [FAULTS[0], FAULTS[3], FAULTS[11], FAULTS[-1]])
@on_postgresql
def test_the_database_makes_no_difference_to_that(
    catlog: CommandLine, database: Database, jikan: JikanStandIn, fault: str, code: int, words: str
) -> None:
    assert_day_left_alone(catlog, database, jikan, fault, code, words)


def assert_day_left_alone(
    catlog: CommandLine, database: Database, jikan: JikanStandIn, fault: str, code: int, words: str
) -> None:
    assert catlog("etl", "run", "--pages", 2).code == 0
    good = contents(database)
    jikan.shift(5, served=50)
    jikan.set_faults(fault)

    done = catlog("etl", "run", "--pages", 2)

    assert done.code == code, done.err
    assert words in done.err
    assert done.out == ""
    assert contents(database) == good
    last = runs(database)[-1]
    assert (last["status"], last["rows_processed"]) == ("FAILED", 0)
    assert words in last["error_message"]


@pytest.mark.parametrize("faults", [["429-storm"], ["504@page=3*2", "dead@page=4*2", "cut@page=1*1"]])
def test_passing_faults_are_survived(
    catlog: CommandLine, database: Database, jikan: JikanStandIn, faults: list[str]
) -> None:
    jikan.set_faults(*faults)
    done = catlog("etl", "run", "--format", "json")
    assert (done.code, done.row["status"], done.row["pages"], done.row["shifted"]) == (0, "SUCCESS", 4, False)
    assert len(chart(database, TODAY)) == 100


@on_sqlite
def test_an_answer_that_cannot_be_used_is_kept_as_evidence(
    catlog: CommandLine, database: Database, jikan: JikanStandIn
) -> None:
    jikan.set_faults("html")
    assert catlog("etl", "run").code == 65
    jikan.set_faults("truncated@page=2")
    assert catlog("etl", "run").code == 65
    assert [run["pages"] for run in runs(database)] == [0, 1]
    assert count(database, RawAnimeData, page=1) == 2
    assert count(database, RawAnimeData, page=2) == 1


@on_sqlite
def test_an_answer_that_inflates_to_200_mb_costs_no_memory(
    catlog: CommandLine, jikan: JikanStandIn, nursery: Nursery
) -> None:
    good = nursery.run(catlog, "etl", "run")
    jikan.set_faults("bomb=200@page=2")
    bad = nursery.run(catlog, "etl", "run")
    assert (good.code, bad.code) == (0, 65), bad.err
    assert bad.peak_kb - good.peak_kb < BOMB_KB


def test_every_rejected_entry_is_kept_with_its_reason(
    catlog: CommandLine, database: Database, jikan: JikanStandIn
) -> None:
    jikan.set_faults("nomalid=0.3", "notitle=0.1")
    done = catlog("etl", "run")
    [run] = runs(database)
    shown = catlog("etl", "logs", "--run", run["run_id"], "--format", "json")
    rejects = json.loads(shown.out)["rejects"]
    assert (done.code, run["status"], run["degraded"]) == (65, "FAILED", True)
    assert run["received"] == run["accepted"] + run["duplicates"] + run["rejected"] == 100
    assert run["rejected"] == len(rejects) > 20
    assert {reject["page"] for reject in rejects} == {1, 2, 3, 4}
    assert all(reject["reason"] and len(reject["sha256"]) == 64 and reject["excerpt"] for reject in rejects)
    assert count(database, RawAnimeData) == 5, "the pages stay, to be judged again by a better CatLog"

    again = catlog("etl", "reprocess", run["run_id"])
    assert (again.code, runs(database)) == (65, [run]), "rebuilding it says the same and changes nothing"


@pytest.mark.parametrize(("share", "degraded"), [(0.01, False), (0.08, True), (0.2, True)])
@on_sqlite
def test_more_than_one_in_a_hundred_rejected_degrades_the_day(
    catlog: CommandLine, database: Database, jikan: JikanStandIn, share: float, degraded: bool
) -> None:
    jikan.set_faults(*([f"nomalid={share}"] if share > 0.01 else ["nomalid=0.04@page=2"]))
    done = catlog("etl", "run", "--format", "json")
    rejected = round(100 * share)
    assert (done.code, done.row["status"], done.row["degraded"]) == (0, "SUCCESS", degraded)
    assert (done.row["rejected"], done.row["rowsProcessed"]) == (rejected, 100 - rejected)
    assert (f"{rejected} of 100 entries were rejected" in done.err) is degraded
    assert count(database, EtlRejects) == rejected
    assert catlog("etl", "validate").code == 0


def altered_list(folder: Path, **share_gone: float) -> Path:
    """Write a data folder whose ranking lacks fields in a share of its 100 entries."""
    entries: list[dict[str, Any]] = [dict(entry) for entry in TopList.of(make_catalogue(150)).read()[:100]]
    for field, share in share_gone.items():
        for entry in entries[: round(share * 100)]:
            del entry[field]
    (folder / "responses").mkdir(parents=True)
    (folder / "top_pages").mkdir()
    (folder / "top_pages" / "altered.json").write_text(json.dumps(entries), "utf-8")
    return folder


@pytest.mark.parametrize(("share", "degraded"), [(0.2, False), (0.21, True), (1.0, True)])
@on_sqlite
def test_a_field_gone_from_over_a_fifth_degrades_the_day(
    database: Database, tmp_path: Path, share: float, degraded: bool
) -> None:
    with JikanStandIn(data=altered_list(tmp_path / "data", members=share), top="altered") as jikan:
        done = bind(tmp_path / "home", database, jikan)("etl", "run", "--format", "json")
    assert (done.code, done.row["degraded"]) == (0, degraded), done.err
    assert ("the field members is gone" in done.err) is degraded


@on_sqlite
def test_a_list_that_moves_while_it_is_read_is_marked(
    catlog: CommandLine, database: Database, jikan: JikanStandIn
) -> None:
    jikan.set_faults("shift@page=2")
    done = catlog("etl", "run", "--format", "json")
    assert (done.code, done.row["shifted"]) == (0, True)
    assert "ranks changed during the run" in done.err
    quiet = catlog("etl", "run", "--format", "json")
    assert quiet.row["shifted"] is False
    assert quiet.row["rowsProcessed"] == 100, "a run of a quiet list takes the day from one of a moving list"


@on_sqlite
def test_a_stale_answer_is_kept_and_noted(catlog: CommandLine, jikan: JikanStandIn) -> None:
    jikan.set_faults("stale@page=2")
    done = catlog("etl", "run", "--pages", 2, "--format", "json")
    [note] = done.row["notes"]
    assert (done.code, note[:15]) == (0, "page 2 is stale")
    assert note in done.err


@on_sqlite
def test_fields_nobody_has_heard_of_and_wrong_types_are_no_reason_to_stop(
    catlog: CommandLine, database: Database, jikan: JikanStandIn
) -> None:
    jikan.set_faults("unknown", "retyped=1", "chunked")
    done = catlog("etl", "run", "--format", "json")
    assert (done.code, done.row["accepted"]) == (0, 100)
    assert len(chart(database, TODAY)) == 100


@on_sqlite
def test_the_next_source_is_asked_when_the_first_is_dead(
    catlog: CommandLine, database: Database, jikan: JikanStandIn
) -> None:
    with JikanStandIn(faults=["dead"]) as dead:
        done = catlog.having(jikan_urls=f"{dead.url},{jikan.url_v1}")("etl", "run", "--format", "json")
        assert len(dead.requests) == 5
    assert (done.code, done.row["host"]) == (0, jikan.url.split("/")[2])


@on_sqlite
def test_all_pages_of_a_day_come_from_one_source(catlog: CommandLine, jikan: JikanStandIn) -> None:
    with JikanStandIn(faults=["503@page=3"]) as failing:
        done = catlog.having(jikan_urls=f"{failing.url},{jikan.url}")("etl", "run")
    assert done.code == 69
    assert jikan.requests == []


@on_sqlite
def test_a_page_that_comes_empty_in_the_middle_is_not_taken_for_the_end(
    catlog: CommandLine, database: Database, jikan: JikanStandIn
) -> None:
    jikan.set_faults("empty@page=3")
    done = catlog("etl", "run", "--format", "json")
    assert (done.code, done.row["pages"], done.row["degraded"]) == (0, 2, True)
    assert "page 3 came empty" in done.err
    assert catlog("etl", "validate").code == 1
    assert catlog("etl", "reprocess", done.row["runId"]).code == 0
    jikan.set_faults()
    assert catlog("etl", "run", "--format", "json").row["rowsProcessed"] == 100


@pytest.mark.parametrize("fault", ["slow=0", "nopagination"])
@on_sqlite
def test_a_list_that_ends_before_the_asked_page_is_whole(database: Database, tmp_path: Path, fault: str) -> None:
    with JikanStandIn(faults=[fault]) as jikan:
        jikan.serve_top(TopList.of(jikan.catalogue).read()[:60])
        catlog = bind(tmp_path / "home", database, jikan)
        done = catlog("etl", "run", "--format", "json")
        assert (done.code, done.row["pages"], done.row["received"], done.row["degraded"]) == (0, 3, 60, False)
        assert catlog("etl", "validate").code == 0
        assert catlog("etl", "reprocess", done.row["runId"]).code == 0


@on_sqlite
def test_a_source_that_never_turns_its_pages_is_given_up(database: Database, tmp_path: Path) -> None:
    page = {"pagination": {"has_next_page": True}, "data": list(make_catalogue(25).entries)}
    (tmp_path / "data" / "responses" / "seasons_now").mkdir(parents=True)
    for number in (1, 2, 3):
        url = f"https://recorded.invalid/v4/seasons/now?limit=25&page={number}"
        response = {"status": 200, "headers": {}, "body": page}
        exchange = {"captured_at": "2026-05-11", "request": {"url": url}, "response": response}
        (tmp_path / "data" / "responses" / "seasons_now" / f"{number}.json").write_text(json.dumps(exchange), "utf-8")
    with JikanStandIn(data=tmp_path / "data", top="synthetic") as jikan:
        done = bind(tmp_path / "home", database, jikan)("etl", "run", "--source", "airing")
    assert (done.code, len(jikan.requests)) == (65, 2)
    assert "the source repeats a page" in done.err
    assert chart(database, TODAY) == {}
