"""Yamtrack: its CSV, of which the rows count that name an anime of MyAnimeList."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from catlog.interchange import spreadsheet
from catlog.interchange.records import ListedTitle, ListFile, RejectedRow, Row
from catlog.interchange.values import UnusableRowError, Values, excerpt, identifier, imported, instant
from catlog.library.entries import Entry
from catlog.text import counted

FORMAT = "yamtrack"

_NEEDED = ("media_id", "source", "media_type")
_COUNTS = ("repeats", "repetitions")  # of older versions
_TOLD = {
    "status": ("status", "rewatching"),
    "score": ("rating", "score100"),
    "notes": ("notes",),
    "progress": ("episodes_watched",),
    "start_date": ("start_date",),
    "end_date": ("finish_date",),
    "repeats": ("rewatch_count",),
    "repetitions": ("rewatch_count",),
}


def matches(header: Sequence[str]) -> bool:
    """Say whether a CSV header is Yamtrack's."""
    return all(name in header for name in _NEEDED)


def read(header: Sequence[str], lines: Sequence[Sequence[str]]) -> ListFile:
    """Read the rows under a header of Yamtrack."""
    told = frozenset(field for name in header for field in _TOLD.get(name, ()))
    rows: list[Row] = []
    others = 0
    for position, cells in enumerate(lines, start=1):
        row = spreadsheet.under(header, cells)
        if row is None:
            reason = f"{len(cells)} cells under {len(header)} columns"
            rows.append(RejectedRow(position, reason, excerpt=excerpt(",".join(cells))))
        elif row["source"].strip() != "mal" or row["media_type"].strip() != "anime":
            others += 1
        else:
            rows.append(_row(position, row, told))
    return ListFile(
        FORMAT,
        tuple(rows),
        (f"{counted(others, 'row that is', 'rows that are')} no anime of MyAnimeList left out",) if others else (),
    )


def _row(position: int, cells: Mapping[str, str], told: frozenset[str]) -> Row:
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
    entry = Entry(
        mal_id,
        status,
        rating,
        score100,
        notes=values.notes(cells.get("notes")),
        episodes_watched=values.count("progress", cells.get("progress")),
        start_date=values.day("start_date", cells.get("start_date")),
        finish_date=values.day("end_date", cells.get("end_date")),
        rewatching=rewatching,
        rewatch_count=next((values.count(name, cells[name]) for name in _COUNTS if name in cells), 0),
        created_at=instant(cells.get("created_at")),
        updated_at=instant(cells.get("progressed_at")) or instant(cells.get("created_at")),
    )
    return imported(position, ListedTitle(entry, title), values, told=told)
