"""The state of a list without a screen: records, order, filter, groups, cursor and selection."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Generic, TypeAlias

from catlog.tui.widgets.rows.columns import R
from catlog.tui.widgets.rows.filtering import Filter, FilterSteps, Haystacks

Order: TypeAlias = Callable[[Sequence[R]], Iterable[R]]
"""Returns the same records in order; no record twice."""

KeysBetween: TypeAlias = Callable[[int, int], Iterable[Hashable]]
"""Returns the identities of the records from one position to another, both included."""


class RowModel(Generic[R]):
    """The records and which of them are shown. `hits` are indices into `rows`; positions count the hits.

    `identity` returns the key of a record, which stays when the record changes; `text` returns its searchable text.
    """

    def __init__(self, identity: Callable[[R], Hashable], text: Callable[[R], str]) -> None:
        self.identity = identity
        self.rows: list[R] = []
        self.lines = Lines(0)
        self.cursor = -1
        self.selection = Selection()
        self.haystacks = Haystacks(text)
        self._steps: FilterSteps[R] = FilterSteps()
        self._order: Order[R] | None = None
        self._scope: Callable[[R], bool] | None = None
        self._group: Callable[[R], str] | None = None
        self._cursor_key: Hashable | None = None
        self._index: dict[Hashable, int] | None = None
        self._stale = False

    @property
    def hits(self) -> Sequence[int]:
        """The indices of the rows shown, in order."""
        return self._steps.hits

    @property
    def filter(self) -> Filter[R]:
        """The current filter."""
        return self._steps.filter

    @property
    def record(self) -> R | None:
        """The record under the cursor."""
        return self.rows[self.hits[self.cursor]] if self.cursor >= 0 else None

    def at(self, position: int) -> R:
        """Return the record at a position."""
        return self.rows[self.hits[position]]

    def text_of(self, record: R) -> str:
        """Return the folded text of a record that is there."""
        return self.haystacks.of(self.rows)[self._indices[self.identity(record)]]

    def between(self, first: int, last: int) -> Iterator[Hashable]:
        """Yield the identities from one position to another, both included; none where the last comes first."""
        return (self.identity(self.rows[index]) for index in self.hits[first : last + 1])

    def selected(self) -> list[R]:
        """Return the selected records in the order shown, then those that the filter hides."""
        keys, identity = self.selection.keys, self.identity
        if not keys:
            return []
        shown = [row for row in map(self.rows.__getitem__, self.hits) if identity(row) in keys]
        if len(shown) == len(keys):
            return shown
        seen = {identity(row) for row in shown}
        return shown + [row for row in self.rows if (key := identity(row)) in keys and key not in seen]

    def load(self, rows: Iterable[R]) -> None:
        """Replace all records; the cursor and the selection stay on records that are still there."""
        self.rows = list(rows)
        self.haystacks.clear()
        self._reload()

    def append(self, rows: Iterable[R]) -> None:
        """Add records at the end, or where the order puts them."""
        self.rows.extend(rows)
        self._index = None
        self.rearrange()

    def replace(self, record: R) -> int | None:
        """Replace a record by a changed one with the same identity, in place until `rearrange`; return its index."""
        index = self.index_of(self.identity(record))
        if index is not None:
            self.rows[index] = record
            self.haystacks.put(index, record)
            self._stale = True
        return index

    def remove(self, keys: Iterable[Hashable]) -> None:
        """Remove records; the cursor keeps its position."""
        gone = set(keys)
        remaining = [index for index, row in enumerate(self.rows) if self.identity(row) not in gone]
        self.haystacks.retain(remaining)
        self.rows = [self.rows[index] for index in remaining]
        self._reload()

    def arrange(
        self,
        order: Order[R] | None,
        scope: Callable[[R], bool] | None = None,
        group: Callable[[R], str] | None = None,
    ) -> None:
        """Set the order, the scope (which records are shown at all) and the groups, each with a heading."""
        self._order, self._scope, self._group = order, scope, group
        self.rearrange()

    def rearrange(self) -> None:
        """Apply order, scope, groups and filter again."""
        place, self._stale = self.cursor, False
        indices = self._ordered()
        if self._scope is not None:
            indices = [index for index in indices if self._scope(self.rows[index])]
        self._steps.restart(indices, self.rows, self.haystacks)
        self._restore_cursor(place)

    def narrow(self, wanted: Filter[R]) -> None:
        """Set the filter; the cursor leaves a hidden record for the first hit, and returns with the record."""
        if self._stale:
            self.rearrange()
        self._steps.apply(wanted, self.rows, self.haystacks)
        self._restore_cursor(0)

    def move(self, position: int, *, stretch: bool = False) -> None:
        """Move the cursor; a growing range, or a new one with `stretch`, follows it."""
        if not self.hits:
            return
        before, self.cursor = self.cursor, min(max(position, 0), len(self.hits) - 1)
        self._cursor_key = self.identity(self.at(self.cursor))
        selection = self.selection
        if stretch and selection.anchor is None:
            selection.begin(before, sticky=False)
        elif not stretch and not selection.sticky:
            selection.end()
        selection.extend(before, self.cursor, self.between)

    def position_of(self, key: Hashable) -> int | None:
        """Return the position of a record; None when it is not shown."""
        index = self.index_of(key)
        if index is None:
            return None
        try:
            return self.hits.index(index)
        except ValueError:
            return None

    def index_of(self, key: Hashable) -> int | None:
        """Return the index of a record in `rows`; None when it is not there."""
        return self._indices.get(key)

    @property
    def _indices(self) -> dict[Hashable, int]:
        if self._index is None:
            self._index = dict(zip(map(self.identity, self.rows), range(len(self.rows)), strict=True))
        return self._index

    def _reload(self) -> None:
        self._index = None
        if self.selection.keys:
            self.selection.keys &= set(map(self.identity, self.rows))
        self.rearrange()

    def _ordered(self) -> Sequence[int]:
        if self._order is None:
            return range(len(self.rows))
        # By the objects themselves, so that an order need not know of indices.
        index_of = dict(zip(map(id, self.rows), range(len(self.rows)), strict=True))
        return [index_of[id(row)] for row in self._order(self.rows)]

    def _restore_cursor(self, otherwise: int) -> None:
        """Lay out the lines again, and put the cursor on its last record or, if hidden, on a position."""
        self.selection.end()
        groups = headings(map(self._group, map(self.rows.__getitem__, self.hits))) if self._group else ()
        self.lines = Lines(len(self.hits), groups)
        found = self.position_of(self._cursor_key) if self._cursor_key is not None else None
        self.cursor = found if found is not None else min(max(otherwise, 0), len(self.hits) - 1)


class Lines:
    """Conversion between positions, which count records, and lines, which count records and headings of groups."""

    def __init__(self, count: int, headings: Sequence[tuple[int, str]] = ()) -> None:
        self._count = count
        self._before = [position for position, _ in headings]
        self._at = [position + number for number, (position, _) in enumerate(headings)]
        self._texts = [text for _, text in headings]

    def __len__(self) -> int:
        return self._count + len(self._at)

    def line_of(self, position: int) -> int:
        """Return the line of a record."""
        return position + bisect_right(self._before, position)

    def at(self, line: int) -> int | str:
        """Return the position of the record in a line, or the text of the heading there."""
        above = bisect_right(self._at, line)
        if above and self._at[above - 1] == line:
            return self._texts[above - 1]
        return line - above

    def nearest(self, line: int) -> int:
        """Return the position of the record in a line or, of a heading's line, of the record under it."""
        found = self.at(min(max(line, 0), max(len(self) - 1, 0)))
        return self.nearest(line + 1) if isinstance(found, str) else found


