"""AniList's API responses to `MediaListCollection`, and what they share with its data export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from catlog.interchange.records import UNNAMED_PRIVATE, UNRESOLVED, ForeignId, ImportedEntry, ListedTitle, ListFile
from catlog.interchange.rows import anime_only, imported_entry, read_rows
from catlog.interchange.values import (
    UnusableRowError,
    Values,
    identifier,
    is_true,
    media_type,
    mostly_above,
    object_at,
    objects,
)
from catlog.library.edits import rating_of
from catlog.library.entries import Entry
from catlog.library.partial_date import PartialDate
from catlog.text import clean

FORMAT = "anilist"

PREFIX = "anilist:"
"""Prefix of AniList's keys in an entry's `extra`."""

FIELDS = {
    "status": ("status", "rewatching"),
    "score": ("rating", "score100"),
    "notes": ("notes",),
    "tags": ("tags",),
    "progress": ("episodes_watched",),
    "repeat": ("rewatch_count",),
    "startedAt": ("start_date",),
    "completedAt": ("finish_date",),
    "started_on": ("start_date",),
    "finished_on": ("finish_date",),
}
_MARKS = {
    "private": "private",
    "hiddenFromStatusLists": "hidden",
    "hidden_default": "hidden",
    "custom_lists": "custom_lists",
    "advanced_scores": "advanced_scores",
    "priority": "priority",
}
_TITLES = ("romaji", "english", "native", "userPreferred")
_MANGA = ("MANGA", "NOVEL", "ONE_SHOT")

_FACTORS = {"POINT_100": 1.0, "POINT_10_DECIMAL": 10.0, "POINT_10": 10.0}
_STARS = {"POINT_5": (0, 10, 30, 50, 70, 90), "POINT_3": (0, 35, 60, 85)}
_HIGHEST = {"POINT_100": 100, "POINT_10_DECIMAL": 10, "POINT_10": 10, "POINT_5": 5, "POINT_3": 3}


def matches(value: object) -> bool:
    """Check for a response of the API, or a list of responses."""
    return any(True for _ in _collections(value))


def read(value: object) -> ListFile:
    """Read one response or several; queries may rename the collections.

    An entry in several lists counts once, and its custom lists become its tags; an entry without a status has that of
    its list. Scores are on the user's scale unless half of them exceed it: then the query requested 0-100. A single
    score that exceeds the scale is omitted.
    """
    found = list(_collections(value))
    collections = [collection for name, collection in found if not _names_manga(name)]
    entries: dict[object, dict[str, Any]] = {}
    scale = None
    for collection in collections:
        scale = object_at(collection, "user", "mediaListOptions").get("scoreFormat") or scale
        for one in objects(collection["lists"]):
            for entry in objects(one.get("entries")):
                ids = (entry.get("id"), entry.get("mediaId"), object_at(entry, "media").get("idMal"))
                key = next(((place, number) for place, number in enumerate(map(identifier, ids)) if number), id(entry))
                seen = entries.setdefault(key, {**entry, "_lists": []})
                if one.get("isCustomList"):
                    seen["_lists"].append(one.get("name"))
                elif seen.get("status") is None and one.get("status") is not None:
                    seen["status"] = one["status"]
    used = _scale(scale, [entry.get("score") for entry in entries.values()])
    manga = sum(_is_manga(object_at(entry, "media")) for entry in entries.values())
    manga += sum(len(_entries(collection)) for name, collection in found if _names_manga(name))
    anime = (entry for entry in entries.values() if not _is_manga(object_at(entry, "media")))
    rows = read_rows(anime, partial(_entry, used))
    warnings = [] if scale or not rows else [f"the file does not name the user's scale of scores: {used} is assumed"]
    if any(collection.get("hasNextChunk") for collection in collections[-1:]):
        warnings.append("the list is incomplete: AniList reports more chunks")
    return anime_only(FORMAT, rows, manga, warnings)


def to_hundred(score: float, scale: str) -> int:
    """Return a score on an AniList scale as 0-100; stars and smileys become the middle of their range.

    The middles are those of Taiga and MALSync.
    """
    if scale in _STARS:
        return _STARS[scale][min(int(score), len(_STARS[scale]) - 1)]
    return int(score * _FACTORS[scale] + 0.5)


def _collections(value: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the collections of lists in a response, with their names in the query."""
    for one in value if isinstance(value, list) else [value]:
        response = object_at(one, "data") or object_at(one)
        for name, inner in (("", response), *response.items()):
            lists = object_at(inner).get("lists")
            if isinstance(lists, list) and (not lists or "entries" in object_at(lists[0])):
                yield name, inner


