"""`catlog ssh-entry`: what sshd runs for somebody who comes in, and all that they may do there."""

from __future__ import annotations

import shlex

import click

from catlog.access import Role, require
from catlog.cli.context import Environment, pass_env
from catlog.cli.rights import command_in, commands_of, group_in, right_of_command
from catlog.errors import NeedsTerminalError, NotAllowedError
from catlog.text import clean


@click.command("ssh-entry")
@click.option("--user", "name", required=True, help="The user who owns the key of this line.")
@pass_env
def ssh_entry(env: Environment, name: str) -> None:
    """Serve a user who connects through SSH, as the ForceCommand of a key.

    In authorized_keys: restrict,pty,command="catlog ssh-entry --user mika" ssh-ed25519 ... With a terminal the app
    opens; without one the requested command runs, if the role of the account allows it (catlog admin role).
    """
    from catlog.cli.main import run
    from catlog.cli.tui import open_app

    env.role = Role.GUEST  # before settings are read: what is wrong with them is nobody's who comes in
    if not name or clean(name) != name:
        raise click.BadParameter("not a valid user name", param_hint="--user")
    asked = env.settings.ssh_command
    env.serve_guest(name)
    if asked is None:
        if not (env.stdin_is_terminal and env.stdout_is_terminal):
            raise NeedsTerminalError("the app needs a terminal", hint="ssh -t, or a command such as: list ls")
        open_app(env)
    else:
        env.signed_in()
        click.get_current_context().exit(run(allowed_command(asked, env.role), env))


def allowed_command(asked: str, role: Role) -> list[str]:
    """Return the words of a command that somebody may run. Raises NotAllowedError for any other; no shell reads it."""
    try:
        words = shlex.split(asked)
    except ValueError:
        raise NotAllowedError("the command cannot be read: a quote is not closed") from None
    if words[:1] == ["catlog"]:
        words = words[1:]
    if words in ([], ["tui"]):
        raise NotAllowedError("the app opens where no command is given", hint="connect without one, with a terminal")
    first = list(dict.fromkeys(command.split()[0] for command in commands_of(role)))
    named = command_in(words)
    if named is not None:
        require(role, right_of_command(named.split()))
    elif group_in(words) not in first:
        raise NotAllowedError("there is no such command here", hint=f"allowed are: {', '.join(first)}")
    return words
