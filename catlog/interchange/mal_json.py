"""MyAnimeList as JSON: responses of its API (`list_status`), and the `load.json` of a public list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Literal, TypeAlias

from catlog import clock
from catlog.interchange.mal_rows import NUMBERS, STANDARD
from catlog.interchange.records import ImportedEntry, ListedTitle, ListFile
from catlog.interchange.rows import imported_entry, read_row
from catlog.interchange.values import UnusableRowError, Values, media_type, object_at, objects
from catlog.library.entries import Entry
from catlog.library.partial_date import PartialDate
from catlog.text import clean

FORMAT = "mal-json"

_Order: TypeAlias = Literal["month", "day"] | None
"""The first part of a date, None where it is unknown."""

_MONTHS = 12
_FIELDS = {
    "status": ("status",),
    "score": ("rating",),
    "num_episodes_watched": ("episodes_watched",),
    "num_watched_episodes": ("episodes_watched",),
    "is_rewatching": ("rewatching",),
    "num_times_rewatched": ("rewatch_count",),
    "start_date": ("start_date",),
    "finish_date": ("finish_date",),
    "start_date_string": ("start_date",),
    "finish_date_string": ("finish_date",),
    "tags": ("tags",),
    "comments": ("notes",),
}
_EXTRAS = {"priority_string": "my_priority", "storage_string": "my_storage"}
_DATES = ("start_date_string", "finish_date_string", "anime_start_date_string", "anime_end_date_string")
_SHORT_DATE = re.compile("([0-9]{2})[-/.]([0-9]{2})[-/.]([0-9]{2})")
_NO_ORDER = "its dates begin with the month or with the day, and nothing shows which: only years are taken"


def matches(value: object) -> bool:
    """Check for a response of the API, possibly empty, a public list, or a list of pages of either."""
    return next(_items(value), None) is not None or (
        object_at(value).get("data") == [] and "paging" in object_at(value)
    )


def read(value: object) -> ListFile:
    """Read a list.

    A public list has dates of two digits per part, in the order that its reader has set: the order is inferred from all
    dates together.
    """
    items = list(_items(value))
    dates = [found for _, listed in items for name in _DATES if (found := _short(listed.get(name)))]
    order = _order(dates)
    rows = tuple(
        read_row(position, listed, partial(_entry, facts, order))
        for position, (facts, listed) in enumerate(items, start=1)
    )
    return ListFile(FORMAT, rows, (_NO_ORDER,) if order is None and any(a != b for a, b, _ in dates) else ())


def _short(raw: object) -> tuple[int, int, int] | None:
    found = _SHORT_DATE.fullmatch(raw.strip()) if isinstance(raw, str) else None
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def _order(dates: Iterable[tuple[int, int, int]]) -> _Order:
    """Return the order of the dates, None where they do not show it, or contradict each other."""
    orders: set[Literal["month", "day"]] = set()
    for first, second, _ in dates:
        if first > _MONTHS:
            orders.add("day")
        if second > _MONTHS:
            orders.add("month")
    return orders.pop() if len(orders) == 1 else None


def _items(value: object) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Yield the facts of each anime, in the names of the API, and its list entry."""
    for page in value if isinstance(value, list) else [value]:
        if "anime_id" in object_at(page):
            yield _public(object_at(page))
            continue
        for item in objects(object_at(page).get("data")) if isinstance(page, dict) else objects(page):
            if "anime_id" in item:
                yield _public(item)
            elif "id" in object_at(item, "node") and (listed := _listed(item)):
                yield object_at(item, "node"), listed


def _listed(item: Mapping[str, Any]) -> Mapping[str, Any]:
    return object_at(item, "list_status") or object_at(item, "node", "my_list_status")


def _public(raw: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    facts = {
        "id": raw.get("anime_id"),
        "title": raw.get("anime_title"),
        "media_type": raw.get("anime_media_type_string"),
        "num_episodes": raw.get("anime_num_episodes"),
    }
    return facts, raw


def _entry(
    facts: Mapping[str, Any], order: _Order, position: int, raw: Mapping[str, Any], values: Values
) -> ImportedEntry:
    mal_id = values.mal_id(facts.get("id"))
    title = values.title(facts.get("title"))
    if mal_id is None:
        raise UnusableRowError("it has no id")
    status, again = values.status(raw.get("status"), NUMBERS)
    values.omit_empty(raw, ("score",))  # unrated is 0
    watched = "num_episodes_watched" if "num_episodes_watched" in raw else "num_watched_episodes"
    extras = {name: raw[name] for name in _EXTRAS if name in raw and not values.omit_broken(name, str(raw[name]))}
    entry = Entry(
        mal_id,
        status,
        rating=values.rating("score", raw.get("score")),
        notes=values.notes("comments", raw.get("comments")),
        tags=values.tags("tags", raw.get("tags")),
        episodes_watched=values.count(watched, raw.get(watched)),
        start_date=_day(values, "start_date", raw, order),
        finish_date=_day(values, "finish_date", raw, order),
        rewatching=values.flag("is_rewatching", raw.get("is_rewatching")) or again,
        rewatch_count=values.count("num_times_rewatched", raw.get("num_times_rewatched")),
        extra=dict(_extra(extras)),
        updated_at=values.instant("updated_at", raw.get("updated_at")),
    )
    listed = ListedTitle(entry, title, media_type(facts.get("media_type")), values.total(facts.get("num_episodes")))
    return imported_entry(
        position,
        listed,
        values,
        provided=values.provided(raw, _FIELDS),
        provided_extra=[_EXTRAS[name] for name in extras],
    )


def _day(values: Values, name: str, raw: Mapping[str, Any], order: _Order) -> PartialDate | None:
    """Return a date; in an unknown order its year alone, unless day and month are equal."""
    public = f"{name}_string"
    found = _short(raw.get(public))
    if found is None:
        name = public if public in raw else name
        return values.day(name, raw.get(name))
    first, second, short = found
    year = short + (2000 if short <= clock.now().year % 100 + 1 else 1900)
    if order is None and first != second:
        values.omit(
            public, f"{raw[public]} may begin with the month or with the day: {year} taken for a title new on the list"
        )
        return values.parts(public, year, 0, 0)
    month, day = (second, first) if order == "day" else (first, second)
    return values.parts(public, year, month, day)


def _extra(texts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for theirs, raw in texts.items():
        ours, text = _EXTRAS[theirs], clean(str(raw or ""))
        value = text.upper() if ours == "my_priority" else text
        if value and value != STANDARD[ours]:
            yield ours, value
