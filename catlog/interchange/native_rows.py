"""The rows of CatLog's own formats, and the events of their history, as JSON values.

Names are those of `catlog list ls --format json`, so that its output can be imported too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

from catlog import clock
from catlog.errors import InvalidArgumentError
from catlog.interchange.records import UNRESOLVED, ForeignId, ImportedEntry, ListedTitle, ListFile, Row
from catlog.interchange.rows import imported_entry, read_row, read_rows
from catlog.interchange.values import UnusableRowError, Values, identifier, instant, media_type, object_at
from catlog.library.entries import FIELDS, LOGGED_AT, WATCHED_ON, Entry, Origin, restored
from catlog.library.partial_date import PartialDate
from catlog.library.steps import LogRow
from catlog.text import clean, counted

FORMAT = "catlog"

COLUMNS = (
    "malId",
    "title",
    "type",
    "status",
    "rating",
    "score100",
    "episodesWatched",
    "episodes",
    "startDate",
    "finishDate",
    "rewatching",
    "rewatchCount",
    "notes",
    "tags",
    "favorite",
    "extra",
    "episodeOffset",
    "createdAt",
    "updatedAt",
)
"""The keys of a row."""

_ATTRIBUTES = {name: field for field, name in FIELDS.items()}
_DATES = ("startDate", "finishDate")
_FLAGS = ("rewatching", "favorite")
_FIELDS = {name: (field,) for field, name in FIELDS.items()}


def row_of(listed: ListedTitle) -> dict[str, Any]:
    """Return an entry as a row, keys in the order of `COLUMNS`."""
    entry = listed.entry
    values: dict[str, Any] = {
        "malId": entry.mal_id,
        "title": listed.title,
        "type": listed.type,
        "episodes": listed.episodes,
        **{name: getattr(entry, field) for field, name in FIELDS.items()},
        "extra": dict(sorted(entry.extra.items())),
        "createdAt": entry.created_at and _exact(entry.created_at),
        "updatedAt": entry.updated_at and _exact(entry.updated_at),
    }
    return {name: values[name] for name in COLUMNS}


def read_native_row(
    position: int, raw: Mapping[str, Any], foreign: tuple[ForeignId, ...] = (), *, by_title: bool = False
) -> Row:
    """Read one row; `foreign` ids, or with `by_title` its title, stand in for a missing MAL id."""
    return read_row(position, raw, partial(_entry, foreign, by_title))


def _entry(
    foreign: tuple[ForeignId, ...], by_title: bool, position: int, raw: Mapping[str, Any], values: Values
) -> ImportedEntry:
    title = values.title(raw.get("title"))
    mal_id = values.mal_id(raw.get("malId"))
    if mal_id is None and not foreign and not (by_title and title):
        raise UnusableRowError(f"malId {clean(str(raw.get('malId')), limit=40)!r} is no id")
    status, again = values.status(raw.get("status"))
    rating, score100 = _ratings(values, raw)
    entry = Entry(
        mal_id or UNRESOLVED,
        status,
        rating,
        score100,
        notes=values.notes("notes", raw.get("notes")),
        tags=values.tags("tags", raw.get("tags")),
        favorite=values.flag("favorite", raw.get("favorite")),
        episodes_watched=values.count("episodesWatched", raw.get("episodesWatched")),
        start_date=values.day("startDate", raw.get("startDate")),
        finish_date=values.day("finishDate", raw.get("finishDate")),
        rewatching=values.flag("rewatching", raw.get("rewatching")) or again,
        rewatch_count=values.count("rewatchCount", raw.get("rewatchCount")),
        extra=_texts(raw.get("extra")),
        episode_offset=values.offset("episodeOffset", raw.get("episodeOffset")),
        created_at=values.instant("createdAt", raw.get("createdAt")),
        updated_at=values.instant("updatedAt", raw.get("updatedAt")),
    )
    listed = ListedTitle(entry, title, media_type(raw.get("type")), values.total(raw.get("episodes")))
    if raw.get("extra") not in (None, "") and not isinstance(raw["extra"], dict):
        values.omit("extra", "is no object: left out")
    values.omit_broken("extra", "".join(map(str, object_at(raw.get("extra")).values())))
    provided = values.provided(raw, _FIELDS) | ({"rewatching"} if again else set()) | ({"rating"} if rating else set())
    return imported_entry(
        position, listed, values, foreign=foreign, provided=provided, by_title=by_title and mal_id is None
    )


def _ratings(values: Values, raw: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """Return the rating and the score of a row, consistent with each other.

    A missing rating follows from the score. Where the two contradict, the rating counts and the score is dropped.
    """
    rating = values.rating("rating", raw.get("rating"))
    rounded, score100 = values.score("score100", raw.get("score100"))
    if rating is None or score100 is None or rounded == rating:
        return rating or rounded, score100
    values.remarks.append(f"score100 {score100} is a rating of {rounded} and not of {rating}: the rating counts")
    return rating, None


def list_file(rows: Sequence[Mapping[str, Any]], history: Sequence[Mapping[str, Any]]) -> ListFile:
    """Return the file with these rows and this history; events later than now get the present time."""
    parsed = [event for raw in history if (event := _parse_event(raw)) is not None]
    now = clock.now()
    events = tuple(event._replace(at=min(event.at, now)) for event in parsed)
    counts = {
        "left out, as unreadable": len(history) - len(parsed),
        "later than now, which is taken": sum(event.at > now for event in parsed),
    }
    warnings = tuple(f"{counted(count, 'event')} of the history {what}" for what, count in counts.items() if count)
    return ListFile(FORMAT, read_rows(rows, partial(_entry, (), False)), warnings, events)


def event_of(event: LogRow) -> dict[str, Any]:
    """Return an event of the history as an object of JSON."""
    return {
        "at": _exact(event.at),
        "malId": event.mal_id,
        "action": event.action,
        "origin": event.origin,
        "before": event.before,
        "after": event.after,
    }


def _parse_event(raw: Mapping[str, Any]) -> LogRow | None:
    at, mal_id = instant(raw.get("at")), identifier(raw.get("malId"))
    action, origin = raw.get("action"), raw.get("origin")
    if at is None or mal_id is None or not re.fullmatch("[a-z]{1,20}", str(action)):
        return None
    with suppress(ValueError, TypeError, InvalidArgumentError):
        before, after = (_side(mal_id, raw.get(name)) for name in ("before", "after"))
        if before is not None or after is not None:
            return LogRow(mal_id, str(action), before, after, at, Origin(str(origin)).value)
    return None


def _side(mal_id: int, raw: object) -> dict[str, Any] | None:
    """Return the state before or after a change, texts cleaned. Raises ValueError or TypeError for an invalid one."""
    if raw is None:
        return None
    side = {name: _clean(name, value) for name, value in object_at(raw).items() if name in _ATTRIBUTES}
    for name in ("createdAt", LOGGED_AT):
        if (told := instant(object_at(raw).get(name))) is not None:
            side[name] = told.isoformat()
    watched_on = object_at(raw).get(WATCHED_ON)
    if isinstance(watched_on, str) and (day := PartialDate.parse(watched_on)):
        side[WATCHED_ON] = str(day)
    restored(mal_id, None, side)
    return side


def _clean(name: str, value: object) -> object:
    if name in _DATES:
        return str(PartialDate.parse(value) or "") or None if isinstance(value, str) else None
    if name == "extra":
        return _texts(value)
    if name == "tags":
        return list(Values().tags(name, value))
    if isinstance(value, str):
        return clean(value, multiline=True)
    if value is None or (isinstance(value, int) and (not isinstance(value, bool) or name in _FLAGS)):
        return value
    raise TypeError(name)


def _texts(raw: object) -> dict[str, str]:
    pairs = (
        (clean(name), clean(text, multiline=True)) for name, text in object_at(raw).items() if isinstance(text, str)
    )
    return {name: text for name, text in pairs if name and text}


def _exact(instant: datetime) -> str:
    # To the microsecond: an entry that is exported and imported again must not look older.
    return instant.isoformat().replace("+00:00", "Z")


def dumps(value: object) -> str:
    """Return a value as one line of JSON."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
