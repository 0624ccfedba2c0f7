"""Parsers of the smaller records: relations, episodes, recommendations and genres."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from catlog.jikan.fields import LABEL_LIMIT, Fields, RejectedRecordError, shown
from catlog.jikan.schema import AnimeRecord, parse_anime, read_identity

T = TypeVar("T")

EPISODE_FIELDS = frozenset(
    ("mal_id", "url", "title", "title_japanese", "title_romanji", "aired", "score", "filler", "recap", "forum_url")
)
"""The known fields of an episode, for `parse_page`."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A work related to an anime. `relation` is the source's word ("Sequel"), `kind` anime or manga."""

    relation: str
    kind: str
    mal_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode. `score` is out of 5, as viewers rate episodes; `aired` is the date as written."""

    number: int
    title: str
    title_japanese: str | None
    aired: date | None
    score: float | None
    filler: bool
    recap: bool


@dataclass(frozen=True, slots=True)
class GenreTotal:
    """One genre: the id that a search filters by, and the number of its entries."""

    mal_id: int
    name: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Recommendation:
    """An anime that viewers recommend, with their votes."""

    mal_id: int
    title: str
    votes: int


@dataclass(frozen=True, slots=True)
class AnimeDetails:
    """An anime with the details of its page: relations, theme songs, and streaming services by name."""

    anime: AnimeRecord
    relations: tuple[Relation, ...]
    openings: tuple[str, ...]
    endings: tuple[str, ...]
    streaming: tuple[str, ...]


def parse_details(raw: object) -> AnimeDetails:
    """Read the object of /anime/{id}/full. Raises `RejectedRecordError` where `parse_anime` does."""
    fields, _ = read_identity(raw)
    songs = fields.part("theme")
    return AnimeDetails(
        anime=parse_anime(raw),
        relations=tuple(relation for group in fields.parts("relations") for relation in _related(group)),
        openings=songs.texts("openings"),
        endings=songs.texts("endings"),
        streaming=tuple(name for service in fields.parts("streaming") if (name := service.text("name"))),
    )


def parse_relations(raw: object) -> tuple[Relation, ...]:
    """Read the list of /anime/{id}/relations: each group names one relation and its entries."""
    groups = raw if isinstance(raw, list) else []
    return tuple(relation for group in groups for relation in _related(Fields(group)))


def parse_episode(raw: object) -> Episode:
    """Read one entry of /anime/{id}/episodes. Raises `RejectedRecordError` without a number or a title."""
    fields, number = read_identity(raw)
    title = fields.text("title")
    if title is None:
        raise RejectedRecordError("title: missing or empty", number)
    return Episode(
        number=number,
        title=title,
        title_japanese=fields.text("title_japanese"),
        aired=fields.day("aired"),
        score=fields.number("score", high=5),
        filler=fields.flag("filler") or False,
        recap=fields.flag("recap") or False,
    )


def parse_genre(raw: object) -> GenreTotal:
    """Read one entry of /genres/anime. Raises `RejectedRecordError` without an id or a name."""
    fields, mal_id = read_identity(raw)
    name = fields.text("name", limit=LABEL_LIMIT)
    if name is None:
        raise RejectedRecordError("name: missing or empty", mal_id)
    return GenreTotal(mal_id, name, fields.whole("count"))


def parse_recommendation(raw: object) -> Recommendation:
    """Read one entry of /anime/{id}/recommendations. Raises `RejectedRecordError` without an id or a title."""
    if not isinstance(raw, dict):
        raise RejectedRecordError(f"expected an object, got {shown(raw)}")
    entry, mal_id = read_identity(raw.get("entry"))
    title = entry.text("title")
    if title is None:
        raise RejectedRecordError("title: missing or empty", mal_id)
    return Recommendation(mal_id, title, Fields(raw).whole("votes") or 0)


def accepted(entries: Iterable[object], parse: Callable[[object], T]) -> Iterator[T]:
    """Yield the parsed entries and skip those that are rejected."""
    for entry in entries:
        try:
            yield parse(entry)
        except RejectedRecordError:
            continue


def _related(group: Fields) -> Iterator[Relation]:
    relation = group.label("relation")
    for entry in group.parts("entry"):
        mal_id, name, kind = entry.whole("mal_id", low=1), entry.text("name"), entry.label("type")
        if relation is not None and mal_id is not None and name is not None:
            yield Relation(relation, kind or "anime", mal_id, name)
