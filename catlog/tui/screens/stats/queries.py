"""The query of the screen Stats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catlog.statistics.report import Statistics, load_statistics

if TYPE_CHECKING:
    from catlog.tui.backend import Backend


def read_statistics(backend: Backend, year: int | None) -> Statistics:
    """Read the statistics of the list; with `year`, its activity is of that year. See `load_statistics`."""
    owner = backend.owner()
    with backend.database.read() as session:
        return load_statistics(session, owner.user_id, zone=owner.zone, year=year)
