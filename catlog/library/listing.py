"""The rows of a list: entries joined with catalogue facts, read at once, filtered and sorted in memory."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Integer, String, cast, extract, func, select, type_coerce

from catlog.db.session import Session
from catlog.db.shown_title import SHOWN_TITLE
from catlog.db.tables import AnimeGenre, ProcessedAnime, UserAnime, col
from catlog.library.entries import Status
from catlog.library.partial_date import PartialDate
from catlog.library.records import ListRow
from catlog.title_language import TitleLanguage, spoken

_SEPARATOR = "\x1f"


def ids_on_list(session: Session, user_id: int) -> frozenset[int]:
    """Return the MAL ids of all entries of a user."""
    query = select(col(UserAnime.mal_id)).where(col(UserAnime.user_id) == user_id)
    return frozenset(session.connection().execute(query).scalars())


def count_entries(session: Session, user_id: int) -> int:
    """Return how many entries a user has."""
    query = select(func.count()).where(col(UserAnime.user_id) == user_id)
    return session.connection().execute(query).scalar_one()


def load_list(session: Session, user_id: int, *, since: int = -1) -> list[ListRow]:
    """Return the rows of a user's list by MAL id, or those changed after step `since`. Two queries at any length."""
    return _load(session, _mine(user_id) if since < 0 else [*_mine(user_id), col(UserAnime.version) > since])


def load_row(session: Session, user_id: int, mal_id: int) -> ListRow | None:
    """Return the row of one title, None when it is not on the user's list."""
    return next(iter(_load(session, [*_mine(user_id), col(UserAnime.mal_id) == mal_id])), None)


def _mine(user_id: int) -> list[ColumnElement[bool]]:
    return [col(UserAnime.user_id) == user_id]


def _load(session: Session, wanted: Sequence[ColumnElement[bool]]) -> list[ListRow]:
    with _gc_paused():
        connection, shared = session.connection(), _Shared(_genres(session, wanted))
        found = connection.execute(_query(wanted, connection.dialect.name))
        rows: list[ListRow] = []
        for part in found.partitions(_PART):
            rows += map(ListRow._make, zip(*_columns(part, shared), strict=True))
        return rows


class _Shared:
    """Values that many rows have in common, each made once: genres by MAL id, studios, the instant of an import."""

    def __init__(self, genres: Mapping[int, tuple[str, ...]]) -> None:
        self.genres = genres
        self.items, self.instant = cache(_items), cache(_instant)
        self.value: Callable[[Any, Any], Any] = {}.setdefault


def _columns(found: Iterable[Any], shared: _Shared) -> Iterator[Iterable[Any]]:
    """Yield the converted columns of the result: converting by column takes half as long as by row.

    The columns of `_query` are the fields in their order, but for `genres`, which has a query of its own and is last.
    """
    columns = list(zip(*found, strict=True))
    shown, main = columns[1], columns.pop()  # the last column is the main title
    items, instant = shared.items, shared.instant
    ids: Sequence[int] = ()
    for name, values in zip(ListRow._fields, columns, strict=False):
        if name == "mal_id":
            ids = values
        if name == "status":
            yield map(_STATUSES.__getitem__, values)
        elif name in _DATES:
            yield [None if value is None else PartialDate(value) for value in values]
        elif name in _INSTANTS:
            yield map(instant, values)
        elif name == "synonyms" and spoken() is not TitleLanguage.ROMAJI:
            yield [_with_main(items(text), title, own) for text, title, own in zip(values, shown, main, strict=True)]
        elif name in _LISTS:
            yield map(items, values)
        elif name in _COMMON:
            yield map(shared.value, values, values)
        else:
            yield values
    yield [shared.genres.get(mal_id, ()) for mal_id in ids]


@contextmanager
def _gc_paused() -> Iterator[None]:
    """Pause the garbage collector, which would scan many new records again and again: none of them is garbage."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _query(wanted: Sequence[ColumnElement[bool]], dialect: str) -> Any:  # noqa: ANN401 - no type names a select of 25 columns
    entry, anime = UserAnime, ProcessedAnime
    # PostgreSQL's driver would parse every list of JSON; SQLite's gives the text, and casting costs it a quarter more.
    text = _raw if dialect == "sqlite" else _cast
    columns: tuple[Any, ...] = (
        col(entry.mal_id),
        func.coalesce(SHOWN_TITLE, "#" + cast(col(entry.mal_id), String)),
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
        text(col(entry.tags)),
        col(entry.is_favorite),
        _raw(col(entry.updated_at)),
        _raw(col(entry.created_at)),
        col(entry.version),
        col(entry.episode_offset),
        col(anime.title_english),
        col(anime.title_japanese),
        text(col(anime.synonyms)),
        col(anime.score),
        func.coalesce(col(anime.year), cast(extract("year", col(anime.aired_from)), Integer)),
        col(anime.season),
        text(col(anime.studios)),
        col(anime.title),
    )
    joined = select(*columns).join(anime, col(anime.mal_id) == col(entry.mal_id), isouter=True)
    return joined.where(*wanted).order_by(col(entry.mal_id))


def _raw(column: Any) -> ColumnElement[str]:  # noqa: ANN401 - a column of any type
    """Return a column unconverted, text or object as the driver has it: converting each value is slow."""
    return type_coerce(column, String)


def _cast(column: Any) -> ColumnElement[str]:  # noqa: ANN401 - a column of any type
    return cast(column, String)


def _items(text: str | None) -> tuple[str, ...]:
    return tuple(json.loads(text)) if text else ()


def _with_main(synonyms: tuple[str, ...], shown: str, main: str | None) -> tuple[str, ...]:
    return synonyms if main is None or shown == main else (main, *synonyms)


def _instant(value: str | datetime) -> datetime:
    # Stored in UTC without a zone; read with one, a text takes a quarter of the time of giving it one afterwards.
    return datetime.fromisoformat(f"{value}+00:00") if isinstance(value, str) else value.replace(tzinfo=UTC)


def _genres(session: Session, wanted: Sequence[ColumnElement[bool]]) -> dict[int, tuple[str, ...]]:
    names = func.aggregate_strings(col(AnimeGenre.genre), _SEPARATOR)
    query = (
        select(col(AnimeGenre.mal_id), names)
        .join(UserAnime, col(UserAnime.mal_id) == col(AnimeGenre.mal_id))
        .where(*wanted)
        .group_by(col(AnimeGenre.mal_id))
    )
    parts: dict[str, tuple[str, ...]] = {}
    found = {}
    for mal_id, text in chain.from_iterable(session.connection().execute(query).partitions(_PART)):
        if text not in parts:
            parts[text] = tuple(sorted(text.split(_SEPARATOR)))
        found[mal_id] = parts[text]
    return found


_STATUSES = {status.value: status for status in Status}
_DATES = ("start_date", "finish_date")
_INSTANTS = ("updated_at", "created_at")
_LISTS = ("tags", "synonyms", "studios")
_COMMON = ("type", "season", "year")

_PART = 2_000
"""Rows that are converted at once: the values of the driver go before the next ones come."""
