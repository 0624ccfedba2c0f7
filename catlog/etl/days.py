"""The days that a snapshot may fill: sources have no history, so only today, or the day just over."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from catlog import clock

if TYPE_CHECKING:
    from catlog.etl.runlog import Run

GRACE = timedelta(hours=1)
"""How long after its end a day may still be filled, for a run that is minutes late."""


def is_now(day: date) -> bool:
    """Say whether the current data of a source counts as that of `day` (UTC)."""
    return (clock.now() - GRACE).date() <= day <= clock.utc_today()


def can_go_on(run: Run) -> bool:
    """Say whether an unfinished run can be resumed: until its day is over, or when it has all its pages."""
    if run.status != "PARTIAL" or run.snapshot_date is None:
        return False
    return is_now(run.snapshot_date) or run.pages == run.pages_asked
