"""Yamtrack's CSV, of which only the anime of MyAnimeList are read."""

from __future__ import annotations

import re
from collections.abc import Mapping

from catlog.interchange.csv_columns import fields_of, ignored_columns, named_rows, refuse_duplicate_columns
from catlog.interchange.records import ImportedEntry, ListedTitle, ListFile, RejectedRow, Row
from catlog.interchange.rows import imported_entry, read_row
from catlog.interchange.spreadsheet import Table
from catlog.interchange.values import UnusableRowError, Values
from catlog.library.entries import Entry
from catlog.text import counted

FORMAT = "yamtrack"

_REQUIRED = ("media_id", "media_type", "status")
_OLD = ("season_number", "episode_number")
_REPEATS = ("repeats", "repetitions")  # older versions have the second one
_MONTH_FIRST = re.compile(r"\s*([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})\s*")
_FIELDS = {
    "status": ("status", "rewatching"),
    "score": ("rating", "score100"),
    "notes": ("notes",),
    "progress": ("episodes_watched",),
    "start_date": ("start_date",),
    "end_date": ("finish_date",),
    "repeats": ("rewatch_count",),
    "repetitions": ("rewatch_count",),
}
_OWN = fields_of(("title", *_FIELDS)) | {"media_id": "malId"} | dict.fromkeys(_REPEATS, "rewatchCount")


def matches(table: Table) -> bool:
    """Check for Yamtrack's columns. Versions without the column `source` had anime of MyAnimeList only."""
    names = table.header
    return all(name in names for name in _REQUIRED) and ("source" in names or all(name in names for name in _OLD))


def read(table: Table) -> ListFile:
    """Read the rows; another column for the field of one of Yamtrack's is ignored with a warning.

    Raises BadDataError when a column that is read occurs twice.
    """
    refuse_duplicate_columns(table, (*_REQUIRED, *_FIELDS, "source"))
    rows: list[Row] = []
    others = 0
    for position, cells in named_rows(table):
        if isinstance(cells, RejectedRow):
            rows.append(cells)
        elif cells.get("source", "mal").strip() != "mal" or cells["media_type"].strip() != "anime":
            others += 1
        else:
            rows.append(read_row(position, cells, _entry))
    warnings = list(ignored_columns(table.header, _OWN))
    if others:
        warnings.append(f"{counted(others, 'row that is', 'rows that are')} no anime of MyAnimeList left out")
    return ListFile(FORMAT, tuple(rows), tuple(warnings))


def _entry(position: int, cells: Mapping[str, str], values: Values) -> ImportedEntry:
    title = values.title(cells.get("title"))
    mal_id = values.mal_id(cells["media_id"])
    if mal_id is None:
        raise UnusableRowError(f"media_id {cells['media_id'].strip()[:40]!r} is no id")
    status, rewatching = values.status(cells.get("status"))
    rating, score100 = values.score("score", cells.get("score"), 10)
    repeats = next((name for name in _REPEATS if name in cells), "")
    present = {name: cell for name, cell in cells.items() if name not in _REPEATS or name == repeats}
    created = values.instant("created_at", cells.get("created_at"))
    entry = Entry(
        mal_id,
        status,
        rating,
        score100,
        notes=values.notes("notes", cells.get("notes")),
        episodes_watched=values.count("progress", cells.get("progress")),
        start_date=values.day("start_date", _iso(cells.get("start_date"))),
        finish_date=values.day("end_date", _iso(cells.get("end_date"))),
        rewatching=rewatching,
        rewatch_count=values.count(repeats, cells.get(repeats)),
        created_at=created,
        updated_at=values.instant("progressed_at", cells.get("progressed_at")) or created,
    )
    return imported_entry(position, ListedTitle(entry, title), values, provided=values.provided(present, _FIELDS))


def _iso(cell: str | None) -> str | None:
    """Return a date with the month first, as in Yamtrack's documentation, as ISO 8601."""
    found = _MONTH_FIRST.fullmatch(cell or "")
    return "{2}-{0}-{1}".format(*found.groups()) if found else cell
