"""The questions of the season browser."""

from __future__ import annotations

from dataclasses import dataclass

from catlog.catalogue.calendar import Season
from catlog.catalogue.season_refresh import SeasonResult
from catlog.catalogue.seasons import SeasonCount, count_seasons
from catlog.tui.backend import Backend

TIMEOUT = 30.0
"""Seconds that the source has for a season, which may be a dozen pages."""


@dataclass(frozen=True, slots=True)
class SeasonView:
    """A season as it is known here, whether a source told of it lately, and how many titles each season has."""

    result: SeasonResult
    is_current: bool
    counts: dict[tuple[int, str], SeasonCount]


def read_season(backend: Backend, season: Season | None) -> SeasonView:
    """Read a season from the catalogue; None is everything that is announced."""
    user = backend.viewer.user_id if backend.viewer else None
    with backend.database.read() as session:
        counts = {(count.year, count.season): count for count in count_seasons(session, user)}
    return SeasonView(backend.seasons.cached(season, user), backend.seasons.is_current(season), counts)


def refresh_season(backend: Backend, season: Season | None, *, automatic: bool) -> SeasonResult:
    """Ask the source for a season; `automatic` when nobody pressed a key for it."""
    user = backend.viewer.user_id if backend.viewer else None
    return backend.seasons.refresh(season, user, timeout=TIMEOUT, automatic=automatic, cancel=backend.cancel)
