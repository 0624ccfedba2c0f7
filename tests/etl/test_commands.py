"""What `catlog etl` says and takes: logs, pruning, arguments, and the console script itself."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import update

from catlog.db.models import DailyRankings, EtlLogs, EtlRejects, RawAnimeData
from catlog.db.session import Database
from tests.etl.conftest import TODAY, TOMORROW, on_sqlite
from tests.support.cli import CommandLine
from tests.support.contents import count, runs
from tests.support.jikan import JikanStandIn

RUN_KEYS = {
    "runId", "source", "host", "snapshotDate", "status", "startTime", "endTime", "pages", "received", "accepted",
    "duplicates", "rejected", "shifted", "degraded", "errorMessage",
}  # fmt: skip


def test_runs_are_listed_newest_first_with_all_that_scripts_rely_on(
    catlog: CommandLine, database: Database, jikan: JikanStandIn
) -> None:
    assert catlog("etl", "logs", "--format", "json").rows == []
    ids = [catlog("etl", "run", "--pages", 1, "--format", "json").row["runId"] for _ in range(3)]
    listed = catlog("etl", "logs", "--format", "json")
    assert [row["runId"] for row in listed.rows] == ids[::-1]
    assert all(row.keys() >= RUN_KEYS for row in listed.rows)
    assert [row["runId"] for row in catlog("etl", "logs", "--limit", 1, "--format", "json").rows] == ids[2:]
    assert listed.rows[0]["startTime"] == "2026-05-11T08:00:00Z"
    one = catlog("etl", "logs", "--run", ids[1], "--format", "json")
    assert (one.code, one.row["runId"], one.row["rowsProcessed"]) == (0, ids[1], 25)
    assert catlog("etl", "logs", "--run", "nobody").code == 3
    assert catlog("etl", "reprocess", "nobody").code == 3


@on_sqlite
def test_one_run_in_full_shows_what_it_rejected(catlog: CommandLine, jikan: JikanStandIn) -> None:
    jikan.set_faults("notitle=0.1")
    run_id = catlog("etl", "run", "--pages", 1, "--format", "json").row["runId"]
    shown = catlog("etl", "logs", "--run", run_id)
    assert (shown.code, "title: missing" in shown.out, "2 of 25 entries were rejected" in shown.err) == (0, True, True)


def test_pruning_takes_old_pages_and_rejects_and_leaves_the_rest(
    catlog: CommandLine, database: Database, jikan: JikanStandIn
) -> None:
    jikan.set_faults("notitle=0.1")
    february = catlog.having(now="2026-02-01T08:00:00Z")
    old = february("etl", "run", "--pages", 1, "--format", "json").row["runId"]
    new = catlog("etl", "run", "--pages", 1, "--format", "json").row["runId"]
    with database.write() as session:
        started = runs(database)[0]["start_time"] - timedelta(days=91)
        session.exec(update(EtlLogs).where(EtlLogs.run_id == old).values(start_time=started))

    done = catlog("etl", "prune", "--format", "json")
    assert (done.code, done.row) == (0, {"keepDays": 90, "pages": 1, "rejects": 2})
    assert (count(database, RawAnimeData), count(database, EtlRejects)) == (1, 2)
    assert (count(database, EtlLogs), count(database, DailyRankings)) == (2, 46)
    assert catlog("etl", "reprocess", old).code == 3
    assert catlog("etl", "reprocess", new).code == 0
    assert catlog("etl", "prune", "--keep-days", 1, "--format", "json").row["pages"] == 0
    assert catlog("etl", "prune", "--keep-days", 2**31 - 1).code == 0


@on_sqlite
@pytest.mark.parametrize(
    "argv",
    [
        ["run", "--date", "yesterday"],
        ["run", "--date", "20260511"],
        ["run", "--date", TOMORROW],
        ["run", "--source", "charts"],
        ["run", "--pages", "0"],
        ["run", "--pages", "many"],
        ["validate", "--date", "2026-02-30"],
        ["validate", "--date", TOMORROW],
        ["logs", "--limit", "-1"],
        ["prune", "--keep-days", "0"],
        ["import-history"],
        ["reprocess"],
        ["reprocess", "\x1b\x07"],
    ],
)
def test_wrong_words_are_usage_errors_before_anything_is_opened(
    catlog: CommandLine, database: Database, jikan: JikanStandIn, argv: list[str]
) -> None:
    done = catlog("etl", *argv)
    assert (done.code, done.out) == (2, "")
    assert "hint: catlog etl" in done.err
    assert (jikan.requests, runs(database)) == ([], [])


@on_sqlite
@pytest.mark.parametrize(
    ("source", "path"), [("seasonal", "/seasons/2026/spring"), ("airing", "/seasons/now"), ("catalogue", "/anime")]
)
def test_each_source_asks_for_its_own_list(
    catlog: CommandLine, database: Database, jikan: JikanStandIn, source: str, path: str
) -> None:
    done = catlog("etl", "run", "--source", source, "--pages", 2, "--format", "json")
    assert (done.code, done.row["source"], done.row["snapshotDate"]) == (0, source, TODAY), done.err
    assert {request.path for request in jikan.requests} == {path}
    assert ("a bulk crawl" in done.err) is (source == "catalogue")


@on_sqlite
def test_without_a_number_of_pages_a_source_is_read_to_its_end(
    catlog: CommandLine, database: Database, tmp_path: Path
) -> None:
    with JikanStandIn(size=110) as jikan:
        done = catlog.having(jikan_urls=jikan.url)("etl", "run", "--source", "catalogue", "--format", "json")
    assert (done.code, done.row["pages"], done.row["pagesAsked"], done.row["accepted"]) == (0, 5, None, 110)


@on_sqlite
def test_the_console_script_does_the_same(catlog: CommandLine, database: Database) -> None:
    done = catlog.script("etl", "run", "--pages", "1", "--format", "json")
    assert (done.code, done.err, done.row["rowsProcessed"]) == (0, "", 25)
    assert catlog.script("etl", "run", "--date", TOMORROW).code == 2
