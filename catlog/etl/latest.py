"""The latest chart: its day and the time of its data."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from sqlmodel import Session

from catlog.analytics.days import default_day
from catlog.etl.load import chart_fetched_at


class LatestChart(NamedTuple):
    """The latest day with a whole chart; `fetched_at` is None where the chart comes from recorded history."""

    day: date
    fetched_at: datetime | None


def read_latest_chart(session: Session) -> LatestChart | None:
    """Return the latest chart, None while there are no rankings."""
    day = default_day(session.connection())
    return None if day is None else LatestChart(day, chart_fetched_at(session, day))
