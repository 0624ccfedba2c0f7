"""Tables for people: coloured by Rich on a terminal, plain anywhere else; those of titles are fitted to the width.

Off the terminal the lines are laid out here: Rich would need 20 seconds for the 30,000
rows of a full ranking day. Its cell widths are shared, so that wide characters line up alike.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from catlog.cli.columns import TableColumn, safe
from catlog.cli.context import Environment
from catlog.cli.fitting import GAP, fit, has_title, one_line

PIPE_WIDTH = 100
"""Width of a table of titles where there is no terminal and `COLUMNS` does not say otherwise."""

_GAP = " " * GAP


def draw(env: Environment, rows: Sequence[object], columns: Sequence[TableColumn], title: str = "") -> None:
    """Print rows under a heading line."""
    if env.stdout_is_terminal:
        from catlog.cli.screen import paint

        paint(env, rows, columns, title)
        return
    fitted = fit(columns, rows, _pipe_width(), ascii=env.ascii) if has_title(columns) else None
    columns = fitted.columns if fitted else columns
    heads = [safe(column.header) for column in columns]
    cells = [[safe(column.text(column.value(row))) for column in columns] for row in rows]
    if fitted:
        heads, *cells = [
            [one_line(*cell, ascii=env.ascii) for cell in zip(columns, line, fitted.widths, strict=True)]
            for line in (heads, *cells)
        ]
    widths = [max(map(cell_len, column)) for column in zip(heads, *cells, strict=True)]
    rule = ("-" if env.ascii else "─") * (sum(widths) + len(_GAP) * (len(widths) - 1))
    right = [column.align == "right" for column in columns]
    lines = [*([safe(title)] if title else []), _line(heads, widths, right), rule]
    env.write_text("\n".join([*lines, *(_line(row, widths, right) for row in cells)]) + "\n")


def draw_one(env: Environment, row: object, columns: Sequence[TableColumn]) -> None:
    """Print one record as lines of name and value."""
    if env.stdout_is_terminal:
        from catlog.cli.screen import paint_one

        paint_one(env, row, columns)
        return
    pairs = [(safe(column.header), safe(column.text(column.value(row)))) for column in columns]
    width = max(cell_len(name) for name, _ in pairs)
    env.write_text("".join(f"{_line(pair, [width, 0], [False, False])}\n" for pair in pairs))


def _pipe_width() -> int:
    asked = os.environ.get("COLUMNS", "")
    return int(asked) if asked.isascii() and asked.isdigit() and int(asked) else PIPE_WIDTH


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    return _GAP.join(_padded(cells, widths, right)).rstrip()


def _padded(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> Iterator[str]:
    for cell, width, to_the_right in zip(cells, widths, right, strict=True):
        space = " " * (width - cell_len(cell))
        yield space + cell if to_the_right else cell + space
