"""The run log: one row for every run, with its request, its counts and its end."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Update
from sqlmodel import Session, col, select, update

from catlog import clock
from catlog.access import Right, needs
from catlog.db.lock import ETL, exclusive, run_holds
from catlog.db.models import EtlLogs
from catlog.db.models.etl import FAILED as FAILED
from catlog.db.models.etl import PARTIAL as PARTIAL
from catlog.db.models.etl import RUNNING as RUNNING
from catlog.db.models.etl import SUCCESS as SUCCESS
from catlog.db.session import Database
from catlog.errors import BusyError, NotFoundError

DROP_DAY = "drop-day"
"""The source of a dropped day in the run log."""

EXTRACT, TRANSFORM, LOAD = "EXTRACT", "TRANSFORM", "LOAD"


@dataclass(frozen=True, slots=True)
class Run:
    """One row of the run log; the fields are those of `EtlLogs`."""

    run_id: str
    source: str
    host: str | None
    snapshot_date: date | None
    status: str
    pipeline_step: str
    start_time: datetime
    end_time: datetime | None
    pages_asked: int | None
    pages: int
    received: int
    accepted: int
    duplicates: int
    rejected: int
    rows_processed: int
    shifted: bool
    degraded: bool
    notes: tuple[str, ...]
    error_message: str | None
    holder: str
    heartbeat_at: datetime


def this_process() -> str:
    """Return the name of this process in the run log: host and process id."""
    return f"{socket.gethostname()}:{os.getpid()}"


def begin(database: Database, source: str, *, snapshot_date: date | None, pages_asked: int | None = None) -> Run:
    """Log a new run as RUNNING and return it."""
    started = clock.now()
    run_id = f"{started:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"

    def unit(session: Session) -> Run:
        # If the connection is lost after the server has committed, the unit runs again and finds its own row.
        if (made := session.exec(select(EtlLogs).where(EtlLogs.run_id == run_id)).one_or_none()) is not None:
            return _record(made)
        row = EtlLogs(
            run_id=run_id,
            source=source,
            snapshot_date=snapshot_date,
            status=RUNNING,
            pipeline_step=EXTRACT,
            holder=this_process(),
            start_time=started,
            heartbeat_at=started,
            pages_asked=pages_asked,
        )
        session.add(row)
        session.flush()
        return _record(row)

    return database.run(unit)


def record(session: Session, run: Run, **changes: object) -> Run:
    """Write `changes` (fields of `Run`) and a fresh heartbeat to the run's row, in the caller's transaction."""
    changed = _changed(run, changes)
    session.exec(_update(changed, changes))
    return changed


def close(session: Session, run: Run, status: str, **changes: object) -> Run | None:
    """Log the end of a running run, in the caller's transaction; return None for one that has ended already."""
    changes = {"status": status, "end_time": clock.now(), **changes}
    changed = _changed(run, changes)
    written = session.exec(_update(changed, changes).where(col(EtlLogs.status) == RUNNING)).rowcount
    return changed if written else None


def end(database: Database, run: Run, status: str, **changes: object) -> Run:
    """Log the end of a running run, in a transaction of its own. Raises BusyError as `lock_run` does."""

    def unit(session: Session) -> Run:
        lock_run(session, run)
        return close(session, run, status, **changes) or find(session, run.run_id)

    return database.run(unit)


def lock_run(session: Session, run: Run) -> None:
    """Lock a run against being closed by others until the caller's transaction ends.

    Raises BusyError when another has closed it: after the database was lost, so is the lock.
    """
    stored = (col(EtlLogs.run_id) == run.run_id, col(EtlLogs.status).in_((run.status, SUCCESS)))
    if not session.exec(update(EtlLogs).where(*stored).values(heartbeat_at=clock.now())).rowcount:
        raise BusyError(f"run {run.run_id} was taken for dead and closed by another run", hint="start a new one")


@needs(Right.READ_RUNS)
def latest(database: Database, limit: int = 10) -> list[Run]:
    """Return the newest runs first."""
    with database.read() as session:
        newest = select(EtlLogs).order_by(col(EtlLogs.start_time).desc(), col(EtlLogs.id).desc()).limit(limit)
        return [_record(row) for row in session.exec(newest)]


def find(session: Session, run_id: str) -> Run:
    """Return one run by its id. Raises NotFoundError."""
    row = session.exec(select(EtlLogs).where(EtlLogs.run_id == run_id)).first()
    if row is None:
        raise NotFoundError(f"there is no run {run_id[:80]!r}", hint="see: catlog etl logs")
    return _record(row)


def unfinished(session: Session, source: str, day: date | None = None) -> Run | None:
    """Return the newest PARTIAL run of `source`, of `day` or of any day."""
    query = select(EtlLogs).where(EtlLogs.source == source, EtlLogs.status == PARTIAL)
    if day is not None:
        query = query.where(EtlLogs.snapshot_date == day)
    row = session.exec(query.order_by(col(EtlLogs.start_time).desc(), col(EtlLogs.id).desc())).first()
    return _record(row) if row else None


@contextmanager
def exclusive_run(database: Database, lock: str = ETL) -> Iterator[None]:
    """Hold the ETL lock; first close the RUNNING runs of dead processes as FAILED.

    `STAGE_TWO` (`catlog.db.lock`) is the other lock, with runs of its own.

    Raises BusyError naming the run that has the lock.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(exclusive(database, lock))
        except BusyError:
            raise _busy_error(database, lock) from None
        database.run(lambda session: _close_dead_runs(session, lock))
        yield


def _close_dead_runs(session: Session, lock: str) -> None:
    for row in session.exec(select(EtlLogs).where(EtlLogs.status == RUNNING, run_holds(lock))).all():
        reason = f"its process ({row.holder}) died; last sign of life {clock.iso(row.heartbeat_at)}"
        close(session, _record(row), FAILED, error_message=reason)


def _busy_error(database: Database, lock: str) -> BusyError:
    with database.read() as session:
        query = (
            select(EtlLogs).where(EtlLogs.status == RUNNING, run_holds(lock)).order_by(col(EtlLogs.start_time).desc())
        )
        row = session.exec(query).first()
    if row is None:
        return BusyError("another run is just starting", hint="try again in a moment")
    since = clock.iso(row.start_time)
    return BusyError(
        f"run {row.run_id} ({row.source}, process {row.holder}, since {since}) is not finished",
        hint="wait for it, or end that process; then try again",
    )


def _changed(run: Run, changes: Mapping[str, object]) -> Run:
    return replace(run, heartbeat_at=clock.now(), **changes)  # type: ignore[arg-type]  # fields of Run


def _update(run: Run, names: Iterable[str]) -> Update:
    values = {name: getattr(run, name) for name in (*names, "heartbeat_at")}
    if "notes" in values:
        values["notes"] = list(run.notes)
    return update(EtlLogs).where(col(EtlLogs.run_id) == run.run_id).values(**values)


def _record(row: EtlLogs) -> Run:
    values = {name: getattr(row, name) for name in Run.__slots__ if name != "notes"}
    return Run(**values, notes=tuple(row.notes))
