"""Delete old raw pages and rejects, which grow without end; rankings and run log are never pruned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from catlog import clock
from catlog.access import Right, needs
from catlog.db.models import EtlLogs, EtlRejects, RawAnimeData
from catlog.db.session import Database
from catlog.etl import runlog


@dataclass(frozen=True, slots=True)
class Pruned:
    """The numbers of deleted raw pages and rejects; runs older than `keep_days` can no longer be reprocessed."""

    keep_days: int
    pages: int
    rejects: int


@needs(Right.LOAD_CHARTS)
def prune(database: Database, *, keep_days: int = 90) -> Pruned:
    """Delete raw pages and rejects of runs that started more than `keep_days` days ago."""
    age = timedelta(days=min(keep_days, (clock.utc_today() - date.min).days))
    oldest = clock.now() - age

    def unit(session: Session) -> Pruned:
        old = select(EtlLogs.run_id).where(EtlLogs.start_time < oldest)
        pages = session.exec(delete(RawAnimeData).where(col(RawAnimeData.etl_run_id).in_(old))).rowcount
        rejects = session.exec(delete(EtlRejects).where(col(EtlRejects.etl_run_id).in_(old))).rowcount
        return Pruned(keep_days, pages, rejects)

    with runlog.exclusive_run(database):
        return database.run(unit)
