"""Rows of imported files without an entry on the list: stored with a reason, and imported once their id is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import delete, insert, select

from catlog import clock
from catlog.accounts.sessions import SignedIn, require
from catlog.db.session import Session
from catlog.db.tables import ImportLeftovers, col
from catlog.interchange.merge import Decision, RowOutcome
from catlog.interchange.native_rows import read_native_row, row_of
from catlog.interchange.records import ForeignId, ImportedEntry, ListFile, RejectedRow, Row
from catlog.library.entries import FIELDS

KINDS = (RowOutcome.UNRESOLVED, RowOutcome.REJECTED)
"""The outcomes of rows that get no entry."""

ROWS_PER_FILE = 10_000
"""Largest number of rows stored per file."""

_PROVIDED, _EXTRA, _REMARKS = "told", "toldExtra", "remarks"


@dataclass(frozen=True, slots=True)
class UnmatchedRow:
    """One row without an entry: its file, the time of the import, and the reason."""

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
    """Replace the stored rows of a file (of `kinds`) by those of `decisions`; `excerpts` are texts by position."""
    mine = (
        col(ImportLeftovers.user_id) == user_id,
        col(ImportLeftovers.file) == file,
        col(ImportLeftovers.format) == format,
        col(ImportLeftovers.kind).in_([kind.value for kind in kinds]),
    )
    session.connection().execute(delete(ImportLeftovers).where(*mine))
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
            "entry": _stored(decision.row) if decision.row else None,
        }
        for decision in left
    ]
    if rows:
        session.connection().execute(insert(ImportLeftovers), rows)


def unmatched_rows(session: Session, user_id: int) -> tuple[UnmatchedRow, ...]:
    """Return the stored rows of a user, by file and row."""
    columns = (col(getattr(ImportLeftovers, name)) for name in UnmatchedRow.__dataclass_fields__)
    query = select(*columns).where(col(ImportLeftovers.user_id) == user_id).order_by(*_ORDER)
    return tuple(UnmatchedRow(*row) for row in session.connection().execute(query))


def delete_rows(session: Session, owner: SignedIn) -> None:
    """Delete the stored rows of a user. Raises NotAllowedError when the session has ended."""
    require(session, owner)
    session.connection().execute(delete(ImportLeftovers).where(col(ImportLeftovers.user_id) == owner.user_id))


def unresolved_files(session: Session, user_id: int) -> list[tuple[str, ListFile]]:
    """Return the rows without a known MAL id, as one file for each file name and format."""
    waiting = (col(ImportLeftovers.user_id) == user_id, col(ImportLeftovers.kind) == RowOutcome.UNRESOLVED.value)
    rows = session.connection().execute(select(ImportLeftovers).where(*waiting).order_by(*_ORDER)).all()
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


def _stored(row: ImportedEntry) -> dict[str, object]:
    """Return a row as JSON: all its values, and which of them the file provided."""
    provided = {_PROVIDED: sorted(row.provided), _EXTRA: sorted(row.provided_extra), _REMARKS: list(row.remarks)}
    return {**row_of(row.listed), **provided}


def _row(row: Any) -> Row:  # noqa: ANN401 - a row of `ImportLeftovers`
    foreign = tuple(ForeignId(service, theirs) for service, theirs in sorted(row.ids.items()))
    stored = row.entry or {}
    read = read_native_row(row.position, stored, foreign, by_title=not foreign)
    if isinstance(read, RejectedRow):
        return read
    extra = frozenset(stored.get(_EXTRA, read.entry.extra))
    if _PROVIDED not in stored:  # older versions stored provided values only, 0.1.0 without the keys in extra
        return replace(read, provided=read.provided - {"extra"}, provided_extra=extra)
    provided = frozenset(stored[_PROVIDED]) & FIELDS.keys()
    return replace(read, provided=provided, provided_extra=extra, remarks=tuple(stored[_REMARKS]))
