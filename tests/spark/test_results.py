"""Results are swapped in whole: whatever stops a job, the ones before are still there."""

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import DataFrame, SparkSession

from spark import results
from spark.errors import SparkError
from spark.jobs import Inputs, Parameters, SparkJob

ROOT = Path(__file__).resolve().parents[2]


def nothing(inputs: Inputs, parameters: Parameters) -> DataFrame:
    raise AssertionError("not called here")


JOB = SparkJob("numbers", {"malId": "int", "n": "bigint"}, nothing)
FINISHED = SparkJob("numbers", JOB.columns, nothing, finish=lambda found: found.append_column("n", found["malId"]))


def numbers(session: SparkSession, *values: int) -> DataFrame:
    return session.createDataFrame([(value, value) for value in values], "malId int, n int")


def stored(out: Path) -> list[int]:
    return sorted(pq.read_table(out / JOB.name)["malId"].to_pylist())


@pytest.mark.parametrize("by_executors", [True, False])
def test_new_results_replace_the_old_ones_and_leave_nothing_else(
    session: SparkSession, by_executors: bool, tmp_path: Path
) -> None:
    assert results.write(JOB, numbers(session, 1, 2), tmp_path, by_executors=by_executors) == 2
    assert results.write(JOB, numbers(session, 3), tmp_path, by_executors=by_executors) == 1
    assert stored(tmp_path) == [3]
    assert [path.name for path in tmp_path.iterdir()] == ["numbers"]
    assert all(path.match("part-*.parquet") for path in (tmp_path / "numbers").iterdir())
    assert pq.read_schema(next((tmp_path / "numbers").iterdir())).field("n").type == pa.int64()


def test_what_the_driver_finishes_is_written_with_the_columns_of_the_job(session: SparkSession, tmp_path: Path) -> None:
    found = numbers(session, 5).select("malId")
    assert results.write(FINISHED, found, tmp_path, by_executors=True) == 1
    assert pq.read_table(tmp_path / "numbers").to_pylist() == [{"malId": 5, "n": 5}]


@pytest.mark.parametrize("by_executors", [True, False])
def test_a_job_that_fails_leaves_the_old_results(session: SparkSession, by_executors: bool, tmp_path: Path) -> None:
    results.write(JOB, numbers(session, 1), tmp_path, by_executors=by_executors)
    failing = (
        numbers(session, 1)
        .selectExpr("malId", "assert_true(malId > 1) IS NULL AS n")
        .selectExpr("malId", "CAST(n AS int) AS n")
    )
    with pytest.raises(Exception, match="is not true"):
        results.write(JOB, failing, tmp_path, by_executors=by_executors)
    assert stored(tmp_path) == [1]
    assert [path.name for path in tmp_path.iterdir()] == ["numbers"]


_KILLED = """
import os, signal, sys
from pathlib import Path
from spark import results

out = Path(sys.argv[1])
staged = out / ".numbers-0badcafe"
staged.mkdir()
(staged / "part-00000.parquet").write_bytes((out / "numbers/part-00000.parquet").read_bytes())
renames = 0

def dying(self, target, rename=Path.rename):
    global renames
    if renames == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    renames += 1
    return rename(self, target)

Path.rename = dying
results._swap(staged, out / "numbers")
"""


@pytest.mark.parametrize("renames", [0, 1])
def test_killed_between_the_renames_the_old_results_come_back(
    session: SparkSession, renames: int, tmp_path: Path
) -> None:
    results.write(JOB, numbers(session, 1), tmp_path, by_executors=False)
    done = subprocess.run([sys.executable, "-c", _KILLED, tmp_path, str(renames)], cwd=ROOT, check=False)
    assert done.returncode == -9
    results.restore(tmp_path / "numbers")
    assert stored(tmp_path) == [1]
    assert [path.name for path in tmp_path.iterdir()] == ["numbers"]


def test_a_folder_that_cannot_be_written_is_said_so(session: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(SparkError, match="cannot be written") as caught:
        results.write(JOB, numbers(session, 1), tmp_path / "out", by_executors=False)
    assert caught.value.code == 69
