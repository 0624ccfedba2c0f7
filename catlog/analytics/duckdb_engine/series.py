"""Series of one measure, title by title, as flat numpy arrays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Series(NamedTuple):
    """The snapshots of many titles that have a measure, in the order of title and day; equally long arrays."""

    ids: Ints
    days: Ints
    values: Ints

    def since(self, day: int) -> Series:
        """Return the snapshots from the day number `day` on."""
        recent = self.days >= day
        return Series(self.ids[recent], self.days[recent], self.values[recent])

    def by_length(self, shortest: int) -> Iterator[Block]:
        """Yield the series of at least `shortest` points, those of one length together."""
        if not len(self.ids):
            return
        starts = np.flatnonzero(np.r_[True, self.ids[1:] != self.ids[:-1]])
        lengths = np.diff(np.r_[starts, len(self.ids)])
        for length in np.unique(lengths[lengths >= shortest]).tolist():
            first = starts[lengths == length]
            cells = first[:, None] + np.arange(length)
            yield Block(self.ids[first], self.days[cells], self.values[cells])


class Block(NamedTuple):
    """Series of one length: `days` and `values` have a row for each of `ids`."""

    ids: Ints
    days: Ints
    values: Ints

    def slices(self, titles: int) -> Iterator[Block]:
        """Yield the same series, at most `titles` at a time."""
        for first in range(0, len(self.ids), titles):
            yield Block(*(array[first : first + titles] for array in self))


def measured(table: pa.Table, name: str) -> Series:
    """Return the series of the column `name`; `table` has malId and day (a number) too, in order."""
    import pyarrow.compute as pc

    known = table.filter(pc.is_valid(table[name]))
    return Series(*(whole(known[column]) for column in ("malId", "day", name)))


def whole(column: pa.ChunkedArray) -> Ints:
    """Return an Arrow column without nulls as integers."""
    values: Ints = column.to_numpy().astype(np.int64, copy=False)
    return values