def _names_manga(name: str) -> bool:
    return "manga" in name.casefold()


def _entries(collection: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [entry for one in objects(collection["lists"]) for entry in objects(one.get("entries"))]


def _scale(named: object, scores: Iterable[object]) -> str:
    scale = named if isinstance(named, str) and named in _HIGHEST else "POINT_10_DECIMAL"
    return "POINT_100" if mostly_above(_HIGHEST[scale], scores) else scale


def _is_manga(media: Mapping[str, Any]) -> bool:
    return media.get("type") == "MANGA" or media.get("format") in _MANGA


def _entry(scale: str, position: int, raw: Mapping[str, Any], values: Values) -> ImportedEntry:
    media = object_at(raw, "media")
    names = object_at(media, "title")
    title = values.title(next((name for key in _TITLES if (name := names.get(key))), ""))
    mal_id = values.mal_id(media.get("idMal"))
    theirs = identifier(media.get("id") or raw.get("mediaId"))
    status, rewatching = values.status(raw.get("status"))
    foreign = foreign_ids(mal_id, theirs)
    score100 = _hundred(values, raw.get("score"), scale)
    lists: list[object] = [name for name, on in object_at(raw, "customLists").items() if on is True]
    lists += [item.get("name") for item in objects(raw.get("customLists")) if item.get("enabled")]
    present = {**raw, "tags": lists} if raw.get("customLists") is not None or raw["_lists"] else raw
    entry = Entry(
        mal_id or UNRESOLVED,
        status,
        rating_of(score100),
        score100,
        notes=values.notes("notes", raw.get("notes")),
        tags=values.tags("customLists", [name for name in (*lists, *raw["_lists"]) if isinstance(name, str)]),
        episodes_watched=values.count("progress", raw.get("progress")),
        start_date=_fuzzy(values, "startedAt", raw),
        finish_date=_fuzzy(values, "completedAt", raw),
        rewatching=rewatching,
        rewatch_count=values.count("repeat", raw.get("repeat")),
        extra=extra_of(
            private=is_true(raw.get("private")),
            hidden=is_true(raw.get("hiddenFromStatusLists")),
            priority=raw.get("priority"),
        ),
        created_at=values.instant("createdAt", raw.get("createdAt")),
        updated_at=values.instant("updatedAt", raw.get("updatedAt")),
    )
    listed = ListedTitle(entry, title, media_type(media.get("format")), values.total(media.get("episodes")))
    return imported_entry(
        position,
        listed,
        values,
        foreign=foreign,
        provided=values.provided(present, FIELDS),
        provided_extra=provided_extra(raw),
    )


def _hundred(values: Values, raw: object, scale: str) -> int | None:
    """Return a score on a scale as 0-100, None for an empty one, 0, and one that the scale does not have."""
    score = values.number("score", raw, comma=True)
    if score is None and raw is not None:
        values.omitted.add("score")
    if score is not None and not 0 <= score <= _HIGHEST[scale]:
        values.omit("score", f"{score:g} is not on the scale {scale}: no rating taken")
    return to_hundred(score, scale) or None if score and "score" not in values.omitted else None


def foreign_ids(mal_id: int | None, theirs: int | None) -> tuple[ForeignId, ...]:
    """Return AniList's id of an anime, if any. Raises UnusableRowError where there is no MAL id either."""
    if theirs is None and mal_id is None:
        raise UnusableRowError("it names no anime")
    return (ForeignId("anilist", theirs),) if theirs else ()


def _fuzzy(values: Values, name: str, raw: Mapping[str, Any]) -> PartialDate | None:
    day = object_at(raw, name)
    if raw.get(name) is not None and not isinstance(raw[name], dict):
        values.omit(name, "is no date: left out")
    elif raw.get(name) is not None and not day.keys() & {"year", "month", "day"}:
        values.omitted.add(name)
    return values.parts(name, day.get("year"), day.get("month"), day.get("day"))


def extra_of(**marks: object) -> dict[str, str]:
    """Return the marks that are set, by their keys in `extra`."""
    return {
        f"{PREFIX}{name}": "true" if value is True else clean(str(value))
        for name, value in marks.items()
        if value not in (None, False, 0, "", "[]")
    }


def provided_extra(raw: Mapping[str, Any]) -> set[str]:
    """Return the keys in `extra` of the marks that a row has, set or not."""
    names = {f"{PREFIX}{mark}" for name, mark in _MARKS.items() if name in raw}
    return names | ({UNNAMED_PRIVATE} if "private" in raw else set())
