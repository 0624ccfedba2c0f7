"""The question of the week."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catlog.library.schedule import Schedule
    from catlog.tui.backend import Backend


def read_week(backend: Backend, begin: date) -> Schedule:
    """Read what airs in the seven days from a day on, on the viewer's clock."""
    from catlog.library.schedule import read_schedule

    user = backend.viewer.user_id if backend.viewer else None
    with backend.database.read() as session:
        return read_schedule(session, begin, zone=backend.zone, user_id=user)
