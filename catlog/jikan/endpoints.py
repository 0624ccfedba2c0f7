"""The endpoints of Jikan, one function each. Lists of anime are returned as responses, to be stored before parsing.

The caller loops over pages: until `has_next_page` is false, an empty page, or the requested number of pages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Generic, Literal, TypeVar

from catlog.errors import InvalidArgumentError
from catlog.jikan.details import (
    EPISODE_FIELDS,
    AnimeDetails,
    Episode,
    GenreTotal,
    Recommendation,
    Relation,
    accepted,
    parse_details,
    parse_episode,
    parse_genre,
    parse_recommendation,
    parse_relations,
)
from catlog.jikan.errors import bad_response
from catlog.jikan.fields import RejectedRecordError
from catlog.jikan.request import ApiRequest, ApiSource, Parameters
from catlog.jikan.response import JikanResponse

PAGE_SIZE = 25
"""Entries of one page: the most that a source gives. Episodes always come 100 to a page."""

Season = Literal["winter", "spring", "summer", "fall"]
Type = Literal["tv", "movie", "ova", "special", "ona", "music", "cm", "pv", "tv_special"]
Status = Literal["airing", "complete", "upcoming"]
Rating = Literal["g", "pg", "pg13", "r17", "r", "rx"]
OrderBy = Literal[
    "mal_id",
    "title",
    "start_date",
    "end_date",
    "episodes",
    "score",
    "scored_by",
    "rank",
    "popularity",
    "members",
    "favorites",
]
Filter = Literal["airing", "upcoming", "bypopularity", "favorite"]
Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "unknown", "other"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class EndpointResult(Generic[T]):
    """A parsed value with its response, which has the source, the age and whether it is stale."""

    value: T
    response: JikanResponse


@dataclass(frozen=True, slots=True)
class AnimeSearch:
    """The criteria of a search, which all must hold. Genres are ids, as `genres` lists them; scores go to 10.

    `score` is one exact score; `sfw` leaves adult entries out; `letter` begins the titles. `started_from` is the
    earliest day of the first episode, `ended_by` the latest of the last.
    """

    words: str = ""
    genres: tuple[int, ...] = ()
    without_genres: tuple[int, ...] = ()
    type: Type | None = None
    status: Status | None = None
    rating: Rating | None = None
    sfw: bool = False
    letter: str | None = None
    score: float | None = None
    min_score: float | None = None
    max_score: float | None = None
    started_from: date | None = None
    ended_by: date | None = None
    order_by: OrderBy | None = None
    descending: bool = False
    limit: int = PAGE_SIZE

    def parameters(self) -> Parameters:
        """Return the query parameters, the page aside. Raises InvalidArgumentError for a limit out of range."""
        return {
            "q": self.words or None,
            "genres": ",".join(map(str, self.genres)) or None,
            "genres_exclude": ",".join(map(str, self.without_genres)) or None,
            "type": self.type,
            "status": self.status,
            "rating": self.rating,
            "sfw": self.sfw or None,
            "letter": self.letter,
            "score": self.score,
            "min_score": self.min_score,
            "max_score": self.max_score,
            "start_date": self.started_from.isoformat() if self.started_from else None,
            "end_date": self.ended_by.isoformat() if self.ended_by else None,
            "order_by": self.order_by,
            "sort": ("desc" if self.descending else "asc") if self.order_by else None,
            "limit": _page_size(self.limit),
        }


def top_anime(
    session: ApiSource, page: int = 1, *, limit: int = PAGE_SIZE, only: Filter | None = None
) -> JikanResponse:
    """Fetch a page of the ranking. It is sorted by score alone: page order is no rank, and ids repeat over pages."""
    return session.get(ApiRequest("/top/anime", {"limit": _page_size(limit), "filter": only}, page))


def seasons_now(session: ApiSource, page: int = 1, *, limit: int = PAGE_SIZE) -> JikanResponse:
    """Fetch a page of the anime that air this season."""
    return session.get(ApiRequest("/seasons/now", {"limit": _page_size(limit)}, page))


def seasons_upcoming(session: ApiSource, page: int = 1, *, limit: int = PAGE_SIZE) -> JikanResponse:
    """Fetch a page of announced anime."""
    return session.get(ApiRequest("/seasons/upcoming", {"limit": _page_size(limit)}, page))


def season(session: ApiSource, year: int, name: Season, page: int = 1, *, limit: int = PAGE_SIZE) -> JikanResponse:
    """Fetch a page of one season."""
    return session.get(ApiRequest(f"/seasons/{year:d}/{name}", {"limit": _page_size(limit)}, page))


def schedules(session: ApiSource, day: Day | None = None, page: int = 1, *, limit: int = PAGE_SIZE) -> JikanResponse:
    """Fetch a page of the weekly schedule, of one weekday or of all."""
    return session.get(ApiRequest("/schedules", {"limit": _page_size(limit), "filter": day}, page))


def search(session: ApiSource, query: AnimeSearch, page: int | None = 1) -> JikanResponse:
    """Fetch a page of search results; None sends no page number, and gets the first page."""
    return session.get(ApiRequest("/anime", query.parameters(), page))


def anime_full(session: ApiSource, mal_id: int) -> EndpointResult[AnimeDetails]:
    """Fetch the full details of one anime. Raises `UnknownToSourceError` for a (probably) unknown id."""
    response = _of_anime(session, mal_id, "full")
    return EndpointResult(_parsed(response, parse_details), response)


def relations(session: ApiSource, mal_id: int) -> EndpointResult[tuple[Relation, ...]]:
    """Fetch the relations of an anime."""
    response = _of_anime(session, mal_id, "relations")
    return EndpointResult(parse_relations(response.data()), response)


def episodes(session: ApiSource, mal_id: int, page: int = 1) -> EndpointResult[tuple[Episode, ...]]:
    """Fetch a page of episodes. For some anime every source fails here, which looks like an unknown id."""
    response = _of_anime(session, mal_id, "episodes", page)
    return EndpointResult(tuple(accepted(response.read_page(EPISODE_FIELDS).entries, parse_episode)), response)


def recommendations(session: ApiSource, mal_id: int) -> EndpointResult[tuple[Recommendation, ...]]:
    """Fetch the recommendations of viewers of an anime, most votes first."""
    response = _of_anime(session, mal_id, "recommendations")
    return EndpointResult(tuple(accepted(response.read_page().entries, parse_recommendation)), response)


def genres(session: ApiSource) -> EndpointResult[tuple[GenreTotal, ...]]:
    """Fetch all genres, themes and demographics with the ids that a search needs."""
    response = session.get(ApiRequest("/genres/anime"))
    return EndpointResult(tuple(accepted(response.read_page().entries, parse_genre)), response)


def _of_anime(session: ApiSource, mal_id: int, part: str, page: int | None = None) -> JikanResponse:
    return session.get(ApiRequest(f"/anime/{mal_id:d}/{part}", page=page, by_id=True))


def _page_size(limit: int) -> int:
    if not 1 <= limit <= PAGE_SIZE:
        raise InvalidArgumentError(f"a page has 1 to {PAGE_SIZE} entries, not {limit}")
    return limit


def _parsed(response: JikanResponse, parse: Callable[[object], T]) -> T:
    try:
        return parse(response.data())
    except RejectedRecordError as problem:
        raise bad_response(response.where, problem.reason, response) from None
