"""Stage two as runs: from the stored rankings to the stored results, one computation at a time, killed or not."""

import random
import time
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from catlog.analytics import engines
from catlog.analytics.engines import EngineName
from catlog.analytics.jobs import JOBS, Job
from catlog.analytics.results.read import show, strongest_trends
from catlog.config import Settings, load_settings
from catlog.db.lock import ETL, STAGE_TWO, exclusive
from catlog.db.models import EtlLogs, ResultParts
from catlog.db.naming import table_of
from catlog.db.session import Database
from catlog.errors import BusyError, ConfigError, NotFoundError
from catlog.etl import runlog
from catlog.etl.stage_two import ComputationRequest, ComputationResult, compute
from tests.analytics.series import FIRST_DAY, fill, generated, title
from tests.support.cli import CommandLine, Nursery

SNAPS = generated()
LAST = max(snap.day for snap in SNAPS)
ALL = tuple(JOBS.values())


@pytest.fixture
def settings(database: Database, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("CATLOG_DATABASE_URL", database.url)
    return load_settings()


@pytest.fixture
def filled(database: Database) -> Database:
    fill(database, SNAPS, range(1, 41))
    return database


def computed(
    database: Database,
    settings: Settings,
    jobs: tuple[Job, ...] = ALL,
    as_of: date | None = None,
    engine: EngineName = "duckdb",
    out: Path | None = None,
) -> ComputationResult:
    return compute(database, settings, ComputationRequest(jobs, engine, as_of, windows=(7, 30), out=out))


def held(database: Database) -> dict[str, tuple[int, int]]:
    """Return how many rows each result table has, and how many its parts say it has."""
    with database.read() as session:
        connection = session.connection()
        return {
            name: (
                connection.execute(select(func.count()).select_from(table_of(job.model))).scalar_one(),
                connection.execute(
                    select(func.coalesce(func.sum(col(ResultParts.rows)), 0)).where(col(ResultParts.job) == name)
                ).scalar_one(),
            )
            for name, job in JOBS.items()
        }


def test_every_job_fills_its_table_and_leaves_a_run(filled: Database, settings: Settings) -> None:
    done = computed(filled, settings)
    assert (done.as_of, done.engine, done.snapshots) == (LAST, "duckdb", len(SNAPS))
    assert [each.job for each in done.computed] == list(JOBS)
    counts = held(filled)
    for each in done.computed:
        assert counts[each.job] == (each.rows, each.rows)
    # percentiles need genres, which this history does not have
    assert all(rows > 0 for job, (rows, _) in counts.items() if job != "percentiles")
    runs = {run.source: run for run in runlog.latest(filled)}
    assert set(runs) == {f"stage-two:{name}" for name in JOBS}
    run = runs["stage-two:volatility"]
    assert (run.status, run.snapshot_date, run.received) == ("SUCCESS", LAST, len(SNAPS))
    assert (run.accepted, run.rows_processed) == (counts["volatility"][0], counts["volatility"][0])
    assert run.notes[0].startswith("engine duckdb; windows of 7, 30 days; snapshot ")


def test_the_faces_get_titles_stamps_and_the_strongest_first(filled: Database, settings: Settings) -> None:
    computed(filled, settings)
    with filled.read() as session:
        for name in JOBS:
            found = show(session, name, limit=4)
            assert (found.as_of, found.engine, len(found.rows)) == (LAST, "duckdb", 0 if name == "percentiles" else 4)
        ranked = show(session, "volatility", window=7).rows
        assert [row.volatility_rank for row in ranked] == sorted(row.volatility_rank for row in ranked)
        assert ranked[0].title in {title(ranked[0].mal_id), "#99"}
        course = show(session, "momentum", title(5)).rows
        assert [row.snapshot_date for row in course] == sorted({snap.day for snap in SNAPS if snap.mal_id == 5})
        assert {row.window_days for row in show(session, "volatility", 5).rows} == {7, 30}
        pairs = show(session, "correlation", 5, 30).rows
        assert pairs
        assert all(5 in (row.mal_id_a, row.mal_id_b) for row in pairs)
        flat = strongest_trends(session, "flat", limit=None)
        assert [row.q_value for row in flat.rows] == sorted(row.q_value for row in flat.rows)
        assert {row.direction for row in flat.rows} == {"flat"}
        assert show(session, "momentum", window=8).as_of is None
        with pytest.raises(NotFoundError):
            show(session, "momentum", "no such anime")


def test_one_more_day_rewrites_only_what_it_changes(filled: Database, settings: Settings) -> None:
    computed(filled, settings, as_of=LAST - timedelta(days=1))
    again = {each.job: each for each in computed(filled, settings).computed}
    on_last = sum(snap.day == LAST for snap in SNAPS)
    assert again["momentum"].written == 2 * on_last < again["momentum"].rows
    assert sum(each.written for each in computed(filled, settings).computed) == 0


def test_without_snapshots_nothing_is_computed_and_nothing_logged(database: Database, settings: Settings) -> None:
    assert computed(database, settings) == ComputationResult(None, "duckdb", 0, ())
    assert runlog.latest(database) == []


def test_before_the_first_snapshot_there_is_nothing_to_compute(filled: Database, settings: Settings) -> None:
    asked = FIRST_DAY - timedelta(days=9)
    assert computed(filled, settings, as_of=asked).computed == ()
    assert {run.status for run in runlog.latest(filled)} == {"SUCCESS"}


def test_a_second_computation_is_told_who_is_busy_and_the_etl_goes_on(filled: Database, settings: Settings) -> None:
    with runlog.exclusive_run(filled, STAGE_TWO):
        run = runlog.begin(filled, "stage-two:momentum", snapshot_date=LAST)
        with pytest.raises(BusyError, match=rf"run {run.run_id} \(stage-two:momentum"):
            computed(filled, settings)
        with runlog.exclusive_run(filled):
            assert runlog.latest(filled)[0].status == "RUNNING", "the load closed a computation that is under way"


def test_a_computation_that_died_is_closed_by_the_next(filled: Database, settings: Settings) -> None:
    with exclusive(filled, STAGE_TWO):
        dead = runlog.begin(filled, "stage-two:momentum", snapshot_date=LAST)
    with exclusive(filled, ETL):
        load = runlog.begin(filled, "rankings", snapshot_date=LAST)
        computed(filled, settings, jobs=(JOBS["volatility"],))
    with filled.read() as session:
        assert runlog.find(session, dead.run_id).status == "FAILED"
        assert runlog.find(session, load.run_id).status == "RUNNING"


def test_an_engine_that_fails_leaves_the_old_results_and_says_why(
    filled: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed(filled, settings, as_of=LAST - timedelta(days=5))
    before = held(filled)

    def fails(*_: object, **__: object) -> Mapping[str, Path]:
        raise ConfigError("the cluster is away")

    monkeypatch.setattr(engines, "_launcher", lambda: fails)
    with pytest.raises(ConfigError):
        computed(filled, settings, engine="spark")
    assert held(filled) == before
    failed = [run for run in runlog.latest(filled) if run.status == "FAILED"]
    assert {run.error_message for run in failed} == {"the cluster is away"}
    assert len(failed) == len(JOBS)


def test_results_of_another_engine_are_stored_under_its_name(
    filled: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def launch(
        names: tuple[str, ...],
        snapshot: Path,
        out: Path,
        _: Settings,
        as_of: date,
        windows: tuple[int, ...],
        *__: object,
        **___: object,
    ) -> Mapping[str, Path]:
        assert (as_of, windows) == (LAST, (7, 30))
        assert (snapshot / "manifest.json").exists()
        from catlog.analytics.duckdb_engine.request import compute as embedded
        from catlog.analytics.snapshots.manifest import open_snapshot

        return embedded([JOBS[name] for name in names], open_snapshot(snapshot), out, windows=windows)

    monkeypatch.setattr(engines, "_launcher", lambda: launch)
    done = computed(filled, settings, engine="spark", out=tmp_path / "kept")
    assert {each.job for each in done.computed} == set(JOBS)
    assert {folder.name for folder in (tmp_path / "kept").iterdir()} == set(JOBS)
    with filled.read() as session:
        assert show(session, "momentum").engine == "spark"


def test_a_computation_killed_at_any_moment_leaves_whole_tables(
    filled: Database, settings: Settings, nursery: Nursery, tmp_path: Path
) -> None:
    catlog = CommandLine().having(home=tmp_path / "home", database_url=filled.url)
    rng = random.Random(1)
    started = time.monotonic()
    assert nursery.run(catlog, "analytics", "compute", "--as-of", LAST - timedelta(days=30)).code == 0
    usual = time.monotonic() - started
    for number in range(6):
        day = LAST - timedelta(days=20 - number)
        with nursery.start(catlog, "analytics", "compute", "--as-of", day):
            time.sleep(rng.uniform(0.2, 1) * usual)
        assert all(rows == told for rows, told in held(filled).values()), held(filled)
    assert nursery.run(catlog, "analytics", "compute").code == 0
    with filled.read() as session:
        query = select(func.count()).where(col(EtlLogs.status) == "RUNNING")
        assert session.connection().execute(query).scalar_one() == 0
        assert {show(session, name).as_of for name in JOBS if name != "percentiles"} == {LAST}
