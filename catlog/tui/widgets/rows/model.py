"""What a list shows, without a screen: the records, those that meet the filter in order, the cursor, the selection."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Generic, TypeAlias

from catlog.tui.widgets.rows.columns import R
from catlog.tui.widgets.rows.filtering import Filter, Haystacks, Steps
from catlog.tui.widgets.rows.lines import Lines, headings
from catlog.tui.widgets.rows.selection import Selection

Order: TypeAlias = Callable[[Sequence[R]], Iterable[R]]
"""Returns the same records in order; no record twice."""


class RowModel(Generic[R]):
    """The records and what is shown of them. `hits` are indices into `rows`, positions count the hits.

    `identity` tells records apart, also when they have changed; `text` is what is looked for in them.
    """

    def __init__(self, identity: Callable[[R], Hashable], text: Callable[[R], str]) -> None:
        self.identity = identity
        self.rows: list[R] = []
        self.lines = Lines(0)
        self.cursor = -1
        self.selection = Selection()
        self.haystacks = Haystacks(text)
        self._steps: Steps[R] = Steps()
        self._order: Order[R] | None = None
        self._scope: Callable[[R], bool] | None = None
        self._group: Callable[[R], str] | None = None
        self._wanted: Hashable | None = None
        self._index: dict[Hashable, int] | None = None
        self._stale = False

    @property
    def hits(self) -> Sequence[int]:
        """The rows shown, as indices, in order."""
        return self._steps.hits

    @property
    def filter(self) -> Filter[R]:
        """The filter that holds."""
        return self._steps.filter

    @property
    def record(self) -> R | None:
        """The record under the cursor."""
        return self.rows[self.hits[self.cursor]] if self.cursor >= 0 else None

    def at(self, position: int) -> R:
        """Return the record at a position."""
        return self.rows[self.hits[position]]

    def between(self, first: int, last: int) -> Iterator[Hashable]:
        """Yield the identities from one position to another, both included; none where the last comes first."""
        return (self.identity(self.rows[index]) for index in self.hits[first : last + 1])

    def selected(self) -> list[R]:
        """Return the selected records in their order, those last that the filter hides."""
        keys, identity = self.selection.keys, self.identity
        if not keys:
            return []
        shown = [row for row in map(self.rows.__getitem__, self.hits) if identity(row) in keys]
        if len(shown) == len(keys):
            return shown
        seen = {identity(row) for row in shown}
        return shown + [row for row in self.rows if (key := identity(row)) in keys and key not in seen]

    def load(self, rows: Iterable[R]) -> None:
        """Show other records; cursor and selection stay with those that are still among them."""
        self.rows = list(rows)
        self.haystacks.clear()
        self._reload()

    def append(self, rows: Iterable[R]) -> None:
        """Add records at the end, or where the order wants them."""
        self.rows.extend(rows)
        self._index = None
        self.rearrange()

    def replace(self, record: R) -> int | None:
        """Put a changed record in the place of its old self, where it stays until `rearrange`; return its index."""
        index = self.index_of(self.identity(record))
        if index is not None:
            self.rows[index] = record
            self.haystacks.put(index, record)
            self._stale = True
        return index

    def remove(self, keys: Iterable[Hashable]) -> None:
        """Take records out; the cursor stays where it is."""
        gone = set(keys)
        kept = [index for index, row in enumerate(self.rows) if self.identity(row) not in gone]
        self.haystacks.keep(kept)
        self.rows = [self.rows[index] for index in kept]
        self._reload()

    def arrange(
        self,
        order: Order[R] | None,
        scope: Callable[[R], bool] | None = None,
        group: Callable[[R], str] | None = None,
    ) -> None:
        """Show the records in an order, of these the ones in scope, with a heading where a group begins."""
        self._order, self._scope, self._group = order, scope, group
        self.rearrange()

    def rearrange(self) -> None:
        """Apply order, scope, grouping and filter to the records as they are now."""
        place, self._stale = self.cursor, False
        indices = self._ordered()
        if self._scope is not None:
            indices = [index for index in indices if self._scope(self.rows[index])]
        self._steps.restart(indices, self.rows, self.haystacks)
        self._settle(place)

    def narrow(self, wanted: Filter[R]) -> None:
        """Filter; the cursor stays on its record, goes to the first hit where that is hidden, and returns with it."""
        if self._stale:
            self.rearrange()
        self._steps.take(wanted, self.rows, self.haystacks)
        self._settle(0)

    def move(self, position: int, *, stretch: bool = False) -> None:
        """Put the cursor somewhere; a range that is growing, or that `stretch` starts, follows it."""
        if not self.hits:
            return
        before, self.cursor = self.cursor, min(max(position, 0), len(self.hits) - 1)
        self._wanted = self.identity(self.at(self.cursor))
        selection = self.selection
        if stretch and selection.anchor is None:
            selection.begin(before, sticky=False)
        elif not stretch and not selection.sticky:
            selection.end()
        selection.stretch(before, self.cursor, self.between)

    def position_of(self, key: Hashable) -> int | None:
        """Return where a record is shown."""
        index = self.index_of(key)
        if index is None:
            return None
        try:
            return self.hits.index(index)
        except ValueError:
            return None

    def index_of(self, key: Hashable) -> int | None:
        """Return the index of a record in `rows`."""
        if self._index is None:
            self._index = dict(zip(map(self.identity, self.rows), range(len(self.rows)), strict=True))
        return self._index.get(key)

    def _reload(self) -> None:
        self._index = None
        if self.selection.keys:
            self.selection.keys &= set(map(self.identity, self.rows))
        self.rearrange()

    def _ordered(self) -> Sequence[int]:
        if self._order is None:
            return range(len(self.rows))
        # By the objects themselves: whoever orders records gets records, and need not know of indices.
        index_of = dict(zip(map(id, self.rows), range(len(self.rows)), strict=True))
        return [index_of[id(row)] for row in self._order(self.rows)]

    def _settle(self, otherwise: int) -> None:
        """Count the lines again, and put the cursor on the record that was wanted last or, failing that, elsewhere."""
        self.selection.end()
        groups = headings(map(self._group, map(self.rows.__getitem__, self.hits))) if self._group else ()
        self.lines = Lines(len(self.hits), groups)
        found = self.position_of(self._wanted) if self._wanted is not None else None
        self.cursor = found if found is not None else min(max(otherwise, 0), len(self.hits) - 1)
