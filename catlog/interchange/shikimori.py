"""Shikimori's export as JSON. Its ids are MyAnimeList's; its XML is MyAnimeList's with a status of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catlog.interchange.mal_xml import SHIKIMORI
from catlog.interchange.records import ImportedEntry, ListedTitle, ListFile
from catlog.interchange.rows import anime_only, imported_entry, read_rows
from catlog.interchange.values import UnusableRowError, Values, objects
from catlog.library.entries import Entry

FORMAT = SHIKIMORI

_FIELDS = {
    "status": ("status", "rewatching"),
    "score": ("rating",),
    "episodes": ("episodes_watched",),
    "rewatches": ("rewatch_count",),
    "text": ("notes",),
}


def matches(value: object) -> bool:
    """Check for a list of Shikimori's rates."""
    return any("target_id" in item and "target_type" in item for item in objects(value)[:1])


def read(value: object) -> ListFile:
    """Read a list of rates, which has no dates and no tags."""
    items = objects(value)
    anime = [item for item in items if str(item.get("target_type")).casefold() == "anime"]
    return anime_only(FORMAT, read_rows(anime, _entry), len(items) - len(anime))


def _entry(position: int, raw: Mapping[str, Any], values: Values) -> ImportedEntry:
    mal_id = values.mal_id(raw.get("target_id"))
    title = values.title(raw.get("target_title"))
    if mal_id is None:
        raise UnusableRowError("it has no id")
    status, rewatching = values.status(raw.get("status"))
    values.omit_empty(raw, ("score",))  # unrated is 0
    entry = Entry(
        mal_id,
        status,
        rating=values.rating("score", raw.get("score")),
        notes=values.notes("text", raw.get("text")),
        episodes_watched=values.count("episodes", raw.get("episodes")),
        rewatching=rewatching,
        rewatch_count=values.count("rewatches", raw.get("rewatches")),
        created_at=values.instant("created_at", raw.get("created_at")),
        updated_at=values.instant("updated_at", raw.get("updated_at")),
    )
    return imported_entry(position, ListedTitle(entry, title), values, provided=values.provided(raw, _FIELDS))
