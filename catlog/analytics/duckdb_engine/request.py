"""Run jobs on the embedded engine: from a frozen snapshot to folders of results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catlog.analytics.jobs import TOP_CORRELATED, WINDOWS, Job
from catlog.analytics.snapshots.manifest import RankingsSnapshot
from catlog.paths import make_folder
from catlog.progress import Report, silent

if TYPE_CHECKING:
    import pyarrow as pa

EPOCH = date(1970, 1, 1)
"""Day 0 of the day numbers in which series are computed: Arrow's."""


@dataclass(frozen=True, slots=True)
class EngineRequest:
    """One computation: the frozen snapshot, the windows in days, and the depth of the chart for correlations."""

    snapshot: RankingsSnapshot
    windows: tuple[int, ...] = WINDOWS
    top: int = TOP_CORRELATED

    @property
    def as_of(self) -> date:
        """The day the results are for."""
        return self.snapshot.manifest.as_of

    @property
    def last_day(self) -> int:
        """The same as a day number."""
        return (self.as_of - EPOCH).days

    def first_day_of(self, window: int) -> date:
        """Return the first day of the window that ends on the day of the results."""
        return self.as_of - timedelta(days=min(window, (self.as_of - date.min).days))


def schema_of(job: Job) -> pa.Schema:
    """Return the Arrow schema of a job's rows."""
    import pyarrow as pa

    types: Mapping[str, Any] = {
        "integer": pa.int32(),
        "float": pa.float64(),
        "date": pa.date32(),
        "text": pa.string(),
    }
    return pa.schema([(name, types[kind]) for name, kind in job.columns.items()])


def part_file(folder: Path, number: int) -> Path:
    """Return the name of one file of results."""
    return folder / f"part-{number:05d}.parquet"


def write_rows(table: pa.Table, file: Path) -> None:
    """Write rows to a Parquet file, optimized for speed: results are read once and deleted."""
    import pyarrow.parquet as pq

    pq.write_table(table, file, compression="lz4", use_dictionary=False, write_statistics=False)


ENGINE = "duckdb"
"""The name of this engine in stored results."""


def compute(
    jobs: Sequence[Job],
    snapshot: RankingsSnapshot,
    out: Path,
    *,
    windows: Sequence[int] = WINDOWS,
    top: int = TOP_CORRELATED,
    report: Report = silent,
) -> dict[str, Path]:
    """Write the results of each job into an empty folder of its own in `out`, and return the folders by job."""
    request = EngineRequest(snapshot, tuple(windows), top)
    folders = {}
    for job in jobs:
        folder = make_folder(out / job.name)
        import_module(f"catlog.analytics.duckdb_engine.{job.name}").compute(request, folder, report)
        folders[job.name] = folder
    return folders
