"""The query of the screen Week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catlog.library.schedule import Schedule, read_schedule

if TYPE_CHECKING:
    from datetime import date

    from catlog.tui.backend import Backend


def read_week(backend: Backend, begin: date) -> Schedule:
    """Read the broadcasts of seven days from `begin` on, on the viewer's clock."""
    user = backend.viewer.user_id if backend.viewer else None
    with backend.database.read() as session:
        return read_schedule(session, begin, zone=backend.zone, user_id=user)
