"""Write results as Parquet to a staging folder and swap it in, so that a killed job leaves the old results.

Executors write where they share the file system with the driver. Elsewhere, and for jobs that finish on the driver,
results come to the driver as Arrow and are written there.
"""

from __future__ import annotations

import secrets
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from spark.errors import UNAVAILABLE, SparkError
from spark.jobs import SparkJob

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_QUICKLY = {"compression": "lz4_raw", "parquet.enable.dictionary": "false"}
"""Optimized for speed, a quarter less work than small files: results are read once and deleted."""

_TYPES = {"int": pa.int32(), "bigint": pa.int64(), "double": pa.float64(), "date": pa.date32(), "string": pa.string()}


def write(job: SparkJob, found: DataFrame, out: Path, *, by_executors: bool) -> int:
    """Make `out`/NAME the results of a job, from what its `transform` returned, and return the number of rows.

    Raises SparkError (69) when they cannot be written; on any error the old results remain.
    """
    folder = out / job.name
    try:
        out.mkdir(parents=True, exist_ok=True)
        restore(folder)
        staged = out / f".{job.name}-{secrets.token_hex(4)}"
        try:
            if by_executors and job.finish is None:
                rows = _by_executors(job, found, staged)
            else:
                rows = _by_driver(job, found, staged)
            _swap(staged, folder)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise SparkError(UNAVAILABLE, f"the results in {folder} cannot be written: {reason}") from None
    return rows


def restore(folder: Path) -> None:
    """Restore results that a process moved aside before it died in a swap; delete its other leftovers."""
    aside = _aside(folder)
    if aside.exists():
        if folder.exists():
            shutil.rmtree(aside)
        else:
            aside.rename(folder)
    for left in folder.parent.glob(f".{folder.name}-????????"):
        shutil.rmtree(left, ignore_errors=True)


def _by_executors(job: SparkJob, found: DataFrame, staged: Path) -> int:
    from pyspark.sql import functions as F  # noqa: N812 - everybody knows it by this name

    typed = found.select(*(F.col(name).cast(kind).alias(name) for name, kind in job.columns.items()))
    typed.write.options(**_QUICKLY).parquet(staged.as_uri())
    rows = 0
    for number, file in enumerate(sorted(staged.glob("part-*.parquet"))):
        rows += pq.read_metadata(file).num_rows
        file.rename(staged / f"part-{number:05d}.parquet")
    for other in staged.iterdir():  # markers and checksums of Spark, which refer to the old file names
        if not other.name.startswith("part-"):
            other.unlink()
    return rows


def _by_driver(job: SparkJob, found: DataFrame, staged: Path) -> int:
    table = found.toArrow()
    if job.finish is not None:
        table = job.finish(table)
    schema = pa.schema([(name, _TYPES[kind]) for name, kind in job.columns.items()])
    staged.mkdir()
    rows = table.select(schema.names).cast(schema)
    pq.write_table(rows, staged / "part-00000.parquet", compression="lz4", use_dictionary=False)
    return int(table.num_rows)


def _swap(staged: Path, folder: Path) -> None:
    aside = _aside(folder)
    with suppress(FileNotFoundError):
        folder.rename(aside)
    staged.rename(folder)
    shutil.rmtree(aside, ignore_errors=True)


def _aside(folder: Path) -> Path:
    return folder.parent / f".{folder.name}.old"
