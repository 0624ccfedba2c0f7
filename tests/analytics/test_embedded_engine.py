"""The embedded engine against a referee that shares nothing with it, on histories with every irregularity."""

import math
import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from catlog.analytics.duckdb_engine.request import compute
from catlog.analytics.jobs import JOBS
from catlog.analytics.snapshots.manifest import RankingsSnapshot
from tests.analytics import plain_jobs
from tests.analytics.plain_jobs import Found
from tests.analytics.series import FIRST_DAY, Snap, charted, generated, recorded
from tests.support.snapshots import Row, depths_of, frozen

WINDOWS = (1, 7, 14, 30, 90)
TOP = 20

GENRES = [(i, f"Genre {g}") for i in range(1, 41) for g in (i % 3, i % 5 + 10)] + [(1, "Genre 1"), (500, "Unranked")]


def as_row(snap: Snap) -> Row:
    score = None if snap.score is None else round(100 * snap.score)
    return (snap.mal_id, snap.day, snap.rank, score, snap.scored_by, snap.members, snap.popularity)


def days(*values: tuple[int | None, int | None] | None, mal_id: int = 1, step: int = 1) -> list[Row]:
    """Return one title with these (rank, score100) on successive days, None for a day without a snapshot."""
    return [
        (mal_id, FIRST_DAY + timedelta(days=step * number), *value, 10, 20, 30)
        for number, value in enumerate(values)
        if value is not None
    ]


def gappy() -> list[Row]:
    """Return titles that are seen on few days, with long gaps, jumps and unknown values between."""
    rng = random.Random(3)
    rows: list[Row] = []
    for mal_id in range(1, 12):
        for number in range(160):
            if rng.random() < 0.3:
                rank = rng.choice([None, rng.randint(1, 30)])
                score = rng.choice([None, rng.randint(1, 1000)])
                votes = rng.choice([None, 0, rng.randint(1, 10**7)])
                rows.append(
                    (mal_id, FIRST_DAY + timedelta(days=number), rank, score, votes, rng.choice([None, 5, 10**6]), 1)
                )
    return rows


HISTORIES: dict[str, list[Row]] = {
    "generated": [as_row(snap) for snap in generated()],
    "charted": [as_row(snap) for snap in charted()],
    "gappy": gappy(),
    "one day": [(i, FIRST_DAY, i, 900 - i, 100, 200, i) for i in range(1, 8)],
    "one title": days(*((3 + n % 4, 850 + n % 7) for n in range(40))),
    "a single snapshot": days((1, 900)),
    "no scores at all": days(*((n % 5 + 1, None) for n in range(30)))
    + days(*((n % 3, None) for n in range(1, 31)), mal_id=2),
    "no ranks at all": days(*((None, 800 + n % 9) for n in range(30))),
    "constant": days(*((5, 800) for _ in range(30))) + days(*((6, 800) for _ in range(30)), mal_id=2),
    "steady climbs": days(*((100 - 2 * n, 700 + n) for n in range(30)), step=3)
    + days(*(None if n % 3 == 1 else (5 + 3 * n, 900 - 2 * n) for n in range(30)), mal_id=2),
    "steps that agree": [
        row for i in (1, 2, 3) for row in days(*((i * (1 + (n > 10)), 800 + i * (n > 10)) for n in range(20)), mal_id=i)
    ],
    "weekly": [
        row
        for i in range(1, 5)
        for row in days(*((i + n * i % 5, 800 + n * i % 11) for n in range(14)), mal_id=i, step=7)
    ],
}


@pytest.fixture(params=HISTORIES)
def history(request: pytest.FixtureRequest) -> list[Row]:
    return HISTORIES[request.param]


def computed(
    snapshot: RankingsSnapshot, job: str, out: Path, windows: Sequence[int] = WINDOWS, top: int = TOP
) -> Found:
    folder = compute([JOBS[job]], snapshot, out, windows=windows, top=top)[job]
    rows: Found = pq.read_table(folder).to_pylist()
    return rows


def chart_days(depths: Mapping[date, int]) -> list[date]:
    return [day for day, depth in depths.items() if depth >= 10]


def referee(job: str, rows: Sequence[Row], as_of: date, charts: Sequence[date]) -> Found:
    if job == "percentiles":
        return plain_jobs.percentiles(rows, GENRES)
    if job == "correlation":
        return plain_jobs.correlation(rows, WINDOWS, as_of, TOP, charts)
    found: Found = getattr(plain_jobs, job)(rows, WINDOWS, as_of)
    return found


