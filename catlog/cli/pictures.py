"""Pictures of characters on standard output: how wide they may be, and in colour where a terminal shows it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from catlog.cli.context import Environment

if TYPE_CHECKING:
    from catlog.charts.picture import Picture

NARROWEST, WIDEST = 30, 1_000
"""Columns that a picture is drawn in, at least and at most."""

_PAGE_WIDTH = 80


def drawing_width(env: Environment) -> int:
    """Return the columns to draw in: the terminal's, or 80 where there is none."""
    if not env.stdout_is_terminal:
        return _PAGE_WIDTH
    from catlog.cli.screen import console

    return min(max(console(env, env.stdout).width, NARROWEST), WIDEST)


def print_picture(env: Environment, drawn: Picture) -> None:
    """Print a picture; its colours go to terminals that want them."""
    if not env.stdout_is_terminal:
        env.write_text(drawn.text())
        return
    from rich.text import Text

    from catlog.cli.screen import console

    buffer = io.StringIO()
    console(env, buffer).print(Text.from_ansi(drawn.text(color=True).rstrip("\n")), soft_wrap=True)
    env.write_drawn(buffer.getvalue())
