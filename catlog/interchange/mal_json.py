"""MyAnimeList as JSON: the answer of its API (`list_status`), and the `load.json` of a public list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catlog.interchange.records import ListedTitle, ListFile, RejectedRow, Row
from catlog.interchange.values import (
    UnusableRowError,
    Values,
    excerpt,
    flag,
    identifier,
    imported,
    instant,
    media_type,
    objects,
    part,
    tags_of,
)
from catlog.library.entries import Entry, Status

FORMAT = "mal-json"

_NUMBERS = {
    1: Status.WATCHING,
    2: Status.COMPLETED,
    3: Status.ON_HOLD,
    4: Status.DROPPED,
    6: Status.PLAN_TO_WATCH,
}
_ALWAYS = frozenset(("status", "rating", "episodes_watched"))
_TOLD = {
    "is_rewatching": "rewatching",
    "num_times_rewatched": "rewatch_count",
    "start_date": "start_date",
    "finish_date": "finish_date",
    "tags": "tags",
    "comments": "notes",
}


def matches(value: object) -> bool:
    """Say whether a JSON value is an answer of the API, a public list, or a list of pages of either."""
    return next(_items(value), None) is not None


def read(value: object) -> ListFile:
    """Read what `matches`."""
    return ListFile(FORMAT, tuple(_row(position, *item) for position, item in enumerate(_items(value), start=1)))


def _items(value: object) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Yield the facts of each anime and what the list says of it, in the names of the API."""
    for page in value if isinstance(value, list) else [value]:
        if "anime_id" in part(page):
            yield _public(part(page))
            continue
        for item in objects(part(page).get("data")) if isinstance(page, dict) else objects(page):
            if "anime_id" in item:
                yield _public(item)
            elif "id" in part(item, "node") and (told := _told(item)):
                yield part(item, "node"), told


def _told(item: Mapping[str, Any]) -> Mapping[str, Any]:
    return part(item, "list_status") or part(item, "node", "my_list_status")


def _public(raw: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    facts = {
        "id": raw.get("anime_id"),
        "title": raw.get("anime_title"),
        "media_type": raw.get("anime_media_type_string"),
        "num_episodes": raw.get("anime_num_episodes"),
    }
    told = {
        name: raw[name] for name in ("status", "score", "num_watched_episodes", "is_rewatching", "tags") if name in raw
    }
    return facts, told | ({"updated_at": raw["updated_at"]} if "updated_at" in raw else {})


def _row(position: int, facts: Mapping[str, Any], told: Mapping[str, Any]) -> Row:
    values = Values()
    mal_id = identifier(facts.get("id"))
    title = values.title(facts.get("title"))
    try:
        if mal_id is None:
            raise UnusableRowError("it has no id")
        status, again = values.status(told.get("status"), _NUMBERS)
    except UnusableRowError as problem:
        return RejectedRow(position, str(problem), title, mal_id, excerpt(told))
    watched = told.get("num_episodes_watched", told.get("num_watched_episodes"))
    entry = Entry(
        mal_id,
        status,
        rating=values.rating("score", told.get("score")),
        notes=values.notes(told.get("comments")),
        tags=tags_of(told.get("tags")),
        episodes_watched=values.count("num_episodes_watched", watched),
        start_date=values.day("start_date", told.get("start_date")),
        finish_date=values.day("finish_date", told.get("finish_date")),
        rewatching=again or flag(told.get("is_rewatching")),
        rewatch_count=values.count("num_times_rewatched", told.get("num_times_rewatched")),
        updated_at=instant(told.get("updated_at")),
    )
    total = values.total(facts.get("num_episodes"))
    fields = _ALWAYS | {_TOLD[name] for name in told if name in _TOLD}
    return imported(
        position, ListedTitle(entry, title, media_type(facts.get("media_type")), total), values, told=frozenset(fields)
    )
