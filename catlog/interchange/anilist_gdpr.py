"""AniList's data export (Settings > Account), which names anime by AniList's ids alone and has no titles."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from catlog.interchange.anilist import FIELDS, extra_of, foreign_ids, provided_extra
from catlog.interchange.records import UNRESOLVED, ImportedEntry, ListedTitle, ListFile
from catlog.interchange.rows import anime_only, imported_entry, read_rows
from catlog.interchange.values import Values, identifier, integer, is_true, object_at, objects
from catlog.library.entries import Entry, Status
from catlog.library.partial_date import PartialDate
from catlog.text import clean

FORMAT = "anilist-gdpr"

_NUMBERS = {
    0: Status.WATCHING,
    1: Status.PLAN_TO_WATCH,
    2: Status.COMPLETED,
    3: Status.DROPPED,
    4: Status.ON_HOLD,
    5: Status.COMPLETED,
}
_REPEATING = 5


def matches(value: object) -> bool:
    """Check for a data export."""
    lists = object_at(value).get("lists")
    return isinstance(lists, list) and bool(lists) and "series_id" in object_at(lists[0])


def read(value: object) -> ListFile:
    """Read a data export; its manga are left out."""
    raw = objects(object_at(value).get("lists"))
    names = _list_names(object_at(value, "user").get("custom_lists"))
    anime = [row for row in raw if not is_true(row.get("series_type"))]
    return anime_only(FORMAT, read_rows(anime, partial(_entry, names)), len(raw) - len(anime))


def _list_names(raw: object) -> list[str]:
    value = _json(raw)
    names = value.get("anime") if isinstance(value, dict) else value
    return [name if isinstance(name, str) else "" for name in names] if isinstance(names, list) else []


def _json(raw: object) -> Any:  # noqa: ANN401 - JSON
    with suppress(ValueError, RecursionError):
        return json.loads(raw) if isinstance(raw, str) else raw
    return None


def _entry(names: list[str], position: int, raw: Mapping[str, Any], values: Values) -> ImportedEntry:
    theirs = identifier(raw.get("series_id"))
    number = raw.get("status")
    status, _ = values.status(number, _NUMBERS)
    foreign = foreign_ids(None, theirs)
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
        extra=extra_of(
            private=is_true(raw.get("private")),
            hidden=is_true(raw.get("hidden_default")),
            custom_lists=raw.get("custom_lists") if any(marks) and not named else None,
            advanced_scores=raw.get("advanced_scores") if _any(advanced) else None,
            priority=raw.get("priority"),
        ),
        created_at=values.instant("created_at", raw.get("created_at")),
        updated_at=values.instant("updated_at", raw.get("updated_at")),
    )
    provided = values.provided({**raw, "tags": marks} if names and "custom_lists" in raw else raw, FIELDS)
    return imported_entry(
        position, ListedTitle(entry), values, foreign=foreign, provided=provided, provided_extra=provided_extra(raw)
    )


def _any(scores: object) -> bool:
    values: Iterable[object] = (
        scores.values() if isinstance(scores, dict) else scores if isinstance(scores, list) else ()
    )
    return any(values)


def _compact(values: Values, name: str, raw: Mapping[str, Any]) -> PartialDate | None:
    if raw.get(name) == "":
        values.omitted.add(name)
    number = integer(raw.get(name) or 0)
    if number is None or number < 0:
        values.omit(name, f"{clean(str(raw.get(name)), limit=40)!r} is no date: left out")
        return None
    return values.parts(name, number // 10000, number // 100 % 100, number % 100)
