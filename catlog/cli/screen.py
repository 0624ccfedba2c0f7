"""Tables on a terminal, drawn by Rich in its width and colours."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TextIO

from rich.box import Box
from rich.cells import cell_len
from rich.console import Console, OverflowMethod
from rich.table import Table
from rich.text import Text

from catlog.cli.columns import TableColumn, safe
from catlog.cli.context import Environment
from catlog.cli.fitting import GAP, fit, has_title, one_line

_READABLE = 24
"""The least width in cells of a readable title."""

_LINED = Box("    \n    \n ── \n    \n    \n    \n    \n    \n")
_ASCII = Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)


def paint(env: Environment, rows: Sequence[object], columns: Sequence[TableColumn], title: str) -> None:
    """Print rows under a heading line: on a narrow terminal columns are left out, and long texts cut or wrapped."""
    table = _table(env, title)
    if has_title(columns):
        fitted = fit(columns, rows, console(env, io.StringIO()).width, ascii=env.ascii)
        for column, width in zip(fitted.columns, fitted.widths, strict=True):
            head = Text(one_line(column, column.header, width, ascii=env.ascii))
            table.add_column(head, justify=column.align, no_wrap=True, width=width, overflow="crop")
        for row in rows:
            pairs = zip(fitted.columns, fitted.widths, strict=True)
            table.add_row(*(_cut(column, _cell(column, row), width, ascii=env.ascii) for column, width in pairs))
        _print(env, table)
        return
    columns = _fitting(columns, rows, console(env, io.StringIO()).width)
    for column in columns:
        overflow: OverflowMethod = "fold" if column.wrap else "ellipsis"
        table.add_column(Text(safe(column.header)), justify=column.align, no_wrap=not column.wrap, overflow=overflow)
    for row in rows:
        table.add_row(*(_cell(column, row) for column in columns))
    _print(env, table)


def paint_one(env: Environment, row: object, columns: Sequence[TableColumn]) -> None:
    """Print one record as lines of name and value."""
    table = _table(env, "")
    table.show_header = False
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for column in columns:
        table.add_row(Text(safe(column.header)), _cell(column, row))
    _print(env, table)


def console(env: Environment, stream: TextIO) -> Console:
    """Return a Rich console for a terminal that colours only where `env` and the terminal allow it."""
    # Under NO_COLOR Rich still writes bold and underline; here it means no escape sequence at all.
    colorless = env.color is False or Console().no_color
    return Console(
        file=stream,
        force_terminal=True,
        color_system=None if colorless else "auto",
        markup=False,
        highlight=False,
        emoji=False,
        legacy_windows=False,
    )


def _fitting(columns: Sequence[TableColumn], rows: Sequence[object], width: int) -> list[TableColumn]:
    """Return the columns that fit the width, each wide enough to read."""
    needed = {column.key: _needed(column, rows) for column in columns}
    fitting = list(columns)
    while sum(needed[column.key] + GAP for column in fitting) - GAP > width:
        first = max(fitting, key=lambda column: column.gives_way)
        if not first.gives_way:
            break
        fitting.remove(first)
    return fitting


def _needed(column: TableColumn, rows: Sequence[object]) -> int:
    texts = (safe(column.header), *(safe(column.text(column.value(row))) for row in rows))
    widest = max(map(cell_len, texts))
    return min(widest, _READABLE) if column.wrap else widest


def _table(env: Environment, title: str) -> Table:
    return Table(
        title=Text(safe(title)) if title else None,
        title_justify="left",
        title_style="bold",
        box=_ASCII if env.ascii else _LINED,
        show_edge=False,
        pad_edge=False,
        header_style="bold",
    )


def _cell(column: TableColumn, row: object) -> Text:
    value = column.value(row)
    return Text(safe(column.text(value)), style=column.style_of(value))


def _cut(column: TableColumn, cell: Text, width: int, *, ascii: bool) -> Text:
    return Text(one_line(column, cell.plain, width, ascii=ascii), style=cell.style)


def _print(env: Environment, table: Table) -> None:
    buffer = io.StringIO()
    console(env, buffer).print(table)
    env.write_drawn(buffer.getvalue())
