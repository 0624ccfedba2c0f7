"""The latest chart: its day and the time of its data; and which runs own the snapshots of a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, select

from catlog.analytics.days import default_day
from catlog.db.models.etl import SUCCESS
from catlog.db.session import Session
from catlog.db.tables import DailyRankings, EtlLogs, col
from catlog.etl.sources import RANKINGS, other_sources

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Mapped

T = TypeVar("T")


class LatestChart(NamedTuple):
    """The latest day with a whole chart; `fetched_at` is None where the chart comes from recorded history."""

    day: date
    fetched_at: datetime | None


def read_latest_chart(session: Session) -> LatestChart | None:
    """Return the latest chart, None while there are no rankings."""
    day = default_day(session.connection())
    return None if day is None else LatestChart(day, chart_fetched_at(session, day))


def chart_fetched_at(session: Session, day: date) -> datetime | None:
    """Return the start of the run that owns the chart of `day`, None where no run of the log does. One query.

    A reprocessed run has its first start, when its pages were fetched.
    """
    return session.connection().execute(owners(col(EtlLogs.start_time), RANKINGS, day)).scalars().first()


def owners(column: Mapped[T], source: str, day: date) -> Select[T]:
    """Return the query for a column of the runs that own the part of `day` of `source`, the last end first."""
    same = (col(DailyRankings.snapshot_date) == day, of_source(source))
    present = select(col(DailyRankings.etl_run_id)).where(*same).distinct()
    query = select(column).where(col(EtlLogs.status) == SUCCESS, col(EtlLogs.run_id).in_(present))
    return query.order_by(col(EtlLogs.end_time).desc(), col(EtlLogs.id).desc())


def of_source(source: str) -> ColumnElement[bool]:
    """Return the condition on the snapshots of `source`; the chart is all rows that no other source filled."""
    runs, run_id = select(col(EtlLogs.run_id)), col(DailyRankings.etl_run_id)
    if source in other_sources():
        return run_id.in_(runs.where(col(EtlLogs.source) == source))
    return run_id.not_in(runs.where(col(EtlLogs.source).in_(other_sources())))
