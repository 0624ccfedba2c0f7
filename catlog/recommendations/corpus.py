"""The corpus of recommendations: the catalogue's titles with features and order, read once for each version of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from catlog.catalogue.filters import ADULT
from catlog.catalogue.vocabulary import ADULT_GENRES, AIRING_STATUSES
from catlog.db.tables import AnimeGenre, ProcessedAnime, UserAnime, col
from catlog.errors import CatLogError
from catlog.jikan.details import accepted, parse_details, parse_recommendation, parse_relations
from catlog.jikan.fields import RejectedRecordError
from catlog.library.entries import Status
from catlog.recommendations.franchise import Related, RelatedTitle, franchises, prequels

if TYPE_CHECKING:
    from catlog.jikan.response import JikanResponse
    from catlog.jikan.response_cache import ResponseCache
    from catlog.recommendations.taste import Features, Opinion, TitleFeatures, Vote

TYPES = ("TV", "Movie", "OVA", "ONA")
"""Types that are recommended; specials, music and commercials are not."""

_MONTHS = {"winter": 1, "spring": 4, "summer": 7, "fall": 10}
_PATHS = re.compile(r"/anime/(\d+)/(full|relations|recommendations)")


@dataclass(frozen=True)
class Corpus:
    """All titles by MAL id, their prequels, and the recommendations of sources. Immutable, shared by threads."""

    titles: Mapping[int, TitleFeatures]
    names: Mapping[int, str]
    before: Mapping[int, tuple[int, ...]]
    votes: tuple[Vote, ...]
    offered: frozenset[int]
    adult: frozenset[int]
    """Subsets of `titles`: `offered` have a type of `TYPES` and have begun to air; `adult` are for adults alone."""

    @cached_property
    def features(self) -> Features:
        """The feature matrix of the titles."""
        from catlog.recommendations.taste import Features

        return Features(list(self.titles.values()))

    @cached_property
    def franchise(self) -> Mapping[int, int]:
        """The representative of the franchise of each title."""
        return franchises(self.titles, self.before)


def read_corpus(connection: Connection, cache: ResponseCache | None = None) -> Corpus:
    """Read the catalogue; relations and recommendations come from cached responses."""
    from catlog.recommendations.taste import TitleFeatures

    genres: dict[int, list[str]] = {}
    for mal_id, genre in connection.execute(select(col(AnimeGenre.mal_id), col(AnimeGenre.genre))):
        genres.setdefault(mal_id, []).append(genre)
    titles: dict[int, TitleFeatures] = {}
    names: dict[int, str] = {}
    works, offered, adult = [], set(), set()
    for row in connection.execute(_TITLES):
        mal_id, title, english, kind, source, status, score, members, aired_from, season, year, rating, studios = row
        own = tuple(sorted(genres.get(mal_id, ())))
        began = aired_from or (date(year, _MONTHS.get(season, 7), 1) if year else None)
        makers = json.loads(studios) if isinstance(studios, str) else studios or ()
        names[mal_id] = title
        titles[mal_id] = TitleFeatures(
            mal_id, kind, source, began.year if began else None, score, members, own, tuple(makers)
        )
        works.append(RelatedTitle(mal_id, (title, english) if english else (title,), kind, members, began))
        if kind in TYPES and status != AIRING_STATUSES["upcoming"]:
            offered.add(mal_id)
        if rating == ADULT or any(genre in ADULT_GENRES for genre in own):
            adult.add(mal_id)
    relations, votes = _from_responses(cache) if cache is not None else ((), ())
    before = prequels(works, relations)
    return Corpus(titles, names, before, tuple(votes), frozenset(offered), frozenset(adult))


def read_opinions(connection: Connection, user_id: int) -> list[Opinion]:
    """Return status and rating of the titles on a user's list, by MAL id."""
    from catlog.recommendations.taste import Opinion

    entry = UserAnime
    query = select(col(entry.mal_id), col(entry.status), col(entry.personal_rating))
    mine = query.where(col(entry.user_id) == user_id).order_by(col(entry.mal_id))
    return [Opinion(mal_id, Status(status), rating) for mal_id, status, rating in connection.execute(mine)]


def _from_responses(cache: ResponseCache) -> tuple[list[Related], list[Vote]]:
    from catlog.recommendations.taste import Vote

    relations, votes = [], []
    for answer in cache.matching(_PATHS):
        found = _PATHS.fullmatch(answer.path)
        assert found is not None, "matching() yields only such paths"
        mal_id = int(found[1])
        if found[2] == "recommendations":
            votes += [Vote(mal_id, other, count) for other, count in _recommended(answer)]
        else:
            relations += [Related(mal_id, relation, other) for relation, other in _relations(answer)]
    return relations, votes


def _relations(answer: JikanResponse) -> Iterator[tuple[str, int]]:
    try:
        data = answer.data()
        found = parse_details(data).relations if answer.path.endswith("/full") else parse_relations(data)
    except (CatLogError, RejectedRecordError):
        return
    yield from ((each.relation, each.mal_id) for each in found if each.kind == "anime")


def _recommended(answer: JikanResponse) -> Iterator[tuple[int, int]]:
    with suppress(CatLogError):
        for each in accepted(answer.read_page().entries, parse_recommendation):
            yield each.mal_id, each.votes


_ANIME = ProcessedAnime
_COLUMNS: tuple[Any, ...] = (
    col(_ANIME.mal_id),
    col(_ANIME.title),
    col(_ANIME.title_english),
    col(_ANIME.type),
    col(_ANIME.source),
    col(_ANIME.status),
    col(_ANIME.score),
    col(_ANIME.members),
    col(_ANIME.aired_from),
    col(_ANIME.season),
    col(_ANIME.year),
    col(_ANIME.rating),
    col(_ANIME.studios),
)
_TITLES = select(*_COLUMNS).order_by(col(_ANIME.mal_id))
