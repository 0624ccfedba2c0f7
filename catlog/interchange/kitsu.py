"""Kitsu: library entries as its JSON:API answers them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from catlog.interchange.records import (
    UNNAMED_PRIVATE,
    UNRESOLVED,
    ForeignId,
    ListedTitle,
    ListFile,
    RejectedRow,
    Row,
)
from catlog.interchange.values import (
    UnusableRowError,
    Values,
    excerpt,
    identifier,
    imported_entry,
    is_true,
    media_type,
    object_at,
    objects,
)
from catlog.library.entries import Entry

FORMAT = "kitsu"

PRIVATE = "kitsu:private"
"""The name of Kitsu's privacy mark in an entry's `extra`."""

_FIELDS = {
    "status": ("status",),
    "ratingTwenty": ("rating", "score100"),
    "rating": ("rating", "score100"),
    "notes": ("notes",),
    "progress": ("episodes_watched",),
    "startedAt": ("start_date",),
    "finishedAt": ("finish_date",),
    "reconsuming": ("rewatching",),
    "reconsumeCount": ("rewatch_count",),
}
_SCORES = ("ratingTwenty", "rating")
_KIND = "libraryentries"
_MAL = "myanimelist/anime"
_NAMELESS = "it does not say which anime: ask Kitsu with include=anime,anime.mappings"

_Included: TypeAlias = Mapping[tuple[str, str], Mapping[str, Any]]


def matches(value: object) -> bool:
    """Say whether a JSON value is a page of library entries, a list of pages, or an exchange with such a body.

    A page without entries is one of JSON:API, which says so or how many there are.
    """
    return any(
        _is_entry(objects(page["data"])[0]) if objects(page.get("data")) else _is_empty(page) for page in _pages(value)
    )


def read(value: object) -> ListFile:
    """Read one page or several. The MAL id of an entry is the one that the included mappings give its anime."""
    pages = list(_pages(value))
    included = {_key(item): item for page in pages for item in objects(page.get("included"))}
    entries = [item for page in pages for item in objects(page.get("data")) if _is_entry(item)]
    anime = [item for item in entries if not object_at(item, "relationships", "manga", "data")]
    rows = tuple(_row(position, item, included) for position, item in enumerate(anime, start=1))
    manga = len(entries) - len(anime)
    return ListFile(FORMAT, rows, (f"{manga} manga left out: CatLog keeps anime",) if manga else ())


def _pages(value: object) -> Iterator[Mapping[str, Any]]:
    for page in value if isinstance(value, list) else [value]:
        yield object_at(page, "response", "body") or object_at(page)


def _is_entry(item: Mapping[str, Any]) -> bool:
    return _word(item.get("type")) == _KIND


def _is_empty(page: Mapping[str, Any]) -> bool:
    return page.get("data") == [] and (
        "jsonapi" in page or "count" in object_at(page, "meta") or "first" in object_at(page, "links")
    )


def _word(kind: object) -> str:
    return str(kind).casefold().replace("-", "").replace("_", "")


def _key(item: Mapping[str, Any]) -> tuple[str, str]:
    return _word(item.get("type")), str(item.get("id"))


def _row(position: int, raw: Mapping[str, Any], included: _Included) -> Row:
    values = Values()
    told = object_at(raw, "attributes")
    linked = object_at(raw, "relationships", "anime", "data") or object_at(raw, "relationships", "media", "data")
    anime = included.get(_key(linked), {})
    facts = object_at(anime, "attributes")
    title = values.title(facts.get("canonicalTitle"))
    theirs = identifier(linked.get("id"))
    mal_id = _mal_id(anime, included)
    try:
        if theirs is None:
            raise UnusableRowError(_NAMELESS)
        status, _ = values.status(told.get("status"))
    except UnusableRowError as problem:
        return RejectedRow(position, str(problem), title, mal_id, excerpt(raw))
    scored, factor = _score(told)
    rating, score100 = values.score(scored, told.get(scored), factor)
    entry = Entry(
        mal_id or UNRESOLVED,
        status,
        rating,
        score100,
        notes=values.notes("notes", told.get("notes")),
        episodes_watched=values.count("progress", told.get("progress")),
        start_date=values.day("startedAt", told.get("startedAt")),
        finish_date=values.day("finishedAt", told.get("finishedAt")),
        rewatching=values.flag("reconsuming", told.get("reconsuming")),
        rewatch_count=values.count("reconsumeCount", told.get("reconsumeCount")),
        extra={PRIVATE: "true"} if is_true(told.get("private")) else {},
        created_at=values.instant("createdAt", told.get("createdAt")),
        updated_at=values.instant("updatedAt", told.get("updatedAt")),
    )
    listed = ListedTitle(entry, title, media_type(facts.get("subtype")), values.total(facts.get("episodeCount")))
    return imported_entry(
        position,
        listed,
        values,
        foreign=(ForeignId(FORMAT, theirs),),
        provided=values.provided({name: told[name] for name in told if name not in _SCORES or name == scored}, _FIELDS),
        provided_extra=(PRIVATE, UNNAMED_PRIVATE) if "private" in told else (),
    )


def _mal_id(anime: Mapping[str, Any], included: _Included) -> int | None:
    for link in objects(object_at(anime, "relationships", "mappings").get("data")):
        mapping = object_at(included.get(_key(link), {}), "attributes")
        if mapping.get("externalSite") == _MAL:
            return identifier(mapping.get("externalId"))
    return None


def _score(told: Mapping[str, Any]) -> tuple[str, int]:
    """Return which score counts, and what brings it to 0-100: the older one of 0.5 to 5 stars only without another."""
    older = told.get("ratingTwenty") is None and "rating" in told
    return ("rating", 20) if older else ("ratingTwenty", 5)
