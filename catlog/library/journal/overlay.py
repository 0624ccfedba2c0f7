"""The list as it will be once the pending edits are made: pure functions, by the rules of the edits themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from catlog.errors import CatLogError
from catlog.library.edits import applied
from catlog.library.entries import FIELDS, Entry

if TYPE_CHECKING:
    from catlog.library.journal.file import PendingEdit
    from catlog.library.records import ListRow
    from catlog.zones import Zone

_SHOWN = tuple(name for name in FIELDS if name != "extra")


def entry_of(row: ListRow) -> Entry:
    """Return the entry that a row shows."""
    known = {name: getattr(row, name) for name in _SHOWN}
    return Entry(row.mal_id, **known, version=row.version, created_at=row.created_at, updated_at=row.updated_at)


def overlaid(rows: Mapping[int, ListRow], pending: Iterable[PendingEdit], zone: Zone) -> dict[int, ListRow | None]:
    """Return each row that pending edits change as it will be, None where it will be removed; `rows` are by MAL id.

    `zone` is that of the editor. An edit that is not possible changes nothing, and neither does one that is undone.
    """
    edits = list(pending)
    undone = {edit.undoes for edit in edits}
    entries: dict[int, Entry | None] = {}
    for edit in edits:
        for request in edit.requests:
            if (row := rows.get(request.mal_id)) is None:
                continue
            entries.setdefault(row.mal_id, entry_of(row))
            with suppress(CatLogError):
                if edit.request_id not in undone:
                    entries[row.mal_id] = applied(
                        request.edit, row.mal_id, entries[row.mal_id], row.episodes, zone.day_of(edit.at)
                    )
    return {mal_id: None if entry is None else _row(rows[mal_id], entry) for mal_id, entry in entries.items()}


def _row(row: ListRow, entry: Entry) -> ListRow:
    return row._replace(**{name: getattr(entry, name) for name in _SHOWN})
