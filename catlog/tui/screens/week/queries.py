"""The question of the week."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catlog.library.schedule import Schedule
    from catlog.tui.backend import Backend


def read_week(services: Backend, begin: date) -> Schedule:
    """Read what airs in the seven days from a day on, on the viewer's clock."""
    from catlog.library.schedule import read_schedule

    user = services.viewer.user_id if services.viewer else None
    with services.database.read() as session:
        return read_schedule(session, begin, zone=services.zone, user_id=user)
