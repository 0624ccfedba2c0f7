"""`catlog analytics compute`, `show`, `validate`, `freeze`: what people see, what scripts get, what is refused."""

import csv
import io
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from catlog.analytics.jobs import JOBS
from catlog.analytics.snapshots.manifest import open_snapshot
from catlog.db.models import AnimeGenre
from catlog.db.session import Database
from tests.analytics.series import CROWD, Snap, crowd, fill, generated, title
from tests.cli.conftest import Catlog

SNAPS = [*generated(), *crowd(sorted({snap.day for snap in generated()}), 60)]
LAST = str(max(snap.day for snap in SNAPS))


@pytest.fixture(autouse=True)
def _configured(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CATLOG_DATABASE_URL", database.url)


@pytest.fixture
def filled(database: Database) -> Database:
    fill(database, SNAPS, range(1, 41))
    with database.connect_to_write() as connection:
        genres = [{"mal_id": i, "genre": f"Genre {i % 4}", "kind": "genre"} for i in range(1, 41)]
        connection.execute(insert(AnimeGenre), genres)
    return database


@pytest.mark.usefixtures("filled")
def test_compute_then_show_every_job(catlog: Catlog) -> None:
    done = json.loads(catlog("analytics", "compute", "--windows", "30,7", "--format", "json").out)
    assert (done["kind"], done["asOf"], done["engine"], done["windows"]) == (
        "analytics-compute",
        LAST,
        "duckdb",
        [7, 30],
    )
    assert [row["job"] for row in done["rows"]] == list(JOBS)
    for job in JOBS.values():
        found = json.loads(catlog("analytics", "show", job.name, "--limit", "3", "--format", "json").out)
        assert (found["kind"], found["asOf"], found["engine"]) == (f"analytics-{job.name}", LAST, "duckdb")
        assert found["computedAt"].endswith("Z")
        assert found["ageDays"] >= 0
        assert len(found["rows"]) == 3
        assert set(job.columns) <= set(found["rows"][0])
        code, out, err = catlog("analytics", "show", job.name)
        assert (code, err) == (0, "")
        assert f"as of {LAST} (UTC), by duckdb" in out


@pytest.mark.usefixtures("filled")
def test_show_of_one_anime_by_its_title(catlog: Catlog) -> None:
    catlog("analytics", "compute", "volatility", "--windows", "7,30")
    found = json.loads(catlog("analytics", "show", "volatility", title(7), "--format", "json").out)
    assert [(row["malId"], row["windowDays"]) for row in found["rows"]] == [(7, 7), (7, 30)]
    assert catlog("analytics", "show", "volatility", "no such anime").code == 3


@pytest.mark.usefixtures("filled")
def test_a_rising_rank_is_positive_for_people_and_the_drift_of_the_table_for_scripts(
    catlog: Catlog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    catlog("analytics", "compute", "significance", "--windows", "30")
    shows = ("analytics", "show", "significance", title(7))
    (row,) = [one for one in json.loads(catlog(*shows, "--format", "json").out)["rows"] if one["metric"] == "rank"]
    assert row["drift"], "a trend of nothing shows no sign"
    line = next(line for line in catlog(*shows).out.splitlines() if " rank " in line)
    figures = [word for word in line.split() if word[0] in "+-" and word[1:2].isdigit()]
    shown = [f"{-row[name] + 0.0:+.4f}" for name in ("drift", "ciHigh", "ciLow", "senSlope")]
    assert figures[:4] == shown
    written = list(csv.DictReader(io.StringIO(catlog(*shows, "--format", "csv").out)))
    assert [float(one["drift"]) for one in written if one["metric"] == "rank"] == [row["drift"]]


@pytest.mark.parametrize("job", JOBS)
@pytest.mark.parametrize("format", ["table", "json", "csv"])
def test_without_results_show_is_empty_and_names_what_fills_it(catlog: Catlog, job: str, format: str) -> None:
    code, out, err = catlog("analytics", "show", job, "--format", format)
    assert code == 0
    assert f"has not been computed yet: catlog analytics compute {job}" in err
    if format == "json":
        assert (json.loads(out)["asOf"], json.loads(out)["rows"]) == (None, [])
    elif format == "csv":
        assert set(JOBS[job].columns) <= set(next(csv.reader(io.StringIO(out))))
    else:
        assert out == ""


def test_without_snapshots_compute_freeze_and_validate_say_what_fetches_them(catlog: Catlog) -> None:
    for command in ("compute", "freeze", "validate"):
        code, _, err = catlog("analytics", command)
        assert (code, "catlog etl run --source rankings" in err) == (0, True), command


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["compute", "momentums"], "'momentums' is not one of 'momentum', 'volatility', 'percentiles', 'significance'"),
        (["show", "nothing"], "'nothing' is not one of 'momentum'"),
        (["compute", "--windows", "0"], "windows of 0 days cannot be computed"),
        (["compute", "--windows", "-3"], "'-3' are not whole numbers of days"),
        (["compute", "--windows", "7,,30"], "'7,,30' are not whole numbers of days"),
        (["compute", "--windows", "99999"], "windows of 99999 days cannot be computed"),
        (["compute", "--engine", "abacus"], "'abacus' is not one of 'duckdb', 'spark'"),
        (["show", "momentum", "--window", "0"], "'0' is not a whole number from 1"),
    ],
)
def test_what_cannot_be_asked_for_exits_2_naming_what_can(catlog: Catlog, argv: list[str], words: str) -> None:
    code, out, err = catlog("analytics", *argv)
    assert (code, out) == (2, "")
    assert words in err


