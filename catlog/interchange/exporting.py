"""Exporting a list: all of it, by MAL id, in a form that another program or CatLog itself reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal, get_args

from sqlalchemy import select
from sqlmodel import Session, col

from catlog.db.models import ActivityLog, ProcessedAnime, UserAnime
from catlog.interchange import mal_xml, native, spreadsheet
from catlog.interchange.records import UPDATE_MARK, ListedTitle
from catlog.library.entries import Origin
from catlog.library.history import logged_changes
from catlog.library.steps import LogRow
from catlog.library.store import load_entries

ExportFormat = Literal["mal-xml", "json", "jsonl", "csv"]

EXPORTS: tuple[ExportFormat, ...] = get_args(ExportFormat)
"""The formats that can be written."""


def export_list(
    session: Session, user_id: int, username: str, format: ExportFormat, *, history: bool = True, bom: bool = False
) -> Iterator[str]:
    """Yield the text of an export in parts. `history` counts for the JSON forms, `bom` for CSV.

    The same list gives the same text.
    """
    rows = listed_titles(session, user_id)
    if format == "mal-xml":
        return mal_xml.write(_updating(session, user_id, rows), username)
    if format == "csv":
        return _with_bom(native.write_csv(rows)) if bom else native.write_csv(rows)
    events = history_of(session, user_id) if history else []
    return native.write_json(rows, events) if format == "json" else native.write_lines(rows, events)


def export_losses(session: Session, user_id: int, format: ExportFormat) -> tuple[str, ...]:
    """Return what an export in this format has no place for, as sentences with counts."""
    if format != "mal-xml":
        return ()
    return tuple(mal_xml.losses(_updating(session, user_id, listed_titles(session, user_id))))


def _updating(session: Session, user_id: int, rows: Sequence[ListedTitle]) -> list[ListedTitle]:
    """Let MyAnimeList take over what was changed here: update_on_import 0 is only for what is as it was imported."""
    steps = select(col(ActivityLog.step)).where(
        col(ActivityLog.user_id) == user_id, col(ActivityLog.origin) != Origin.IMPORT.value
    )
    edited = set(session.connection().execute(steps).scalars())
    return [_to_update(row) if row.entry.version in edited else row for row in rows]


def _to_update(row: ListedTitle) -> ListedTitle:
    extra = {name: text for name, text in row.entry.extra.items() if name != UPDATE_MARK}
    return replace(row, entry=replace(row.entry, extra=extra))


def listed_titles(session: Session, user_id: int) -> list[ListedTitle]:
    """Return a user's entries with what the catalogue knows of their anime, by MAL id."""
    anime = ProcessedAnime
    query = (
        select(col(anime.mal_id), col(anime.title), col(anime.type), col(anime.episodes))
        .join(UserAnime, col(UserAnime.mal_id) == col(anime.mal_id))
        .where(col(UserAnime.user_id) == user_id)
    )
    facts = {row[0]: row[1:] for row in session.connection().execute(query)}
    entries = load_entries(session, user_id)
    return [ListedTitle(entry, *facts[mal_id]) for mal_id, entry in sorted(entries.items())]


def history_of(session: Session, user_id: int) -> list[LogRow]:
    """Return the log of a user, oldest first."""
    return [
        LogRow(one.mal_id, one.action, one.before, one.after, one.at, one.origin)
        for one in reversed(logged_changes(session, user_id))
    ]


def _with_bom(parts: Iterator[str]) -> Iterator[str]:
    yield spreadsheet.BOM
    yield from parts
