"""The whole cross-check: queries on both databases, engines against each other, tables against a recount."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select

from catlog.analytics.days import days_after
from catlog.analytics.duckdb_engine.connection import connect, fetch_arrow
from catlog.analytics.duckdb_engine.request import part_file, schema_of, write_rows
from catlog.analytics.engines import run_engine
from catlog.analytics.jobs import Job
from catlog.analytics.results.store import part_stamps
from catlog.analytics.snapshots.freeze import freeze, snapshots_in
from catlog.analytics.snapshots.manifest import RankingsSnapshot
from catlog.analytics.validation.compare import CheckedColumn, compare_folders
from catlog.analytics.validation.day_table import check_days
from catlog.analytics.validation.stage_one import check_queries, sqlite_copy
from catlog.config import Settings
from catlog.db.naming import table_of
from catlog.db.ranking_days import REPAIR_COMMAND, recount
from catlog.db.session import Database
from catlog.paths import make_private
from catlog.progress import Report, silent
from catlog.text import spans

_BATCH_ROWS = 1 << 16


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """The comparisons as of a day; `notes` name what was skipped, and why. Without snapshots `as_of` is the argument.

    `passed_over` are newer days with snapshots, where the caller gave no day. `wrong_days` are all days whose row in
    the day table differs from their snapshots.
    """

    as_of: date | None
    checks: tuple[CheckedColumn, ...]
    notes: tuple[str, ...] = ()
    passed_over: tuple[date, ...] = ()
    wrong_days: tuple[date, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether all agree."""
        return all(check.passed for check in self.checks)


def cross_check(
    database: Database,
    settings: Settings,
    jobs: Sequence[Job],
    *,
    as_of: date | None,
    windows: Sequence[int],
    spark: bool = False,
    report: Report = silent,
) -> CrossCheck:
    """Compare everything that can be computed in two ways, on one frozen snapshot.

    The table of all days is compared with a recount; the stage-one queries, and the stored results of `jobs`, with the
    embedded engine; with `spark`, Spark's results too. Raises ConfigError when Spark is requested and not installed.
    """
    name = "sqlite" if database.is_sqlite else "postgresql"
    report("counting days", 0, None)
    with database.read() as session:
        days = recount(session.connection())
    checks = list(check_days(days, name))
    notes = [f"the day table is wrong on {spans(days.wrong)}: {REPAIR_COMMAND} counts it anew"] if days.wrong else []
    snapshot = freeze(database, snapshots_in(settings.paths), as_of=as_of, report=report)
    if snapshot is None:
        return CrossCheck(as_of, tuple(checks) if days.wrong else (), tuple(notes), wrong_days=days.wrong)
    with database.read() as session:
        newer = days_after(session.connection(), snapshot.manifest.as_of) if as_of is None else ()
    report("comparing queries", 0, None)
    checks += check_queries(database, snapshot, name)
    if database.is_sqlite:
        notes.append("PostgreSQL was not asked: the database is SQLite")
    else:
        with sqlite_copy(snapshot) as copy:
            checks += check_queries(copy, snapshot, "sqlite")
    with tempfile.TemporaryDirectory(prefix="check-", dir=make_private(settings.paths.cache)) as folder:
        work = Path(folder)
        ours = run_engine("duckdb", settings, jobs, snapshot, work / "duckdb", windows=windows, report=report)
        if spark:
            theirs = run_engine("spark", settings, jobs, snapshot, work / "spark", windows=windows, report=report)
            for job in jobs:
                checks += compare_folders(job, ours[job.name], theirs[job.name], "duckdb, spark")
        for job in jobs:
            report(f"comparing {job.name}", 0, None)
            stored = make_private(work / "stored" / job.name)
            engines = _stored(database, job, snapshot, windows, stored)
            if engines:
                checks += compare_folders(job, stored, ours[job.name], f"stored by {', '.join(engines)}; duckdb")
            else:
                notes.append(f"{job.name}: nothing is stored as of {snapshot.manifest.as_of} of these windows")
    return CrossCheck(snapshot.manifest.as_of, tuple(checks), tuple(notes), newer, days.wrong)


def _stored(
    database: Database, job: Job, snapshot: RankingsSnapshot, windows: Sequence[int], folder: Path
) -> tuple[str, ...]:
    """Write the stored rows of `windows` to `folder`; return their engines, none if they are of another day."""
    import pyarrow as pa

    table = table_of(job.model)
    schema = schema_of(job)
    with database.read() as session:
        connection = session.connection()
        stamps = part_stamps(connection, job)
        requested = set(windows) if job.windowed else {0}
        latest = {window: max((day for at, day in stamps if at == window), default=None) for window in requested}
        if set(latest.values()) != {_last_day(snapshot) if job.daily else snapshot.manifest.as_of}:
            return ()
        columns = {column.name: column for column in table.columns}
        query = select(*(columns[name] for name in schema.names))
        if job.windowed:
            query = query.where(table.c.window_days.in_(requested))
        rows = connection.execute(query, execution_options={"yield_per": _BATCH_ROWS})
        for number, some in enumerate(rows.partitions()):
            arrays = [
                pa.array(values, field.type) for values, field in zip(zip(*some, strict=True), schema, strict=True)
            ]
            write_rows(pa.table(arrays, schema=schema), part_file(folder, number))
    return tuple(sorted({engine for (window, _), engine in stamps.items() if window in requested}))


def _last_day(snapshot: RankingsSnapshot) -> date:
    with connect(snapshot) as engine:
        day: date = fetch_arrow(engine, "SELECT max(snapshotDate) AS day FROM rankings")["day"][0].as_py()
    return day
