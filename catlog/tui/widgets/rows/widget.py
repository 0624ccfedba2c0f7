"""`RowList`: a list of any number of records, for every screen that has one. What its owner calls is here."""

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
"""So many changed records are painted line by line; more, and the whole list is."""


class RowList(Navigation[R], Generic[R]):
    """A list with a cursor, filtered while somebody types, sorted, grouped, selected in, and changed in place.

    It knows records by their `identity`, looks for words in their `text`, and draws the columns' cells of the lines in
    sight, nothing else; a hundred thousand records open as quickly as ten. It reads no database and changes no record.
    """

    Highlighted = messages.Highlighted
    Chosen = messages.Chosen
    SelectionChanged = messages.SelectionChanged
    RepeatAsked = messages.RepeatAsked
    SortAsked = messages.SortAsked
    CountTyped = messages.CountTyped
    EndReached = messages.EndReached

    @property
    def record(self) -> R | None:
        """The record under the cursor."""
        return self.view.record

    @property
    def shown(self) -> int:
        """How many records are shown."""
        return len(self.view.hits)

    @property
    def total(self) -> int:
        """How many records there are."""
        return len(self.view.rows)

    @property
    def selected(self) -> list[R]:
        """The selected records in their order; those last that the filter hides."""
        return self.view.selected()

    @property
    def selected_keys(self) -> frozenset[Hashable]:
        """The identities of the selected records."""
        return frozenset(self.view.selection.keys)

    def load(self, rows: Iterable[R], *, more: bool = False) -> None:
        """Show these records instead; cursor and selection stay with those that are still among them.

        `more` says that there are others: `EndReached` is then posted when the last of these is in sight.
        """
        self._more, self._told_end = more, -1
        self._changing(lambda: self.view.load(rows))

    def append(self, rows: Iterable[R], *, more: bool = False) -> None:
        """Add records; `more` as in `load`. What was drawn stays drawn."""
        self._more = more
        self._changing(lambda: self.view.append(rows), redraw=False)

    def update(self, *records: R) -> int:
        """Put changed records in the places of their old selves, and return how many were there.

        They stay where they are, even where the filter, the scope or the order would now say otherwise: nothing jumps
        away under the cursor. `rearrange` applies them again, and so does the next filter.
        """
        indices = [index for record in records if (index := self.view.replace(record)) is not None]
        for index in indices:
            self._painter.forget(index)
        if len(indices) > _IN_PLACE:
            self._repaint_all()
        else:
            for record in records if indices else ():
                position = self.view.position_of(self.view.identity(record))
                if position is not None:
                    self._repaint(position, position)
        return len(indices)

    def drop(self, *keys: Hashable) -> None:
        """Take records out."""
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
        """Show the records in another order, only those in `scope`, with a thin rule where a `group` begins.

        `order` returns the records it is given, ordered (None: as they were loaded); groups are those that it brings
        together. `arrow` is the column whose heading shows that the list is sorted by it.
        """
        self._arrow = (arrow, descending)
        self._changing(lambda: self.view.arrange(order, scope, group), redraw=False)

    def rearrange(self) -> None:
        """Apply order, scope, groups and filter again to what the records are now."""
        self._changing(self.view.rearrange, redraw=False)

    def narrow(self, wanted: Filter[R] | str) -> None:
        """Show only what meets a filter, or has these words in it; an empty one shows everything in scope."""
        reading = words(wanted) if isinstance(wanted, str) else wanted
        self._changing(lambda: self.view.narrow(reading), redraw=False)

    def prepare_filter(self) -> None:
        """Get ready to be filtered, between other work: call it when somebody is about to type."""
        if not self.view.haystacks.prepare(self.view.rows):
            self.call_later(self.prepare_filter)

    def go_to(self, key: Hashable) -> bool:
        """Put the cursor on a record; return whether it is shown."""
        position = self.view.position_of(key)
        if position is not None:
            self.move_to(position)
        return position is not None

    def redraw(self, columns: Sequence[RowColumn[R]] | None = None, glyphs: Glyphs | None = None) -> None:
        """Draw all lines anew: with other columns, with other signs, or because time has passed."""
        self._painter.rebuild(columns or self._painter.columns, glyphs or self._painter.glyphs)
        self._repaint_all()

    def _changing(self, change: Callable[[], None], *, redraw: bool = True) -> None:
        was, selected = self.view.record, len(self.view.selection.keys)
        change()
        if redraw:
            self._painter.forget()
        self._recount()
        self._follow()
        self._repaint_all()
        self._told(was)
        if len(self.view.selection.keys) != selected:
            self.post_message(messages.SelectionChanged(self, len(self.view.selection.keys)))
