"""The columns of a list, and which of them fit into a width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeAlias, TypeVar

R = TypeVar("R")

GAP = 2
"""Cells between two columns."""


class Piece(NamedTuple):
    """A text in one style: a name of `styles.STYLES`, or a component class that the widget's subclass declares."""

    text: str
    style: str = ""


Cell: TypeAlias = str | Piece | Sequence[Piece]
"""The content of a cell. Its text may be of any origin: the renderer cleans it and cuts it to the width."""


@dataclass(frozen=True, slots=True)
class RowColumn(Generic[R]):
    """One column. `cell(record, width)` is called only for lines in sight.

    `width` is fixed; with a `weight` the column also takes that share of the spare room, up to `max_width` cells.
    Where not all columns fit, those with the highest `gives_way` are left out first; those with 0 stay. Lists narrower
    than `min_list_width` leave the column out.
    """

    key: str
    heading: str
    cell: Callable[[R, int], Cell]
    width: int
    weight: int = 0
    max_width: int = 10_000
    right: bool = False
    gives_way: int = 0
    min_list_width: int = 0
    sortable: bool = True


class PlacedColumn(NamedTuple, Generic[R]):
    """A column and its place: `start` and `width` in cells."""

    column: RowColumn[R]
    start: int
    width: int


def place_columns(columns: Sequence[RowColumn[R]], width: int, *, start: int = 0) -> tuple[PlacedColumn[R], ...]:
    """Return the columns that fit into `width` cells, the first at `start`; spare room is shared by weight.

    Columns that never give way are cut from the right where not even they fit.
    """
    shown = [column for column in columns if column.min_list_width <= width]
    while _needed_width(shown) > width - start and any(column.gives_way for column in shown):
        highest = max(column.gives_way for column in shown)
        shown.remove([column for column in shown if column.gives_way == highest][-1])
    widths = _share_room(shown, width - start - _needed_width(shown))
    places, at = [], start
    for column, wide in zip(shown, widths, strict=True):
        if at >= width:
            break
        places.append(PlacedColumn(column, at, min(wide, width - at)))
        at += wide + GAP
    return tuple(places)


def _needed_width(columns: Sequence[RowColumn[R]]) -> int:
    return sum(column.width for column in columns) + GAP * max(len(columns) - 1, 0)


def _share_room(columns: Sequence[RowColumn[R]], spare: int) -> list[int]:
    widths = [column.width for column in columns]
    while spare > 0:
        open_ones = [at for at, column in enumerate(columns) if column.weight and widths[at] < column.max_width]
        weights = sum(columns[at].weight for at in open_ones)
        given = 0
        for at in open_ones:
            share = min(
                max(spare * columns[at].weight // weights, 1), spare - given, columns[at].max_width - widths[at]
            )
            widths[at] += share
            given += share
        if not given:
            break
        spare -= given
    return widths
