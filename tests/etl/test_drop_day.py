"""A day can be removed: after a backup, when somebody says so; what its runs had fetched stays."""

from datetime import date
from pathlib import Path

from sqlmodel import update

from catlog.db.models import DailyRankings, RankingDays, RawAnimeData
from catlog.db.session import Database
from catlog.etl import runlog
from tests.etl.conftest import TODAY, YESTERDAY, on_sqlite
from tests.support.cli import CommandLine
from tests.support.contents import chart, contents, count, runs
from tests.support.jikan import JikanStandIn


def backups(catlog: CommandLine) -> list[Path]:
    return sorted(Path(catlog.environ["CATLOG_HOME"]).rglob("*.backup"))


def test_a_day_goes_and_the_rest_stays(catlog: CommandLine, database: Database, jikan: JikanStandIn) -> None:
    assert catlog.having(now=f"{YESTERDAY}T08:00:00Z")("etl", "run").code == 0
    run_id = catlog("etl", "run", "--format", "json").row["runId"]
    assert catlog("etl", "run", "--source", "airing").code == 0
    yesterday, pages, before = chart(database, YESTERDAY), count(database, RawAnimeData), contents(database)
    snapshots = len(chart(database, TODAY))

    done = catlog("etl", "drop-day", TODAY, "--yes", "--format", "json")

    assert done.code == 0, done.err
    assert (done.row["snapshotDate"], done.row["snapshots"]) == (TODAY, snapshots)
    assert (chart(database, TODAY), chart(database, YESTERDAY)) == ({}, yesterday)
    assert count(database, RankingDays) == 1, "the day has no depth any more"
    assert count(database, RawAnimeData) == pages
    last = runs(database)[-1]
    assert (last["run_id"], last["source"], last["status"]) == (done.row["runId"], "drop-day", "SUCCESS")
    assert last["snapshot_date"] == date.fromisoformat(TODAY)
    [backup] = backups(catlog)
    assert done.row["backup"] == str(backup)
    assert last["notes"] == [f"{snapshots} snapshots of {TODAY} were removed; backup: {backup.name}"]

    assert catlog("etl", "validate", "--date", TODAY).code == 1
    assert catlog("etl", "reprocess", run_id).code == 0, "what the run fetched makes the day again"
    assert len(chart(database, TODAY)) == 100
    assert catlog("etl", "validate").code == 0
    assert catlog("db", "restore", backup, "--yes").code == 0
    assert contents(database) == before


@on_sqlite
def test_what_comes_beside_a_dropped_chart_is_not_taken_for_a_loss(catlog: CommandLine) -> None:
    assert catlog("etl", "run").code == 0
    assert catlog("etl", "drop-day", TODAY, "--yes").code == 0
    assert catlog("etl", "run", "--source", "airing").code == 0
    assert catlog("etl", "validate").code == 0


@on_sqlite
def test_nobody_is_asked_without_a_terminal(catlog: CommandLine, database: Database) -> None:
    assert catlog("etl", "run").code == 0
    before = contents(database)
    done = catlog("etl", "drop-day", TODAY)
    assert (done.code, "--yes" in done.err, contents(database), backups(catlog)) == (64, True, before, [])


@on_sqlite
def test_a_day_without_snapshots_is_not_found(catlog: CommandLine, database: Database) -> None:
    for day in (TODAY, "2031-01-01"):
        done = catlog("etl", "drop-day", day, "--yes")
        assert (done.code, f"{day} has no snapshots" in done.err) == (3, True)
    assert catlog("etl", "drop-day", "today", "--yes").code == 2
    assert (runs(database), backups(catlog)) == ([], [])


@on_sqlite
def test_no_day_goes_while_a_run_is_under_way(catlog: CommandLine, database: Database) -> None:
    assert catlog("etl", "run").code == 0
    with runlog.exclusive_run(database):
        assert catlog("etl", "drop-day", TODAY, "--yes").code == 75
    assert len(chart(database, TODAY)) == 100
    assert backups(catlog) == []


def test_a_day_that_has_not_come_yet_is_found_by_the_doctor_and_can_go(catlog: CommandLine, database: Database) -> None:
    assert catlog("etl", "run").code == 0
    before = {row["rule"]: row for row in catlog("db", "doctor", "--format", "json").rows}
    assert (before["future-days"]["passed"], before["future-days"]["value"]) == (True, 0)
    with database.write() as session:
        session.exec(update(DailyRankings).values(snapshot_date=date(2031, 1, 1)))
        session.exec(update(RankingDays).values(snapshot_date=date(2031, 1, 1)))
    done = catlog("db", "doctor", "--format", "json")
    found = {row["rule"]: row for row in done.rows}["future-days"]
    assert (done.code, found["severity"], found["passed"], found["value"]) == (1, "blocking", False, 1)
    assert "catlog etl drop-day 2031-01-01" in found["remedy"]
    assert catlog("etl", "drop-day", "2031-01-01", "--yes").code == 0
    assert {row["rule"]: row for row in catlog("db", "doctor", "--format", "json").rows}["future-days"]["passed"]
