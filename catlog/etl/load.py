"""Load a day in one transaction: its snapshots, catalogue facts, rejects and log row, or nothing."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import date

from sqlalchemy import ColumnElement, delete, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, insert, select

from catlog import clock
from catlog.access import Right, needs
from catlog.catalogue.normalize import worded
from catlog.catalogue.store import write_titles
from catlog.db.bulk import OnConflict, upsert
from catlog.db.models import DailyRankings, EtlLogs, EtlRejects, ProcessedAnime, RankingDays
from catlog.db.ranking_days import CHART, refresh_days
from catlog.db.session import Database
from catlog.etl import runlog
from catlog.etl.latest import of_source, owners
from catlog.etl.replacement_rules import ChartPart, measure
from catlog.etl.runlog import Run
from catlog.etl.sources import RANKINGS, SOURCE_MODULES, other_sources
from catlog.etl.transform import Reject, ValidationResult
from catlog.jikan.schema import AnimeRecord

SNAPSHOT_FIELDS = ("mal_id", "snapshot_date", "rank", "score", "scored_by", "members", "popularity", "etl_run_id")
"""The columns of a snapshot, in the order of the tuples that `catlog.db.bulk.upsert` is given."""

_IDS_PER_STATEMENT = 5_000


def load_day(database: Database, run: Run, result: ValidationResult, notes: tuple[str, ...] = ()) -> Run:
    """Store `result` as the run's day and log the run as SUCCESS, with `notes`; return the finished run.

    Rows of earlier runs of the same source on that day are deleted; the rankings replace recorded history too, as both
    are the chart. A row of the chart wins over one of another source, whichever came first. Catalogue facts newer than
    the run stay. Raises BusyError when another run has closed this one.
    """
    day = snapshot_day(run)

    def unit(session: Session) -> Run:
        runlog.lock_run(session, run)
        connection = session.connection()
        newer = set(session.exec(select(ProcessedAnime.mal_id).where(ProcessedAnime.processed_at > run.start_time)))
        facts = [record for record in result.accepted if record.mal_id not in newer]
        write_titles(connection, facts, run_id=run.run_id, seen_at=run.start_time)
        session.exec(delete(DailyRankings).where(col(DailyRankings.snapshot_date) == day, of_source(run.source)))
        rows = (_snapshot(record, day, run.run_id) for record in result.accepted if has_measures(record))
        wins: OnConflict = "update" if run.source == RANKINGS else "keep"
        written = upsert(connection, DailyRankings, SNAPSHOT_FIELDS, rows, on_conflict=wins)
        refresh_days(connection, [day])
        store_rejects(session, run.run_id, result.rejects)
        return runlog.record(
            session,
            run,
            status=runlog.SUCCESS,
            pipeline_step=runlog.LOAD,
            end_time=clock.now(),
            rows_processed=written,
            notes=notes,
            error_message=None,
            **counts(result),
        )

    return database.run(unit)


def counts(result: ValidationResult) -> dict[str, object]:
    """Return the counts of `result` for the run log."""
    return {
        "received": result.received,
        "accepted": len(result.accepted),
        "duplicates": len(result.duplicates),
        "rejected": len(result.rejects),
        "degraded": result.degraded,
    }


def store_rejects(session: Session, run_id: str, rejects: Sequence[Reject]) -> None:
    """Replace the stored rejects of a run, in the caller's transaction."""
    session.exec(delete(EtlRejects).where(col(EtlRejects.etl_run_id) == run_id))
    rows = [
        {
            "etl_run_id": run_id,
            "page": reject.page,
            "position": reject.position,
            "mal_id": reject.mal_id,
            "reason": reject.reason,
            "sha256": reject.sha256,
            "excerpt": reject.excerpt,
        }
        for reject in rejects
    ]
    if rows:
        session.exec(insert(EtlRejects), params=rows)


@needs(Right.READ_RUNS)
def run_in_full(database: Database, run_id: str) -> tuple[Run, tuple[Reject, ...]]:
    """Return a run and its rejects. Raises NotFoundError."""
    with database.read() as session:
        return runlog.find(session, run_id), rejects_of(session, run_id)


@needs(Right.READ_RUNS)
def first_rejects(database: Database, run_id: str, limit: int) -> tuple[Reject, ...]:
    """Return the first rejects of a run."""
    with database.read() as session:
        return rejects_of(session, run_id, limit)


