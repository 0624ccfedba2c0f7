"""Storing results: only changed parts are rewritten, and whatever fails leaves what was there."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from catlog.analytics.duckdb_engine.request import compute
from catlog.analytics.jobs import JOBS, STAMPS, Job
from catlog.analytics.results import store as storing
from catlog.analytics.results.store import Stamp, StoreSummary, part_stamps, store
from catlog.db.naming import table_of
from catlog.db.session import Database
from catlog.errors import BadDataError
from tests.analytics.test_embedded_engine import GENRES, HISTORIES
from tests.support.snapshots import frozen

LAST = max(row[1] for row in HISTORIES["generated"])
INSTANT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


class Store:
    """Computes the generated history up to some day and stores it."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self._folder = folder
        self._runs = 0

    def __call__(
        self, job: Job, as_of: date = LAST, windows: tuple[int, ...] = (7, 30), engine: str = "duckdb"
    ) -> StoreSummary:
        self._runs += 1
        place = self._folder / str(self._runs)
        snapshot = frozen(place / "frozen", HISTORIES["generated"], GENRES, as_of=as_of, parts=2)
        self.results = compute([job], snapshot, place / "out", windows=windows)[job.name]
        stamp = Stamp(as_of, INSTANT + timedelta(hours=self._runs), f"run {self._runs}", engine)
        with self.database.write() as session:
            return store(session.connection(), job, self.results, stamp, windows)

    def rows(self, job: Job) -> list[dict[str, Any]]:
        with self.database.read() as session:
            found = session.connection().execute(select(table_of(job.model)))
            names = [column.name for column in table_of(job.model).columns]
            return [dict(zip(names, row, strict=True)) for row in found]


@pytest.fixture
def put(database: Database, tmp_path: Path) -> Store:
    return Store(database, tmp_path)


@pytest.mark.parametrize("job", JOBS.values(), ids=str)
def test_the_table_holds_the_results_to_the_last_digit_with_their_stamps(put: Store, job: Job) -> None:
    stored = put(job)
    assert stored.rows == stored.written > 0

    def ordered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return sorted(rows, key=lambda row: tuple(row[name] for name in job.key))

    rows = ordered(put.rows(job))
    assert {tuple(row.pop(name) for name in STAMPS) for row in rows} == {
        (LAST, INSTANT + timedelta(hours=1), "run 1", "duckdb")
    }
    assert rows == ordered(pq.read_table(put.results).to_pylist())


@pytest.mark.parametrize("job", JOBS.values(), ids=str)
def test_the_same_results_again_write_nothing(put: Store, job: Job) -> None:
    put(job)
    before = put.rows(job)
    assert put(job).written == 0
    assert put.rows(job) == before


@pytest.mark.parametrize("name", ["momentum", "percentiles"])
def test_a_new_day_writes_its_own_rows_alone(put: Store, name: str) -> None:
    job = JOBS[name]
    yesterday = LAST - timedelta(days=1)
    put(job, yesterday)
    stored = put(job)
    fresh = [row for row in put.rows(job) if row["runId"] == "run 2"]
    assert {row["snapshotDate"] for row in fresh} == {LAST}
    assert stored.written == len(fresh) < stored.rows == len(put.rows(job))


def test_an_earlier_day_takes_back_what_came_later(put: Store) -> None:
    for name in ("momentum", "volatility"):
        put(JOBS[name])
        put(JOBS[name], LAST - timedelta(days=20))
    assert max(row["snapshotDate"] for row in put.rows(JOBS["momentum"])) == LAST - timedelta(days=20)
    assert {row["asOf"] for row in put.rows(JOBS["volatility"])} == {LAST - timedelta(days=20)}


@pytest.mark.parametrize("name", ["momentum", "volatility", "significance"])
def test_windows_that_were_not_asked_for_stay(put: Store, name: str) -> None:
    job = JOBS[name]
    put(job, windows=(14, 30))
    kept = [row for row in put.rows(job) if row["windowDays"] == 14]
    put(job, LAST - timedelta(days=9), windows=(30,))
    assert [row for row in put.rows(job) if row["windowDays"] == 14] == kept
    latest = max(row["snapshotDate"] if job.daily else row["asOf"] for row in put.rows(job) if row["windowDays"] == 30)
    assert latest == LAST - timedelta(days=9)


def test_another_engine_s_rows_say_so_even_where_they_are_the_same(put: Store) -> None:
    job = JOBS["volatility"]
    put(job)
    assert put(job, engine="spark").written > 0
    assert {row["engine"] for row in put.rows(job)} == {"spark"}


def test_a_computation_that_found_nothing_is_remembered(put: Store, database: Database) -> None:
    job = JOBS["significance"]
    assert put(job, windows=(3,)) == StoreSummary(0, 0, 1, 1)
    with database.read() as session:
        assert part_stamps(session.connection(), job) == {(3, LAST): "duckdb"}


@pytest.mark.parametrize("moment", ["append", "_note_parts"])
@pytest.mark.parametrize("job", JOBS.values(), ids=str)
def test_a_failure_in_the_midst_leaves_the_old_results(
    put: Store, job: Job, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(job, LAST - timedelta(days=3))
    before = put.rows(job)
    real = getattr(storing, moment)

    def fail(*arguments: object) -> None:
        real(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(storing, moment, fail)
    with pytest.raises(KeyboardInterrupt):
        put(job)
    assert put.rows(job) == before


def test_results_of_another_shape_are_refused(put: Store, database: Database, tmp_path: Path) -> None:
    job = JOBS["volatility"]
    put(job)
    before = put.rows(job)
    strange = tmp_path / "strange"
    strange.mkdir()
    pq.write_table(pa.table({"malId": [1], "wind": [7]}), strange / "part-0.parquet")
    with pytest.raises(BadDataError, match="have the columns malId, wind"), database.write() as session:
        store(session.connection(), job, strange, Stamp(LAST, INSTANT, "run", "spark"), (7,))
    (strange / "part-0.parquet").write_bytes(b"no parquet at all")
    with pytest.raises(BadDataError, match="cannot be read"), database.write() as session:
        store(session.connection(), job, strange, Stamp(LAST, INSTANT, "run", "spark"), (7,))
    assert put.rows(job) == before