def headings(groups: Iterable[str]) -> list[tuple[int, str]]:
    """Return the position of each group's first record and its heading; a group called "" has none."""
    found, last = [], ""
    for position, group in enumerate(groups):
        if group != last and group:
            found.append((position, group))
        last = group
    return found


class Selection:
    """The identities of the selected records, and the range that grows between an anchor and the cursor."""

    def __init__(self) -> None:
        self.keys: set[Hashable] = set()
        self.anchor: int | None = None
        self.sticky = False
        self._before: frozenset[Hashable] = frozenset()

    def toggle(self, keys: Iterable[Hashable]) -> None:
        """Invert the selection of these records."""
        self.keys ^= set(keys)

    def begin(self, position: int, *, sticky: bool) -> None:
        """Start a range; a sticky one grows with every movement, any other while the shift key is down."""
        self._before = frozenset(self.keys)
        self.anchor, self.sticky = position, sticky

    def end(self) -> None:
        """End the range; its records stay selected."""
        self.anchor, self.sticky, self._before = None, False, frozenset()

    def extend(self, before: int, after: int, keys: KeysBetween) -> None:
        """Move the end of the range from one position to another; only the records between them are read."""
        anchor = self.anchor
        if anchor is None:
            return
        self.keys |= set(keys(min(anchor, after), max(anchor, after))) if before == anchor else set()
        if before < after:
            self._deselect(keys(before, min(after, anchor) - 1))
            self.keys.update(keys(max(before, anchor), after))
        elif after < before:
            self._deselect(keys(max(after, anchor) + 1, before))
            self.keys.update(keys(after, min(before, anchor)))

    def clear(self) -> None:
        """Select nothing."""
        self.keys.clear()
        self.end()

    def _deselect(self, keys: Iterable[Hashable]) -> None:
        self.keys -= set(keys) - self._before
