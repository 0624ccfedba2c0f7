"""Pending edits, shown on the list as if they were made, with a sign that they are pending."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catlog.library.journal.file import PendingEdit
    from catlog.library.records import ListRow
    from catlog.tui.screens.list.columns import ListColumns
    from catlog.tui.widgets.rows import RowList
    from catlog.zones import Zone


class PendingRows:
    """Rows with pending edits: `_bases` has them as the database does, the list as they will be."""

    def __init__(self, rows: RowList[ListRow], columns: ListColumns) -> None:
        self._rows = rows
        self._columns = columns
        self._bases: dict[int, ListRow] = {}

    def read(self, rows: Iterable[ListRow], ids: frozenset[int], pending: Sequence[PendingEdit], zone: Zone) -> None:
        """Update the bases from rows just read and the ids on the list; rows without pending edits are restored."""
        if self._bases:
            fresh = {row.mal_id: row for row in rows if row.mal_id in self._bases}
            self._bases = {mal_id: fresh.get(mal_id, row) for mal_id, row in self._bases.items() if mal_id in ids}
        titles = _titles(pending)
        over = [self._bases.pop(mal_id) for mal_id in list(self._bases) if mal_id not in titles]
        self._columns.waiting = titles
        self._put(over)
        self.show(pending, zone)

    def show(self, pending: Sequence[PendingEdit], zone: Zone) -> None:
        """Show rows with pending edits as they will be; `zone` is the zone of the user."""
        self._columns.waiting = _titles(pending)
        self._columns.forget()
        if not pending:
            return
        from catlog.library.journal.overlay import overlaid

        view = self._rows.view
        for mal_id in self._columns.waiting - self._bases.keys():
            if (index := view.index_of(mal_id)) is not None:
                self._bases[mal_id] = view.rows[index]
        foreseen = overlaid(self._bases, pending, zone)
        if gone := [mal_id for mal_id, row in foreseen.items() if row is None and view.index_of(mal_id) is not None]:
            self._rows.drop(*gone)
        self._put([row for row in foreseen.values() if row is not None])

    def _put(self, rows: Sequence[ListRow]) -> None:
        """Update rows in place; append those that are missing."""
        self._rows.update(*rows)
        if missing := [row for row in rows if self._rows.view.index_of(row.mal_id) is None]:
            self._rows.append(missing)


def _titles(pending: Sequence[PendingEdit]) -> frozenset[int]:
    return frozenset(request.mal_id for edit in pending for request in edit.requests)
