"""From the raw rows of a file to entries: rejected rows, excerpts, and corrections of contradictory values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from catlog.interchange.records import REWATCH_MARK, ForeignId, ImportedEntry, ListedTitle, ListFile, RejectedRow, Row
from catlog.interchange.values import UnusableRowError, Values
from catlog.library.entries import Entry, Status
from catlog.library.status import nearest_legal
from catlog.text import clean, counted

Raw = TypeVar("Raw")

_EXCERPT = 200


def excerpt(raw: object) -> str:
    """Return the beginning of a raw row, for the list of rejects."""
    return clean(str(raw)[: 2 * _EXCERPT], limit=_EXCERPT)


def read_row(position: int, raw: Raw, read: Callable[[int, Raw, Values], ImportedEntry]) -> Row:
    """Return the entry that `read` makes of a raw row, or the row as rejected when that raises UnusableRowError."""
    values = Values()
    try:
        return read(position, raw, values)
    except UnusableRowError as problem:
        return RejectedRow(position, clean(str(problem)), *values.named, excerpt(raw))


def read_rows(raws: Iterable[Raw], read: Callable[[int, Raw, Values], ImportedEntry]) -> tuple[Row, ...]:
    """Return all rows, as `read_row` does, with positions from 1."""
    return tuple(read_row(position, raw, read) for position, raw in enumerate(raws, start=1))


def anime_only(format: str, rows: tuple[Row, ...], manga: int, warnings: Iterable[str] = ()) -> ListFile:
    """Return the file of these rows, with a warning that counts the manga that were left out."""
    left_out = (f"{manga} manga left out: CatLog lists anime only",) if manga else ()
    return ListFile(format, rows, (*warnings, *left_out))


def imported_entry(
    position: int,
    listed: ListedTitle,
    values: Values,
    *,
    provided: frozenset[str],
    provided_extra: Iterable[str] = (),
    foreign: tuple[ForeignId, ...] = (),
    by_title: bool = False,
) -> ImportedEntry:
    """Return a row with a valid entry, and remarks on corrections and contradictions.

    Where the watched episodes contradict the file's own total, both stay: totals lag behind. A rewatch that is not
    Completed becomes a mark in `extra`, which exports write again.
    """
    entry, total = _start_by_finish(listed.entry, values), listed.episodes
    valid = nearest_legal(entry, None)
    remarks, extras = list(values.remarks), set(provided_extra)
    if "rewatching" in provided:
        extras.add(REWATCH_MARK)
    if valid.rewatching != entry.rewatching:
        remarks.append(f"a rewatch that is {entry.status.words}: stored for exports, not counted here")
        valid = replace(valid, extra={**valid.extra, REWATCH_MARK: "1"})
    elif valid.status is not entry.status:
        remarks.append(f"{entry.status.words} in a rewatch is taken as Completed")
    if total and valid.episodes_watched > total:
        remarks.append(f"{counted(valid.episodes_watched, 'episode')} of {total}, as in the file")
    elif (
        total
        and "episodes_watched" in provided
        and valid.status is Status.COMPLETED
        and not valid.rewatching
        and valid.episodes_watched < total
    ):
        remarks.append(f"Completed with {valid.episodes_watched} of {total} episodes, as in the file")
    row = ListedTitle(valid, listed.title, listed.type, total)
    return ImportedEntry(position, row, foreign, provided, frozenset(extras), tuple(remarks), by_title)


def _start_by_finish(entry: Entry, values: Values) -> Entry:
    """Return an entry whose start, if written as a midnight after its finish, is read as an instant."""
    start, finish = entry.start_date, entry.finish_date
    if start and finish and finish.latest < start.earliest:
        return replace(entry, start_date=values.as_instants.get(start, start))
    return entry
