"""`catlog tui`, which is also what `catlog` alone does: the place of the full-screen app, which is not built yet."""

from __future__ import annotations

import click

from catlog.cli.context import Environment, pass_env
from catlog.errors import NeedsTerminalError


@click.command()
@pass_env
def tui(env: Environment) -> None:
    """Open the full-screen app, which is not built yet: this help is shown.

    It needs a terminal for input and output; without one it exits with 64 and changes nothing.
    """
    if not (env.stdin_is_terminal and env.stdout_is_terminal):
        raise NeedsTerminalError("the full-screen app needs a terminal", hint="catlog --help lists the commands")
    click.echo(click.get_current_context().find_root().get_help())
