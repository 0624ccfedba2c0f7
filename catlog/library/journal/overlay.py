"""What a list will be once the edits that wait are made: pure, by the very rules that make them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from catlog.errors import CatLogError
from catlog.library.edits import applied
from catlog.library.entries import FIELDS, Entry

if TYPE_CHECKING:
    from catlog.library.journal.file import PendingEdit
    from catlog.library.listing import ListRow
    from catlog.zones import Zone

_SHOWN = tuple(name for name in FIELDS if name != "extra")


def entry_of(row: ListRow) -> Entry:
    """Return the entry that a row shows."""
    known = {name: getattr(row, name) for name in _SHOWN}
    return Entry(row.mal_id, **known, version=row.version, created_at=row.created_at, updated_at=row.updated_at)


def overlaid(rows: Mapping[int, ListRow], waiting: Iterable[PendingEdit], zone: Zone) -> dict[int, ListRow | None]:
    """Return each row that wishes are about as it will be, None where it will be gone; `rows` are by MAL id.

    `zone` is that of whoever made the wishes. A wish that cannot come true changes nothing, and neither does one that
    is to be taken back.
    """
    wishes = list(waiting)
    undone = {kept.undoes for kept in wishes}
    left: dict[int, Entry | None] = {}
    for kept in wishes:
        for mal_id, edit in ((asked.mal_id, asked.edit) for asked in kept.asked if asked.mal_id in rows):
            row = rows[mal_id]
            left.setdefault(mal_id, entry_of(row))
            with suppress(CatLogError):
                if kept.request not in undone:
                    left[mal_id] = applied(edit, mal_id, left[mal_id], row.episodes, zone.day_of(kept.at))
    return {mal_id: None if entry is None else _row(rows[mal_id], entry) for mal_id, entry in left.items()}


def _row(row: ListRow, entry: Entry) -> ListRow:
    return row._replace(**{name: getattr(entry, name) for name in _SHOWN})
