"""Queries of the screen Seasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catlog.catalogue.seasons import SeasonCount, count_seasons

if TYPE_CHECKING:
    from catlog.catalogue.calendar import Season
    from catlog.catalogue.season_refresh import SeasonResult
    from catlog.tui.backend import Backend

TIMEOUT = 30.0
"""Seconds for all requests of a season, which may be a dozen pages."""


@dataclass(frozen=True, slots=True)
class SeasonView:
    """A cached season, whether it is current, and the title counts of all seasons."""

    result: SeasonResult
    is_current: bool
    counts: dict[tuple[int, str], SeasonCount]


def read_season(backend: Backend, season: Season | None) -> SeasonView:
    """Read a season from the catalogue; None is the announced titles."""
    user = backend.viewer.user_id if backend.viewer else None
    with backend.database.read() as session:
        counts = {(count.year, count.season): count for count in count_seasons(session, user)}
    return SeasonView(backend.seasons.cached(season, user), backend.seasons.is_current(season), counts)


def refresh_season(backend: Backend, season: Season | None, *, automatic: bool) -> SeasonResult:
    """Refresh a season from the source; `automatic` unless the user requested it."""
    user = backend.viewer.user_id if backend.viewer else None
    return backend.seasons.refresh(season, user, timeout=TIMEOUT, automatic=automatic, cancel=backend.cancel)
