"""Shikimori: its export as JSON. Its ids are MyAnimeList's; its XML is MyAnimeList's with a status of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catlog.interchange.mal_xml import SHIKIMORI
from catlog.interchange.records import ListedTitle, ListFile, RejectedRow, Row
from catlog.interchange.values import UnusableRowError, Values, excerpt, identifier, imported_entry, objects
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
    """Say whether a JSON value is a list of Shikimori's rates."""
    return any("target_id" in item and "target_type" in item for item in objects(value)[:1])


def read(value: object) -> ListFile:
    """Read a list of rates. It tells no dates and no tags."""
    items = objects(value)
    anime = [item for item in items if str(item.get("target_type")).casefold() == "anime"]
    rows = tuple(_row(position, item) for position, item in enumerate(anime, start=1))
    others = len(items) - len(anime)
    return ListFile(FORMAT, rows, (f"{others} manga left out: CatLog keeps anime",) if others else ())


def _row(position: int, raw: Mapping[str, Any]) -> Row:
    values = Values()
    mal_id = identifier(raw.get("target_id"))
    title = values.title(raw.get("target_title"))
    try:
        if mal_id is None:
            raise UnusableRowError("it has no id")
        status, rewatching = values.status(raw.get("status"))
    except UnusableRowError as problem:
        return RejectedRow(position, str(problem), title, mal_id, excerpt(raw))
    values.omit_empty(raw, ("score",))  # none is 0
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
