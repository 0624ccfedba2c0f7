"""Anime-Planet's export as JSON, which names anime by their titles alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catlog.errors import BadDataError
from catlog.interchange.records import UNRESOLVED, ImportedEntry, ListedTitle, ListFile
from catlog.interchange.rows import imported_entry, read_rows
from catlog.interchange.values import UnusableRowError, Values, object_at, objects
from catlog.library.entries import Entry, Status

FORMAT = "anime-planet"

_FIELDS = {
    "status": ("status",),
    "rating": ("rating", "score100"),
    "eps": ("episodes_watched",),
    "times": ("rewatch_count",),
    "started": ("start_date",),
    "completed": ("finish_date",),
}
_STATUSES = {
    "watched": Status.COMPLETED,
    "watching": Status.WATCHING,
    "want to watch": Status.PLAN_TO_WATCH,
    "stalled": Status.ON_HOLD,
    "dropped": Status.DROPPED,
}
_STAMPS = ("started", "completed")
"""Days that the site sets with a status: null means unknown, not none."""

_REFUSED = ("won't watch", "won’t watch")
_STARS = 20
_TITLES_ONLY = "the file has no ids: anime are found by a title that exactly one anime of the catalogue has"


def matches(value: object) -> bool:
    """Check for an export."""
    first = objects(object_at(value).get("entries"))[:1]
    return "export" in object_at(value) and all("name" in item and "status" in item for item in first)


def read(value: object) -> ListFile:
    """Read an export; the import resolves the titles by the catalogue. Raises BadDataError for a list of manga."""
    if object_at(value, "export").get("type") == "manga":
        raise BadDataError(
            "it is a list of manga, and CatLog lists anime only", hint="on Anime-Planet export the anime list instead"
        )
    items = objects(object_at(value).get("entries"))
    return ListFile(FORMAT, read_rows(items, _entry), (_TITLES_ONLY,) if items else ())


def _entry(position: int, raw: Mapping[str, Any], values: Values) -> ImportedEntry:
    title = values.title(raw.get("name"))
    word = str(raw.get("status")).strip().casefold()
    if not title:
        raise UnusableRowError("it has no title")
    if word in _REFUSED:
        raise UnusableRowError("the status won't watch has no equivalent here")
    if word not in _STATUSES:
        raise UnusableRowError(f"the status {word[:40]!r} is unknown")
    times = values.count("times", raw.get("times"))
    rating, score100 = values.score("rating", raw.get("rating"), _STARS)
    values.omit_empty(raw, _STAMPS)
    if times <= 1:
        values.omitted.add("times")
    entry = Entry(
        UNRESOLVED,
        _STATUSES[word],
        rating,
        score100,
        episodes_watched=values.count("eps", raw.get("eps")),
        start_date=values.day("started", raw.get("started")),
        finish_date=values.day("completed", raw.get("completed")),
        rewatch_count=max(0, times - 1),  # the first time is no rewatch
    )
    return imported_entry(
        position, ListedTitle(entry, title), values, provided=values.provided(raw, _FIELDS), by_title=True
    )
