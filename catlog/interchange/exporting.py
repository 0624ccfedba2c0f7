"""Export a list: all of it, by MAL id, in a format that another program or CatLog itself reads."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from catlog.db.session import Session
from catlog.db.tables import ActivityLog, ProcessedAnime, UserAnime, col
from catlog.interchange.formats import export_format
from catlog.interchange.records import ListedTitle, ListExport
from catlog.library.entries import Origin
from catlog.library.history import logged_changes
from catlog.library.steps import LogRow
from catlog.library.store import load_entries


def export_list(
    session: Session, user_id: int, username: str, format: str, *, history: bool = True, bom: bool = False
) -> Iterator[str]:
    """Yield the text of an export in parts; the same list gives the same text.

    `history` has an effect in formats that carry it, `bom` in CSV. Raises InvalidArgumentError for an unknown format.
    """
    to = export_format(format)
    rows = listed_titles(session, user_id)
    log = history_of(session, user_id) if history and to.history else ()
    export = ListExport(rows, username, log, _edited(session, user_id, rows), bom)
    parts: Iterator[str] = to.load().write(export)
    return parts


def export_losses(session: Session, user_id: int, format: str) -> tuple[str, ...]:
    """Return the values of the list that the format has no place for, as sentences with counts."""
    losses = getattr(export_format(format).load(), "losses", None)
    if losses is None:
        return ()
    rows = listed_titles(session, user_id)
    return tuple(losses(ListExport(rows, edited=_edited(session, user_id, rows))))


def listed_titles(session: Session, user_id: int) -> list[ListedTitle]:
    """Return a user's entries with the catalogue's facts of their anime, by MAL id."""
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
    """Return the log of a user, oldest event first."""
    return [
        LogRow(event.mal_id, event.action, event.before, event.after, event.at, event.origin)
        for event in reversed(logged_changes(session, user_id))
    ]


def _edited(session: Session, user_id: int, rows: list[ListedTitle]) -> frozenset[int]:
    """Return the MAL ids of entries whose last change was no import."""
    steps = select(col(ActivityLog.step)).where(
        col(ActivityLog.user_id) == user_id, col(ActivityLog.origin) != Origin.IMPORT.value
    )
    edits = set(session.connection().execute(steps).scalars())
    return frozenset(row.entry.mal_id for row in rows if row.entry.version in edits)
