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

from catlog import clock
from catlog.errors import BadDataError, InvalidArgumentError
from catlog.interchange import spreadsheet
from catlog.interchange.records import UNRESOLVED, ForeignId, ListedTitle, ListFile, RejectedRow, Row
from catlog.interchange.values import (
    UnusableRowError,
    Values,
    excerpt,
    identifier,
    imported_entry,
    instant,
    media_type,
    object_at,
    objects,
)
from catlog.library.entries import FIELDS, Entry, Origin, restored
from catlog.library.partial_date import PartialDate
from catlog.library.steps import LogRow
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
    "episodeOffset",
    "createdAt",
    "updatedAt",
)
"""The keys of a row."""

_ATTRIBUTES = {name: field for field, name in FIELDS.items()}
_DATES = ("startDate", "finishDate")
_FLAGS = ("rewatching", "favorite")
_TOLD = {name: (field,) for field, name in FIELDS.items()}
_OWN = ("my", "personal", "series")
_SYNONYMS = {
    "id": "malId",
    "seriesanimedbid": "malId",
    "seriestitle": "title",
    "seriestype": "type",
    "seriesepisodes": "episodes",
    "mystatus": "status",
    "mystartdate": "startDate",
    "myfinishdate": "finishDate",
    "mycomments": "notes",
    "mytags": "tags",
    "mytimeswatched": "rewatchCount",
    "myrewatching": "rewatching",
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
    "myrating": "rating",
    "personalscore": "rating",
    "mynotes": "notes",
    "personalnotes": "notes",
    "myprogress": "episodesWatched",
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
    return object_at(value).get("kind") == KIND and isinstance(object_at(value).get("rows"), list)


def matches_lines(values: Sequence[object]) -> bool:
    """Say whether the values of JSON Lines are CatLog's."""
    first = object_at(values[0]) if values else {}
    return "malId" in first or ("history" in first and "rows" not in first)


def read(value: object) -> ListFile:
    """Read the JSON form."""
    return _read(objects(object_at(value).get("rows")), objects(object_at(value).get("history")))


def read_lines(values: Iterable[object]) -> ListFile:
    """Read the values of JSON Lines."""
    lines = [value for value in values if isinstance(value, dict)]
    rows = [line for line in lines if "history" not in line]
    return _read(rows, [object_at(line, "history") for line in lines if "history" in line])


def matches_csv(header: Sequence[str]) -> bool:
    """Say whether a CSV header names what a list needs."""
    names = [_meant(column) for column in header]
    return "malId" in names and "status" in names


def read_csv(header: Sequence[str], lines: Iterable[Sequence[str]], name: str) -> ListFile:
    """Read CSV under a header with at least `malId` and `status`; what has no column stays as it is on the list.

    Raises BadDataError when two columns mean one field and neither does so more than the other.
    """
    names, warnings = columns_of(header, name)
    rows: list[Row] = []
    for position, cells in enumerate(lines, start=1):
        row = spreadsheet.row_under(names, cells)
        if row is None:
            reason = f"{len(cells)} cells under {len(names)} columns"
            rows.append(RejectedRow(position, reason, excerpt=excerpt(",".join(cells))))
        else:
            rows.append(read_row(position, {name: _parsed(name, cell) for name, cell in row.items()}))
    return ListFile(CSV_FORMAT, tuple(rows), warnings)


def columns_of(header: Sequence[str], name: str) -> tuple[list[str], tuple[str, ...]]:
    """Return the names of `COLUMNS` that a CSV header means, however it spells them, others as they are; and warnings.

    Of two columns for one field that with the field's very name counts, else that which says that it is one's own
    (`my_score` beside `score`). Raises BadDataError, naming both, when neither is so.
    """
    names, left = list(header), []
    for field in COLUMNS:
        places = [place for place, column in enumerate(header) if _meant(column) == field]
        best = min((_distance(header[place], field) for place in places), default=0)
        nearest = [header[place] for place in places if _distance(header[place], field) == best]
        if len(nearest) > 1:
            one, other = (clean(column, limit=40) for column in nearest[:2])
            raise BadDataError(
                f"{name} has two columns for {field}: {one} and {other}",
                hint=f"delete one of them, or call the one that counts {field}",
            )
        for place in places:
            if header[place] in nearest:
                names[place] = field
            else:
                column, counts = clean(header[place], limit=40), clean(nearest[0], limit=40)
                left.append(f"the column {column} is left out: {counts} counts")
    unread = [clean(column, limit=40) for column in header if column and _meant(column) is None]
    return names, (*left, *((f"columns that are not read: {', '.join(unread)}",) if unread else ()))


def left_out(header: Sequence[str], own: Mapping[str, str]) -> Iterator[str]:
    """Yield a warning for every column that means a field of another format's own column.

    `own` are the columns that format reads, with the fields (of `COLUMNS`) they mean, nearest first.
    """
    counts: dict[str, str] = {}
    for column in own:
        if column in header:
            counts.setdefault(own[column], column)
    for column in header:
        field = own.get(column) or _meant(column)
        if field in counts and counts[field] != column:
            yield f"the column {clean(column, limit=40)} is left out: {counts[field]} counts"


def meanings(columns: Iterable[str]) -> dict[str, str]:
    """Return those of `columns` that mean a field, with its name."""
    return {column: field for column in columns if (field := _meant(column))}


def _meant(column: str) -> str | None:
    return _NAMES.get(_plain(column))


def _plain(column: str) -> str:
    return re.sub("[^a-z0-9]", "", column.casefold())


def _distance(column: str, field: str) -> int:
    plain = _plain(column)
    return 0 if plain == field.casefold() else 1 if plain.startswith(_OWN) else 2


def read_row(
    position: int, raw: Mapping[str, Any], foreign: tuple[ForeignId, ...] = (), *, by_title: bool = False
) -> Row:
    """Read one row; what it has and can be read is what it tells.

    `foreign` ids stand in for a missing MAL id, or, `by_title`, its title does.
    """
    values = Values()
    title = values.title(raw.get("title"))
    mal_id = identifier(raw.get("malId"))
    try:
        if mal_id is None and not foreign and not (by_title and title):
            raise UnusableRowError(f"malId {clean(str(raw.get('malId')), limit=40)!r} is no id")
        status, again = values.status(raw.get("status"))
    except UnusableRowError as problem:
        return RejectedRow(position, str(problem), title, mal_id, excerpt(raw))
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
    told = values.provided(raw, _TOLD) | ({"rewatching"} if again else set()) | ({"rating"} if rating else set())
    return imported_entry(
        position, listed, values, foreign=foreign, provided=told, by_title=by_title and mal_id is None
    )


def _ratings(values: Values, raw: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """Return rating and score of a row, which agree: a rating that is none follows from a score.

    Where both say something else, the rating counts, as what people see and set, and the score is dropped.
    """
    rating = values.rating("rating", raw.get("rating"))
    rounded, score100 = values.score("score100", raw.get("score100"))
    if rating is None or score100 is None or rounded == rating:
        return rating or rounded, score100
    values.remarks.append(f"score100 {score100} is a rating of {rounded} and not of {rating}: the rating counts")
    return rating, None


def _read(rows: Sequence[Mapping[str, Any]], history: Iterable[Mapping[str, Any]]) -> ListFile:
    read = [_read_event(raw) for raw in history]
    now = clock.now()
    events = tuple(event._replace(at=min(event.at, now)) for event in read if event is not None)
    odd = {
        "left out, as unreadable": len(read) - len(events),
        "later than now, which is taken": sum(event is not None and event.at > now for event in read),
    }
    warnings = tuple(f"{counted(count, 'event')} of the history {what}" for what, count in odd.items() if count)
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
    side = {name: _clean(name, value) for name, value in object_at(raw).items() if name in _ATTRIBUTES}
    created = instant(object_at(raw).get("createdAt"))
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
