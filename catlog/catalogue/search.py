"""Searching the local catalogue: words, filters and orders in one question, answered from memory in milliseconds."""

from __future__ import annotations

import json
import threading
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, select, type_coerce
from sqlmodel import Session, col

from catlog.catalogue.filters import NO_FILTERS, Facts, Filters
from catlog.catalogue.index import Hits, Index, Named
from catlog.catalogue.index_file import WORTH_IT, load, save
from catlog.catalogue.orders import POPULARITY, RELEVANCE, ordered, parse_order
from catlog.catalogue.store import catalogue_version
from catlog.catalogue.vocabulary import GENRES, named
from catlog.db.models import AnimeGenre, ProcessedAnime, UserAnime
from catlog.db.session import Database
from catlog.errors import InvalidArgumentError
from catlog.text import clean

LONGEST = 300
"""Characters that the words of a search may have; titles have up to 200."""

PAGE = 25
"""Titles on a page."""

LOCAL = "local"
"""The source of a row that the catalogue told."""

_IDS_PER_STATEMENT = 500


@dataclass(frozen=True, slots=True)
class Question:
    """One search: words (checked by `checked`), filters, and the order, empty for relevance or else popularity.

    `user_id` is whose list `Filters.on_list` and the marks of the answer speak of.
    """

    words: str = ""
    filters: Filters = NO_FILTERS
    order: str = ""
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The answer as it was when asked: the ids of all titles, best first, so that pages of it never move.

    `mistyped` says that nothing fitted the words as typed, and these are near them.
    """

    ids: tuple[int, ...]
    mistyped: bool = False

    @property
    def total(self) -> int:
        """How many titles were found."""
        return len(self.ids)

    def page(self, number: int, size: int = PAGE) -> tuple[int, ...]:
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

        `genres` are those that can be asked for although no title has them (see `genres.kept_genres`). The index is
        kept in `index_file`, where that is given and pays.
        """
        self._database = database
        self._index_file = index_file
        self._genre_names = genres
        self._lock = threading.Lock()
        self._index: Index | None = None
        self._facts: Sequence[Facts] | None = None
        self._genres: dict[str, frozenset[int]] = {}
        self._all_names: tuple[str, tuple[str, ...]] | None = None

    def search(self, question: Question) -> Found:
        """Return all titles that fit. Raises InvalidArgumentError for what cannot be asked, such as unknown genres."""
        question = checked(question)
        with self._database.read() as session:
            return self._answer(session, question)

    def prepare(self) -> None:
        """Read now what the first search, the first filter and the first mistyped words would have to wait for."""
        with self._database.read() as session, self._lock:
            index = self._current(session.connection())
            self._all_facts(session.connection(), index)
            index.prepare()

    def understood(self, question: Question) -> Question:
        """Return the question with clean words and the genres as they are spelled. Raises InvalidArgumentError."""
        question = checked(question)
        with self._database.read() as session:
            return replace(question, filters=self._with_known_genres(session, question.filters))

    def titles(self, ids: Sequence[int], user_id: int | None = None) -> list[Title]:
        """Return what the catalogue knows now of the titles of a page, in their order."""
        with self._database.read() as session:
            return read_titles(session, ids, user_id)

    def genres(self) -> tuple[str, ...]:
        """Return the names of all genres, themes and demographics that a search can ask for."""
        with self._database.read() as session:
            return self._all_genres(session.connection())

    def _answer(self, session: Session, question: Question) -> Found:
        with self._lock:
            connection, filters = session.connection(), self._with_known_genres(session, question.filters)
            index = self._current(connection)
            hits = index.find(question.words) if question.words else Hits(range(len(index)))
            places = hits.places
            for name in filters.genres:
                having = self._having(connection, name)
                places = [place for place in places if index.ids[place] in having]
            for name in filters.none_of:
                having = self._having(connection, name)
                places = [place for place in places if index.ids[place] not in having]
            if filters.on_list is not None:
                mine = listed(connection, question.user_id)
                places = [place for place in places if (index.ids[place] in mine) is filters.on_list]
            for condition in filters.of_facts:
                facts = self._all_facts(connection, index)
                places = [place for place in places if condition(facts[place])]
            return Found(
                tuple(map(index.ids.__getitem__, self._in_order(connection, index, places, question))),
                mistyped=hits.mistyped and bool(places),
            )

    def _in_order(self, connection: Connection, index: Index, places: Sequence[int], asked: Question) -> Iterable[int]:
        order = asked.order or (RELEVANCE if asked.words else POPULARITY)
        name, turned = order.removeprefix("-"), order.startswith("-")
        if name == POPULARITY or (name == RELEVANCE and not asked.words):
            return sorted(places, reverse=turned)
        if name == RELEVANCE:
            return reversed(places) if turned else places
        return ordered(sorted(places), self._all_facts(connection, index), order)

    def _current(self, connection: Connection) -> Index:
        version = catalogue_version(connection)
        if self._index is None or self._index.version != version:
            self._index = self._stored(version) or self._built(version, connection)
            self._facts, self._genres = None, {}
        return self._index

    def _with_known_genres(self, session: Session, filters: Filters) -> Filters:
        if not filters.genres and not filters.without_genres:
            return filters
        known = {name: name for name in self._all_genres(session.connection())}
        find: Callable[[str], str] = lambda words: named(words, known, "genre")  # noqa: E731
        try:
            return replace(
                filters,
                genres=tuple(map(find, filters.genres)),
                without_genres=tuple(map(find, filters.without_genres)),
            )
        except ValueError as problem:
            raise InvalidArgumentError(str(problem)) from None

    def _all_genres(self, connection: Connection) -> tuple[str, ...]:
        version = catalogue_version(connection)
        if self._all_names is None or self._all_names[0] != version:
            names = set(connection.execute(select(col(AnimeGenre.genre)).distinct()).scalars())
            self._all_names = version, tuple(sorted(names.union(self._genre_names)))
        return self._all_names[1]

    def _all_facts(self, connection: Connection, index: Index) -> Sequence[Facts]:
        if self._facts is None:
            by_id = {row[0]: Facts._make(row) for row in connection.execute(_FACTS)}
            self._facts = [by_id[mal_id] for mal_id in index.ids]
        return self._facts

    def _stored(self, version: str) -> Index | None:
        return load(self._index_file, version) if self._index_file else None

    def _built(self, version: str, connection: Connection) -> Index:
        index = Index.of(version, _read_names(connection))
        if self._index_file and version and len(index) >= WORTH_IT:
            save(index, self._index_file)
        return index

    def _having(self, connection: Connection, genre: str) -> frozenset[int]:
        if genre not in self._genres:
            query = select(col(AnimeGenre.mal_id)).where(col(AnimeGenre.genre) == genre)
            self._genres[genre] = frozenset(connection.execute(query).scalars())
        return self._genres[genre]


