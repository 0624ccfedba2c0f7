"""MyAnimeList as JSON: the answer of its API (`list_status`), and the `load.json` of a public list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from catlog import clock
from catlog.interchange.mal_rows import NUMBERS, STANDARD
from catlog.interchange.records import ListedTitle, ListFile, RejectedRow, Row
from catlog.interchange.values import (
    UnusableRowError,
    Values,
    excerpt,
    identifier,
    imported_entry,
    media_type,
    object_at,
    objects,
)
from catlog.library.entries import Entry
from catlog.library.partial_date import PartialDate
from catlog.text import clean

FORMAT = "mal-json"

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
_NO_ORDER = "the file does not say whether its dates begin with the month or with the day: only years are taken"


def matches(value: object) -> bool:
    """Say whether a JSON value is an answer of the API, also an empty one, a public list, or a list of pages."""
    return next(_items(value), None) is not None or (
        object_at(value).get("data") == [] and "paging" in object_at(value)
    )


def read(value: object) -> ListFile:
    """Read what `matches`.

    A public list writes dates in two digits each, in the order that whoever looked at it has set: all of them together
    say which.
    """
    items = list(_items(value))
    dates = [found for _, told in items for name in _DATES if (found := _short(told.get(name)))]
    order = _order(dates)
    rows = tuple(_row(position, *item, order) for position, item in enumerate(items, start=1))
    return ListFile(FORMAT, rows, (_NO_ORDER,) if order is None and any(a != b for a, b, _ in dates) else ())


def _short(raw: object) -> tuple[int, int, int] | None:
    found = _SHORT_DATE.fullmatch(raw.strip()) if isinstance(raw, str) else None
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def _order(dates: Iterable[tuple[int, int, int]]) -> Literal["month", "day"] | None:
    """Return which part dates begin with, None where they do not say it, or not alike."""
    orders: set[Literal["month", "day"]] = set()
    for first, second, _ in dates:
        if first > _MONTHS:
            orders.add("day")
        if second > _MONTHS:
            orders.add("month")
    return orders.pop() if len(orders) == 1 else None


def _items(value: object) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Yield the facts of each anime and what the list says of it, in the names of the API."""
    for page in value if isinstance(value, list) else [value]:
        if "anime_id" in object_at(page):
            yield _public(object_at(page))
            continue
        for item in objects(object_at(page).get("data")) if isinstance(page, dict) else objects(page):
            if "anime_id" in item:
                yield _public(item)
            elif "id" in object_at(item, "node") and (told := _told(item)):
                yield object_at(item, "node"), told


def _told(item: Mapping[str, Any]) -> Mapping[str, Any]:
    return object_at(item, "list_status") or object_at(item, "node", "my_list_status")


def _public(raw: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    facts = {
        "id": raw.get("anime_id"),
        "title": raw.get("anime_title"),
        "media_type": raw.get("anime_media_type_string"),
        "num_episodes": raw.get("anime_num_episodes"),
    }
    return facts, raw


def _row(
    position: int, facts: Mapping[str, Any], told: Mapping[str, Any], order: Literal["month", "day"] | None
) -> Row:
    values = Values()
    mal_id = identifier(facts.get("id"))
    title = values.title(facts.get("title"))
    try:
        if mal_id is None:
            raise UnusableRowError("it has no id")
        status, again = values.status(told.get("status"), NUMBERS)
    except UnusableRowError as problem:
        return RejectedRow(position, str(problem), title, mal_id, excerpt(told))
    values.omit_empty(told, ("score",))  # none is 0
    watched = "num_episodes_watched" if "num_episodes_watched" in told else "num_watched_episodes"
    handed_on = {name: told[name] for name in _EXTRAS if name in told and not values.omit_broken(name, str(told[name]))}
    entry = Entry(
        mal_id,
        status,
        rating=values.rating("score", told.get("score")),
        notes=values.notes("comments", told.get("comments")),
        tags=values.tags("tags", told.get("tags")),
        episodes_watched=values.count(watched, told.get(watched)),
        start_date=_day(values, "start_date", told, order),
        finish_date=_day(values, "finish_date", told, order),
        rewatching=values.flag("is_rewatching", told.get("is_rewatching")) or again,
        rewatch_count=values.count("num_times_rewatched", told.get("num_times_rewatched")),
        extra=dict(_handed_on(handed_on)),
        updated_at=values.instant("updated_at", told.get("updated_at")),
    )
    listed = ListedTitle(entry, title, media_type(facts.get("media_type")), values.total(facts.get("num_episodes")))
    return imported_entry(
        position,
        listed,
        values,
        provided=values.provided(told, _FIELDS),
        provided_extra=[_EXTRAS[name] for name in handed_on],
    )


def _day(
    values: Values, name: str, told: Mapping[str, Any], order: Literal["month", "day"] | None
) -> PartialDate | None:
    """Return a date of the API, or one of a public list; in an unknown order its year alone, but for 02-02-16."""
    public = f"{name}_string"
    found = _short(told.get(public))
    if found is None:
        name = public if public in told else name
        return values.day(name, told.get(name))
    first, second, short = found
    year = short + (2000 if short <= clock.now().year % 100 + 1 else 1900)
    if order is None and first != second:
        values.omit(
            public, f"{told[public]} may begin with the month or with the day: {year} taken for a title new on the list"
        )
        return values.parts(public, year, 0, 0)
    month, day = (second, first) if order == "day" else (first, second)
    return values.parts(public, year, month, day)


def _handed_on(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for theirs, raw in told.items():
        ours, text = _EXTRAS[theirs], clean(str(raw or ""))
        value = text.upper() if ours == "my_priority" else text
        if value and value != STANDARD[ours]:
            yield ours, value
