"""Print pictures of characters on standard output, in the width and colours of the terminal."""

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
    """Return the width in columns: that of the terminal, or 80 without one."""
    if not env.stdout_is_terminal:
        return _PAGE_WIDTH
    from catlog.cli.screen import console

    return min(max(console(env, env.stdout).width, NARROWEST), WIDEST)


def draws_color(env: Environment) -> bool:
    """Say whether a picture on standard output is seen in colours."""
    if not env.stdout_is_terminal:
        return False
    from catlog.cli.screen import console

    return console(env, env.stdout).color_system is not None


def print_picture(env: Environment, drawn: Picture) -> None:
    """Print a picture; in colour only on a terminal that has it."""
    if not env.stdout_is_terminal:
        env.write_text(drawn.text())
        return
    from rich.text import Text

    from catlog.cli.screen import console

    buffer = io.StringIO()
    console(env, buffer).print(Text.from_ansi(drawn.text(color=True).rstrip("\n")), soft_wrap=True)
    env.write_drawn(buffer.getvalue())
