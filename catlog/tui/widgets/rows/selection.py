"""Which records are selected: by identity, so that filtering, sorting and new data leave the selection alone."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TypeAlias

Keys: TypeAlias = Callable[[int, int], Iterable[Hashable]]
"""The identities of the records from one position to another, both included."""


class Selection:
    """A set of identities, and the range that may be growing in it between an anchor and the cursor."""

    def __init__(self) -> None:
        self.keys: set[Hashable] = set()
        self.anchor: int | None = None
        self.sticky = False
        self._before: frozenset[Hashable] = frozenset()

    def toggle(self, keys: Iterable[Hashable]) -> None:
        """Select what is not selected, and the other way round."""
        self.keys ^= set(keys)

    def begin(self, position: int, *, sticky: bool) -> None:
        """Start a range; a sticky one grows with every movement, any other while the shift key is down."""
        self._before = frozenset(self.keys)
        self.anchor, self.sticky = position, sticky

    def end(self) -> None:
        """Leave the range as it is."""
        self.anchor, self.sticky, self._before = None, False, frozenset()

    def stretch(self, before: int, after: int, keys: Keys) -> None:
        """Move the end of the range from one position to another; only what lies between them is looked at."""
        anchor = self.anchor
        if anchor is None:
            return
        self.keys |= set(keys(min(anchor, after), max(anchor, after))) if before == anchor else set()
        if before < after:
            self._leave(keys(before, min(after, anchor) - 1))
            self.keys.update(keys(max(before, anchor), after))
        elif after < before:
            self._leave(keys(max(after, anchor) + 1, before))
            self.keys.update(keys(after, min(before, anchor)))

    def clear(self) -> None:
        """Select nothing."""
        self.keys.clear()
        self.end()

    def _leave(self, keys: Iterable[Hashable]) -> None:
        self.keys -= set(keys) - self._before
