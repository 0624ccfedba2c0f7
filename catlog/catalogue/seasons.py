"""The titles of a season in the local catalogue, and the seasons that have titles.

A title belongs to the season of the source, which only TV has, else to the season of its first episode; titles that a
source listed for a season belong to it too, as long as that response is cached.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, extract, func, select

from catlog.catalogue.calendar import SEASON_NAMES, Season
from catlog.catalogue.search import Title, read_titles
from catlog.catalogue.vocabulary import AIRING_STATUSES
from catlog.db.session import Session
from catlog.db.tables import ProcessedAnime, UserAnime, col

UPCOMING = AIRING_STATUSES["upcoming"]


@dataclass(frozen=True, slots=True)
class SeasonCount:
    """One season with its number of titles, and of those on the viewer's list."""

    year: int
    season: str
    titles: int
    on_list: int


def read_season(
    session: Session, season: Season | None, user_id: int | None = None, *, listed: Iterable[int] = ()
) -> list[Title]:
    """Return the titles of a season, most members first, with their status on a user's list.

    None stands for announced titles that have not begun to air. `listed` are ids that a source lists for the season.
    """
    anime = ProcessedAnime
    belongs = col(anime.status) == UPCOMING if season is None else _lies_in(season)
    order = (col(anime.members).desc().nulls_last(), col(anime.mal_id))
    found = session.connection().execute(select(col(anime.mal_id)).where(belongs).order_by(*order)).scalars()
    ids = dict.fromkeys(found)
    missing = [mal_id for mal_id in listed if mal_id not in ids]
    titles = read_titles(session, [*ids, *missing], user_id)
    return sorted(titles, key=lambda title: (-(title.members or 0), title.mal_id)) if missing else titles


def count_seasons(session: Session, user_id: int | None = None) -> list[SeasonCount]:
    """Return every season with a title in the catalogue, newest first. One query."""
    anime, entry = ProcessedAnime, UserAnime
    mine = and_(col(entry.mal_id) == col(anime.mal_id), col(entry.user_id) == user_id)
    query: Any = (
        select(_year, _season, func.count(), func.count(col(entry.mal_id)))
        .select_from(anime)
        .outerjoin(entry, mine)
        .where(_year.is_not(None), _season.is_not(None))
        .group_by(_year, _season)
    )
    found = [
        SeasonCount(int(year), name, titles, on_list)
        for year, name, titles, on_list in session.connection().execute(query)
        if name in SEASON_NAMES
    ]
    return sorted(found, key=lambda count: -Season(count.year, count.season).number)


def _lies_in(season: Season) -> ColumnElement[bool]:
    return and_(_year == season.year, _season == season.name)


def _first_season() -> ColumnElement[Any]:
    month: Any = extract("month", col(ProcessedAnime.aired_from))
    by_month = case((month <= 3, "winter"), (month <= 6, "spring"), (month <= 9, "summer"), (month <= 12, "fall"))
    return func.coalesce(col(ProcessedAnime.season), by_month)


# `catlog.catalogue.filters.TitleFacts.first_year` and `first_season` in SQL.
_year: ColumnElement[Any] = func.coalesce(col(ProcessedAnime.year), extract("year", col(ProcessedAnime.aired_from)))
_season = _first_season()
