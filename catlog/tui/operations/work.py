"""The work of each kind of operation; each function takes the parameters and returns the work."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from catlog.text import counted
from catlog.tui.operations.operation import Control, OperationResult, Work

AIRING, RANKINGS = "airing", "rankings"
"""The sources of a first catalogue, in the order in which they are fetched."""

if TYPE_CHECKING:
    from catlog.analytics.engines import EngineName
    from catlog.etl.completion.result import CompletionProgress
    from catlog.etl.pipeline import RunRequest
    from catlog.etl.runlog import Run
    from catlog.tui.backend import Backend


def snapshot(source: str, pages: int | None, day: date | None, *, resume: bool = False, replace: bool = False) -> Work:
    """Return an ETL run: `day` None is today, `pages` None the default of the source.

    `resume` and `replace` are as in `catlog.etl.pipeline.RunRequest`.
    """

    def work(backend: Backend, control: Control) -> OperationResult:
        from catlog.etl.pipeline import RunRequest, run_etl

        request = RunRequest(source, pages, day, resume=resume, replace=replace)
        run = run_etl(backend.database, backend.settings, request, control.report, cancel=control.cancel)
        return OperationResult(_summary(run, request), run.run_id)

    return work


def first_catalogue() -> Work:
    """Return the first load of a catalogue: the titles that air now, then the top 100 with their ranks."""

    def work(backend: Backend, control: Control) -> OperationResult:
        from catlog.etl.pipeline import RunRequest, run_etl

        rows, run_id = [], ""
        for source in (AIRING, RANKINGS):
            request = RunRequest(source)
            run = run_etl(backend.database, backend.settings, request, control.report, cancel=control.cancel)
            rows.append(run.rows_processed)
            run_id = run.run_id
        return OperationResult(f"{counted(rows[0], 'title')} of the season and the top {rows[1]:,} are here", run_id)

    return work


def backup() -> Work:
    """Return a backup into the folder of backups."""

    def work(backend: Backend, control: Control) -> OperationResult:
        from catlog.db.backup.folder import back_up

        made = back_up(backend.database, backend.settings.paths.backups, report=control.report)
        return OperationResult(f"backed up {counted(made.manifest.rows, 'row')} into {made.file.name}")

    return work


def computation(jobs: tuple[str, ...], engine: EngineName, windows: tuple[int, ...]) -> Work:
    """Return the computation of stage-two tables, of all jobs when `jobs` is empty; settings say where Spark runs."""

    def work(backend: Backend, control: Control) -> OperationResult:
        from catlog.analytics.jobs import find_jobs
        from catlog.etl.stage_two import ComputationRequest, compute

        request = ComputationRequest(find_jobs(jobs), engine, windows=windows)
        done = compute(backend.database, backend.settings, request, report=control.report, echo=control.print_line)
        if not done.computed:
            return OperationResult("there are no ranks yet to compute anything from")
        written = sum(job.written for job in done.computed)
        names = ", ".join(job.job for job in done.computed)
        return OperationResult(
            f"{names} up to {done.as_of}: {counted(written, 'row')} new or changed", done.computed[-1].run_id
        )

    return work


def completion() -> Work:
    """Return the completion of the own list: its progress is in titles, its output names those that failed."""

    def work(backend: Backend, control: Control) -> OperationResult:
        from catlog.etl.completion.run import complete_list

        def tell(seen: CompletionProgress) -> None:
            control.report("titles", seen.done, seen.titles)
            control.expect(seen.seconds_left)

        owner = backend.owner()
        done = complete_list(backend.database, backend.settings, owner, tell=tell, cancel=control.cancel)
        for title in done.failed:
            control.print_line(f"{title.title} ({title.mal_id}): {title.reason}")
        return OperationResult(f"my list: {done.summary}", done.run_id)

    return work


def _summary(run: Run, request: RunRequest) -> str:
    if not run.rows_processed and run.notes:
        return f"{run.source} {run.snapshot_date}: {run.notes[-1]}"
    rejected = f", {run.rejected} rejected" if run.rejected else ""
    again = "resumed: " if request.resume else ""
    return f"{again}{run.source} {run.snapshot_date}: {counted(run.rows_processed, 'row')}{rejected}"
