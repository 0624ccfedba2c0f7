"""Import recorded history: a file of many days is loaded in one transaction, or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import Connection, delete
from sqlmodel import Session, col, select

from catlog import clock
from catlog.access import Right, needs
from catlog.catalogue.store import mark_changed
from catlog.db.bulk import upsert
from catlog.db.models import DailyRankings, ProcessedAnime, RankingDays
from catlog.db.ranking_days import refresh_days
from catlog.db.session import Database
from catlog.errors import BadDataError, CatLogError
from catlog.etl import runlog
from catlog.etl.load import SNAPSHOT_FIELDS, store_rejects
from catlog.etl.runlog import Run
from catlog.etl.timeseries import SeriesRow, UnusableRow, read_series
from catlog.etl.transform import STOPPED_REJECTS, Reject
from catlog.progress import Report, silent
from catlog.text import counted, spans

SOURCE = "history"
"""The source of an import of recorded history in the run log."""

MAX_REJECTS = 1_000
"""The most rejected rows that are stored; further ones are only counted."""

_REPORT_EVERY = 5_000


@dataclass(slots=True)
class _HistoryReader:
    """One pass over the rows: counts them and yields those to store."""

    replace: bool
    run_id: str
    report: Report
    existing: frozenset[date] = frozenset()
    received: int = 0
    duplicates: int = 0
    rejected: int = 0
    skipped_days: set[date] = field(default_factory=set)
    loaded_days: set[date] = field(default_factory=set)
    rejects: list[Reject] = field(default_factory=list)
    latest: dict[int, SeriesRow] = field(default_factory=dict)
    _seen: dict[int, int] = field(default_factory=dict)

    def snapshots(self, rows: Iterable[SeriesRow | UnusableRow]) -> Iterator[tuple[object, ...]]:
        """Yield the snapshots to write, in the order of `SNAPSHOT_FIELDS`."""
        for row in rows:
            self.received += 1
            if self.received % _REPORT_EVERY == 0:
                self.report("reading rows", self.received, None)
            if isinstance(row, UnusableRow):
                self._reject(row)
            elif self._is_first(row) and self._is_loaded(row):
                yield (
                    row.mal_id,
                    row.snapshot_date,
                    row.rank,
                    row.score,
                    row.scored_by,
                    row.members,
                    row.popularity,
                    self.run_id,
                )

    def _is_first(self, row: SeriesRow) -> bool:
        # One bit an id, 256 ids a number: a set of all keys would take 80 bytes a row.
        block = row.snapshot_date.toordinal() << 32 | row.mal_id >> 8
        bit = 1 << (row.mal_id & 255)
        seen = self._seen.get(block, 0)
        if seen & bit:
            self.duplicates += 1
            return False
        self._seen[block] = seen | bit
        return True

    def _is_loaded(self, row: SeriesRow) -> bool:
        if row.snapshot_date in self.existing and not self.replace:
            self.skipped_days.add(row.snapshot_date)
            return False
        self.loaded_days.add(row.snapshot_date)
        known = self.latest.get(row.mal_id)
        if known is None or known.snapshot_date <= row.snapshot_date:
            self.latest[row.mal_id] = row
        return True

    def _reject(self, row: UnusableRow) -> None:
        self.rejected += 1
        if len(self.rejects) < MAX_REJECTS:
            digest = hashlib.sha256(row.excerpt.encode()).hexdigest()
            self.rejects.append(Reject(0, row.line, row.mal_id, row.reason, digest, row.excerpt))

    def counts(self) -> dict[str, object]:
        """Return the counts of the rows for the run log."""
        accepted = self.received - self.duplicates - self.rejected
        return {
            "received": self.received,
            "accepted": accepted,
            "duplicates": self.duplicates,
            "rejected": self.rejected,
        }

    def refuse_if_unusable(self) -> None:
        """Raise BadDataError when too many rows are rejected, or there are none."""
        if self.rejected > STOPPED_REJECTS * self.received:
            first = self.rejects[0]
            raise BadDataError(
                f"{self.rejected:,} of {self.received:,} rows cannot be used; nothing was changed",
                hint=f"the first, on line {first.position}: {first.reason}",
            )
        if self.received == 0:
            raise BadDataError("the file has no rows")


@needs(Right.RESTORE)
def import_history(database: Database, file: Path, *, replace: bool = False, report: Report = silent) -> Run:
    """Load a recorded time series and return its run.

    The first row of a day and id counts. A day with snapshots is skipped and named in the run's notes, unless
    `replace` is set. New titles are added to the catalogue. Raises BadDataError when the file, or more than a fifth of
    its rows, cannot be used.
    """
    rows = read_series(file, today=clock.utc_today())
    return load_series(database, rows, source=SOURCE, name=file.name, replace=replace, report=report)


@needs(Right.RESTORE)
def load_series(
    database: Database,
    rows: Iterable[SeriesRow | UnusableRow],
    *,
    source: str,
    name: str,
    replace: bool = False,
    report: Report = silent,
) -> Run:
    """Load `rows` of any origin as one run of `source`; `name` names them in the notes of the run."""
    with runlog.exclusive_run(database):
        run = runlog.begin(database, source, snapshot_date=None)
        reader = _HistoryReader(replace, run.run_id, report)
        try:
            with database.write() as session:
                return _load(session, run, reader, rows, name)
        except BaseException as problem:
            reason = f"{name}: {_why(problem)}"
            database.run(lambda session: _end_failed(session, run, reader, reason))
            raise


def _why(problem: BaseException) -> str:
    if isinstance(problem, CatLogError):
        return problem.message
    return "cancelled" if isinstance(problem, KeyboardInterrupt | SystemExit) else f"a bug: {type(problem).__name__}"


def _end_failed(session: Session, run: Run, reader: _HistoryReader, reason: str) -> None:
    if runlog.close(session, run, runlog.FAILED, error_message=reason, **reader.counts()):
        store_rejects(session, run.run_id, reader.rejects)


def _load(
    session: Session, run: Run, reader: _HistoryReader, rows: Iterable[SeriesRow | UnusableRow], name: str
) -> Run:
    runlog.lock_run(session, run)
    connection = session.connection()
    reader.existing = _stored_days(session)
    written = upsert(connection, DailyRankings, SNAPSHOT_FIELDS, reader.snapshots(rows))
    reader.refuse_if_unusable()
    reader.report("writing", reader.received, reader.received)
    replaced = sorted(reader.loaded_days & reader.existing)
    for day in replaced:
        stale = (col(DailyRankings.snapshot_date) == day, col(DailyRankings.etl_run_id) != run.run_id)
        session.exec(delete(DailyRankings).where(*stale))
    refresh_days(connection, reader.loaded_days)
    _add_new_titles(connection, run, reader.latest)
    store_rejects(session, run.run_id, reader.rejects)
    return runlog.record(
        session,
        run,
        status=runlog.SUCCESS,
        pipeline_step=runlog.LOAD,
        end_time=clock.now(),
        snapshot_date=max(reader.loaded_days, default=None),
        rows_processed=written,
        notes=tuple(_notes(name, reader, replaced)),
        **reader.counts(),
    )


def _stored_days(session: Session) -> frozenset[date]:
    return frozenset(session.exec(select(col(RankingDays.snapshot_date))))


def _add_new_titles(connection: Connection, run: Run, latest: dict[int, SeriesRow]) -> None:
    # History has few facts of an anime: it adds new ids and never overwrites those of a source.
    fields = ("mal_id", "title", "synonyms", "studios", "rank", "score", "scored_by", "members", "popularity")
    no_names: list[str] = []
    rows = (
        (r.mal_id, r.title or f"#{r.mal_id}", no_names, no_names, r.rank, r.score, r.scored_by, r.members, r.popularity)
        for r in latest.values()
    )
    stamped = ((*row, run.start_time, run.run_id) for row in rows)
    mark_changed(connection)
    upsert(connection, ProcessedAnime, (*fields, "processed_at", "etl_run_id"), stamped, on_conflict="keep")


def _notes(name: str, reader: _HistoryReader, replaced: list[date]) -> Iterator[str]:
    yield f"{name}: {counted(len(reader.loaded_days), 'day')} loaded"
    if reader.skipped_days:
        yield f"{spans(reader.skipped_days)} had snapshots already and stayed as they were (--replace replaces them)"
    if replaced:
        yield f"{spans(replaced)} replaced"
    if reader.duplicates:
        yield f"{counted(reader.duplicates, 'repeat')} of a day and id left out"
    if reader.rejected:
        first = reader.rejects[0]
        yield f"{counted(reader.rejected, 'row')} cannot be used; the first, line {first.position}: {first.reason}"
