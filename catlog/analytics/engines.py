"""Both engines behind one function: from a frozen snapshot to folders of results. An engine is imported when used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Literal

from catlog.analytics.jobs import TOP_CORRELATED, Job
from catlog.analytics.snapshots.manifest import RankingsSnapshot
from catlog.config import Settings
from catlog.errors import ConfigError
from catlog.extras import how_to_add
from catlog.progress import Report, silent

EngineName = Literal["duckdb", "spark"]


def run_engine(
    engine: EngineName,
    settings: Settings,
    jobs: Sequence[Job],
    snapshot: RankingsSnapshot,
    out: Path,
    *,
    windows: Sequence[int],
    top: int = TOP_CORRELATED,
    report: Report = silent,
    echo: Callable[[str], None] | None = None,
) -> Mapping[str, Path]:
    """Write the results of each job into a folder of its own in `out`, and return the folders by job.

    `echo` receives the lines that the engine logs. Raises ConfigError when the engine is not installed.
    """
    if engine == "duckdb":
        from catlog.analytics.duckdb_engine.request import compute

        return compute(jobs, snapshot, out, windows=windows, top=top, report=report)
    names = tuple(job.name for job in jobs)
    launch = _launcher()
    as_of = snapshot.manifest.as_of
    return launch(names, snapshot.folder, out, settings, as_of, tuple(windows), report, top=top, echo=echo)


def _launcher() -> Callable[..., Mapping[str, Path]]:
    try:
        launch: Callable[..., Mapping[str, Path]] = import_module("catlog.analytics.launcher").launch
    except ImportError as problem:
        raise ConfigError(
            f"the engine spark is not installed here ({problem})",
            hint=f"{how_to_add('spark')}; or --engine duckdb, which needs nothing more",
        ) from None
    return launch
