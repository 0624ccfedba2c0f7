"""CatLog's own forms: JSON and JSON Lines with all fields and the history, and the rows of its CSV.

Names are those of `catlog list ls --format json`, so that its answer can be imported too. Written rows are sorted by
MAL id and hold nothing that changes by itself: files of one list compare well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from catlog.errors import InvalidArgumentError
from catlog.interchange import spreadsheet
from catlog.interchange.records import UNRESOLVED, ForeignId, ListedTitle, ListFile, RejectedRow, Row
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
from catlog.library.entries import FIELDS, Entry, restored
from catlog.library.partial_date import PartialDate
from catlog.library.steps import LogRow, Origin
from catlog.text import clean, counted

FORMAT, CSV_FORMAT = "catlog", "csv"

KIND, VERSION = "list", 1
"""What the JSON form says of itself."""

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
    "createdAt",
    "updatedAt",
)
"""The keys of a row."""

_ATTRIBUTES = {name: field for field, name in FIELDS.items()}
_DATES = ("startDate", "finishDate")
_EVERY_EXTRA = ("",)
_SYNONYMS = {
    "id": "malId",
    "seriesanimedbid": "malId",
    "myscore": "rating",
    "score": "rating",
    "watchedepisodes": "episodesWatched",
    "mywatchedepisodes": "episodesWatched",
    "progress": "episodesWatched",
    "started": "startDate",
    "finished": "finishDate",
    "completeddate": "finishDate",
    "enddate": "finishDate",
    "comments": "notes",
    "favourite": "favorite",
    "isfavorite": "favorite",
    "personalrating": "rating",
}
_NAMES = {name.casefold(): name for name in COLUMNS} | _SYNONYMS


def row_of(listed: ListedTitle) -> dict[str, Any]:
    """Return one row, in the order of `COLUMNS`."""
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


def write_json(rows: Iterable[ListedTitle], history: Iterable[LogRow]) -> Iterator[str]:
    """Yield the JSON form, one row a line."""
    yield f'{{\n  "kind": "{KIND}",\n  "version": {VERSION},\n  "rows": ['
    yield from _items(_dumps(row_of(row)) for row in rows)
    yield '],\n  "history": ['
    yield from _items(_dumps(_event(event)) for event in history)
    yield "]\n}\n"


def write_lines(rows: Iterable[ListedTitle], history: Iterable[LogRow]) -> Iterator[str]:
    """Yield the JSON Lines form: the rows, then the events of the history, each as `{"history": {…}}`."""
    for row in rows:
        yield _dumps(row_of(row)) + "\n"
    for event in history:
        yield _dumps({"history": _event(event)}) + "\n"


def write_csv(rows: Iterable[ListedTitle]) -> Iterator[str]:
    """Yield the CSV form, without history: guarded cells, lists and objects as JSON text, unknown empty."""
    return spreadsheet.write(COLUMNS, ([_cell(value) for value in row_of(row).values()] for row in rows))


def matches(value: object) -> bool:
    """Say whether a JSON value is CatLog's form of a list."""
    return part(value).get("kind") == KIND and isinstance(part(value).get("rows"), list)


def matches_lines(values: Sequence[object]) -> bool:
    """Say whether the values of JSON Lines are CatLog's."""
    first = part(values[0]) if values else {}
    return "malId" in first or ("history" in first and "rows" not in first)


def read(value: object) -> ListFile:
    """Read the JSON form."""
    return _read(objects(part(value).get("rows")), objects(part(value).get("history")))


def read_lines(values: Iterable[object]) -> ListFile:
    """Read the values of JSON Lines."""
    lines = [value for value in values if isinstance(value, dict)]
    rows = [line for line in lines if "history" not in line]
    return _read(rows, [part(line, "history") for line in lines if "history" in line])


def matches_csv(header: Sequence[str]) -> bool:
    """Say whether a CSV header names what a list needs."""
    names = columns_of(header)
    return "malId" in names and "status" in names


def read_csv(header: Sequence[str], lines: Iterable[Sequence[str]]) -> ListFile:
    """Read CSV under a header with at least `malId` and `status`; what has no column stays as it is on the list."""
    names = columns_of(header)
    rows: list[Row] = []
    for position, cells in enumerate(lines, start=1):
        row = spreadsheet.under(names, cells)
        if row is None:
            reason = f"{len(cells)} cells under {len(names)} columns"
            rows.append(RejectedRow(position, reason, excerpt=excerpt(",".join(cells))))
        else:
            rows.append(read_row(position, {name: _parsed(name, cell) for name, cell in row.items()}))
    return ListFile(CSV_FORMAT, tuple(rows))


def columns_of(header: Sequence[str]) -> list[str]:
    """Return the names of `COLUMNS` that a CSV header means, however it spells them; others stay as they are."""
    return [_NAMES.get(re.sub("[^a-z0-9]", "", name.casefold()), name) for name in header]


