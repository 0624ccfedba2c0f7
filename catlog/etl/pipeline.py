"""One run of the ETL from end to end: extract, transform, judge, load; every way it can end is logged."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from catlog import clock
from catlog.db.session import Database
from catlog.errors import BadDataError, CatLogError, InvalidArgumentError, NotFoundError, UnavailableError
from catlog.etl import runlog
from catlog.etl.extract import Ask, extract, forget_pages, kept_pages
from catlog.etl.load import counts, holder_of_day, keep_rejects, load_day, rows_on
from catlog.etl.runlog import Run
from catlog.etl.sources import PLANS, Plan
from catlog.etl.transform import Verdicts, judge
from catlog.jikan.answer import RawAnswer
from catlog.jikan.client import JikanClient
from catlog.progress import Report, silent


@dataclass(frozen=True, slots=True)
class Request:
    """What a run is to do. `pages` None means what the source's plan says; `day` None means today (UTC).

    The source has no history: today's ranks are filed under `day` whatever it is. A past day that has snapshots is
    therefore only touched with `replace`.
    """

    source: str = "rankings"
    pages: int | None = None
    day: date | None = None
    resume: bool = False
    replace: bool = False


def run_etl(database: Database, client: JikanClient, request: Request, report: Report = silent) -> Run:
    """Take one snapshot and return its finished run.

    A day is replaced whole, by a run at least as good as the one that made it, or stays. Raises BusyError while
    another run is under way; UnavailableError or BadDataError when the source fails, with the pages kept so far
    resumable (PARTIAL); BadDataError when over a fifth of the entries is unusable. None of these changes a stored day.
    """
    plan = PLANS.get(request.source)
    if plan is None:
        raise InvalidArgumentError(f"unknown source {request.source!r}", hint=f"known: {', '.join(PLANS)}")
    day = request.day or clock.today()
    if day > clock.today():
        raise InvalidArgumentError(f"{day} is in the future: a snapshot is of today or filed under a past day")
    with runlog.the_only_run(database):
        if not request.resume and not request.replace and day < clock.today() and _has_rows(database, day):
            return _keep_past_day(database, request, day)
        run = _resumed(database, request.source, day) if request.resume else _begun(database, request, plan, day)
        return _carried_out(database, client, plan, run, report)


def reprocess(database: Database, run_id: str, *, replace: bool = False) -> Run:
    """Rebuild the day of a run from its stored raw pages; the run keeps its id and start.

    Raises NotFoundError for an unknown run or one whose pages were pruned, InvalidArgumentError when its pages are
    not whole, or when a later run holds the day (unless `replace`).
    """
    with runlog.the_only_run(database):
        with database.read() as session:
            run = runlog.find(session, run_id)
            pages = kept_pages(session, run_id)
            holder = holder_of_day(session, run.source, run.snapshot_date) if run.snapshot_date else None
        if run.snapshot_date is None or not pages:
            raise NotFoundError(f"run {run_id} has no stored pages", hint="they are kept until: catlog etl prune")
        if run.status == runlog.PARTIAL or len(pages) != run.pages or run.pages < (run.pages_asked or 1):
            raise InvalidArgumentError(f"run {run_id} is not whole: {len(pages)} pages", hint="take a new snapshot")
        if holder is not None and holder.start_time > run.start_time and not replace:
            raise InvalidArgumentError(
                f"{run.snapshot_date} is held by the later run {holder.run_id}",
                hint="reprocess that one, or give --replace",
            )
        return _load(database, run, judge(pages, host=run.host or "the stored page"), compare=False)


def _carried_out(database: Database, client: JikanClient, plan: Plan, run: Run, report: Report) -> Run:
    try:
        run = extract(database, run, _asker(client, plan, run), _following(run, report))
        report("judging records", 0, None)
        with database.read() as session:
            pages = kept_pages(session, run.run_id)
        verdicts = judge(pages, host=run.host or "the source")
        report("loading", len(verdicts.accepted), len(verdicts.accepted))
        return _load(database, run, verdicts, compare=True)
    except (KeyboardInterrupt, SystemExit):
        database.run(lambda session: forget_pages(session, run.run_id))
        runlog.end(database, run, runlog.FAILED, error_message="cancelled", pages=0)
        raise
    except CatLogError as problem:
        _end_failed(database, run, problem)
        raise
    except BaseException as problem:
        runlog.end(database, run, runlog.FAILED, error_message=f"a bug: {type(problem).__name__}")
        raise


def _load(database: Database, run: Run, verdicts: Verdicts, *, compare: bool) -> Run:
    if verdicts.unusable or not verdicts.accepted:
        share = f"{len(verdicts.rejects)} of {verdicts.received} entries cannot be used"
        reason = share if verdicts.received else "the source has no entries"
        first = f"the first: {verdicts.rejects[0].reason}" if verdicts.rejects else "see: catlog etl logs"
        runlog.end(database, run, runlog.FAILED, error_message=reason, **counts(verdicts))
        database.run(lambda session: keep_rejects(session, run.run_id, verdicts.rejects))
        raise BadDataError(f"{reason}; the stored day was not touched", hint=first)
    notes = (*run.notes, *verdicts.warnings, *_repeats(verdicts))
    if compare and (better := _better_stored(database, run, verdicts)) is not None:
        note = f"the day stays that of run {better.run_id}, which has more or better pages"
        return runlog.end(database, run, runlog.SUCCESS, notes=(*notes, note), rows_processed=0, **counts(verdicts))
    run = database.run(lambda session: runlog.record(session, run, notes=notes, pipeline_step=runlog.TRANSFORM))
    return load_day(database, run, verdicts)


def _repeats(verdicts: Verdicts) -> Iterator[str]:
    if verdicts.duplicates:
        ids = ", ".join(str(mal_id) for mal_id in dict.fromkeys(verdicts.duplicates[:20]))
        yield f"came more than once, counted once: {ids}"


def _better_stored(database: Database, run: Run, verdicts: Verdicts) -> Run | None:
    assert run.snapshot_date is not None
    with database.read() as session:
        stored = holder_of_day(session, run.source, run.snapshot_date)
    if stored is None or stored.run_id == run.run_id:
        return None
    quality = (not verdicts.degraded, run.pages, not run.shifted)
    return stored if (not stored.degraded, stored.pages, not stored.shifted) > quality else None


def _begun(database: Database, request: Request, plan: Plan, day: date) -> Run:
    asked = request.pages if request.pages is not None else plan.pages
    return runlog.begin(database, request.source, snapshot_date=day, pages_asked=asked)


def _resumed(database: Database, source: str, day: date) -> Run:
    with database.read() as session:
        run = runlog.newest_of(session, source, day, runlog.PARTIAL)
    if run is None:
        raise NotFoundError(
            f"there is no unfinished {source} run of {day} to resume",
            hint=f"start one: catlog etl run --source {source}",
        )
    changes = {"status": runlog.RUNNING, "error_message": None, "end_time": None, "pipeline_step": runlog.EXTRACT}
    return database.run(lambda session: runlog.record(session, run, **changes))


def _keep_past_day(database: Database, request: Request, day: date) -> Run:
    run = runlog.begin(database, request.source, snapshot_date=day)
    note = f"{day} has snapshots already and is past: it stays as it is (--replace replaces it)"
    return runlog.end(database, run, runlog.SUCCESS, notes=(note,))


def _has_rows(database: Database, day: date) -> bool:
    with database.read() as session:
        return rows_on(session, day) > 0


def _end_failed(database: Database, run: Run, problem: CatLogError) -> None:
    with database.read() as session:
        run = runlog.find(session, run.run_id)
    if run.status != runlog.RUNNING:
        return
    resumable = run.pages > 0 and isinstance(problem, UnavailableError | BadDataError)
    runlog.end(database, run, runlog.PARTIAL if resumable else runlog.FAILED, error_message=problem.message)
    if resumable:
        problem.hint = f"{run.pages} pages are kept; go on with: catlog etl run --source {run.source} --resume"


def _asker(client: JikanClient, plan: Plan, run: Run) -> Ask:
    """Return how to ask for a page: all pages of a run come from one source, the one it began with."""
    began_with = [source for source in client.sources.ordered if source.host == run.host]
    if run.host and not began_with:
        raise UnavailableError(
            f"run {run.run_id} began with {run.host}, which is not among the sources any more",
            hint="add it to jikan_urls, or start a new run",
        )
    session = client.open_source(bound_to=began_with[0].url if run.host else None)
    path = plan.path_on(run.snapshot_date or clock.today())

    def ask(page: int) -> RawAnswer:
        if plan.pause and session.source is not None and not session.source.self_hosted:
            time.sleep(plan.pause)
        return session.get(path, plan.params, page=page)

    return ask


def _following(run: Run, report: Report) -> Report:
    return lambda step, done, total: report(f"{run.source}: {step}", done, total)