def keyed(job: str, rows: Found) -> dict[tuple[Any, ...], dict[str, Any]]:
    key = JOBS[job].key
    found = {tuple(row[name] for name in key): row for row in rows}
    assert len(found) == len(rows), "a key occurs twice"
    return found


def assert_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> None:
    for name, value in other.items():
        if isinstance(value, float) and one[name] is not None:
            # scipy's own least squares and pearson are floats all the way: not better than this.
            assert one[name] == pytest.approx(value, rel=1e-8, abs=1e-11), (name, one, other)
        else:
            assert one[name] == value, (name, one, other)


@pytest.mark.parametrize(
    ("job", "deep"), [*((job, False) for job in JOBS), ("correlation", True)], ids=[*JOBS, "correlation of every day"]
)
def test_every_job_agrees_with_its_definition(job: str, deep: bool, history: list[Row], tmp_path: Path) -> None:
    depths = depths_of(history)
    if deep:  # so that histories of few titles, which are no charts, have correlations
        depths = dict.fromkeys(depths, 10)
    snapshot = frozen(tmp_path / "frozen", history, GENRES, parts=3, depths=depths)
    found = keyed(job, computed(snapshot, job, tmp_path / "out"))
    expected = keyed(job, referee(job, history, snapshot.manifest.as_of, chart_days(depths)))
    assert found.keys() == expected.keys()
    for key, row in expected.items():
        assert_same(found[key], row)


@pytest.mark.parametrize("job", JOBS)
def test_results_have_the_columns_of_the_table_and_never_a_nan(job: str, history: list[Row], tmp_path: Path) -> None:
    snapshot = frozen(tmp_path / "frozen", history, GENRES)
    compute([JOBS[job]], snapshot, tmp_path / "out", windows=WINDOWS)
    table = pq.read_table(tmp_path / "out" / job)
    assert table.column_names == list(JOBS[job].columns)
    for row in table.to_pylist():
        assert all(math.isfinite(value) for value in row.values() if isinstance(value, float)), row


@pytest.mark.parametrize("job", ["momentum", "significance", "percentiles"])
def test_how_the_snapshot_is_cut_into_files_changes_nothing(job: str, tmp_path: Path) -> None:
    rows = HISTORIES["generated"]
    whole, cut = (frozen(tmp_path / f"frozen{parts}", rows, GENRES, parts=parts) for parts in (1, 40))
    one, other = (keyed(job, computed(each, job, tmp_path / f"out{n}")) for n, each in enumerate((whole, cut)))
    assert one == other


def test_recorded_series_agree_too(tmp_path: Path, shared_data: Path | None) -> None:
    if shared_data is None:
        return
    snaps = recorded(shared_data / "rankings" / "malstat_daily_top50" / "malstat_daily.csv")
    rows = [as_row(snap) for snap in snaps]
    snapshot = frozen(tmp_path / "frozen", rows, GENRES, parts=2)
    last = snapshot.manifest.as_of
    for job in ("volatility", "significance", "correlation"):
        found = keyed(job, computed(snapshot, job, tmp_path / "out"))
        expected = keyed(job, referee(job, rows, last, chart_days(depths_of(rows))))
        assert found.keys() == expected.keys()
        assert found
        for key, row in expected.items():
            assert_same(found[key], row)


def test_a_day_without_snapshots_has_an_empty_window_end(tmp_path: Path) -> None:
    later = FIRST_DAY + timedelta(days=400)
    snapshot = frozen(tmp_path / "frozen", HISTORIES["generated"], GENRES, as_of=later)
    for job in ("volatility", "significance", "correlation"):
        assert computed(snapshot, job, tmp_path / "out") == [], job
    assert len(computed(snapshot, "momentum", tmp_path / "out", [7])) == len(HISTORIES["generated"])


def test_a_window_longer_than_the_calendar_is_all_of_history(tmp_path: Path) -> None:
    rows = HISTORIES["one title"]
    snapshot = frozen(tmp_path / "frozen", rows)
    longest = max(computed(snapshot, "momentum", tmp_path / "out", [36_500]), key=lambda row: row["n"])
    assert longest["n"] == len(rows)
    assert computed(snapshot, "volatility", tmp_path / "out", [36_500])[0]["n"] == len(rows)
