"""Tables for people, drawn by Rich: coloured and fitted on a terminal, plain and never cut anywhere else.

Imported only when a table is drawn: Rich costs more time than the rest of the command line.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, TextIO

from rich.box import Box
from rich.console import Console, OverflowMethod
from rich.table import Table
from rich.text import Text

from catlog.cli.columns import Column
from catlog.cli.context import Environment
from catlog.text import NOTE_LIMIT, clean

_UNBOUNDED = 1_000_000
_LINED = Box("    \n    \n ── \n    \n    \n    \n    \n    \n")
_ASCII = Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)


def draw(env: Environment, rows: Sequence[Any], columns: Sequence[Column], title: str = "") -> None:
    """Print rows under a heading line."""
    table = _table(env, title)
    for column in columns:
        overflow: OverflowMethod = "fold" if column.wrap else "ellipsis"
        table.add_column(_safe(column.header), justify=column.align, no_wrap=not column.wrap, overflow=overflow)
    for row in rows:
        table.add_row(*(_cell(column, row) for column in columns))
    _print(env, table)


def draw_one(env: Environment, row: object, columns: Sequence[Column]) -> None:
    """Print one record as lines of name and value."""
    table = _table(env, "")
    table.show_header = False
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for column in columns:
        table.add_row(_safe(column.header), _cell(column, row))
    _print(env, table)


def console(env: Environment, stream: TextIO, *, terminal: bool) -> Console:
    """Return a Rich console on `stream` that colours only where `env` and the terminal allow it."""
    # Under NO_COLOR Rich still writes bold and underline; here it means no escape sequence at all.
    colorless = env.color is False or Console().no_color
    return Console(
        file=stream,
        force_terminal=terminal,
        color_system=None if colorless else "auto",
        width=None if terminal else _UNBOUNDED,
        markup=False,
        highlight=False,
        emoji=False,
        legacy_windows=False,
    )


def _table(env: Environment, title: str) -> Table:
    return Table(
        title=_safe(title) if title else None,
        title_justify="left",
        title_style="bold",
        box=_ASCII if env.ascii else _LINED,
        show_edge=False,
        pad_edge=False,
        header_style="bold",
    )


def _cell(column: Column, row: object) -> Text:
    value = column.value(row)
    return _safe(column.text(value), column.style_of(value))


def _safe(text: str, style: str = "") -> Text:
    return Text(clean(text, limit=NOTE_LIMIT), style=style)


def _print(env: Environment, table: Table) -> None:
    buffer = io.StringIO()
    console(env, buffer, terminal=env.stdout_is_terminal).print(table)
    lines = buffer.getvalue().splitlines() if not env.stdout_is_terminal else [buffer.getvalue().rstrip("\n")]
    env.write_text("\n".join(line.rstrip() for line in lines) + "\n")
