"""The run log: every run leaves one row that says what it asked for, what it found and how it ended."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session, col, select, update

from catlog import clock
from catlog.db.lock import exclusive
from catlog.db.models import EtlLogs
from catlog.db.session import Database
from catlog.errors import BusyError, NotFoundError

RUNNING, SUCCESS, PARTIAL, FAILED = "RUNNING", "SUCCESS", "PARTIAL", "FAILED"
EXTRACT, TRANSFORM, LOAD = "EXTRACT", "TRANSFORM", "LOAD"

LOCK = "etl"
"""The lock under which everything that writes rankings runs."""


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


def begin(database: Database, source: str, *, snapshot_date: date | None, pages_asked: int | None = None) -> Run:
    """Log a new run as RUNNING and return it."""
    started = clock.now()
    row = EtlLogs(
        run_id=f"{started:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}",
        source=source,
        snapshot_date=snapshot_date,
        status=RUNNING,
        pipeline_step=EXTRACT,
        holder=f"{socket.gethostname()}:{os.getpid()}",
        start_time=started,
        heartbeat_at=started,
        pages_asked=pages_asked,
    )

    def unit(session: Session) -> Run:
        session.add(row)
        session.flush()
        return _record(row)

    return database.run(unit)


def record(session: Session, run: Run, **changes: object) -> Run:
    """Write `changes` (fields of `Run`) and a fresh heartbeat to the run's row, in the caller's transaction."""
    changed = replace(run, heartbeat_at=clock.now(), **changes)  # type: ignore[arg-type]
    values = {name: getattr(changed, name) for name in (*changes, "heartbeat_at")}
    if "notes" in values:
        values["notes"] = list(changed.notes)
    session.exec(update(EtlLogs).where(col(EtlLogs.run_id) == run.run_id).values(**values))
    return changed


def end(database: Database, run: Run, status: str, **changes: object) -> Run:
    """Write how the run ended, in a transaction of its own."""
    return database.run(lambda session: record(session, run, status=status, end_time=clock.now(), **changes))


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


def newest_of(session: Session, source: str, day: date, status: str) -> Run | None:
    """Return the newest run of `source` for `day` that ended with `status`."""
    query = (
        select(EtlLogs)
        .where(EtlLogs.source == source, EtlLogs.snapshot_date == day, EtlLogs.status == status)
        .order_by(col(EtlLogs.start_time).desc(), col(EtlLogs.id).desc())
    )
    row = session.exec(query).first()
    return _record(row) if row else None


@contextmanager
def the_only_run(database: Database) -> Iterator[None]:
    """Hold the ETL lock; runs that a dead process left as RUNNING are closed as FAILED on the way in.

    Raises BusyError naming the run that has the lock.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(exclusive(database, LOCK))
        except BusyError:
            raise _named(database) from None
        database.run(_close_the_dead)
        yield


def _close_the_dead(session: Session) -> None:
    for row in session.exec(select(EtlLogs).where(EtlLogs.status == RUNNING)):
        row.status = FAILED
        row.end_time = clock.now()
        row.error_message = f"its process ({row.holder}) died; last sign of life {clock.iso(row.heartbeat_at)}"
        session.add(row)


def _named(database: Database) -> BusyError:
    with database.read() as session:
        query = select(EtlLogs).where(EtlLogs.status == RUNNING).order_by(col(EtlLogs.start_time).desc())
        row = session.exec(query).first()
    if row is None:
        return BusyError("another run is just starting", hint="try again in a moment")
    since = clock.iso(row.start_time)
    return BusyError(
        f"run {row.run_id} ({row.source}, process {row.holder}, since {since}) is not finished",
        hint="wait for it, or end that process; then try again",
    )


def _record(row: EtlLogs) -> Run:
    values = {name: getattr(row, name) for name in Run.__slots__ if name != "notes"}
    return Run(**values, notes=tuple(row.notes))
