"""Comparing results: what differs too much is found, on whichever side it is, and what is only rounded passes."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catlog.analytics.duckdb_engine.request import compute, schema_of
from catlog.analytics.jobs import JOBS
from catlog.analytics.validation.compare import CheckedColumn, compare_folders
from catlog.errors import BadDataError
from tests.analytics.test_embedded_engine import GENRES, HISTORIES
from tests.support.snapshots import frozen

Rows = list[dict[str, Any]]
JOB = JOBS["significance"]
Compare = Callable[[Rows, Rows], dict[str, CheckedColumn]]


@pytest.fixture
def rows(tmp_path: Path) -> Rows:
    snapshot = frozen(tmp_path / "frozen", HISTORIES["generated"], GENRES)
    found: Rows = pq.read_table(compute([JOB], snapshot, tmp_path / "out", windows=(30, 90))[JOB.name]).to_pylist()
    return found


@pytest.fixture
def compare(tmp_path: Path) -> Compare:
    def compared(left: Rows, right: Rows) -> dict[str, CheckedColumn]:
        for side, some in (("left", left), ("right", right)):
            (tmp_path / side).mkdir(exist_ok=True)
            pq.write_table(pa.Table.from_pylist(some, schema=schema_of(JOB)), tmp_path / side / "part-0.parquet")
        return {check.column: check for check in compare_folders(JOB, tmp_path / "left", tmp_path / "right")}

    return compared


def changed(rows: Rows, column: str, change: Callable[[Any], Any]) -> Rows:
    return [rows[0] | {column: change(rows[0][column])}, *rows[1:]]


def test_the_same_rows_in_another_order_pass(compare: Compare, rows: Rows) -> None:
    found = compare(rows, rows[::-1])
    assert set(found) == set(JOB.columns) - set(JOB.key)
    for check in found.values():
        assert (check.passed, check.rows, check.missing_left, check.missing_right) == (True, len(rows), 0, 0)
        assert not check.largest_absolute


def test_rounding_passes_and_its_size_is_told(compare: Compare, rows: Rows) -> None:
    found = compare(rows, changed(rows, "intercept", lambda value: value * (1 + 1e-12)))
    assert found["intercept"].passed
    assert found["intercept"].largest_relative == pytest.approx(1e-12, rel=1e-2)
    assert found["intercept"].largest_absolute == pytest.approx(rows[0]["intercept"] * 1e-12, rel=1e-2)


@pytest.mark.parametrize(
    ("column", "change"),
    [
        ("intercept", lambda value: value * (1 + 1e-8)),
        ("pValue", lambda value: value + 1e-7),
        ("tau", lambda value: None),
        ("tau", lambda value: math.nan),
        ("m", lambda value: value + 1),
        ("direction", lambda value: "sideways"),
    ],
)
def test_a_difference_fails_its_column_alone(
    compare: Compare, rows: Rows, column: str, change: Callable[[Any], Any]
) -> None:
    for sides in ((rows, changed(rows, column, change)), (changed(rows, column, change), rows)):
        found = compare(*sides)
        assert [name for name, check in found.items() if not check.passed] == [column]
        assert found[column].unequal == 1


def test_a_missing_row_fails_every_column_and_says_where(compare: Compare, rows: Rows) -> None:
    found = compare(rows[1:], rows[:-2])
    for check in found.values():
        assert (check.passed, check.rows, check.missing_left, check.missing_right) == (False, len(rows) - 3, 1, 2)


def test_an_end_of_an_interval_is_measured_by_the_larger_end(compare: Compare, rows: Rows) -> None:
    near = [rows[0] | {"ciLow": 1e-15, "ciHigh": 2.0}]
    assert compare(near, changed(near, "ciLow", lambda value: 2 * value))["ciLow"].passed
    assert not compare(near, changed(near, "ciLow", lambda value: 1e-8))["ciLow"].passed


def test_nothing_on_both_sides_is_the_same(compare: Compare) -> None:
    assert all(check.passed and check.rows == 0 for check in compare([], []).values())


def test_results_of_another_job_are_refused(compare: Compare, rows: Rows, tmp_path: Path) -> None:
    compare(rows, rows)
    with pytest.raises(BadDataError, match="have the columns"):
        compare_folders(JOBS["volatility"], tmp_path / "left", tmp_path / "right")
