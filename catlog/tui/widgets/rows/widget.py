"""`RowList`, the public class of the component."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Generic

from catlog.tui.glyphs import Glyphs
from catlog.tui.widgets.rows import messages
from catlog.tui.widgets.rows.columns import R, RowColumn
from catlog.tui.widgets.rows.filtering import Filter, words
from catlog.tui.widgets.rows.model import Order
from catlog.tui.widgets.rows.navigation import Navigation

_IN_PLACE = 50
"""Up to this many changed records are repainted line by line; beyond, the whole list is."""


class RowList(Navigation[R], Generic[R]):
    """A list with a cursor, an incremental filter, an order, groups and a selection.

    Only the lines in sight are drawn: a hundred thousand records open as quickly as ten. The list reads no database and
    changes no record.
    """

    Highlighted = messages.Highlighted
    Chosen = messages.Chosen
    SelectionChanged = messages.SelectionChanged
    RepeatRequested = messages.RepeatRequested
    SortRequested = messages.SortRequested
    CountTyped = messages.CountTyped
    EndReached = messages.EndReached

    @property
    def record(self) -> R | None:
        """The record under the cursor."""
        return self.view.record

    @property
    def shown(self) -> int:
        """The number of records shown."""
        return len(self.view.hits)

    @property
    def total(self) -> int:
        """The number of all records."""
        return len(self.view.rows)

    @property
    def selected(self) -> list[R]:
        """The selected records in the order shown, then those that the filter hides."""
        return self.view.selected()

    @property
    def selected_keys(self) -> frozenset[Hashable]:
        """The identities of the selected records."""
        return frozenset(self.view.selection.keys)

    def load(self, rows: Iterable[R], *, more: bool = False) -> None:
        """Replace all records; the cursor and the selection stay on records that are still there.

        `more` records exist elsewhere: `EndReached` is posted when the last of these is in sight.
        """
        self._more, self._end_posted_at = more, -1
        self._changing(lambda: self.view.load(rows))

    def append(self, rows: Iterable[R], *, more: bool = False) -> None:
        """Add records; `more` as in `load`. Drawn lines stay drawn."""
        self._more = more
        self._changing(lambda: self.view.append(rows), redraw=False)

    def update(self, *records: R) -> int:
        """Replace records by changed ones with the same identity, and return how many were there.

        They stay in place, even where filter, scope or order would now move them: nothing jumps away under the cursor.
        `rearrange` and the next filter apply all three again.
        """
        indices = [index for record in records if (index := self.view.replace(record)) is not None]
        for index in indices:
            self._renderer.invalidate(index)
        if len(indices) > _IN_PLACE:
            self._repaint_all()
        else:
            for record in records if indices else ():
                position = self.view.position_of(self.view.identity(record))
                if position is not None:
                    self._repaint_records(position, position)
        return len(indices)

    def drop(self, *keys: Hashable) -> None:
        """Remove the records with these identities."""
        self._changing(lambda: self.view.remove(keys))

    def present(
        self,
        order: Order[R] | None = None,
        *,
        scope: Callable[[R], bool] | None = None,
        group: Callable[[R], str] | None = None,
        arrow: str = "",
        descending: bool = False,
    ) -> None:
        """Set the order, the scope, and the groups, each of which begins with a thin rule.

        `order` returns its records ordered (None: as loaded), those of a group together. Only records in `scope` are
        shown. `arrow` is the key of the column whose heading shows the direction.
        """
        self._arrow = (arrow, descending)
        self._changing(lambda: self.view.arrange(order, scope, group), redraw=False)

    def show_arrow(self, column: str, *, descending: bool) -> None:
        """Show the direction of the order in the heading of a column, or in none."""
        if self._arrow != (column, descending):
            self._arrow = (column, descending)
            self._repaint_all()

    def rearrange(self) -> None:
        """Apply order, scope, groups and filter again."""
        self._changing(self.view.rearrange, redraw=False)

    def narrow(self, wanted: Filter[R] | str) -> None:
        """Set the filter; a text means all of its words. An empty one shows everything in scope."""
        reading = words(wanted) if isinstance(wanted, str) else wanted
        self._changing(lambda: self.view.narrow(reading), redraw=False)

    def prepare_filter(self) -> None:
        """Fold the texts in idle time; call it before the user types."""
        if not self.view.haystacks.prepare(self.view.rows):
            self.call_later(self.prepare_filter)

    def go_to(self, key: Hashable) -> bool:
        """Move the cursor to a record; return whether it is shown."""
        position = self.view.position_of(key)
        if position is not None:
            self.move_to(position)
        return position is not None

    def redraw(self, columns: Sequence[RowColumn[R]] | None = None, glyphs: Glyphs | None = None) -> None:
        """Draw all lines again, with other columns or signs, or because time has passed."""
        self._renderer.rebuild(columns or self._renderer.columns, glyphs or self._renderer.glyphs)
        self._repaint_all()

    def _changing(self, change: Callable[[], None], *, redraw: bool = True) -> None:
        was, selected = self.view.record, len(self.view.selection.keys)
        change()
        if redraw:
            self._renderer.invalidate()
        self._update_height()
        self._scroll_to_cursor()
        self._repaint_all()
        self._post_moved(was)
        if len(self.view.selection.keys) != selected:
            self.post_message(messages.SelectionChanged(self, len(self.view.selection.keys)))
