"""Translation of a search query into a source's search, and the filters that the source does not support."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, cast

from catlog.catalogue.filters import Filters
from catlog.catalogue.search import SearchQuery
from catlog.catalogue.vocabulary import AIRING_STATUSES, RATINGS
from catlog.jikan.endpoints import PAGE_SIZE, AnimeSearch, OrderBy, Rating, Status, Type

_LONGEST = 255
"""The most characters of words in a source's search."""

_STATUSES = {stored: "complete" if said == "finished" else said for said, stored in AIRING_STATUSES.items()}
_RATINGS = {stored: said for said, stored in RATINGS.items()}
_ORDERS: Mapping[str, tuple[OrderBy, bool]] = {
    "popularity": ("popularity", False),
    "score": ("score", True),
    "rank": ("rank", False),
    "title": ("title", False),
    "year": ("start_date", True),
    "aired": ("start_date", True),
    "ended": ("end_date", True),
    "episodes": ("episodes", True),
    "members": ("members", True),
    "votes": ("scored_by", True),
    "favorites": ("favorites", True),
    "id": ("mal_id", False),
}
"""The source's name of each order, and whether it is descending."""


class RemoteQuery(NamedTuple):
    """The search for the source, and the filters to apply to its response."""

    search: AnimeSearch
    local_filters: Filters


def translate(query: SearchQuery, genre_ids: Mapping[str, int], limit: int) -> RemoteQuery:
    """Translate a query; its genres must all be in `genre_ids`.

    A source supports one type, one status and one rating, and no season: otherwise its response is filtered here. Its
    years are those of the first and of the last episode.
    """
    filters, order = query.filters, query.order.removeprefix("-")
    years, scores = filters.years, filters.scores
    exact = scores is not None and scores.low is not None and scores.low == scores.high
    by, falling = _ORDERS.get(order, (None, False))
    search = AnimeSearch(
        words=query.words[:_LONGEST],
        genres=tuple(genre_ids[name] for name in filters.genres),
        without_genres=tuple(genre_ids[name] for name in filters.without_genres),
        type=cast("Type | None", _only(filters.types, _type_name)),
        status=cast("Status | None", _only(filters.statuses, _STATUSES.get)),
        rating=cast("Rating | None", _only(filters.ratings, _RATINGS.get)),
        sfw=filters.sfw,
        letter=filters.letter,
        score=scores.low if scores and exact else None,
        min_score=scores.low if scores and not exact else None,
        max_score=scores.high if scores and not exact else None,
        started_from=date(int(years.low), 1, 1) if years and years.low is not None else None,
        ended_by=date(int(years.high), 12, 31) if years and years.high is not None else None,
        order_by=by,
        descending=falling is not query.order.startswith("-"),
        limit=min(limit, PAGE_SIZE),
    )
    here = Filters(
        season=filters.season,
        types=filters.types if search.type is None else (),
        statuses=filters.statuses if search.status is None else (),
        ratings=filters.ratings if search.rating is None else (),
        on_list=filters.on_list,
    )
    return RemoteQuery(search, here)


def _type_name(stored: str) -> str:
    return stored.lower().replace(" ", "_")


def _only(wanted: Sequence[str], name: Callable[[str], str | None]) -> str | None:
    """Return the source's name of the only wanted value; None for several."""
    return name(wanted[0]) if len(wanted) == 1 else None
