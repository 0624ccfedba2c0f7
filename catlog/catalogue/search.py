"""Searching the local catalogue: words, filters and orders in one question, answered from memory in milliseconds."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, select
from sqlmodel import Session, col

from catlog.catalogue.cached_catalogue import CachedCatalogue
from catlog.catalogue.filters import NO_FILTERS, Filters, TitleFacts
from catlog.catalogue.genres import cached_genres
from catlog.catalogue.index import Hits
from catlog.catalogue.orders import POPULARITY, RELEVANCE, ordered, parse_order
from catlog.catalogue.store import catalogue_version
from catlog.catalogue.vocabulary import GENRES, named
from catlog.config import Settings
from catlog.db.models import AnimeGenre, ProcessedAnime, UserAnime
from catlog.db.session import Database
from catlog.errors import InvalidArgumentError
from catlog.jikan.response_cache import ResponseCache
from catlog.text import clean

WORDS_LIMIT = 300
"""Characters that the words of a search may have; titles have up to 200."""

PAGE_TITLES = 25
"""Titles on a page."""

LOCAL = "local"
"""The source of a row that the catalogue told."""

_IDS_PER_STATEMENT = 500


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """One search: words (checked by `checked`), filters, and the order, empty for relevance or else popularity.

    `user_id` is whose list `Filters.on_list` and the marks of the answer speak of.
    """

    words: str = ""
    filters: Filters = NO_FILTERS
    order: str = ""
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The answer as it was when asked: the ids of all titles, best first, so that pages of it never move.

    `mistyped` says that nothing fitted the words as typed, and these are near them.
    """

    ids: tuple[int, ...]
    mistyped: bool = False

    @property
    def total(self) -> int:
        """How many titles were found."""
        return len(self.ids)

    def page(self, number: int, size: int = PAGE_TITLES) -> tuple[int, ...]:
        """Return the ids of a page, counted from 1; behind the last one there are none. Raises InvalidArgumentError."""
        if number < 1 or size < 1:
            raise InvalidArgumentError(f"there is no page {number} of {size} titles", hint="pages count from 1")
        return self.ids[(number - 1) * size : number * size]


@dataclass(frozen=True, slots=True)
class Title:
    """One title of an answer. `as_of` is when its facts were written; `list_status` where it stands on the list.

    Year and season are those in which it began to air where the source names none.
    """

    mal_id: int
    title: str
    title_english: str | None
    title_japanese: str | None
    type: str | None
    episodes: int | None
    status: str | None
    score: float | None
    rank: int | None
    members: int | None
    year: int | None
    season: str | None
    genres: tuple[str, ...]
    source: str
    as_of: datetime
    list_status: str | None


class Catalogue:
    """The catalogue of one database, searched from memory: read on first use, and again when a writer changed it."""

    def __init__(self, database: Database, *, genres: Collection[str] = GENRES, index_file: Path | None = None) -> None:
        """Read nothing yet.

        `genres` are those that can be asked for although no title has them. The index is kept in `index_file`, where
        that is given and pays.
        """
        self._database = database
        self._index_file = index_file
        self._genre_names = genres
        self._lock = threading.Lock()
        self._memory: CachedCatalogue | None = None
        self._preparing = False

    @classmethod
    def from_settings(cls, database: Database, settings: Settings) -> Self:
        """Return the catalogue with what the cache of these settings keeps: an index, and a source's list of genres."""
        cache = settings.paths.cache
        return cls(database, genres=cached_genres(ResponseCache(cache / "answers")), index_file=cache / "search-index")

    def search(self, query: SearchQuery) -> SearchResult:
        """Return all titles that fit. Raises InvalidArgumentError for what cannot be asked, such as unknown genres."""
        query = validated(query)
        with self._database.read() as session, self._lock:
            return self._search(session.connection(), query)

    def prepare(self) -> None:
        """Read now all that a search may need, after every change, so that nobody who types has to wait for it.

        Meanwhile searches are answered from what was known before, where anything was.
        """
        with self._database.read() as session:
            connection = session.connection()
            version = catalogue_version(connection)
            memory = self._memory
            self._preparing = memory is not None
            try:
                if memory is None or memory.index.version != version:
                    memory = CachedCatalogue.read(connection, version, self._index_file)
                memory.prepare(connection)
                with self._lock:
                    self._memory = memory
            finally:
                self._preparing = False

    def normalized(self, question: SearchQuery) -> SearchQuery:
        """Return the question with clean words and the genres as they are spelled. Raises InvalidArgumentError."""
        question = validated(question)
        if not question.filters.genres and not question.filters.without_genres:
            return question
        with self._database.read() as session, self._lock:
            return self._with_known_genres(session.connection(), question)

    def titles(self, ids: Sequence[int], user_id: int | None = None) -> list[Title]:
        """Return what the catalogue knows now of the titles of a page, in their order."""
        with self._database.read() as session:
            return read_titles(session, ids, user_id)

    def genres(self) -> tuple[str, ...]:
        """Return the names of all genres, themes and demographics that a search can ask for."""
        with self._database.read() as session, self._lock:
            connection = session.connection()
            return tuple(sorted(self._current(connection).genre_names(connection).union(self._genre_names)))

    def _search(self, connection: Connection, question: SearchQuery) -> SearchResult:
        filters, memory = self._with_known_genres(connection, question).filters, self._current(connection)
        ids = memory.index.ids
        hits = memory.index.find(question.words) if question.words else Hits(range(len(ids)))
        places = hits.places
        for name in filters.genres:
            having = memory.ids_with_genre(connection, name)
            places = [place for place in places if ids[place] in having]
        for name in filters.excluded_genres:
            having = memory.ids_with_genre(connection, name)
            places = [place for place in places if ids[place] not in having]
        if filters.on_list is not None:
            mine = listed_ids(connection, question.user_id)
            places = [place for place in places if (ids[place] in mine) is filters.on_list]
        for condition in filters.conditions:
            facts = memory.facts(connection)
            places = [place for place in places if condition(facts[place])]
        order = question.order or (RELEVANCE if question.words else POPULARITY)
        name, turned = order.removeprefix("-"), order.startswith("-")
        if name == POPULARITY or (name == RELEVANCE and not question.words):
            places = sorted(places, reverse=turned)
        elif name != RELEVANCE:
            places = ordered(sorted(places), memory.facts(connection), order)
        elif turned:
            places = places[::-1]
        return SearchResult(tuple(map(ids.__getitem__, places)), mistyped=hits.mistyped and bool(places))

    def _current(self, connection: Connection) -> CachedCatalogue:
        version = catalogue_version(connection)
        if self._memory is None or (self._memory.index.version != version and not self._preparing):
            self._memory = CachedCatalogue.read(connection, version, self._index_file)
        return self._memory

    def _with_known_genres(self, connection: Connection, question: SearchQuery) -> SearchQuery:
        filters = question.filters
        if not filters.genres and not filters.without_genres:
            return question
        names = self._current(connection).genre_names(connection).union(self._genre_names)
        known = {name: name for name in sorted(names)}
        try:
            asked = replace(
                filters,
                genres=tuple(named(words, known, "genre") for words in filters.genres),
                without_genres=tuple(named(words, known, "genre") for words in filters.without_genres),
            )
        except ValueError as problem:
            raise InvalidArgumentError(str(problem)) from None
        return replace(question, filters=asked)


