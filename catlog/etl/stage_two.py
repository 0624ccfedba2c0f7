"""Stage two: freeze the rankings, let an engine compute, store the changed results, and log each job as a run.

The source of a job's run is `stage-two:JOB`; the failure of one job leaves the results of the others. Stage two has a
lock of its own: the daily load need not wait for an hour on a cluster, since the input is frozen. In the run log
`received` counts the input snapshots, `accepted` the rows of the result and `rows_processed` the new or changed ones.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from catlog import clock
from catlog.access import Right, needs
from catlog.analytics.days import days_after, default_day
from catlog.analytics.engines import EngineName, run_engine
from catlog.analytics.jobs import TOP_CORRELATED, WINDOWS, Job
from catlog.analytics.results.store import Stamp, StoreSummary, store
from catlog.analytics.snapshots.freeze import freeze, snapshots_in
from catlog.analytics.snapshots.manifest import RankingsSnapshot
from catlog.config import Settings
from catlog.db.lock import STAGE_TWO
from catlog.db.session import Database, Session
from catlog.errors import CatLogError
from catlog.etl import runlog
from catlog.etl.runlog import Run
from catlog.paths import make_folder, make_private
from catlog.progress import Report, silent


@dataclass(frozen=True, slots=True)
class ComputationRequest:
    """The request: jobs, engine, day (None: the latest) and windows in days.

    With `out`, the result files stay in that folder, one folder a job.
    """

    jobs: tuple[Job, ...]
    engine: EngineName = "duckdb"
    as_of: date | None = None
    windows: tuple[int, ...] = WINDOWS
    top: int = TOP_CORRELATED
    out: Path | None = None


@dataclass(frozen=True, slots=True)
class JobResult:
    """A finished job: its table has `rows`, of which `written` were new or changed."""

    job: str
    table: str
    rows: int
    written: int
    seconds: float
    run_id: str


@dataclass(frozen=True, slots=True)
class ComputationResult:
    """The results of a request; without any snapshots `as_of` is None and there are none.

    `passed_over` are the newer days with snapshots, if no day was requested.
    """

    as_of: date | None
    engine: str
    snapshots: int
    computed: tuple[JobResult, ...]
    passed_over: tuple[date, ...] = ()


@needs(Right.COMPUTE)
def compute(
    database: Database,
    settings: Settings,
    request: ComputationRequest,
    *,
    report: Report = silent,
    echo: Callable[[str], None] | None = None,
) -> ComputationResult:
    """Compute and store the results of some jobs.

    `echo` gets the log lines of the engine. Raises BusyError during another computation, ConfigError when the engine is
    not installed, BadDataError when its results do not fit, and database errors. Then earlier results stay.
    """
    with runlog.exclusive_run(database, STAGE_TWO):
        day, passed_over = (request.as_of, ()) if request.as_of else _default_day(database)
        if day is None:
            return ComputationResult(None, request.engine, 0, ())
        with _logged(database, request.jobs, day) as runs:
            snapshot = freeze(database, snapshots_in(settings.paths), as_of=day, report=report)
            if snapshot is None:
                for run in runs.values():
                    runlog.end(database, run, runlog.SUCCESS, notes=(f"no snapshots up to {day}",))
                return ComputationResult(request.as_of, request.engine, 0, ())
            with _results_folder(request, settings.paths.cache) as out:
                computed = tuple(_results(database, settings, request, snapshot, out, runs, report, echo))
    return ComputationResult(day, request.engine, snapshot.manifest.rows, computed, passed_over)


def _results(
    database: Database,
    settings: Settings,
    request: ComputationRequest,
    snapshot: RankingsSnapshot,
    out: Path,
    runs: Mapping[str, Run],
    report: Report,
    echo: Callable[[str], None] | None,
) -> Iterator[JobResult]:
    for batch in _batches(request):
        began = clock.now()
        for job in batch:
            database.run(lambda session, job=job: _advance(session, runs[job.name], snapshot))  # type: ignore[misc]
        folders = run_engine(
            *(request.engine, settings, batch, snapshot, out),
            windows=request.windows,
            top=request.top,
            report=report,
            echo=echo,
        )
        for job in batch:
            stamp = Stamp(snapshot.manifest.as_of, clock.now(), runs[job.name].run_id, request.engine)
            report(f"storing {job.name}", 0, None)
            stored = _store(database, runs[job.name], job, folders[job.name], stamp, request, snapshot)
            seconds = (clock.now() - began).total_seconds()
            yield JobResult(job.name, job.table, stored.rows, stored.written, seconds, stamp.run_id)
            if request.out is None:
                shutil.rmtree(folders[job.name], ignore_errors=True)


def _batches(request: ComputationRequest) -> Iterator[tuple[Job, ...]]:
    """Yield the jobs that the engine computes together: Spark starts only once for all."""
    if request.engine == "spark":
        yield request.jobs
    else:
        yield from ((job,) for job in request.jobs)


def _store(
    database: Database,
    run: Run,
    job: Job,
    folder: Path,
    stamp: Stamp,
    request: ComputationRequest,
    snapshot: RankingsSnapshot,
) -> StoreSummary:
    def unit(session: Session) -> StoreSummary:
        # Another process may have closed the run meanwhile.
        runlog.lock_run(session, run)
        stored = store(session.connection(), job, folder, stamp, request.windows)
        windows = f"; windows of {', '.join(map(str, request.windows))} days" if job.windowed else ""
        notes = (
            f"engine {request.engine}{windows}; snapshot {snapshot.manifest.hash[:12]}",
            f"{stored.parts_written} of {stored.parts} parts were new or changed",
        )
        runlog.close(
            session,
            run,
            runlog.SUCCESS,
            pipeline_step=runlog.LOAD,
            received=snapshot.manifest.rows,
            accepted=stored.rows,
            rows_processed=stored.written,
            notes=notes,
        )
        return stored

    return database.run(unit)


def _advance(session: Session, run: Run, snapshot: RankingsSnapshot) -> None:
    runlog.lock_run(session, run)
    runlog.record(session, run, pipeline_step=runlog.TRANSFORM, received=snapshot.manifest.rows)


@contextmanager
def _logged(database: Database, jobs: Sequence[Job], day: date) -> Iterator[Mapping[str, Run]]:
    """Log a run for each job; when the block fails, unfinished ones end as FAILED."""
    runs = {job.name: runlog.begin(database, f"{STAGE_TWO}:{job.name}", snapshot_date=day) for job in jobs}
    try:
        yield runs
    except BaseException as problem:
        reason = _why(problem)
        for run in runs.values():
            database.run(lambda session, run=run: runlog.close(session, run, runlog.FAILED, error_message=reason))  # type: ignore[misc]
        raise


def _why(problem: BaseException) -> str:
    if isinstance(problem, CatLogError):
        return problem.message
    return "cancelled" if isinstance(problem, KeyboardInterrupt | SystemExit) else f"a bug: {type(problem).__name__}"


@contextmanager
def _results_folder(request: ComputationRequest, cache: Path) -> Iterator[Path]:
    """Yield the folder for results: the requested one without its old results, or a temporary one."""
    if request.out is not None:
        for job in request.jobs:
            shutil.rmtree(request.out / job.name, ignore_errors=True)
        yield make_folder(request.out)
        return
    with tempfile.TemporaryDirectory(prefix="results-", dir=make_private(cache), ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _default_day(database: Database) -> tuple[date | None, tuple[date, ...]]:
    with database.read() as session:
        connection = session.connection()
        day = default_day(connection)
        return day, () if day is None else days_after(connection, day)