def read_row(position: int, raw: Mapping[str, Any], foreign: tuple[ForeignId, ...] = ()) -> Row:
    """Read one row; the fields that it has are those that it tells. `foreign` ids stand in for a missing MAL id."""
    values = Values()
    title = values.title(raw.get("title"))
    mal_id = identifier(raw.get("malId"))
    try:
        if mal_id is None and not foreign:
            raise UnusableRowError(f"malId {clean(str(raw.get('malId')), limit=40)!r} is no id")
        status, again = values.status(raw.get("status"))
    except UnusableRowError as problem:
        return RejectedRow(position, str(problem), title, mal_id, excerpt(raw))
    rating, (rounded, score100) = (
        values.rating("rating", raw.get("rating")),
        values.score("score100", raw.get("score100")),
    )
    entry = Entry(
        mal_id or UNRESOLVED,
        status,
        rating if "rating" in raw else rounded,
        score100,
        notes=values.notes(raw.get("notes")),
        tags=tags_of(raw.get("tags")),
        favorite=flag(raw.get("favorite")),
        episodes_watched=values.count("episodesWatched", raw.get("episodesWatched")),
        start_date=values.day("startDate", raw.get("startDate")),
        finish_date=values.day("finishDate", raw.get("finishDate")),
        rewatching=again or flag(raw.get("rewatching")),
        rewatch_count=values.count("rewatchCount", raw.get("rewatchCount")),
        extra=_texts(raw.get("extra")),
        created_at=instant(raw.get("createdAt")),
        updated_at=instant(raw.get("updatedAt")),
    )
    listed = ListedTitle(entry, title, media_type(raw.get("type")), values.total(raw.get("episodes")))
    told = frozenset(field for field, name in FIELDS.items() if name in raw)
    return imported(position, listed, values, foreign=foreign, told=told, told_extra=_EVERY_EXTRA)


def _read(rows: Sequence[Mapping[str, Any]], history: Iterable[Mapping[str, Any]]) -> ListFile:
    read = [_read_event(raw) for raw in history]
    events = tuple(event for event in read if event is not None)
    lost = len(read) - len(events)
    warnings = (f"{counted(lost, 'event')} of the history left out, as unreadable",) if lost else ()
    return ListFile(
        FORMAT, tuple(read_row(position, raw) for position, raw in enumerate(rows, start=1)), warnings, events
    )


def _event(event: LogRow) -> dict[str, Any]:
    return {
        "at": _exact(event.at),
        "malId": event.mal_id,
        "action": event.action,
        "origin": event.origin,
        "before": event.before,
        "after": event.after,
    }


def _read_event(raw: Mapping[str, Any]) -> LogRow | None:
    at, mal_id, action, origin = (
        instant(raw.get("at")),
        identifier(raw.get("malId")),
        raw.get("action"),
        raw.get("origin"),
    )
    if at is None or mal_id is None or not re.fullmatch("[a-z]{1,20}", str(action)):
        return None
    with suppress(ValueError, TypeError, InvalidArgumentError):
        before, after = (_side(mal_id, raw.get(name)) for name in ("before", "after"))
        if before is not None or after is not None:
            return LogRow(mal_id, str(action), before, after, at, Origin(str(origin)).value)
    return None


def _side(mal_id: int, raw: object) -> dict[str, Any] | None:
    """Return one side of a change with clean texts. Raises ValueError or TypeError when it is none."""
    if raw is None:
        return None
    side = {name: _clean(name, value) for name, value in part(raw).items() if name in _ATTRIBUTES}
    created = instant(part(raw).get("createdAt"))
    if created is not None:
        side["createdAt"] = created.isoformat()
    restored(mal_id, None, side)
    return side


def _clean(name: str, value: object) -> object:
    if name in _DATES:
        return str(PartialDate.parse(value) or "") or None if isinstance(value, str) else None
    if name == "extra":
        return _texts(value)
    if name == "tags":
        return list(tags_of(value))
    if isinstance(value, str):
        return clean(value, multiline=True)
    if value is None or isinstance(value, int):
        return value
    raise TypeError(name)


def _texts(raw: object) -> dict[str, str]:
    pairs = ((clean(name), clean(text, multiline=True)) for name, text in part(raw).items() if isinstance(text, str))
    return {name: text for name, text in pairs if name and text}


def _parsed(name: str, cell: str) -> object:
    """Return what a cell of CSV means: `tags` and `extra` can be JSON."""
    if name in ("tags", "extra") and cell.strip()[:1] in ("[", "{"):
        with suppress(ValueError, RecursionError):
            return json.loads(cell)
    return cell


def _cell(value: object) -> str:
    if value is None or value in ((), {}):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _dumps(value) if isinstance(value, tuple | dict) else str(value)


def _exact(instant: datetime) -> str:
    # To the microsecond: an entry that went out and comes back is the same one, not an older one.
    return instant.isoformat().replace("+00:00", "Z")


def _items(lines: Iterator[str]) -> Iterator[str]:
    between = "\n    "
    for line in lines:
        yield between + line
        between = ",\n    "
    if between.startswith(","):
        yield "\n  "


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
