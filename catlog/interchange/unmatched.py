"""Rows of imported files that are not on the list: kept with their reasons, listed, and taken when an id is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from sqlalchemy import delete, insert, select
from sqlmodel import Session, col

from catlog import clock
from catlog.accounts.sessions import SignedIn, require
from catlog.db.models import ImportLeftovers
from catlog.interchange import native
from catlog.interchange.merge import Decision, RowOutcome
from catlog.interchange.records import ForeignId, ImportedEntry, ListFile, RejectedRow, Row
from catlog.library.entries import FIELDS

KINDS = (RowOutcome.UNRESOLVED, RowOutcome.REJECTED)
"""What can become of a row that is not taken."""

ROWS_PER_FILE = 10_000
"""Rows kept of one file."""

_TOLD, _TOLD_EXTRA, _REMARKS = "told", "toldExtra", "remarks"


@dataclass(frozen=True, slots=True)
class UnmatchedRow:
    """One row that is not on the list: of which file, since when, and why."""

    imported_at: datetime
    file: str
    format: str
    position: int
    kind: str
    mal_id: int | None
    title: str
    reason: str
    excerpt: str


def store_rows(
    session: Session,
    user_id: int,
    file: str,
    format: str,
    decisions: Iterable[Decision],
    excerpts: dict[int, str],
    kinds: Sequence[RowOutcome] = KINDS,
) -> None:
    """Make the leftovers of a file (of `kinds`) those of `decisions`; `excerpts` are the rows' texts by position."""
    mine = (
        col(ImportLeftovers.user_id) == user_id,
        col(ImportLeftovers.file) == file,
        col(ImportLeftovers.format) == format,
        col(ImportLeftovers.kind).in_([kind.value for kind in kinds]),
    )
    session.execute(delete(ImportLeftovers).where(*mine))
    left = [decision for decision in decisions if decision.outcome in kinds][:ROWS_PER_FILE]
    now = clock.now()
    rows = [
        {
            "user_id": user_id,
            "imported_at": now,
            "file": file,
            "format": format,
            "position": decision.position,
            "kind": decision.outcome.value,
            "mal_id": decision.mal_id,
            "title": decision.title,
            "reason": decision.reason,
            "excerpt": excerpts.get(decision.position, ""),
            "ids": {theirs.service: theirs.id for theirs in decision.row.foreign} if decision.row else {},
            "entry": _kept(decision.row) if decision.row else None,
        }
        for decision in left
    ]
    if rows:
        session.execute(insert(ImportLeftovers), rows)


def unmatched_rows(session: Session, user_id: int) -> tuple[UnmatchedRow, ...]:
    """Return what the imports of a user left, by file and row."""
    columns = (col(getattr(ImportLeftovers, name)) for name in UnmatchedRow.__dataclass_fields__)
    query = select(*columns).where(col(ImportLeftovers.user_id) == user_id).order_by(*_ORDER)
    return tuple(UnmatchedRow(*row) for row in session.connection().execute(query))


def delete_rows(session: Session, owner: SignedIn) -> None:
    """Delete what the imports of a user left. Raises NotAllowedError when the session has ended."""
    require(session, owner)
    session.execute(delete(ImportLeftovers).where(col(ImportLeftovers.user_id) == owner.user_id))


def unresolved_files(session: Session, user_id: int) -> list[tuple[str, ListFile]]:
    """Return the rows that wait for an id, as files that hold nothing else, with their names."""
    waiting = (col(ImportLeftovers.user_id) == user_id, col(ImportLeftovers.kind) == RowOutcome.UNRESOLVED.value)
    rows = session.execute(select(ImportLeftovers).where(*waiting).order_by(*_ORDER)).scalars().all()
    return [
        (file, ListFile(format, tuple(_row(row) for row in group)))
        for (file, format), group in groupby(rows, key=lambda row: (row.file, row.format))
    ]


_ORDER = (
    col(ImportLeftovers.file),
    col(ImportLeftovers.format),
    col(ImportLeftovers.position),
    col(ImportLeftovers.id),
)


def _kept(row: ImportedEntry) -> dict[str, object]:
    """Return a row as it was read: its values, also those that it tells of a new title alone, and what it tells."""
    telling = {_TOLD: sorted(row.provided), _TOLD_EXTRA: sorted(row.provided_extra), _REMARKS: list(row.remarks)}
    return {**native.row_of(row.listed), **telling}


def _row(row: ImportLeftovers) -> Row:
    foreign = tuple(ForeignId(service, theirs) for service, theirs in sorted(row.ids.items()))
    kept = row.entry or {}
    read = native.read_row(row.position, kept, foreign, by_title=not foreign)
    if isinstance(read, RejectedRow):
        return read
    extras = frozenset(kept.get(_TOLD_EXTRA, read.entry.extra))
    if _TOLD not in kept:  # an older version wrote what was told alone, 0.1.0 not even the names in extra
        return replace(read, provided=read.provided - {"extra"}, provided_extra=extras)
    return replace(
        read, provided=frozenset(kept[_TOLD]) & FIELDS.keys(), provided_extra=extras, remarks=tuple(kept[_REMARKS])
    )