@pytest.mark.usefixtures("filled")
def test_validate_passes_on_what_was_computed_and_fails_on_what_was_altered(catlog: Catlog, filled: Database) -> None:
    catlog("analytics", "compute", "--windows", "7")
    passed = json.loads(catlog("analytics", "validate", "--windows", "7", "--format", "json").out)
    assert passed["passed"] is True
    tables = {row["table"] for row in passed["rows"]}
    assert tables >= {"climbers", "fallers", "momentum", "new-entries", "streaks", "history", "VolatilityRankings"}
    assert ("sqlite, duckdb" in {row["sides"] for row in passed["rows"]}) is True
    assert min(row["rows"] for row in passed["rows"] if row["table"] in ("climbers", "streaks", "history")) > 0
    assert {row["rows"] for row in passed["rows"] if row["table"] == "chart-days"} == {101}
    with filled.connect_to_write() as connection:
        connection.execute(text('UPDATE "VolatilityRankings" SET "rankStddev" = 1.5 WHERE "malId" = 7'))
    code, out, _ = catlog("analytics", "validate", "volatility", "--windows", "7", "--format", "json")
    failed = [(row["table"], row["column"]) for row in json.loads(out)["rows"] if not row["passed"]]
    assert (code, failed) == (1, [("VolatilityRankings", "rankStddev")])
    with filled.connect_to_write() as connection:
        connection.execute(text('UPDATE "RankingDays" SET depth = 77 WHERE "snapshotDate" = :day'), {"day": LAST})
    code, out, _ = catlog("analytics", "validate", "momentum", "--windows", "7", "--format", "json")
    failed = [(row["table"], row["column"]) for row in json.loads(out)["rows"] if not row["passed"]]
    assert (code, set(failed)) == (1, {("chart-days", "depth"), ("day-table", "depth")})


@pytest.mark.parametrize(
    ("damage", "column", "days"),
    [
        ('UPDATE "RankingDays" SET depth = 0 WHERE "snapshotDate" = :day', "depth", LAST),
        ('UPDATE "RankingDays" SET snapshots = snapshots + 1 WHERE "snapshotDate" = :day', "snapshots", LAST),
        ('DELETE FROM "RankingDays" WHERE "snapshotDate" = :day', "depth", LAST),
        ('DELETE FROM "RankingDays" WHERE "snapshotDate" <= :day', "snapshots", f"…{LAST}"),
    ],
)
def test_validate_counts_the_days_that_decide_on_its_own_day(
    catlog: Catlog, filled: Database, damage: str, column: str, days: str
) -> None:
    with filled.connect_to_write() as connection:
        connection.execute(text(damage), {"day": LAST})
    code, out, err = catlog("analytics", "validate", "volatility", "--windows", "7", "--format", "json")
    found = json.loads(out)
    failed = {(row["table"], row["column"]) for row in found["rows"] if not row["passed"]}
    assert (code, found["passed"], ("day-table", column) in failed) == (1, False, True)
    assert found["wrongDays"][-1] == LAST
    assert days in err
    assert "catlog db upgrade counts it anew" in err
    assert catlog("db", "upgrade")[0] == 0
    assert catlog("analytics", "validate", "volatility", "--windows", "7")[0] == 0


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("command", ["compute", "freeze", "validate"])
def test_a_newer_day_without_a_chart_is_passed_over_and_named(
    catlog: Catlog, filled: Database, command: str, tmp_path: Path
) -> None:
    newer = date.fromisoformat(LAST) + timedelta(days=1)
    fill(filled, [*SNAPS, Snap(CROWD + 1, newer, 1), Snap(1, newer, 700)])
    options = ["volatility", "--windows", "7"] if command != "freeze" else ["--out", str(tmp_path / "here")]
    for given, expected in (([], [str(newer)]), (["--as-of", LAST], [])):
        code, out, err = catlog("analytics", command, *options, *given, "--format", "json")
        answer = json.loads(out)
        found = answer["row"] if command == "freeze" else answer
        assert (code, found["asOf"], found["passedOver"]) == (0, LAST, expected)
        assert (f"missing or less than half as deep as before: {newer}; --as-of DAY asks for one" in err) is bool(
            expected
        )


@pytest.mark.usefixtures("filled")
def test_freeze_tells_where_the_files_are(catlog: Catlog, tmp_path: Path) -> None:
    row = json.loads(catlog("analytics", "freeze", "--out", str(tmp_path / "here"), "--format", "json").out)["row"]
    assert (row["asOf"], row["rows"], row["titles"]) == (LAST, len(SNAPS), 101)
    assert open_snapshot(Path(row["folder"]), whole=True).manifest.hash == row["hash"]


@pytest.mark.usefixtures("filled")
def test_compute_keeps_the_files_of_results_where_asked(catlog: Catlog, tmp_path: Path) -> None:
    for _ in range(2):
        assert catlog("analytics", "compute", "volatility", "--out", str(tmp_path / "kept")).code == 0
    assert [file.name for file in (tmp_path / "kept" / "volatility").iterdir()] == ["part-00000.parquet"]
