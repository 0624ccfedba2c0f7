"""One run of the ETL from end to end: extract, validate, load. Every end of a run is logged."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from catlog import clock
from catlog.access import Right, needs, require
from catlog.config import Settings
from catlog.db.session import Database, Session
from catlog.errors import (
    BadDataError,
    BusyError,
    CancelledError,
    CatLogError,
    ConfigError,
    InvalidArgumentError,
    NotFoundError,
    UnavailableError,
)
from catlog.etl import runlog
from catlog.etl.days import is_now
from catlog.etl.extract import delete_pages, extract, has_all_pages, stored_pages
from catlog.etl.load import counts, has_measures, load_day, run_owning_day, snapshot_day, store_rejects
from catlog.etl.replacement import assess
from catlog.etl.runlog import Run
from catlog.etl.sources import RANKINGS, RankingSource, ranking_source
from catlog.etl.transform import ValidationResult, validate
from catlog.net.backoff import Cancel, check
from catlog.progress import Report, silent

_WAITS_FOR_DATABASE = (0.0, 0.5, 1.5, 3.0)
"""Seconds before each try to log the end of a run, so that a restarted database is back."""


@dataclass(frozen=True, slots=True)
class RunRequest:
    """The request for a run. `pages` None means the source's own number; `day` None means today (UTC).

    Sources have no history, so `day` is today, or the day just over (`catlog.etl.days`). A chart from recorded history
    is only replaced with `replace`.
    """

    source: str = RANKINGS
    pages: int | None = None
    day: date | None = None
    resume: bool = False
    replace: bool = False


@needs(Right.LOAD_CHARTS)
def run_etl(
    database: Database, settings: Settings, request: RunRequest, report: Report = silent, *, cancel: Cancel = None
) -> Run:
    """Take one snapshot and return its finished run.

    A day is replaced whole, by a run at least as good as the one that stored it (by any with `replace`), or kept.
    Raises BusyError during another run; UnavailableError or BadDataError when the source fails, with the stored pages
    resumable (PARTIAL); BadDataError when over a fifth of the entries is unusable, or they are no chart; ConfigError
    when the machine's clock is wrong; NotFoundError and InvalidArgumentError without such a run to resume,
    InvalidArgumentError when the day is over. None of these changes a stored day. Setting `cancel`, or a
    CancelledError out of `report`, ends the run as Ctrl-C does, until the day is being written.
    """
    if request.replace:
        require(database.role, Right.REPLACE_CHARTS)
    source = ranking_source(request.source)
    day = request.day or clock.utc_today()
    if not request.resume:
        _refuse_other_days(day, f"take today's: catlog etl run --source {request.source}")
    with runlog.exclusive_run(database):
        if request.resume:
            run = _resumed(database, request, source, day)
        elif not request.replace and (reason := _stays(database, request.source, day)):
            run = runlog.begin(database, request.source, snapshot_date=day)
            return runlog.end(database, run, runlog.SUCCESS, notes=(f"{reason} (--replace replaces it)",))
        else:
            pages = source.pages if request.pages is None else request.pages
            run = runlog.begin(database, request.source, snapshot_date=day, pages_asked=pages)
        return _carried_out(database, settings, source, run, request, report, cancel)


@needs(Right.LOAD_CHARTS)
def reprocess(database: Database, run_id: str, *, replace: bool = False) -> Run:
    """Rebuild the day of a run from its stored raw pages, under the same run id and start.

    Raises NotFoundError for an unknown run or one whose pages were pruned, InvalidArgumentError when pages are
    missing, or a later or better run owns the day (unless `replace`), BadDataError when they are unusable, or no chart
    (unless `replace`).
    """
    if replace:
        require(database.role, Right.REPLACE_CHARTS)
    with runlog.exclusive_run(database):
        with database.read() as session:
            run = runlog.find(session, run_id)
            pages = stored_pages(session, run_id)
        if run.snapshot_date is None or not pages:
            raise NotFoundError(f"run {run_id} has no stored pages", hint="they are kept until: catlog etl prune")
        if run.status == runlog.PARTIAL or run.pipeline_step == runlog.EXTRACT:
            raise InvalidArgumentError(f"run {run_id} is incomplete: {run.pages} pages", hint="take a new snapshot")
        result = validate(pages, ranking_source(run.source), host=run.host or "the stored page")
        decision = assess(database, run, result)
        owner = decision.owner
        is_earlier = owner is not None and owner.start_time > run.start_time
        if not replace and (decision.keep_reason or is_earlier):
            why = decision.keep_reason or "it is the later one"
            raise InvalidArgumentError(
                f"{run.snapshot_date} stays {decision.held}: {why}", hint="reprocess another run, or give --replace"
            )
        return _load(database, run, result, anomaly="" if replace else decision.anomaly)


def _carried_out(
    database: Database,
    settings: Settings,
    source: RankingSource,
    run: Run,
    request: RunRequest,
    report: Report,
    cancel: Cancel,
) -> Run:
    try:
        if run.pipeline_step == runlog.EXTRACT:
            with source.open(settings, run, snapshot_day(run), cancel) as fetch:
                run = extract(database, run, source, fetch, _prefixed(run, report))
        report("validating records", 0, None)
        with database.read() as session:
            pages = stored_pages(session, run.run_id)
        result = validate(pages, source, host=run.host or "the source")
        check(cancel)
        decision = assess(database, run, result)
        report("loading", len(result.accepted), len(result.accepted))
        if decision.keep_reason and not request.replace and not _blocker(result):
            stays = f"the day stays {decision.held}: {decision.keep_reason}"
            way_out = f"catlog etl reprocess {run.run_id} --replace takes this one all the same"
            notes = (*_notes(run, result), f"{stays}; {way_out}")
            return runlog.end(database, run, runlog.SUCCESS, notes=notes, **counts(result))
        return _load(database, run, result, anomaly="" if request.replace else decision.anomaly)
    except (KeyboardInterrupt, SystemExit, CancelledError):
        database.run(lambda session: _cancel(session, run, resumable=request.resume))
        raise
    except CatLogError as problem:
        _end_failed(database, run, problem)
        raise
    except BaseException as problem:
        reason = f"a bug: {type(problem).__name__}"
        database.run(lambda session: runlog.close(session, run, runlog.FAILED, error_message=reason))
        raise


def _load(database: Database, run: Run, result: ValidationResult, *, anomaly: str) -> Run:
    """Load the day unless the result is unusable, or `anomaly` says why it is no chart."""
    reason = _blocker(result) or anomaly
    if not reason:
        return load_day(database, run, result, notes=_notes(run, result))

    def unit(session: Session) -> None:
        # The log of a run that was loaded once stays: its rows are still stored.
        if runlog.close(session, run, runlog.FAILED, error_message=reason, **counts(result)):
            store_rejects(session, run.run_id, result.rejects)

    database.run(unit)
    if anomaly and reason == anomaly:
        hint = f"to take it all the same: catlog etl reprocess {run.run_id} --replace"
    else:
        hint = f"the first: {result.rejects[0].reason}" if result.rejects else "see: catlog etl logs"
    raise BadDataError(f"{reason}; the stored day was not touched", hint=hint)


def _blocker(result: ValidationResult) -> str:
    """Return why nothing of a run can be loaded, whatever the stored day; "" when it can."""
    if not result.received:
        return "the source has no entries"
    if result.problems:
        return "; ".join(result.problems)
    if not any(has_measures(record) for record in result.accepted):
        return f"there is nothing to write: no rank, score or count in {result.received} entries"
    return ""


def _notes(run: Run, result: ValidationResult) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*run.notes, *result.warnings, *_repeats(result))))


def _repeats(result: ValidationResult) -> Iterator[str]:
    if result.duplicates:
        ids = ", ".join(str(mal_id) for mal_id in dict.fromkeys(result.duplicates[:20]))
        yield f"came more than once, counted once: {ids}"


def _resumed(database: Database, request: RunRequest, source: RankingSource, day: date) -> Run:
    name = request.source
    start = f"start a new one: catlog etl run --source {name}"
    with database.read() as session:
        run = runlog.unfinished(session, name, day)
        other = runlog.unfinished(session, name)
        owner = run_owning_day(session, name, day)
        is_whole = run is not None and has_all_pages(session, run, source)
    if run is None:
        hint = f"the last one is of {other.snapshot_date}: add --date {other.snapshot_date}" if other else start
        raise NotFoundError(f"there is no unfinished {name} run of {day} to resume", hint=hint)
    if owner and owner.start_time > run.start_time and owner.pages >= (run.pages_asked or run.pages):
        raise NotFoundError(f"{day} was completed by run {owner.run_id} after run {run.run_id} had failed", hint=start)
    if request.pages not in (None, run.pages_asked):
        requested = "all" if run.pages_asked is None else run.pages_asked
        raise InvalidArgumentError(f"run {run.run_id} is a run of {requested} pages, not {request.pages}", hint=start)
    changes: dict[str, object] = {"status": runlog.RUNNING, "error_message": None, "end_time": None}
    if is_now(day):
        changes["pipeline_step"] = runlog.EXTRACT
    elif is_whole:
        # The list of today says nothing about the day of the stored pages.
        unseen = "the day was over when the run was resumed: page 1 was not checked again"
        changes |= {"pipeline_step": runlog.TRANSFORM, "notes": (*run.notes, unseen)}
    else:
        _refuse_other_days(day, start)
    return database.run(lambda session: runlog.record(session, run, **changes))


def _refuse_other_days(day: date, way_out: str) -> None:
    if not is_now(day):
        when = "in the future" if day > clock.utc_today() else "over"
        raise InvalidArgumentError(
            f"{day} is {when}, and the source only has today's ranks: today is {clock.utc_today()} (UTC)",
            hint=way_out,
        )


def _stays(database: Database, source: str, day: date) -> str:
    """Return why a day is not fetched, or ""."""
    with database.read() as session:
        owner = run_owning_day(session, source, day)
    if owner is not None and owner.source != source:
        return f"{day} has a chart that was loaded from recorded history: it stays as it is"
    return ""


def _cancel(session: Session, run: Run, *, resumable: bool) -> None:
    status = runlog.PARTIAL if resumable else runlog.FAILED
    changes: dict[str, object] = {} if resumable else {"pages": 0}
    if runlog.close(session, run, status, error_message="cancelled", **changes) and not resumable:
        delete_pages(session, run.run_id)


def _end_failed(database: Database, run: Run, problem: CatLogError) -> None:
    """Log why a run ended; without a database, the next run does it."""

    def unit(session: Session) -> Run | None:
        logged = runlog.find(session, run.run_id)
        status = runlog.PARTIAL if logged.pages else runlog.FAILED
        return runlog.close(session, logged, status, error_message=problem.message)

    for wait in _WAITS_FOR_DATABASE:
        time.sleep(wait)
        try:
            ended = database.run(unit)
        except (UnavailableError, BusyError):
            continue
        if ended and ended.status == runlog.PARTIAL and not isinstance(problem, ConfigError):
            again = f"catlog etl run --source {ended.source} --date {ended.snapshot_date} --resume"
            way_on = f"stored pages: {ended.pages}; resume with: {again}"
            problem.hint = f"{problem.hint}; {way_on}" if problem.hint else way_on
        return


def _prefixed(run: Run, report: Report) -> Report:
    return lambda step, done, total: report(f"{run.source}: {step}", done, total)
