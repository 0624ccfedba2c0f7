"""Drop a day: after a backup its snapshots are deleted; raw pages stay, so that its runs can be reprocessed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import delete
from sqlmodel import Session, col

from catlog.access import Right, needs
from catlog.db.backup.folder import backup_before
from catlog.db.models import DailyRankings
from catlog.db.ranking_days import refresh_days
from catlog.db.session import Database
from catlog.errors import NotFoundError
from catlog.etl import runlog
from catlog.etl.load import count_snapshots
from catlog.etl.runlog import DROP_DAY
from catlog.progress import Report, silent


@dataclass(frozen=True, slots=True)
class Dropped:
    """A dropped day: the number of its snapshots, the backup that has them, and the run that logs it."""

    snapshot_date: date
    snapshots: int
    backup: Path | None
    run_id: str


@needs(Right.REPLACE_CHARTS)
def snapshots_to_drop(database: Database, day: date) -> int:
    """Return the number of snapshots of `day`. Raises NotFoundError without any."""
    with database.read() as session:
        count = count_snapshots(session, day)
    if not count:
        raise NotFoundError(f"{day} has no snapshots", hint="catlog etl logs lists the runs and their days")
    return count


@needs(Right.REPLACE_CHARTS)
def drop_day(database: Database, day: date, backups: Path, report: Report = silent) -> Dropped:
    """Make a backup, then delete every snapshot of `day`, of any source, and log it as a run.

    The run log, the raw pages and the catalogue stay. Raises NotFoundError for a day without snapshots, BusyError
    during another run, and the errors of backups; then nothing is deleted.
    """
    with runlog.exclusive_run(database):
        snapshots_to_drop(database, day)
        backup = backup_before(database, "drop", backups, report)
        run = runlog.begin(database, DROP_DAY, snapshot_date=day)

        def unit(session: Session) -> int:
            runlog.lock_run(session, run)
            gone = session.exec(delete(DailyRankings).where(col(DailyRankings.snapshot_date) == day)).rowcount
            kept = f"; backup: {backup.name}" if backup else ""
            refresh_days(session.connection(), [day])
            notes = (f"{gone:,} snapshots of {day} were removed{kept}",)
            runlog.close(session, run, runlog.SUCCESS, pipeline_step=runlog.LOAD, notes=notes)
            return gone

        try:
            gone = database.run(unit)
        except BaseException:
            reason = "the snapshots could not be removed"
            database.run(lambda session: runlog.close(session, run, runlog.FAILED, error_message=reason))
            raise
        return Dropped(day, gone, backup, run.run_id)
