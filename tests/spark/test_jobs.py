"""Every job of Spark against a referee that shares nothing with it, on histories with every irregularity."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from catlog.analytics.jobs import JOBS
from catlog.analytics.snapshots.manifest import RankingsSnapshot
from spark import jobs, rankings, results
from spark.jobs import Parameters
from tests.analytics import plain_jobs
from tests.analytics.plain_jobs import Found
from tests.analytics.test_embedded_engine import GENRES, HISTORIES, assert_same, chart_days, keyed
from tests.support.snapshots import Row, depths_of, frozen

WINDOWS = (1, 7, 30)
TOP = 12
APART = 1000
"""Between the ids of two histories."""


def everything() -> list[Row]:
    """Return all histories side by side, all up to the same day."""
    last = max(row[1] for rows in HISTORIES.values() for row in rows)
    found: list[Row] = []
    for number, rows in enumerate(HISTORIES.values()):
        late = last - max(row[1] for row in rows)
        found += [(row[0] + number * APART, row[1] + late, *row[2:]) for row in rows]
    return found


PAIRS = [(mal_id + APART * number, genre) for mal_id, genre in GENRES for number in range(3)]
FEW = [(7, date(2024, 2, 29), 3, 801, 10, 20, 1)]


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[list[Row], RankingsSnapshot]]:
    folder = tmp_path_factory.mktemp("frozen")
    rows = everything()
    return {
        "everything": (rows, frozen(folder / "everything", rows, PAIRS, parts=3)),
        "one snapshot": (FEW, frozen(folder / "few", FEW, [(7, "Drama"), (8, "Comedy")])),
        "nothing": ([], frozen(folder / "nothing", FEW, PAIRS, as_of=date(2024, 1, 1))),
    }


def computed(session: SparkSession, name: str, snapshot: RankingsSnapshot, out: Path, parameters: Parameters) -> Found:
    """Return the rows of a job as its files have them."""
    job = jobs.find(name)
    inputs = rankings.from_parquet(session, str(snapshot.folder))
    written = results.write(job, job.transform(inputs, parameters), out, by_executors=True)
    table = pq.read_table(out / name)
    assert table.schema.names == list(job.columns)
    assert table.num_rows == written
    rows: Found = table.to_pylist()
    return rows


def referee(name: str, rows: list[Row], as_of: date) -> Found:
    if name == "percentiles":
        return plain_jobs.percentiles(rows, PAIRS if len(rows) != 1 else [(7, "Drama")])
    if name == "correlation":
        return plain_jobs.correlation(rows, WINDOWS, as_of, TOP, chart_days(depths_of(rows)))
    found: Found = getattr(plain_jobs, name)(rows, WINDOWS, as_of)
    return found


@pytest.mark.parametrize("history", ["everything", "one snapshot", "nothing"])
@pytest.mark.parametrize("name", jobs.NAMES)
def test_every_job_agrees_with_its_definition(
    session: SparkSession,
    snapshots: dict[str, tuple[list[Row], RankingsSnapshot]],
    name: str,
    history: str,
    tmp_path: Path,
) -> None:
    rows, snapshot = snapshots[history]
    as_of = snapshot.manifest.as_of
    found = keyed(name, computed(session, name, snapshot, tmp_path, Parameters(as_of, WINDOWS, TOP)))
    expected = keyed(name, referee(name, rows, as_of))
    assert found.keys() == expected.keys()
    assert len(found) > 50 or history != "everything"
    for key, row in expected.items():
        assert_same(found[key], row)


@pytest.mark.parametrize("name", ["momentum", "percentiles"])
def test_only_the_days_from_since_on_are_computed_and_they_are_the_same(
    session: SparkSession, snapshots: dict[str, tuple[list[Row], RankingsSnapshot]], name: str, tmp_path: Path
) -> None:
    _, snapshot = snapshots["everything"]
    whole = Parameters(snapshot.manifest.as_of, WINDOWS)
    since = whole.as_of - timedelta(days=3)
    everything = computed(session, name, snapshot, tmp_path / "whole", whole)
    late = computed(session, name, snapshot, tmp_path / "late", replace(whole, since=since))
    expected = [row for row in everything if row["snapshotDate"] >= since]
    assert keyed(name, late) == keyed(name, expected)
    assert 0 < len(late) < len(everything)


def test_a_genre_that_is_named_twice_counts_once(session: SparkSession) -> None:
    ranked = session.createDataFrame([(1, date(2024, 1, 1), 1, 900, 10, 20, 1)], rankings.SCHEMA)
    genres = session.createDataFrame([(1, "Drama"), (1, "Drama")], rankings.GENRES)
    days = session.createDataFrame([(date(2024, 1, 1), 0)], rankings.DAYS)
    found = (
        jobs.find("percentiles").transform(jobs.Inputs(ranked, genres, days), Parameters(date(2024, 1, 1))).collect()
    )
    assert [(row.genre, row.n, row.scoreP50) for row in found] == [("Drama", 1, 9.0)]


@pytest.mark.parametrize("name", ["volatility", "correlation"])
def test_what_is_after_the_day_is_not_known(
    session: SparkSession, snapshots: dict[str, tuple[list[Row], RankingsSnapshot]], name: str, tmp_path: Path
) -> None:
    rows, snapshot = snapshots["everything"]
    day = snapshot.manifest.as_of - timedelta(days=11)
    found = keyed(name, computed(session, name, snapshot, tmp_path, Parameters(day, WINDOWS, TOP)))
    expected = keyed(name, referee(name, [row for row in rows if row[1] <= day], day))
    assert found.keys() == expected.keys()
    assert found
    for key, row in expected.items():
        assert_same(found[key], row)


def both_tables() -> Iterator[tuple[str, list[str], list[str]]]:
    for name in jobs.NAMES:
        yield name, list(jobs.find(name).columns), list(JOBS[name].columns)


def test_the_columns_are_those_of_the_tables() -> None:
    for name, ours, theirs in both_tables():
        assert sorted(ours) == sorted(theirs), name
    assert list(JOBS) == list(jobs.NAMES)
