"""Anime-Planet: its export as JSON, which names anime by their titles alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catlog.errors import BadDataError
from catlog.interchange.records import UNRESOLVED, ListedTitle, ListFile, RejectedRow, Row
from catlog.interchange.values import UnusableRowError, Values, excerpt, imported_entry, object_at, objects
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
"""What the site writes by itself when a status is set: null is a day that it does not know."""

_REFUSED = ("won't watch", "won’t watch")
_STARS = 20
_TITLES_ONLY = "Anime-Planet names no ids: taken are titles that one anime of the catalogue has, exactly"


def matches(value: object) -> bool:
    """Say whether a JSON value is an export."""
    first = objects(object_at(value).get("entries"))[:1]
    return "export" in object_at(value) and all("name" in item and "status" in item for item in first)


def read(value: object) -> ListFile:
    """Read an export; whose the titles are is for the catalogue to say. Raises BadDataError for a list of manga."""
    if object_at(value, "export").get("type") == "manga":
        raise BadDataError(
            "it is a list of manga, and CatLog keeps anime", hint="on Anime-Planet export the anime list instead"
        )
    items = objects(object_at(value).get("entries"))
    return ListFile(
        FORMAT,
        tuple(_row(position, item) for position, item in enumerate(items, start=1)),
        (_TITLES_ONLY,) * bool(items),
    )


def _row(position: int, raw: Mapping[str, Any]) -> Row:
    values = Values()
    title = values.title(raw.get("name"))
    word = str(raw.get("status")).strip().casefold()
    try:
        if not title:
            raise UnusableRowError("it has no title")
        if word in _REFUSED:
            raise UnusableRowError("won't watch is no state of a list here")
        if word not in _STATUSES:
            raise UnusableRowError(f"the status {word[:40]!r} is not known")
    except UnusableRowError as problem:
        return RejectedRow(position, str(problem), title, None, excerpt(raw))
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
