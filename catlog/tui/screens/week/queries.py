"""The query of the screen Week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catlog.catalogue.covers import cover_addresses
from catlog.library.schedule import Schedule, read_schedule

if TYPE_CHECKING:
    from datetime import date

    from catlog.tui.backend import Backend


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days of broadcasts, and the addresses of covers by MAL id."""

    schedule: Schedule
    covers: dict[int, str]


def read_week(backend: Backend, begin: date) -> Week:
    """Read the broadcasts of seven days from `begin` on, on the viewer's clock."""
    user = backend.viewer.user_id if backend.viewer else None
    with backend.database.read() as session:
        schedule = read_schedule(session, begin, zone=backend.zone, user_id=user)
        return Week(schedule, cover_addresses(session, list({aired.mal_id for aired in schedule.rows})))
