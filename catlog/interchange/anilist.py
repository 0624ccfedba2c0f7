"""AniList: the answer of its API to `MediaListCollection`, and the file of a data export (Settings > Account)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

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
    integer,
    is_true,
    media_type,
    mostly_above,
    object_at,
    objects,
)
from catlog.library.edits import rating_of
from catlog.library.entries import Entry, Status
from catlog.text import clean

FORMAT, EXPORT_FORMAT = "anilist", "anilist-gdpr"

PREFIX = "anilist:"
"""How the names begin of what AniList keeps in an entry's `extra`."""

_FIELDS = {
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
_NUMBERS = {
    0: Status.WATCHING,
    1: Status.PLAN_TO_WATCH,
    2: Status.COMPLETED,
    3: Status.DROPPED,
    4: Status.ON_HOLD,
    5: Status.COMPLETED,
}
_REPEATING = 5

_FACTORS = {"POINT_100": 1.0, "POINT_10_DECIMAL": 10.0, "POINT_10": 10.0}
_STARS = {"POINT_5": (0, 10, 30, 50, 70, 90), "POINT_3": (0, 35, 60, 85)}
_HIGHEST = {"POINT_100": 100, "POINT_10_DECIMAL": 10, "POINT_10": 10, "POINT_5": 5, "POINT_3": 3}


def matches(value: object) -> bool:
    """Say whether a JSON value is an answer of the API, or a list of such answers."""
    return any(True for _ in _collections(value))


def read(value: object) -> ListFile:
    """Read an answer of the API, or several, each under whatever name it was asked for.

    An entry that stands in several lists counts once, and the custom lists it is in become its tags; one that does not
    say its status has that of the list. Scores are those of the user's own scale unless half of them are too high for
    it: then all were asked for as 0-100. One that is too high among others is refused alone.
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
                key = next(((place, known) for place, known in enumerate(map(identifier, ids)) if known), id(entry))
                seen = entries.setdefault(key, {**entry, "_lists": []})
                if one.get("isCustomList"):
                    seen["_lists"].append(one.get("name"))
                elif seen.get("status") is None and one.get("status") is not None:
                    seen["status"] = one["status"]
    used = _scale(scale, [entry.get("score") for entry in entries.values()])
    manga = sum(_is_manga(object_at(entry, "media")) for entry in entries.values())
    manga += sum(len(_entries(collection)) for name, collection in found if _names_manga(name))
    anime = (entry for entry in entries.values() if not _is_manga(object_at(entry, "media")))
    rows = tuple(_row(position, entry, used) for position, entry in enumerate(anime, start=1))
    warnings = [] if scale or not rows else [f"the file does not say the user's scale of scores: {used} taken"]
    if any(collection.get("hasNextChunk") for collection in collections[-1:]):
        warnings.append("this is not the whole list: AniList says that more chunks follow")
    return ListFile(FORMAT, rows, (*warnings, *_without(manga)))


def to_hundred(score: float, scale: str) -> int:
    """Return a score on an AniList scale as 0-100; stars and smileys stand for the middle of their range.

    The middles are the ones that Taiga and MALSync use.
    """
    if scale in _STARS:
        return _STARS[scale][min(int(score), len(_STARS[scale]) - 1)]
    return int(score * _FACTORS[scale] + 0.5)


def _collections(value: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the collections of lists in an answer, with the names they were asked for by."""
    for one in value if isinstance(value, list) else [value]:
        answer = object_at(one, "data") or object_at(one)
        for name, inner in (("", answer), *answer.items()):
            lists = object_at(inner).get("lists")
            if isinstance(lists, list) and (not lists or "entries" in object_at(lists[0])):
                yield name, inner


def _names_manga(name: str) -> bool:
    return "manga" in name.casefold()


def _entries(collection: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [entry for one in objects(collection["lists"]) for entry in objects(one.get("entries"))]


def _scale(told: object, scores: Iterable[object]) -> str:
    scale = told if isinstance(told, str) and told in _HIGHEST else "POINT_10_DECIMAL"
    return "POINT_100" if mostly_above(_HIGHEST[scale], scores) else scale


def _is_manga(media: Mapping[str, Any]) -> bool:
    return media.get("type") == "MANGA" or media.get("format") in _MANGA


def _without(manga: int) -> Iterator[str]:
    if manga:
        yield f"{manga} manga left out: CatLog keeps anime"


def _row(position: int, raw: Mapping[str, Any], scale: str) -> Row:
    values = Values()
    media = object_at(raw, "media")
    names = object_at(media, "title")
    title = values.title(next((name for key in _TITLES if (name := names.get(key))), ""))
    mal_id = identifier(media.get("idMal"))
    theirs = identifier(media.get("id") or raw.get("mediaId"))
    try:
        status, rewatching = values.status(raw.get("status"))
        foreign = _foreign(mal_id, theirs)
    except UnusableRowError as problem:
        return RejectedRow(position, str(problem), title, mal_id, excerpt(raw))
    score100 = _hundred(values, raw.get("score"), scale)
    lists: list[object] = [name for name, on in object_at(raw, "customLists").items() if on is True]
    lists += [item.get("name") for item in objects(raw.get("customLists")) if item.get("enabled")]
    told = {**raw, "tags": lists} if raw.get("customLists") is not None or raw["_lists"] else raw
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
        extra=_extra(
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
        provided=values.provided(told, _FIELDS),
        provided_extra=_told_extra(raw),
    )


def _hundred(values: Values, raw: object, scale: str) -> int | None:
    """Return a score on a scale as 0-100, None for none, with 0 as well, and for one that the scale does not have."""
    score = values.number("score", raw, comma=True)
    if score is None and raw is not None:
        values.omitted.add("score")
    if score is not None and not 0 <= score <= _HIGHEST[scale]:
        values.omit("score", f"{score:g} is not on the scale {scale}: no rating taken")
    return to_hundred(score, scale) or None if score and "score" not in values.omitted else None


def _foreign(mal_id: int | None, theirs: int | None) -> tuple[ForeignId, ...]:
    if theirs is None and mal_id is None:
        raise UnusableRowError("it names no anime")
    return (ForeignId("anilist", theirs),) if theirs else ()


def _fuzzy(values: Values, name: str, raw: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a PartialDate or None
    day = object_at(raw, name)
    if raw.get(name) is not None and not isinstance(raw[name], dict):
        values.omit(name, "is no date: left out")
    elif raw.get(name) is not None and not day.keys() & {"year", "month", "day"}:
        values.omitted.add(name)
    return values.parts(name, day.get("year"), day.get("month"), day.get("day"))


def _extra(**marks: object) -> dict[str, str]:
    return {
        f"{PREFIX}{name}": "true" if value is True else clean(str(value))
        for name, value in marks.items()
        if value not in (None, False, 0, "", "[]")
    }


def _told_extra(raw: Mapping[str, Any]) -> set[str]:
    """Return the names in `extra` of the marks that a row has."""
    names = {f"{PREFIX}{mark}" for name, mark in _MARKS.items() if name in raw}
    return names | ({UNNAMED_PRIVATE} if "private" in raw else set())


def matches_export(value: object) -> bool:
    """Say whether a JSON value is a data export."""
    lists = object_at(value).get("lists")
    return isinstance(lists, list) and bool(lists) and "series_id" in object_at(lists[0])


def read_export(value: object) -> ListFile:
    """Read a data export: it names anime by AniList's ids alone, and gives no titles."""
    raw = objects(object_at(value).get("lists"))
    names = _list_names(object_at(value, "user").get("custom_lists"))
    anime = [row for row in raw if not is_true(row.get("series_type"))]
    rows = tuple(_export_row(position, row, names) for position, row in enumerate(anime, start=1))
    return ListFile(EXPORT_FORMAT, rows, tuple(_without(len(raw) - len(anime))))


def _list_names(raw: object) -> list[str]:
    value = _json(raw)
    names = value.get("anime") if isinstance(value, dict) else value
    return [name if isinstance(name, str) else "" for name in names] if isinstance(names, list) else []


def _json(raw: object) -> Any:  # noqa: ANN401 - JSON
    with suppress(ValueError, RecursionError):
        return json.loads(raw) if isinstance(raw, str) else raw
    return None


def _export_row(position: int, raw: Mapping[str, Any], names: list[str]) -> Row:
    values = Values()
    theirs = identifier(raw.get("series_id"))
    number = raw.get("status")
    try:
        status, _ = values.status(number, _NUMBERS)
        foreign = _foreign(None, theirs)
    except UnusableRowError as problem:
        return RejectedRow(position, str(problem), excerpt=excerpt(raw))
    rating, score100 = values.score("score", raw.get("score"))
    marks = _json(raw.get("custom_lists"))
    marks = marks if isinstance(marks, list) else []
    named = len(names) >= len(marks)
    advanced = _json(raw.get("advanced_scores"))
    entry = Entry(
        UNRESOLVED,
        status,
        rating,
        score100,
        notes=values.notes("notes", raw.get("notes")),
        tags=values.tags("custom_lists", [name for name, on in zip(names, marks, strict=False) if on and named]),
        episodes_watched=values.count("progress", raw.get("progress")),
        start_date=_compact(values, "started_on", raw),
        finish_date=_compact(values, "finished_on", raw),
        rewatching=identifier(number) == _REPEATING,
        rewatch_count=values.count("repeat", raw.get("repeat")),
        extra=_extra(
            private=is_true(raw.get("private")),
            hidden=is_true(raw.get("hidden_default")),
            custom_lists=raw.get("custom_lists") if any(marks) and not named else None,
            advanced_scores=raw.get("advanced_scores") if _any(advanced) else None,
            priority=raw.get("priority"),
        ),
        created_at=values.instant("created_at", raw.get("created_at")),
        updated_at=values.instant("updated_at", raw.get("updated_at")),
    )
    told = values.provided({**raw, "tags": marks} if names and "custom_lists" in raw else raw, _FIELDS)
    return imported_entry(
        position, ListedTitle(entry), values, foreign=foreign, provided=told, provided_extra=_told_extra(raw)
    )


def _any(scores: object) -> bool:
    values: Iterable[object] = (
        scores.values() if isinstance(scores, dict) else scores if isinstance(scores, list) else ()
    )
    return any(values)


def _compact(values: Values, name: str, raw: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a PartialDate or None
    if raw.get(name) == "":
        values.omitted.add(name)
    number = integer(raw.get(name) or 0)
    if number is None or number < 0:
        values.omit(name, f"{clean(str(raw.get(name)), limit=40)!r} is no date: left out")
        return None
    return values.parts(name, number // 10000, number // 100 % 100, number % 100)
