"""My list as it is shown: one read of entries and catalogue facts into frozen rows, filtered and sorted in memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, cast, func, literal, select
from sqlmodel import Session, col

from catlog.db.models import AnimeGenre, ProcessedAnime, UserAnime
from catlog.errors import InvalidArgumentError
from catlog.library.entries import Status
from catlog.library.folding import folded
from catlog.library.partial_date import PartialDate

_SEPARATOR = "\x1f"


class _Fields(NamedTuple):
    mal_id: int
    title: str
    type: str | None
    status: Status
    rating: int | None
    score100: int | None
    episodes_watched: int
    episodes: int | None
    start_date: PartialDate | None
    finish_date: PartialDate | None
    rewatching: bool
    rewatch_count: int
    notes: str
    tags: tuple[str, ...]
    favorite: bool
    updated_at: datetime
    created_at: datetime
    version: int
    title_english: str | None
    title_japanese: str | None
    synonyms: tuple[str, ...]
    score: float | None
    year: int | None
    season: str | None
    studios: tuple[str, ...]
    genres: tuple[str, ...]


class ListRow(_Fields):
    """One entry with what the catalogue knows of its title; unknown is None.

    A tuple, because a frozen dataclass of this size takes ten times as long to make. `episodes` and `score` are
    MyAnimeList's, `rating` and `score100` the user's own.
    """

    @property
    def titles(self) -> tuple[str, ...]:
        """All names of the title, the main one first."""
        more = (self.title_english, self.title_japanese, *self.synonyms)
        return (self.title, *(name for name in more if name))

    @cached_property
    def search_text(self) -> str:
        """All names of the title as words are looked for in them."""
        return folded("\n".join(self.titles))

    @property
    def progress(self) -> float | None:
        """How much of the title was watched, in percent; None when nobody knows how long it is."""
        return 100 * self.episodes_watched / self.episodes if self.episodes else None


def load_list(session: Session, user_id: int) -> list[ListRow]:
    """Return the whole list of a user, by MAL id. Two queries, whatever its length."""
    genres = _genres(session, user_id)
    lists: dict[str, tuple[str, ...]] = {}

    def items(text: str) -> tuple[str, ...]:
        known = lists.get(text)
        if known is None:
            known = lists[text] = tuple(json.loads(text))
        return known

    rows = []
    for row in session.connection().execute(_query(user_id)):
        values: list[Any] = list(row)
        values[_STATUS] = _STATUSES[values[_STATUS]]
        for date in _DATES:
            if values[date] is not None:
                values[date] = PartialDate(values[date])
        for texts in _LISTS:
            values[texts] = items(values[texts])
        values.append(genres.get(values[0], ()))
        rows.append(ListRow._make(values))
    return rows


def _query(user_id: int) -> Any:  # noqa: ANN401 - no type names a select of 25 columns
    entry, anime = UserAnime, ProcessedAnime
    columns: tuple[Any, ...] = (
        col(entry.mal_id),
        func.coalesce(col(anime.title), "#" + cast(col(entry.mal_id), String)),
        col(anime.type),
        col(entry.status),
        col(entry.personal_rating),
        col(entry.score100),
        col(entry.episodes_watched),
        func.nullif(col(anime.episodes), 0),
        col(entry.start_date),
        col(entry.completed_date),
        col(entry.rewatching),
        col(entry.rewatch_count),
        col(entry.notes),
        _text(col(entry.tags)),
        col(entry.is_favorite),
        col(entry.updated_at),
        col(entry.created_at),
        col(entry.version),
        col(anime.title_english),
        col(anime.title_japanese),
        _text(col(anime.synonyms)),
        col(anime.score),
        col(anime.year),
        col(anime.season),
        _text(col(anime.studios)),
    )
    joined = select(*columns).join(anime, col(anime.mal_id) == col(entry.mal_id), isouter=True)
    return joined.where(col(entry.user_id) == user_id).order_by(col(entry.mal_id))


def _text(column: Any) -> ColumnElement[str]:  # noqa: ANN401 - a column of any JSON
    """Return a JSON list as its text: most are equal to another one, which need not be parsed again."""
    return func.coalesce(cast(column, String), "[]")


def _genres(session: Session, user_id: int) -> dict[int, tuple[str, ...]]:
    names = func.aggregate_strings(col(AnimeGenre.genre), _SEPARATOR)
    query = (
        select(col(AnimeGenre.mal_id), names)
        .join(UserAnime, col(UserAnime.mal_id) == col(AnimeGenre.mal_id))
        .where(col(UserAnime.user_id) == user_id)
        .group_by(col(AnimeGenre.mal_id))
    )
    parts: dict[str, tuple[str, ...]] = {}
    found = {}
    for mal_id, text in session.connection().execute(query):
        if text not in parts:
            parts[text] = tuple(sorted(text.split(_SEPARATOR)))
        found[mal_id] = parts[text]
    return found


_STATUSES = {status.value: status for status in Status}
_STATUS = _Fields._fields.index("status")
_DATES = tuple(map(_Fields._fields.index, ("start_date", "finish_date")))
_LISTS = tuple(map(_Fields._fields.index, ("tags", "synonyms", "studios")))
