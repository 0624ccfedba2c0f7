"""Kitsu's library entries as JSON:API responses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, TypeAlias

from catlog.interchange.records import UNNAMED_PRIVATE, UNRESOLVED, ForeignId, ImportedEntry, ListedTitle, ListFile
from catlog.interchange.rows import anime_only, imported_entry, read_rows
from catlog.interchange.values import UnusableRowError, Values, identifier, is_true, media_type, object_at, objects
from catlog.library.entries import Entry

FORMAT = "kitsu"

PRIVATE = "kitsu:private"
"""Key of Kitsu's privacy mark in an entry's `extra`."""

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
_NO_ANIME = "it names no anime: request it from Kitsu with include=anime,anime.mappings"

_Included: TypeAlias = Mapping[tuple[str, str], Mapping[str, Any]]


def matches(value: object) -> bool:
    """Check for a page of library entries, a list of pages, or a recorded exchange with such a body.

    A page without entries matches if it has the version, count or links of JSON:API.
    """
    return any(
        _is_entry(objects(page["data"])[0]) if objects(page.get("data")) else _is_empty(page) for page in _pages(value)
    )


def read(value: object) -> ListFile:
    """Read one page or several; the included mappings have the MAL ids."""
    pages = list(_pages(value))
    included = {_key(item): item for page in pages for item in objects(page.get("included"))}
    entries = [item for page in pages for item in objects(page.get("data")) if _is_entry(item)]
    anime = [item for item in entries if not object_at(item, "relationships", "manga", "data")]
    return anime_only(FORMAT, read_rows(anime, partial(_entry, included)), len(entries) - len(anime))


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


def _entry(included: _Included, position: int, raw: Mapping[str, Any], values: Values) -> ImportedEntry:
    found = object_at(raw, "attributes")
    linked = object_at(raw, "relationships", "anime", "data") or object_at(raw, "relationships", "media", "data")
    anime = included.get(_key(linked), {})
    facts = object_at(anime, "attributes")
    title = values.title(facts.get("canonicalTitle"))
    theirs = identifier(linked.get("id"))
    mal_id = values.mal_id(_mal_id(anime, included))
    if theirs is None:
        raise UnusableRowError(_NO_ANIME)
    status, _ = values.status(found.get("status"))
    scored, factor = _score(found)
    rating, score100 = values.score(scored, found.get(scored), factor)
    entry = Entry(
        mal_id or UNRESOLVED,
        status,
        rating,
        score100,
        notes=values.notes("notes", found.get("notes")),
        episodes_watched=values.count("progress", found.get("progress")),
        start_date=values.day("startedAt", found.get("startedAt")),
        finish_date=values.day("finishedAt", found.get("finishedAt")),
        rewatching=values.flag("reconsuming", found.get("reconsuming")),
        rewatch_count=values.count("reconsumeCount", found.get("reconsumeCount")),
        extra={PRIVATE: "true"} if is_true(found.get("private")) else {},
        created_at=values.instant("createdAt", found.get("createdAt")),
        updated_at=values.instant("updatedAt", found.get("updatedAt")),
    )
    listed = ListedTitle(entry, title, media_type(facts.get("subtype")), values.total(facts.get("episodeCount")))
    return imported_entry(
        position,
        listed,
        values,
        foreign=(ForeignId(FORMAT, theirs),),
        provided=values.provided(
            {name: found[name] for name in found if name not in _SCORES or name == scored}, _FIELDS
        ),
        provided_extra=(PRIVATE, UNNAMED_PRIVATE) if "private" in found else (),
    )


def _mal_id(anime: Mapping[str, Any], included: _Included) -> object:
    for link in objects(object_at(anime, "relationships", "mappings").get("data")):
        mapping = object_at(included.get(_key(link), {}), "attributes")
        if mapping.get("externalSite") == _MAL:
            return mapping.get("externalId")
    return None


def _score(found: Mapping[str, Any]) -> tuple[str, int]:
    """Return the key of the score and its factor to 0-100; the older score of 0.5 to 5 stars is the fallback."""
    older = found.get("ratingTwenty") is None and "rating" in found
    return ("rating", 20) if older else ("ratingTwenty", 5)
