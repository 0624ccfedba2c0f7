"""A folder of results of any engine, read by DuckDB with the columns of its job, in parts."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from catlog.analytics.duckdb_engine.connection import TYPES, fetch_arrow, parquet_source, quote, typed_columns
from catlog.analytics.jobs import Job
from catlog.errors import BadDataError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_BATCH_ROWS = 1 << 16

PartKey = tuple[int, date]
"""Window (0: none) and day of a part; a part is replaced as a whole."""


@dataclass(frozen=True, slots=True)
class ResultPart:
    """The number of rows of one part, and a digest of their values."""

    rows: int
    digest: str


@contextmanager
def open_results(folder: Path, job: Job) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an in-memory DuckDB with the results of `job` in `folder` as the view `results`.

    Raises BadDataError when the columns are not those of the job, or a value does not fit.
    """
    import duckdb

    files = sorted(folder.glob("*.parquet"))
    with duckdb.connect() as engine:
        engine.execute("SET enable_progress_bar = false")
        try:
            if files:
                found = [row[0] for row in engine.execute(f"DESCRIBE {parquet_source(files)}").fetchall()]
                if sorted(found) != sorted(job.columns):
                    raise BadDataError(f"the results in {folder} have the columns {', '.join(found)}", hint=_hint(job))
                engine.execute(f"CREATE VIEW results AS {parquet_source(files)} SELECT {typed_columns(job.columns)}")
            else:
                empty = ", ".join(f'"{name}" {TYPES[kind]}' for name, kind in job.columns.items())
                engine.execute(f"CREATE TABLE results ({empty})")
            yield engine
        except duckdb.Error as problem:
            raise BadDataError(f"the results in {folder} cannot be read: {str(problem).splitlines()[0]}") from None


def read_parts(
    engine: duckdb.DuckDBPyConnection, job: Job, as_of: date, windows: Collection[int]
) -> dict[PartKey, ResultPart]:
    """Return the parts of the opened results; a window in which nothing qualified has an empty one, of `as_of`."""
    values = ", ".join(f'"{name}"' for name in job.columns)
    key = _key(job, as_of)
    query = f"FROM results SELECT {key}, count(*), bit_xor(hash({values})), sum(hash({values})) GROUP BY 1, 2"
    found = {
        (window, day): ResultPart(rows, f"{mixed:016x}{added % 2**64:016x}")
        for window, day, rows, mixed, added in engine.execute(query).fetchall()
    }
    filled = {window for window, _ in found}
    for window in windows if job.windowed else (0,):
        if window not in filled:
            found[window, as_of] = ResultPart(0, "")
    return found


def read_rows(
    engine: duckdb.DuckDBPyConnection, job: Job, as_of: date, parts: Collection[PartKey]
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of some parts of the opened results in the order of the table's key."""
    import pyarrow as pa

    windows = pa.array([window for window, _ in parts], pa.int32())
    days = pa.array([day for _, day in parts], pa.date32())
    engine.register("requested", pa.table({"windowPart": windows, "dayPart": days}))
    order = ", ".join(f'"{name}"' for name in job.key)
    values = ", ".join(f'"{name}"' for name in job.columns)
    keyed = f"FROM results SELECT *, {_key(job, as_of)}"
    query = f"FROM ({keyed}) SEMI JOIN requested USING (windowPart, dayPart) SELECT {values} ORDER BY {order}"
    yield from engine.sql(query).to_arrow_reader(_BATCH_ROWS)


def row_count(folder: Path, job: Job) -> int:
    """Return how many rows the results of `job` in `folder` have. Raises as `open_results` does."""
    with open_results(folder, job) as engine:
        counted: int = fetch_arrow(engine, "SELECT count(*) AS n FROM results")["n"][0].as_py()
    return counted


def _key(job: Job, as_of: date) -> str:
    window = '"windowDays"' if job.windowed else "0"
    day = '"snapshotDate"' if job.daily else f"DATE {quote(as_of.isoformat())}"
    return f"{window} AS windowPart, {day} AS dayPart"


def _hint(job: Job) -> str:
    return f"{job.table} takes {', '.join(job.columns)}"
