"""The columns of a list, which of them fit into a width, and texts of any origin as cells of exactly that width.

Widths are Rich's, by which Textual cuts lines. What terminals disagree about is left out instead of measured: joiners,
variation selectors and skin tones are two cells here and four there, and would put every later column out of line.
Flags become their letters, and characters that Unicode does not define yet a replacement character.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from rich.cells import cell_len, set_cell_size

from catlog.charts.cells import fitted_title
from catlog.text import clean

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

    `width` is fixed; with a `weight` the column also takes that share of the spare room, up to `max_width` cells; `gap`
    cells stay free behind it.
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
    gap: int = GAP


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
        at += wide + column.gap
    return tuple(places)


def _needed_width(columns: Sequence[RowColumn[R]]) -> int:
    return sum(column.width + column.gap for column in columns) - (columns[-1].gap if columns else 0)


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


_DISPUTED: dict[int, int | None] = {
    **dict.fromkeys((0x200C, 0x200D, *range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400))),
    **{0x1F1E6 + letter: ord("A") + letter for letter in range(26)},
}
_UNKNOWN = "\ufffd"


def safe(text: str, room: int) -> str:
    """Return the start of a text, enough to fill `room` cells, as one line that cannot drive a terminal."""
    # Long texts are cut before they are cleaned; marks and dropped characters may outnumber letters.
    begun = text[: 8 * room + 64]
    if begun.isascii() and begun.isprintable():
        return begun
    # `clean` strips both ends, where the app's own signs have the spaces that keep them apart.
    body = begun.strip(" ")
    start = begun.index(body)
    cleaned = clean(body.translate(_DISPUTED), limit=len(begun))
    if not cleaned.isprintable():
        cleaned = "".join(char if char.isprintable() or char.isspace() else _UNKNOWN for char in cleaned)
    return begun[:start] + cleaned + begun[start + len(body) :]


def fitted(text: str, width: int, *, ascii: bool = False) -> tuple[str, int]:
    """Return a text cut to `width` cells, with an ellipsis where its end is missing, and how many cells it has."""
    if width <= 0:
        return "", 0
    line = safe(text, width)
    cells = cell_len(line)
    if cells <= width:
        return line, cells
    mark = ".." if ascii and width > 2 else "." if ascii else "…"
    cut = set_cell_size(line, width - len(mark)).rstrip() + mark
    return cut, cell_len(cut)


def title_fitted(title: str, width: int, *, ascii: bool = False) -> tuple[str, int]:
    """Return a title cut as `fitted` cuts a text, but in its middle where its end tells a season."""
    cut, cells = fitted(title, width, ascii=ascii)
    if len(title) <= len(cut) and cut == title:
        return cut, cells
    shown = fitted_title(safe(title, width), width, ascii=ascii, measure=cell_len) if width > 2 else cut
    return shown, cell_len(shown)


def padded(text: str, width: int, *, right: bool = False, ascii: bool = False) -> str:
    """Return a text as exactly `width` cells: cut, or padded at its end or, with `right`, at its beginning."""
    cut, cells = fitted(text, width, ascii=ascii)
    space = " " * (width - cells)
    return space + cut if right else cut + space