def checked(question: Question) -> Question:
    """Return the question with clean words. Raises InvalidArgumentError when it cannot be asked."""
    words = question.words
    if len(words) > LONGEST:
        raise InvalidArgumentError(f"the words have {len(words):,} characters, and may have {LONGEST} at most")
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in words):
        raise InvalidArgumentError("there are control characters among the words", hint="type them as plain text")
    if question.order:
        parse_order(question.order)
    if question.filters.on_list is not None and question.user_id is None:
        raise InvalidArgumentError("whose list is meant is not known")
    return replace(question, words=clean(words))


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
        genres, statuses = genres_of(connection, some), _statuses(connection, user_id, some)
        for row in connection.execute(_TITLES.where(col(ProcessedAnime.mal_id).in_(some))):
            mal_id, english, japanese, as_of, *facts = row
            known = Facts(mal_id, *facts)
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


def listed(connection: Connection, user_id: int | None) -> frozenset[int]:
    """Return the ids of the titles on a user's list."""
    query = select(col(UserAnime.mal_id)).where(col(UserAnime.user_id) == user_id)
    return frozenset(connection.execute(query).scalars())


def _statuses(connection: Connection, user_id: int | None, ids: Collection[int]) -> dict[int, str]:
    if user_id is None:
        return {}
    query = select(col(UserAnime.mal_id), col(UserAnime.status))
    mine = query.where(col(UserAnime.user_id) == user_id, col(UserAnime.mal_id).in_(ids))
    return {row.mal_id: row.status for row in connection.execute(mine)}


def _read_names(connection: Connection) -> Iterable[Named]:
    for mal_id, title, english, japanese, stored, members, popularity in connection.execute(_NAMES):
        if isinstance(stored, str):
            yield Named(
                mal_id, title, english, japanese, json.loads(stored) if stored != "[]" else (), members, popularity
            )
        else:
            yield Named(mal_id, title, english, japanese, stored or (), members, popularity)


def _raw(column: Any) -> ColumnElement[Any]:  # noqa: ANN401 - a column of any type
    return type_coerce(column, String)  # text or list, as the driver gives it: converting 30,000 would take longer


_ANIME = ProcessedAnime
_NAMES = select(
    col(_ANIME.mal_id),
    col(_ANIME.title),
    col(_ANIME.title_english),
    col(_ANIME.title_japanese),
    _raw(col(_ANIME.synonyms)),
    col(_ANIME.members),
    col(_ANIME.popularity),
)
_FACT_COLUMNS: tuple[Any, ...] = tuple(col(getattr(_ANIME, name)) for name in Facts._fields)
_FACTS = select(*_FACT_COLUMNS)
_TITLES: Any = select(
    col(_ANIME.mal_id),
    col(_ANIME.title_english),
    col(_ANIME.title_japanese),
    col(_ANIME.processed_at),
    *_FACT_COLUMNS[1:],
)
