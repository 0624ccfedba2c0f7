"""Search of the local catalogue: words, filters and orders in one query, run in memory in milliseconds."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, select

from catlog.catalogue.cached_catalogue import CachedCatalogue
from catlog.catalogue.facets import Facets, genre_counts, year_counts
from catlog.catalogue.filters import NO_FILTERS, Filters, TitleFacts
from catlog.catalogue.index import Hits
from catlog.catalogue.orders import POPULARITY, RELEVANCE, ordered, parse_order
from catlog.catalogue.store import catalogue_version
from catlog.catalogue.vocabulary import GENRES, cached_genres, named
from catlog.config import Settings
from catlog.db.session import Database, Session
from catlog.db.tables import AnimeGenre, ProcessedAnime, UserAnime, col
from catlog.errors import InvalidArgumentError
from catlog.jikan.response_cache import ResponseCache
from catlog.text import clean
from catlog.title_language import spoken

WORDS_LIMIT = 300
"""The most characters of a query's words; titles have up to 200."""

PAGE_TITLES = 25
"""Titles on a page."""

LOCAL = "local"
"""The source of a title from the catalogue."""

_IDS_PER_STATEMENT = 500


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """One search: words (see `validated`), filters, and the order, empty for relevance or else popularity.

    `user_id` is the user of `Filters.on_list` and of the statuses in the result.
    """

    words: str = ""
    filters: Filters = NO_FILTERS
    order: str = ""
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A search result: the ids of all titles, best first, fixed so that its pages never move.

    `mistyped` says that no title matches the words as typed, and these are close matches; `taken` are the words that
    these have where none has all. `searched` is the number of titles in the catalogue, 0 where it is not known.
    """

    ids: tuple[int, ...]
    mistyped: bool = False
    searched: int = 0
    taken: tuple[str, ...] = ()

    @property
    def only_some(self) -> str:
        """Which words were taken, for users, where no title has all of them."""
        return f"no title has all words; titles with {' or '.join(self.taken)}" if self.taken else ""

    @property
    def total(self) -> int:
        """The number of titles."""
        return len(self.ids)

    def page(self, number: int, size: int = PAGE_TITLES) -> tuple[int, ...]:
        """Return the ids of a page, counted from 1; after the last page there are none. Raises InvalidArgumentError."""
        if number < 1 or size < 1:
            raise InvalidArgumentError(f"there is no page {number} of {size} titles", hint="pages count from 1")
        return self.ids[(number - 1) * size : number * size]


@dataclass(frozen=True, slots=True)
class Title:
    """One title of a result. `as_of` is the time of its facts, `list_status` its status on the user's list.

    Year and season are those of the first episode where the source has none.
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
    """The catalogue of one database, searched in memory: read on first use, and again after a change."""

    def __init__(self, database: Database, *, genres: Collection[str] = GENRES, index_file: Path | None = None) -> None:
        """Read nothing yet.

        `genres` can be searched for although no title may have them. The index is cached in `index_file`, if given and
        large enough.
        """
        self._database = database
        self._index_file = index_file
        self._genre_names = genres
        self._lock = threading.Lock()
        self._cached: CachedCatalogue | None = None
        self._preparing = False

    @classmethod
    def from_settings(cls, database: Database, settings: Settings) -> Self:
        """Return the catalogue with the cached index and the cached list of a source's genres."""
        cache = settings.paths.cache
        return cls(database, genres=cached_genres(ResponseCache(cache / "answers")), index_file=cache / "search-index")

    def search(self, query: SearchQuery) -> SearchResult:
        """Return all matching titles. Raises InvalidArgumentError for an invalid query, such as an unknown genre."""
        query = validated(query)
        with self._database.read() as session, self._lock:
            return self._search(session.connection(), query)

    def prepare(self) -> None:
        """Read ahead all that a search needs, after every change, so that typing never waits for it.

        Meanwhile searches use the version read before, if any.
        """
        with self._database.read() as session:
            connection = session.connection()
            version = catalogue_version(connection)
            cached = self._cached
            self._preparing = cached is not None
            try:
                if cached is None or cached.index.version != version:
                    cached = CachedCatalogue.read(connection, version, self._index_file)
                cached.prepare(connection)
                with self._lock:
                    self._cached = cached
            finally:
                self._preparing = False

    def normalized(self, query: SearchQuery) -> SearchQuery:
        """Return the query with clean words and the canonical names of genres. Raises InvalidArgumentError."""
        query = validated(query)
        if not query.filters.genres and not query.filters.without_genres:
            return query
        with self._database.read() as session, self._lock:
            return self._with_known_genres(session.connection(), query)

    def titles(self, ids: Sequence[int], user_id: int | None = None) -> list[Title]:
        """Return the current facts of the titles of a page, in their order."""
        with self._database.read() as session:
            return read_titles(session, ids, user_id)

    def facets(self, query: SearchQuery) -> Facets:
        """Return the counts of a search by genre and by year. Raises InvalidArgumentError for an invalid query."""
        query = validated(query)
        with self._database.read() as session, self._lock:
            connection = session.connection()
            cached, filters = self._current(connection), query.filters
            of_all_years = self._matching(connection, replace(query, filters=replace(filters, years=None)))
            places = of_all_years if filters.years is None else self._matching(connection, query)
            return Facets(
                genre_counts(places.places, cached.genre_places(connection), len(cached.index.ids)),
                year_counts(of_all_years.places, cached.facts(connection)),
            )

    def genres(self) -> tuple[str, ...]:
        """Return the names of all genres, themes and demographics for searches."""
        with self._database.read() as session, self._lock:
            connection = session.connection()
            return tuple(sorted(self._current(connection).genre_names(connection).union(self._genre_names)))

    def _matching(self, connection: Connection, query: SearchQuery) -> Hits:
        """Return the places of the titles that match words and filters, best first where there are words."""
        filters, cached = self._with_known_genres(connection, query).filters, self._current(connection)
        ids = cached.index.ids
        hits = cached.index.find(query.words) if query.words else Hits(range(len(ids)))
        places = hits.places
        for name in filters.genres:
            having = cached.ids_with_genre(connection, name)
            places = [place for place in places if ids[place] in having]
        for name in filters.excluded_genres:
            having = cached.ids_with_genre(connection, name)
            places = [place for place in places if ids[place] not in having]
        if filters.on_list is not None:
            mine = listed_ids(connection, query.user_id)
            places = [place for place in places if (ids[place] in mine) is filters.on_list]
        if filters.list_status is not None:
            mine = listed_ids(connection, query.user_id, filters.list_status)
            places = [place for place in places if ids[place] in mine]
        for condition in filters.conditions:
            facts = cached.facts(connection)
            places = [place for place in places if condition(facts[place])]
        return replace(hits, places=places)

    def _search(self, connection: Connection, query: SearchQuery) -> SearchResult:
        hits, cached = self._matching(connection, query), self._current(connection)
        ids, places = cached.index.ids, hits.places
        order = query.order or (RELEVANCE if query.words else POPULARITY)
        name, turned = order.removeprefix("-"), order.startswith("-")
        if name == POPULARITY or (name == RELEVANCE and not query.words):
            places = sorted(places, reverse=turned)
        elif name != RELEVANCE:
            places = ordered(sorted(places), cached.facts(connection), order)
        elif turned:
            places = places[::-1]
        found = tuple(map(ids.__getitem__, places))
        return SearchResult(
            found, mistyped=hits.mistyped and bool(places), searched=len(ids), taken=hits.taken if places else ()
        )

    def _current(self, connection: Connection) -> CachedCatalogue:
        version = catalogue_version(connection)
        if self._cached is None or (self._cached.index.version != version and not self._preparing):
            self._cached = CachedCatalogue.read(connection, version, self._index_file)
        return self._cached

    def _with_known_genres(self, connection: Connection, query: SearchQuery) -> SearchQuery:
        filters = query.filters
        if not filters.genres and not filters.without_genres:
            return query
        names = self._current(connection).genre_names(connection).union(self._genre_names)
        known = {name: name for name in sorted(names)}
        try:
            known_names = replace(
                filters,
                genres=tuple(named(words, known, "genre") for words in filters.genres),
                without_genres=tuple(named(words, known, "genre") for words in filters.without_genres),
            )
        except ValueError as problem:
            raise InvalidArgumentError(str(problem)) from None
        return replace(query, filters=known_names)