def validated(query: SearchQuery) -> SearchQuery:
    """Return the question with clean words. Raises InvalidArgumentError when it cannot be asked."""
    words = query.words
    if len(words) > WORDS_LIMIT:
        raise InvalidArgumentError(f"the words have {len(words):,} characters, and may have {WORDS_LIMIT} at most")
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in words):
        raise InvalidArgumentError("there are control characters among the words", hint="type them as plain text")
    if query.order:
        parse_order(query.order)
    if query.filters.on_list is not None and query.user_id is None:
        raise InvalidArgumentError("whose list is meant is not known")
    return replace(query, words=clean(words))


def is_empty(database: Database) -> bool:
    """Say whether the catalogue has no titles yet."""
    with database.read() as session:
        return session.connection().execute(select(col(ProcessedAnime.mal_id)).limit(1)).first() is None


def read_titles(session: Session, ids: Sequence[int], user_id: int | None = None) -> list[Title]:
    """Return what the catalogue knows of the titles, in the order of `ids`, with their place on a user's list."""
    connection = session.connection()
    found: dict[int, Title] = {}
    for start in range(0, len(ids), _IDS_PER_STATEMENT):
        some = ids[start : start + _IDS_PER_STATEMENT]
        genres, statuses = genres_of(connection, some), list_statuses(connection, user_id, some)
        for row in connection.execute(_TITLES.where(col(ProcessedAnime.mal_id).in_(some))):
            mal_id, english, japanese, as_of, *facts = row
            known = TitleFacts(mal_id, *facts)
            found[mal_id] = Title(
                mal_id=mal_id,
                title=known.title,
                title_english=english,
                title_japanese=japanese,
                type=known.type,
                episodes=known.episodes,
                status=known.status,
                score=known.score,
                rank=known.rank,
                members=known.members,
                year=known.first_year,
                season=known.first_season,
                genres=genres.get(mal_id, ()),
                source=LOCAL,
                as_of=as_of,
                list_status=statuses.get(mal_id),
            )
    return [found[mal_id] for mal_id in ids if mal_id in found]


def genres_of(connection: Connection, ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return the genres, themes and demographics of titles, by MAL id and in the order of the alphabet."""
    found: dict[int, list[str]] = {}
    query = select(col(AnimeGenre.mal_id), col(AnimeGenre.genre)).where(col(AnimeGenre.mal_id).in_(ids))
    for mal_id, genre in connection.execute(query):
        found.setdefault(mal_id, []).append(genre)
    return {mal_id: tuple(sorted(names)) for mal_id, names in found.items()}


def listed_ids(connection: Connection, user_id: int | None) -> frozenset[int]:
    """Return the ids of the titles on a user's list."""
    query = select(col(UserAnime.mal_id)).where(col(UserAnime.user_id) == user_id)
    return frozenset(connection.execute(query).scalars())


def list_statuses(connection: Connection, user_id: int | None, ids: Collection[int]) -> dict[int, str]:
    """Return the list status of those of `ids` that are on a user's list; none while nobody is signed in."""
    if user_id is None:
        return {}
    query = select(col(UserAnime.mal_id), col(UserAnime.status))
    mine = query.where(col(UserAnime.user_id) == user_id, col(UserAnime.mal_id).in_(ids))
    return {row.mal_id: row.status for row in connection.execute(mine)}


_ANIME = ProcessedAnime
_FACT_COLUMNS: tuple[Any, ...] = tuple(col(getattr(_ANIME, name)) for name in TitleFacts._fields)
_TITLES: Any = select(
    col(_ANIME.mal_id),
    col(_ANIME.title_english),
    col(_ANIME.title_japanese),
    col(_ANIME.processed_at),
    *_FACT_COLUMNS[1:],
)
