"""`catlog tui`, which is also what `catlog` alone does: the full-screen app."""

from __future__ import annotations

import click

from catlog.cli.context import Environment, pass_env
from catlog.errors import NeedsTerminalError


@click.command()
@pass_env
def tui(env: Environment) -> None:
    """Open the full-screen app.

    It needs a terminal for input and output; without one it exits with 64 and changes nothing. In the app, ? lists the
    keys.
    """
    open_app(env)


def open_app(env: Environment, database_url: str | None = None) -> None:
    """Open the app on the configured database or another one; the command ends with its exit code."""
    if not (env.stdin_is_terminal and env.stdout_is_terminal):
        raise NeedsTerminalError("the full-screen app needs a terminal", hint="catlog --help lists the commands")
    if env.settings.term == "dumb":
        raise NeedsTerminalError(
            "this terminal (TERM=dumb) cannot show a full screen", hint="catlog --help lists the commands"
        )
    from dataclasses import replace

    from catlog.tui.launch import run_app
    from catlog.tui.terminal.capabilities import asked_terminal

    settings = env.settings
    if database_url is not None:
        settings = replace(settings, database_url=database_url, database_password_command=())
    code = run_app(settings, asked_terminal(settings, env.stdout.encoding, color=env.color))
    click.get_current_context().exit(code)