def validated(query: SearchQuery) -> SearchQuery:
    """Return the query with clean words. Raises InvalidArgumentError when it is invalid."""
    words = query.words
    if len(words) > WORDS_LIMIT:
        raise InvalidArgumentError(f"the words have {len(words):,} characters, and may have {WORDS_LIMIT} at most")
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in words):
        raise InvalidArgumentError("the words have control characters", hint="type them as plain text")
    if query.order:
        parse_order(query.order)
    if query.filters.needs_user and query.user_id is None:
        raise InvalidArgumentError("a filter by list needs a user")
    return replace(query, words=clean(words))


def is_empty(database: Database) -> bool:
    """Say whether the catalogue has no titles yet."""
    with database.read() as session:
        return session.connection().execute(select(col(ProcessedAnime.mal_id)).limit(1)).first() is None


def read_titles(session: Session, ids: Sequence[int], user_id: int | None = None) -> list[Title]:
    """Return the titles in the order of `ids`, with their statuses on a user's list; unknown ids are left out."""
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
                title=spoken().pick(known.title, english, japanese),
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
    """Return the genres, themes and demographics of titles by MAL id, sorted."""
    found: dict[int, list[str]] = {}
    query = select(col(AnimeGenre.mal_id), col(AnimeGenre.genre)).where(col(AnimeGenre.mal_id).in_(ids))
    for mal_id, genre in connection.execute(query):
        found.setdefault(mal_id, []).append(genre)
    return {mal_id: tuple(sorted(names)) for mal_id, names in found.items()}


def listed_ids(connection: Connection, user_id: int | None, status: str | None = None) -> frozenset[int]:
    """Return the ids of the titles on a user's list, or of those with a status."""
    query = select(col(UserAnime.mal_id)).where(col(UserAnime.user_id) == user_id)
    if status is not None:
        query = query.where(col(UserAnime.status) == status)
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
