"""Queries of the screen Seasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catlog.catalogue.covers import cover_addresses
from catlog.catalogue.seasons import SeasonCount, count_seasons

if TYPE_CHECKING:
    from catlog.catalogue.calendar import Season
    from catlog.catalogue.season_refresh import SeasonResult
    from catlog.tui.backend import Backend

TIMEOUT = 30.0
"""Seconds for all requests of a season, which may be a dozen pages."""


@dataclass(frozen=True, slots=True)
class SeasonView:
    """A cached season, whether it is current, the title counts of all seasons, and the addresses of covers."""

    result: SeasonResult
    is_current: bool
    counts: dict[tuple[int, str], SeasonCount]
    covers: dict[int, str]


def read_season(backend: Backend, season: Season | None) -> SeasonView:
    """Read a season from the catalogue; None is the announced titles."""
    user = backend.viewer.user_id if backend.viewer else None
    cached = backend.seasons.cached(season, user)
    with backend.database.read() as session:
        counts = {(count.year, count.season): count for count in count_seasons(session, user)}
        covers = cover_addresses(session, [title.mal_id for title in cached.titles])
    return SeasonView(cached, backend.seasons.is_current(season), counts, covers)


def refresh_season(backend: Backend, season: Season | None, *, automatic: bool) -> tuple[SeasonResult, dict[int, str]]:
    """Refresh a season from the source, and return it with its covers; `automatic` unless the user requested it."""
    user = backend.viewer.user_id if backend.viewer else None
    result = backend.seasons.refresh(season, user, timeout=TIMEOUT, automatic=automatic, cancel=backend.cancel)
    with backend.database.read() as session:
        return result, cover_addresses(session, [title.mal_id for title in result.titles])
