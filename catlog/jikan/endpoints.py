"""What CatLog asks a source, call by call. Lists of anime come back as answers, to be stored before they are read.

A loop over pages belongs to the caller, who knows when to stop: at `has_next_page` false, at an empty page, or at the
number of pages wanted.
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
from catlog.jikan.errors import BadResponseError
from catlog.jikan.fields import RejectedRecordError
from catlog.jikan.request import ApiSource, Parameters
from catlog.jikan.response import RawResponse

PAGE_SIZE = 25
"""Entries of one page: the most that a source gives. Episodes come 100 to a page, whatever is asked for."""

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
    """What was read, beside the answer that tells where it is from, how old it is, and whether it is stale."""

    value: T
    response: RawResponse


@dataclass(frozen=True, slots=True)
class AnimeSearch:
    """A search of a source; everything given combines. Genres are ids, as `genres` lists them; scores go to 10.

    `score` is one exact score; `sfw` leaves adult entries out; `letter` is what titles begin with. Of the dates one
    says when the first episode came at the earliest, the other when the last came at the latest.
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
        """Return the query parameters of the source, the page aside. Raises InvalidArgumentError."""
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


def top_anime(session: ApiSource, page: int = 1, *, limit: int = PAGE_SIZE, only: Filter | None = None) -> RawResponse:
    """Ask for a page of the ranking. It is sorted by score alone: page order is no rank, and ids repeat over pages."""
    return session.get("/top/anime", {"limit": _page_size(limit), "filter": only}, page=page)


def seasons_now(session: ApiSource, page: int = 1, *, limit: int = PAGE_SIZE) -> RawResponse:
    """Ask for a page of what airs this season."""
    return session.get("/seasons/now", {"limit": _page_size(limit)}, page=page)


def seasons_upcoming(session: ApiSource, page: int = 1, *, limit: int = PAGE_SIZE) -> RawResponse:
    """Ask for a page of what is announced."""
    return session.get("/seasons/upcoming", {"limit": _page_size(limit)}, page=page)


def season(session: ApiSource, year: int, name: Season, page: int = 1, *, limit: int = PAGE_SIZE) -> RawResponse:
    """Ask for a page of one season."""
    return session.get(f"/seasons/{year:d}/{name}", {"limit": _page_size(limit)}, page=page)


def schedules(session: ApiSource, day: Day | None = None, page: int = 1, *, limit: int = PAGE_SIZE) -> RawResponse:
    """Ask for a page of the weekly schedule, of one weekday or of all."""
    return session.get("/schedules", {"limit": _page_size(limit), "filter": day}, page=page)


def search(session: ApiSource, query: AnimeSearch, page: int | None = 1) -> RawResponse:
    """Ask for a page of what fits a search; with None the source is not told which, and gives the first."""
    return session.get("/anime", query.parameters(), page=page)


def anime_full(session: ApiSource, mal_id: int) -> EndpointResult[AnimeDetails]:
    """Ask for all that a source has on one anime. Raises `UnknownToSourceError` where it (probably) has nothing."""
    answer = session.get(_of(mal_id, "full"), of_id=True)
    return EndpointResult(_whole(answer, parse_details), answer)


def relations(session: ApiSource, mal_id: int) -> EndpointResult[tuple[Relation, ...]]:
    """Ask what an anime is related to."""
    answer = session.get(_of(mal_id, "relations"), of_id=True)
    return EndpointResult(parse_relations(answer.data()), answer)


def episodes(session: ApiSource, mal_id: int, page: int = 1) -> EndpointResult[tuple[Episode, ...]]:
    """Ask for a page of episodes. For some anime every source fails here, which looks like an unknown id."""
    answer = session.get(_of(mal_id, "episodes"), page=page, of_id=True)
    return EndpointResult(tuple(accepted(answer.read_page(EPISODE_FIELDS).entries, parse_episode)), answer)


def recommendations(session: ApiSource, mal_id: int) -> EndpointResult[tuple[Recommendation, ...]]:
    """Ask what viewers of an anime recommend, most votes first."""
    answer = session.get(_of(mal_id, "recommendations"), of_id=True)
    return EndpointResult(tuple(accepted(answer.read_page().entries, parse_recommendation)), answer)


def genres(session: ApiSource) -> EndpointResult[tuple[GenreTotal, ...]]:
    """Ask for all genres, themes and demographics with the ids that a search needs."""
    answer = session.get("/genres/anime")
    return EndpointResult(tuple(accepted(answer.read_page().entries, parse_genre)), answer)


def _of(mal_id: int, what: str) -> str:
    return f"/anime/{mal_id:d}/{what}"


def _page_size(limit: int) -> int:
    if not 1 <= limit <= PAGE_SIZE:
        raise InvalidArgumentError(f"a page has 1 to {PAGE_SIZE} entries, not {limit}")
    return limit


def _whole(answer: RawResponse, parse: Callable[[object], T]) -> T:
    try:
        return parse(answer.data())
    except RejectedRecordError as problem:
        raise BadResponseError(answer.where, problem.reason, answer) from None
