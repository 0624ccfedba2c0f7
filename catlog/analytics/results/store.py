"""Store results: rewrite the parts of a result table that changed, in one transaction.

The folder of results is the staging area. After a kill the table has either the old rows or the new ones.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from catlog.analytics.jobs import Job
from catlog.analytics.results.folder import PartKey, ResultPart, open_results, read_parts, read_rows
from catlog.db.columnar import append
from catlog.db.naming import table_of
from catlog.db.tables import ResultParts, col


@dataclass(frozen=True, slots=True)
class Stamp:
    """The origin of the rows of one computation: `STAMPS` as Python values."""

    as_of: date
    computed_at: datetime
    run_id: str
    engine: str


@dataclass(frozen=True, slots=True)
class StoreSummary:
    """Counts of stored rows and parts; `written` and `parts_written` are those new or changed."""

    rows: int
    written: int
    parts: int
    parts_written: int


def store(connection: Connection, job: Job, folder: Path, stamp: Stamp, windows: Collection[int]) -> StoreSummary:
    """Replace the rows of `job` for `windows` by the results in `folder`, in the caller's transaction.

    Rows of a part whose values and engine did not change stay, with their stamps. Parts without results are deleted;
    those of other windows stay. Raises BadDataError when the results do not have the columns of the job.
    """
    with open_results(folder, job) as engine:
        found = read_parts(engine, job, stamp.as_of, windows)
        stored = _stored_parts(connection, job, set(windows) if job.windowed else {0})
        changed = {key: part for key, part in found.items() if stored.get(key) != (part, stamp.engine)}
        obsolete = [key for key in stored if key not in found or key in changed]
        _clear(connection, job, obsolete, everything=len(obsolete) == len(stored))
        batches = read_rows(engine, job, stamp.as_of, changed) if changed else iter(())
        stamps = {
            "asOf": stamp.as_of,
            "computedAt": stamp.computed_at,
            "runId": stamp.run_id,
            "engine": stamp.engine,
        }
        written = append(connection, job.model, batches, stamps)
    _note_parts(connection, job, changed, stamp)
    return StoreSummary(sum(part.rows for part in found.values()), written, len(found), len(changed))


def part_stamps(connection: Connection, job: Job) -> dict[PartKey, str]:
    """Return the stored parts of a job, each with the engine that computed it."""
    query = select(col(ResultParts.window_days), col(ResultParts.snapshot_date), col(ResultParts.engine))
    found = connection.execute(query.where(col(ResultParts.job) == job.name))
    return {(window, day): engine for window, day, engine in found}


def _stored_parts(connection: Connection, job: Job, windows: Collection[int]) -> dict[PartKey, tuple[ResultPart, str]]:
    of = ResultParts
    key = (col(of.window_days), col(of.snapshot_date))
    query = select(*key, col(of.rows), col(of.digest), col(of.engine))
    query = query.where(col(of.job) == job.name, col(of.window_days).in_(windows))
    return {
        (window, day): (ResultPart(rows, digest), engine)
        for window, day, rows, digest, engine in connection.execute(query)
    }


def _clear(connection: Connection, job: Job, parts: Sequence[PartKey], *, everything: bool) -> None:
    """Delete the rows of `parts`; `everything`: their windows have no other parts."""
    table = table_of(job.model)
    windows = sorted({window for window, _ in parts})
    for window in windows:
        days = [day for at, day in parts if at == window]
        mine: list[ColumnElement[bool]] = [table.c.window_days == window] if job.windowed else []
        if everything or not job.daily:
            connection.execute(delete(table).where(*mine))
        else:
            for day in days:
                connection.execute(delete(table).where(table.c.snapshot_date == day, *mine))
        noted = (col(ResultParts.job) == job.name, col(ResultParts.window_days) == window)
        if everything:
            connection.execute(delete(ResultParts).where(*noted))
        else:
            for day in days:
                connection.execute(delete(ResultParts).where(*noted, col(ResultParts.snapshot_date) == day))


def _note_parts(connection: Connection, job: Job, changed: dict[PartKey, ResultPart], stamp: Stamp) -> None:
    rows = [
        {
            "job": job.name,
            "window_days": window,
            "snapshot_date": day,
            "rows": part.rows,
            "digest": part.digest,
            "as_of": stamp.as_of,
            "computed_at": stamp.computed_at,
            "run_id": stamp.run_id,
            "engine": stamp.engine,
        }
        for (window, day), part in changed.items()
    ]
    if rows:
        connection.execute(insert(ResultParts), rows)
