"""Checks of the contents: the schema against the models, and rows that no command would have written."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, and_, func, not_, or_, select

from catlog import clock
from catlog.db.doctor.finding import Finding, Severity, at_most
from catlog.db.lock import ETL, STAGE_TWO, exclusive, run_holds
from catlog.db.ranking_days import REPAIR_COMMAND, recount
from catlog.db.schema import HEAD, SchemaState
from catlog.db.session import Database
from catlog.db.tables import DailyRankings, EtlLogs, ProcessedAnime, UserAnime, col
from catlog.errors import BusyError
from catlog.text import spans

_SHOWN = 3


def check_revision(state: SchemaState, *, is_sqlite: bool) -> Finding:
    """Check the revision of the schema; an SQLite file without tables is merely new."""
    new = is_sqlite and state.revision is None
    remedy = "upgrade CatLog" if state.is_newer else "it is created on first use" if new else "catlog db upgrade"
    detail = f"1 when the schema ({state.revision or 'no tables yet'}) is not the one needed ({HEAD})"
    severity: Severity = "soft" if new else "blocking"
    return at_most("schema", severity, int(not state.is_current), 0, detail, remedy=remedy)


def check_drift(connection: Connection) -> Finding:
    """Compare tables, columns and indexes with the models."""
    from catlog.db.migrations.run import differences

    found = differences(connection)
    detail = "differences between schema and models" + "".join(f"; {what}" for what in found[:_SHOWN])
    remedy = "catlog db backup, then restore it into a new database (CATLOG_DATABASE_URL names one)"
    return at_most("schema-drift", "blocking", len(found), 0, detail, remedy=remedy)


def check_rows(connection: Connection) -> Iterator[Finding]:
    """Check for values that the tables refuse, unless another program made or changed the tables."""
    rank, score, day = col(DailyRankings.rank), col(DailyRankings.score), col(DailyRankings.snapshot_date)
    wrong = _count(connection, or_(rank <= 0, not_(score.between(1, 10))))
    remedy = (
        "catlog etl validate names the rules; catlog etl reprocess RUN repairs a day; catlog etl run --replace, today"
    )
    yield at_most(
        "snapshots", "blocking", wrong, 0, "snapshots with a rank below 1 or a score outside 1 to 10", remedy=remedy
    )
    today = clock.utc_today()
    later = select(func.count(day.distinct()), func.min(day)).where(day > today)
    days, first = connection.execute(later).one()
    detail = f"days with snapshots after today, {today} (UTC)" + (f": from {first} on" if days else "")
    remedy = f"check the machine's clock, then catlog etl drop-day {first}"
    yield at_most("future-days", "blocking", days, 0, detail, remedy=remedy)
    wrong_days = recount(connection).wrong
    detail = "days whose row in RankingDays contradicts their snapshots"
    detail += f": {spans(wrong_days)}" if wrong_days else ""
    yield at_most("day-table", "blocking", len(wrong_days), 0, detail, remedy=REPAIR_COMMAND)
    wrong = _count(
        connection,
        or_(not_(col(UserAnime.personal_rating).between(1, 10)), not_(col(UserAnime.score100).between(0, 100))),
    )
    yield at_most(
        "ratings", "blocking", wrong, 0, "list entries rated outside 1 to 10", remedy="catlog list set ANIME --score N"
    )
    known = select(col(ProcessedAnime.mal_id))
    unknown = _count(connection, col(UserAnime.mal_id).not_in(known))
    remedy = "catlog etl import-catalogue FILE, or catlog etl run --source catalogue"
    yield at_most("titles", "blocking", unknown, 0, "list entries whose anime is not in the catalogue", remedy=remedy)


def check_runs(database: Database) -> Finding:
    """Check for runs whose process died: while this check holds the lock of a kind, no run of that kind is alive."""
    dead, detail, remedies = 0, "runs that are logged as RUNNING and whose process died", []
    for lock, closes in ((ETL, "catlog etl run closes them"), (STAGE_TWO, "catlog analytics compute closes them")):
        try:
            with exclusive(database, lock), database.read() as session:
                found = _count(session.connection(), and_(col(EtlLogs.status) == "RUNNING", run_holds(lock)))
        except BusyError:
            detail = "not checked: a run is in progress"
            continue
        dead += found
        remedies += [closes] if found else []
    return at_most("dead-runs", "soft", dead, 0, detail, remedy="; ".join(remedies) or "catlog etl run closes them")


def _count(connection: Connection, condition: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).where(condition)).scalar_one()