def rejects_of(session: Session, run_id: str, limit: int | None = None) -> tuple[Reject, ...]:
    """Return the rejects of a run in the order of its pages, at most `limit`."""
    query = (
        select(EtlRejects)
        .where(EtlRejects.etl_run_id == run_id)
        .order_by(col(EtlRejects.page), col(EtlRejects.position), col(EtlRejects.id))
        .limit(limit)
    )
    return tuple(
        Reject(row.page, row.position, row.mal_id, row.reason, row.sha256, row.excerpt) for row in session.exec(query)
    )


def run_owning_day(session: Session, source: str, day: date) -> Run | None:
    """Return the run whose rows fill the part of `day` of `source`, the last to end of several, or None.

    The chart is filled by runs of the rankings and by imports of recorded history.
    """
    run_id = session.connection().execute(owners(col(EtlLogs.run_id), source, day)).scalars().first()
    return runlog.find(session, run_id) if run_id else None


def stored_part(session: Session, source: str, day: date) -> ChartPart:
    """Measure the stored rows of `source` on `day`."""
    return _measured(session, col(DailyRankings.snapshot_date) == day, of_source(source))


def resulting_part(session: Session, run: Run, result: ValidationResult) -> ChartPart:
    """Measure the part of the day that `load_day` would store for the run's source."""
    taken: set[int] = set()
    if run.source in other_sources():
        others = select(DailyRankings.mal_id).where(
            DailyRankings.snapshot_date == snapshot_day(run), ~of_source(run.source)
        )
        taken = set(session.exec(others))
    records = [record for record in result.accepted if has_measures(record) and record.mal_id not in taken]
    names = known_names(session, {record.mal_id for record in records})
    named = [record for record in records if record.mal_id in names]
    return measure(
        ((r.mal_id, r.rank, r.score, r.scored_by, r.members, r.popularity) for r in records),
        named=len(named),
        alike=sum(worded(record.title) in names[record.mal_id] for record in named),
    )


def known_names(session: Session, mal_ids: Set[int]) -> dict[int, set[str]]:
    """Return the normalized names of those of `mal_ids` that came from a run of a ranking source.

    Lists and recorded history may use other names.
    """
    anime, live = ProcessedAnime, select(EtlLogs.run_id).where(col(EtlLogs.source).in_(SOURCE_MODULES))
    columns = (col(anime.mal_id), col(anime.title), col(anime.title_english), col(anime.title_japanese))
    query = select_columns(*columns, col(anime.synonyms)).where(col(anime.etl_run_id).in_(live))
    if len(mal_ids) <= _IDS_PER_STATEMENT:
        query = query.where(col(anime.mal_id).in_(mal_ids))
    return {
        mal_id: {worded(name) for name in (*names, *synonyms) if name}
        for mal_id, *names, synonyms in session.connection().execute(query)
        if mal_id in mal_ids
    }


def latest_chart(session: Session, day: date) -> tuple[date, ChartPart] | None:
    """Return the latest chart day up to `day` with its figures over all sources, or None."""
    days = select(col(RankingDays.snapshot_date)).where(RankingDays.snapshot_date <= day, RankingDays.depth >= CHART)
    found = session.exec(days.order_by(col(RankingDays.snapshot_date).desc()).limit(1)).first()
    if found is None:
        return None
    part = _measured(session, col(DailyRankings.snapshot_date) == found)
    return (found, part) if part.titles else None


def snapshot_day(run: Run) -> date:
    """Return the day of a run of a ranking source."""
    assert run.snapshot_date is not None, "only recorded history has many days"
    return run.snapshot_date


def newest_day(session: Session) -> date | None:
    """Return the latest day with snapshots, of any source, or None."""
    return session.exec(select(func.max(DailyRankings.snapshot_date))).one()


def count_snapshots(session: Session, day: date) -> int:
    """Return the number of snapshots of `day`."""
    return session.exec(select(func.count()).where(DailyRankings.snapshot_date == day)).one()


def _measured(session: Session, *conditions: ColumnElement[bool]) -> ChartPart:
    of = DailyRankings
    measures = (col(of.rank), col(of.score), col(of.scored_by), col(of.members), col(of.popularity))
    rows = session.connection().execute(select_columns(col(of.mal_id), *measures).where(*conditions))
    return measure((mal_id, rank, score, *counts) for mal_id, rank, score, *counts in rows)


def has_measures(record: AnimeRecord) -> bool:
    """Say whether a record has a rank, score or count, and so makes a snapshot."""
    return any(v is not None for v in (record.rank, record.score, record.scored_by, record.members, record.popularity))


def _snapshot(record: AnimeRecord, day: date, run_id: str) -> tuple[object, ...]:
    return (
        record.mal_id,
        day,
        record.rank,
        record.score,
        record.scored_by,
        record.members,
        record.popularity,
        run_id,
    )
