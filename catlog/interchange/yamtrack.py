"""Yamtrack: its CSV, of which the rows count that name an anime of MyAnimeList."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from catlog.interchange import native, spreadsheet
from catlog.interchange.records import ListedTitle, ListFile, RejectedRow, Row
from catlog.interchange.values import UnusableRowError, Values, excerpt, identifier, imported_entry
from catlog.library.entries import Entry
from catlog.text import counted

FORMAT = "yamtrack"

_NEEDED = ("media_id", "media_type", "status")
_OLD = ("season_number", "episode_number")
_REPEATS = ("repeats", "repetitions")  # the second of older versions
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
_OWN = native.meanings(("title", *_FIELDS)) | {"media_id": "malId"} | dict.fromkeys(_REPEATS, "rewatchCount")


def matches(header: Sequence[str]) -> bool:
    """Say whether a CSV header is Yamtrack's. Before it had a column for it, all anime were MyAnimeList's."""
    return all(name in header for name in _NEEDED) and ("source" in header or all(name in header for name in _OLD))


def read(header: Sequence[str], lines: Sequence[Sequence[str]], name: str) -> ListFile:
    """Read the rows under a header of Yamtrack; a column beside its own for the same field is left out with a warning.

    Raises BadDataError when a column that is read stands there twice.
    """
    spreadsheet.refuse_duplicate_columns(header, (*_NEEDED, *_FIELDS, "source"), name)
    rows: list[Row] = []
    others = 0
    for position, cells in enumerate(lines, start=1):
        row = spreadsheet.row_under(header, cells)
        if row is None:
            reason = f"{len(cells)} cells under {len(header)} columns"
            rows.append(RejectedRow(position, reason, excerpt=excerpt(",".join(cells))))
        elif row.get("source", "mal").strip() != "mal" or row["media_type"].strip() != "anime":
            others += 1
        else:
            rows.append(_row(position, row))
    warnings = list(native.left_out(header, _OWN))
    if others:
        warnings.append(f"{counted(others, 'row that is', 'rows that are')} no anime of MyAnimeList left out")
    return ListFile(FORMAT, tuple(rows), tuple(warnings))


def _row(position: int, cells: Mapping[str, str]) -> Row:
    values = Values()
    title = values.title(cells.get("title"))
    mal_id = identifier(cells["media_id"])
    try:
        if mal_id is None:
            raise UnusableRowError(f"media_id {cells['media_id'].strip()[:40]!r} is no id")
        status, rewatching = values.status(cells.get("status"))
    except UnusableRowError as problem:
        return RejectedRow(position, str(problem), title, mal_id, excerpt(dict(cells)))
    rating, score100 = values.score("score", cells.get("score"), 10)
    repeats = next((name for name in _REPEATS if name in cells), "")
    told = {name: cell for name, cell in cells.items() if name not in _REPEATS or name == repeats}
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
    return imported_entry(position, ListedTitle(entry, title), values, provided=values.provided(told, _FIELDS))


def _iso(cell: str | None) -> str | None:
    """Return a date that has the month first, as Yamtrack's documentation writes it, in the order of ISO 8601."""
    found = _MONTH_FIRST.fullmatch(cell or "")
    return "{2}-{0}-{1}".format(*found.groups()) if found else cell
