"""One version of the catalogue in memory: the index of names, the facts and the genres of its titles."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, select, type_coerce

from catlog.catalogue.filters import TitleFacts
from catlog.catalogue.index import Index, IndexedTitle
from catlog.catalogue.index_file import MIN_TITLES, load, save
from catlog.db.tables import AnimeGenre, ProcessedAnime, col


class CachedCatalogue:
    """The data that searches need, each part read on first use. For one thread at a time."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._facts: Sequence[TitleFacts] | None = None
        self._genres: dict[str, frozenset[int]] = {}
        self._genre_names: frozenset[str] | None = None
        self._genre_places: Mapping[str, array[int]] | None = None

    @classmethod
    def read(cls, connection: Connection, version: str, file: Path | None) -> CachedCatalogue:
        """Return the catalogue at this version; its index is cached in `file`, if given and large enough."""
        index = load(file, version) if file else None
        if index is None:
            index = Index.build(version, _read_names(connection))
            if file and version and len(index) >= MIN_TITLES:
                save(index, file)
        return cls(index)

    def prepare(self, connection: Connection) -> None:
        """Read ahead what the first filter and the first fuzzy search need."""
        self.facts(connection)
        self.genre_names(connection)
        self.index.prepare()

    def facts(self, connection: Connection) -> Sequence[TitleFacts]:
        """Return the facts of all titles by place."""
        if self._facts is None:
            by_id = {row[0]: TitleFacts._make(row) for row in connection.execute(_FACTS)}
            self._facts = [by_id.get(mal_id, _GONE) for mal_id in self.index.ids]
        return self._facts

    def ids_with_genre(self, connection: Connection, genre: str) -> frozenset[int]:
        """Return the ids of the titles that have a genre."""
        if genre not in self._genres:
            query = select(col(AnimeGenre.mal_id)).where(col(AnimeGenre.genre) == genre)
            self._genres[genre] = frozenset(connection.execute(query).scalars())
        return self._genres[genre]

    def genre_names(self, connection: Connection) -> frozenset[str]:
        """Return the genres that titles have."""
        if self._genre_names is None:
            self._genre_names = frozenset(connection.execute(select(col(AnimeGenre.genre)).distinct()).scalars())
        return self._genre_names

    def genre_places(self, connection: Connection) -> Mapping[str, Sequence[int]]:
        """Return the places of the titles that have each genre, four bytes a title."""
        if self._genre_places is None:
            place_of = {mal_id: place for place, mal_id in enumerate(self.index.ids)}
            found: dict[str, array[int]] = {}
            for genre, mal_id in connection.execute(select(col(AnimeGenre.genre), col(AnimeGenre.mal_id))):
                if (place := place_of.get(mal_id)) is not None:
                    found.setdefault(genre, array("I")).append(place)
            self._genre_places = found
        return self._genre_places


def _read_names(connection: Connection) -> Iterable[IndexedTitle]:
    for mal_id, title, english, japanese, stored, members, popularity in connection.execute(_NAMES):
        if isinstance(stored, str):
            yield IndexedTitle(
                mal_id, title, english, japanese, json.loads(stored) if stored != "[]" else (), members, popularity
            )
        else:
            yield IndexedTitle(mal_id, title, english, japanese, stored or (), members, popularity)


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
_FACTS = select(*(col(getattr(_ANIME, name)) for name in TitleFacts._fields))
_GONE = TitleFacts._make((0, "", *[None] * (len(TitleFacts._fields) - 2)))
"""A title that was deleted since the index was read: it meets no filter."""
