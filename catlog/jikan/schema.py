"""Parsers of Jikan's JSON: anime records and pages. Every field but `mal_id` and `title` may be missing or wrong."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import date
from typing import Literal

from catlog.jikan.errors import bad_response, embedded_fault
from catlog.jikan.fields import INT_MAX, LABEL_LIMIT, LIST_LIMIT, Fields, RejectedRecordError, shown
from catlog.jikan.service import JIKAN
from catlog.net.body import parse_json
from catlog.net.errors import BadBodyError
from catlog.text import clean

GenreKind = Literal["genre", "theme", "demographic", "explicit"]

_GENRE_LISTS: tuple[tuple[str, GenreKind], ...] = (
    ("genres", "genre"),
    ("themes", "theme"),
    ("demographics", "demographic"),
    ("explicit_genres", "explicit"),
)
_SEASONS = ("winter", "spring", "summer", "fall")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_UNKNOWN_NAMES_KEPT = 100

_FIELD_NAMES = """
    aired airing approved background broadcast demographics duration episodes explicit_genres external favorites genres
    images licensors mal_id members popularity producers rank rating relations score scored_by season source status
    streaming studios synopsis theme themes title title_english title_japanese title_synonyms titles trailer type url
    year
"""
ANIME_FIELDS = frozenset(_FIELD_NAMES.split())
"""The fields of an anime object of Jikan v4; others are counted in `AnimePage.unknown_fields`."""

_ENVELOPE_FIELDS = frozenset(("data", "pagination", "links", "meta"))


@dataclass(frozen=True, slots=True)
class Genre:
    """One genre, theme, demographic or explicit genre of an anime, by name."""

    name: str
    kind: GenreKind


@dataclass(frozen=True, slots=True)
class AnimeRecord:
    """One anime of a source: clean text, numbers in range, None for unknown (never 0 or "").

    `score` has 2 decimals and lies in (0, 10]; `rank` and `popularity` count from 1; dates are those written, without
    a time zone; `broadcast_time` is HH:MM in `broadcast_timezone`. `notes` says, as "field: reason", why the record is
    partial or was changed, so that "score: missing" can be counted over a page.
    """

    mal_id: int
    title: str
    title_english: str | None
    title_japanese: str | None
    synonyms: tuple[str, ...]
    type: str | None
    source: str | None
    episodes: int | None
    status: str | None
    aired_from: date | None
    aired_to: date | None
    duration: str | None
    rating: str | None
    score: float | None
    scored_by: int | None
    rank: int | None
    members: int | None
    popularity: int | None
    favorites: int | None
    synopsis: str | None
    season: str | None
    year: int | None
    broadcast_day: str | None
    broadcast_time: str | None
    broadcast_timezone: str | None
    image_url: str | None
    genres: tuple[Genre, ...]
    studios: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnimePage:
    """One page of entries, still raw. A field that the pagination lacks is None.

    `unknown_fields` counts the fields that CatLog does not know, over all entries and the envelope.
    """

    entries: tuple[object, ...]
    has_next_page: bool | None
    last_visible_page: int | None
    total: int | None
    unknown_fields: Counter[str]


def parse_anime(raw: object) -> AnimeRecord:
    """Read one anime object. Raises `RejectedRecordError` when it has no usable `mal_id` or no title."""
    fields, mal_id = read_identity(raw)
    title = fields.text("title")
    if title is None:
        raise RejectedRecordError(_why(fields, "title: null or empty"), mal_id)
    english, japanese = fields.text("title_english"), fields.text("title_japanese")
    aired, broadcast = fields.part("aired"), fields.part("broadcast")
    popularity = fields.whole("popularity", low=1, zero_unknown=True)
    members = fields.whole("members")
    return AnimeRecord(
        mal_id=mal_id,
        title=title,
        title_english=english,
        title_japanese=japanese,
        synonyms=_synonyms(fields, {title, english, japanese}),
        type=fields.label("type"),
        source=fields.label("source"),
        episodes=fields.whole("episodes", zero_unknown=True),
        status=fields.label("status"),
        aired_from=aired.day("from"),
        aired_to=aired.day("to"),
        duration=fields.label("duration"),
        rating=fields.label("rating"),
        score=fields.number("score", high=10),
        scored_by=fields.whole("scored_by"),
        rank=fields.whole("rank", low=1, zero_unknown=True),
        members=None if members == 0 and popularity is not None else members,
        popularity=popularity,
        favorites=fields.whole("favorites"),
        synopsis=fields.text("synopsis", multiline=True),
        season=_season(fields),
        year=fields.year("year"),
        broadcast_day=broadcast.label("day"),
        broadcast_time=_time(broadcast),
        broadcast_timezone=broadcast.label("timezone"),
        image_url=fields.part("images").part("jpg").address("image_url"),
        genres=tuple(_genres(fields)),
        studios=tuple(dict.fromkeys(name for studio in fields.parts("studios") if (name := studio.text("name")))),
        notes=tuple(fields.notes),
    )


def read_identity(raw: object) -> tuple[Fields, int]:
    """Return the fields of an object and its `mal_id`. Raises `RejectedRecordError` without one."""
    if not isinstance(raw, dict):
        raise RejectedRecordError(f"expected an object, got {shown(raw)}")
    fields = Fields(raw)
    mal_id = fields.whole("mal_id", low=1, high=INT_MAX)
    if mal_id is None:
        raise RejectedRecordError(_why(fields, "mal_id: null"))
    return fields, mal_id


def parse_document(body: bytes, where: str) -> object:
    """Parse a body as strict JSON within the limits of a response. Raises `BadResponseError`, which names `where`."""
    try:
        return parse_json(body, JIKAN.body)
    except BadBodyError as problem:
        raise bad_response(where, problem.message) from None


def parse_page(raw: object, where: str = "the answer", *, known: Set[str] = ANIME_FIELDS) -> AnimePage:
    """Read the envelope of a list: its entries stay raw, to be accepted or rejected one by one.

    `known` names the fields that are not counted as unknown. Raises `BadResponseError`, which names `where`, without
    a list of entries.
    """
    entries = parse_data(raw, where)
    if not isinstance(entries, list):
        raise bad_response(where, f"expected a list of entries, got {shown(entries)}")
    pagination = Fields(raw).part("pagination")
    unknown: Counter[str] = Counter()
    for found, expected in ((raw, _ENVELOPE_FIELDS), *((entry, known) for entry in entries)):
        for name in found.keys() - expected if isinstance(found, dict) else ():
            shown_name = clean(name, limit=LABEL_LIMIT)
            if shown_name in unknown or len(unknown) < _UNKNOWN_NAMES_KEPT:
                unknown[shown_name] += 1
    return AnimePage(
        entries=tuple(entries),
        has_next_page=pagination.flag("has_next_page"),
        last_visible_page=pagination.whole("last_visible_page"),
        total=pagination.part("items").whole("total"),
        unknown_fields=unknown,
    )


def parse_data(raw: object, where: str = "the answer") -> object:
    """Return the "data" of a document. Raises `BadResponseError` without any, or for an error in its place."""
    if not isinstance(raw, dict):
        raise bad_response(where, f"expected an object, got {shown(raw)}")
    if raw.get("data") is None:
        fault = embedded_fault(raw)
        raise bad_response(where, f"an error came as a good answer: {fault}" if fault else "it has no 'data'")
    return raw["data"]


def _why(fields: Fields, otherwise: str) -> str:
    """Return the note on the last field, or `otherwise` without a note."""
    return fields.notes[-1] if fields.notes else otherwise


def _synonyms(fields: Fields, taken: set[str | None]) -> tuple[str, ...]:
    names = dict.fromkeys(fields.texts("title_synonyms"))
    if fields.has("titles"):  # since 2022: the same again, and the titles in other languages
        names |= dict.fromkeys(text for title in fields.parts("titles") if (text := title.text("title")))
    return tuple(text for text in names if text not in taken)[:LIST_LIMIT]


def _genres(fields: Fields) -> Iterator[Genre]:
    names: set[str] = set()
    for name, kind in _GENRE_LISTS:
        for entry in fields.parts(name):
            label = entry.text("name", limit=LABEL_LIMIT)
            if label is not None and label not in names:
                names.add(label)
                yield Genre(label, kind)


def _season(fields: Fields) -> str | None:
    season = fields.label("season")
    if season is None or season.casefold() in _SEASONS:
        return season and season.casefold()
    fields.note("season", f"expected a season, got {shown(season)}")
    return None


def _time(broadcast: Fields) -> str | None:
    time = broadcast.label("time")
    if time is None or _TIME.fullmatch(time):
        return time
    broadcast.note("time", f"expected HH:MM, got {shown(time)}")
    return None
