"""`catlog ssh-entry`: what sshd runs for somebody who comes in, and all that they may do there."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

import click

from catlog.cli.context import Environment, pass_env
from catlog.errors import NeedsTerminalError, NotAllowedError

ALLOWED = {
    "account": ("whoami", "password", "sessions", "timezone"),
    "list": ("ls", "add", "set", "watch", "rm", "history", "undo", "redo"),
    "search": (),
    "show": (),
    "next": (),
    "seasonal": (),
    "schedule": (),
    "recommend": (),
    "random": (),
    "stats": (),
    "cat": ("feed", "name", "pet"),
    "analytics": ("climbers", "fallers", "momentum", "new-entries", "streaks", "history", "show"),
}
"""The commands of a guest; those with files of this machine among their parameters have them taken away."""


@click.command("ssh-entry")
@click.option("--user", "name", required=True, help="The user that the key of this line belongs to.")
@pass_env
def ssh_entry(env: Environment, name: str) -> None:
    """Serve a user who comes in through SSH, as the ForceCommand of a key.

    In authorized_keys: restrict,pty,command="catlog ssh-entry --user mika" ssh-ed25519 ... With a terminal the app
    opens; without one the command that was asked for runs, if it is one that touches no file of this machine.
    """
    from catlog.cli.main import run
    from catlog.cli.tui import open_app

    env.serve(name)
    asked = env.settings.ssh_command
    if asked is None:
        if not (env.stdin_is_terminal and env.stdout_is_terminal):
            raise NeedsTerminalError("the app needs a terminal", hint="ssh -t, or a command such as: list ls")
        open_app(env)
    else:
        click.get_current_context().exit(run(allowed(asked), env))


def allowed(asked: str) -> list[str]:
    """Return the words of a command that a guest may run. Raises NotAllowedError for any other; no shell reads it."""
    try:
        words = shlex.split(asked)
    except ValueError:
        raise NotAllowedError("the command cannot be read: a quote is not closed") from None
    if words[:1] == ["catlog"]:
        words = words[1:]
    below = ALLOWED.get(words[0]) if words else None
    if below is None or (below and (len(words) < 2 or words[1] not in below) and not _asks_for_help(words[1:2])):
        raise NotAllowedError("this command is not for guests", hint=f"allowed are: {', '.join(ALLOWED)}")
    for option in _file_options(words[: 2 if below else 1]):
        if any(word == option or word.startswith(f"{option}=") for word in words):
            raise NotAllowedError(f"{option} is not for guests: it is about files of this machine")
    return words


def _asks_for_help(words: Sequence[str]) -> bool:
    return not words or words[0] in ("-h", "--help")


def _file_options(path: Sequence[str]) -> Iterator[str]:
    """Yield the options of a command that name files."""
    from catlog.cli.main import root

    command: click.Command | None = root
    ctx = click.Context(root)
    for word in path:
        command = command.get_command(ctx, word) if isinstance(command, click.Group) else None
    for parameter in command.params if command is not None else ():
        if isinstance(parameter.type, click.Path | click.File):
            yield from parameter.opts
