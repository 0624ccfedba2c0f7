"""What a list shows of a record: its columns as data, and which of them a width has room for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeAlias, TypeVar

R = TypeVar("R")

GAP = 2
"""Cells between two columns."""


class Piece(NamedTuple):
    """Some text in one style: one of `palette.STYLES`, or a component class that the widget's subclass declares."""

    text: str
    style: str = ""


Cell: TypeAlias = str | Piece | Sequence[Piece]
"""What a column shows of a record; text of any origin, cleaned and fitted where it is drawn."""


@dataclass(frozen=True, slots=True)
class RowColumn(Generic[R]):
    """One column. `cell` is asked for lines in sight alone, and told how many cells it has.

    `width` is fixed unless a `weight` says how large a share of the spare room the column takes, up to `most` cells.
    Where there is no room for all, the columns with the highest `gives_way` are left out first; those with 0 stay.
    `from_width` keeps a column away from lists narrower than that.
    """

    key: str
    heading: str
    cell: Callable[[R, int], Cell]
    width: int
    weight: int = 0
    most: int = 10_000
    right: bool = False
    gives_way: int = 0
    from_width: int = 0
    sortable: bool = True


class Placed(NamedTuple, Generic[R]):
    """A column where a width has room for it: `start` and `width` in cells."""

    column: RowColumn[R]
    start: int
    width: int


def placed(columns: Sequence[RowColumn[R]], width: int, *, start: int = 0) -> tuple[Placed[R], ...]:
    """Return the columns that fit into `width` cells, the first at `start`, the spare room shared by weight.

    Columns that give way for nobody are squeezed from the right when there is not even room for them.
    """
    kept = [column for column in columns if column.from_width <= width]
    while _needed(kept) > width - start and any(column.gives_way for column in kept):
        most = max(column.gives_way for column in kept)
        kept.remove([column for column in kept if column.gives_way == most][-1])
    widths = _shared(kept, width - start - _needed(kept))
    found, at = [], start
    for column, wide in zip(kept, widths, strict=True):
        if at >= width:
            break
        found.append(Placed(column, at, min(wide, width - at)))
        at += wide + GAP
    return tuple(found)


def _needed(columns: Sequence[RowColumn[R]]) -> int:
    return sum(column.width for column in columns) + GAP * max(len(columns) - 1, 0)


def _shared(columns: Sequence[RowColumn[R]], spare: int) -> list[int]:
    widths = [column.width for column in columns]
    while spare > 0:
        open_ones = [at for at, column in enumerate(columns) if column.weight and widths[at] < column.most]
        weights = sum(columns[at].weight for at in open_ones)
        given = 0
        for at in open_ones:
            share = min(max(spare * columns[at].weight // weights, 1), spare - given, columns[at].most - widths[at])
            widths[at] += share
            given += share
        if not given:
            break
        spare -= given
    return widths
