"""Run jobs on the embedded engine: from a frozen snapshot to folders of results."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from catlog.analytics.duckdb_engine.request import ComputationRequest
from catlog.analytics.jobs import TOP_CORRELATED, WINDOWS, Job
from catlog.analytics.snapshots.manifest import RankingsSnapshot
from catlog.paths import make_folder
from catlog.progress import Report, silent

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
    request = ComputationRequest(snapshot, tuple(windows), top)
    folders = {}
    for job in jobs:
        folder = make_folder(out / job.name)
        import_module(f"catlog.analytics.duckdb_engine.{job.name}").compute(request, folder, report)
        folders[job.name] = folder
    return folders
