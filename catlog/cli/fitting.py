"""Tables of titles fitted to a width: a row is one line, columns give way in their order, the title as the last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from catlog.charts.cells import fitted, fitted_title
from catlog.cli.columns import TableColumn, safe
from catlog.text import in_ascii

GAP = 3
_READABLE = 24
_LEAST = 6


@dataclass(frozen=True, slots=True)
class FittedTable:
    """The columns that fit, and the width of each in cells."""

    columns: Sequence[TableColumn]
    widths: Sequence[int]


def has_title(columns: Sequence[TableColumn]) -> bool:
    """Tell whether a table lists titles, whose rows are one line each unless a text has to be whole."""
    return any(map(_is_title, columns)) and not any(column.whole for column in columns)


def fit(columns: Sequence[TableColumn], rows: Sequence[object], width: int, *, ascii: bool = False) -> FittedTable:
    """Return which columns fit into `width` cells and how wide each is; titles take the room that is left."""
    wanted = {column.key: _natural(column, rows, ascii=ascii) for column in columns}
    least = {column.key: _readable(column, wanted[column.key], width) for column in columns}
    shown = list(columns)
    while _total(shown, least) > width and any(column.gives_way for column in shown):
        shown.remove(max(shown, key=lambda column: column.gives_way))
    for column in sorted(columns, key=lambda column: column.gives_way):  # a narrow one may fit where a wide one did not
        if column not in shown and _total([*shown, column], wanted) <= width:
            shown = [one for one in columns if one in shown or one is column]
    widths = dict(least)
    over = _total(shown, widths) - width
    for column in sorted(shown, key=_is_title):  # where nothing more gives way, texts are cut, titles as the last
        if over > 0 and column.wrap:
            taken = max(min(over, widths[column.key] - _LEAST), 0)
            widths[column.key] -= taken
            over -= taken
    for column in sorted(shown, key=_is_title, reverse=True):
        spare = max(width - _total(shown, widths), 0)
        widths[column.key] += min(spare, max(wanted[column.key] - widths[column.key], 0))
    while len(shown) > 1 and _total(shown, widths) > width:
        shown.remove(
            [column for column in shown if not _is_title(column)][-1] if not _only_titles(shown) else shown[-1]
        )
    return FittedTable(shown, [min(widths[column.key], width) for column in shown])


def one_line(column: TableColumn, text: str, width: int, *, ascii: bool) -> str:
    """Return a text of a column as one safe line of at most `width` cells; a title keeps its season."""
    line = _written(text, ascii=ascii)
    if cell_len(line) <= width:
        return line
    return (fitted_title if _is_title(column) else fitted)(line, width, ascii=ascii, measure=cell_len)


def _is_title(column: TableColumn) -> bool:
    return column.key.startswith("title")


def _only_titles(columns: Sequence[TableColumn]) -> bool:
    return all(map(_is_title, columns))


def _natural(column: TableColumn, rows: Sequence[object], *, ascii: bool) -> int:
    texts = (column.header, *(column.text(column.value(row)) for row in rows))
    return max(cell_len(_written(text, ascii=ascii)) for text in texts)


def _written(text: str, *, ascii: bool) -> str:
    # Joined emoji are wider as question marks: what is measured is what is written.
    return in_ascii(safe(text)) if ascii else safe(text)


def _readable(column: TableColumn, wanted: int, width: int) -> int:
    return min(wanted, max(_READABLE, width * 2 // 5)) if column.wrap else wanted


def _total(columns: Sequence[TableColumn], widths: dict[str, int]) -> int:
    return sum(widths[column.key] for column in columns) + GAP * (len(columns) - 1)
