"""`catlog ssh-entry`: what sshd runs for a user who connects, and which commands it allows."""

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

    env.role = Role.GUEST  # before settings are read: a guest must not see their errors
    if not name or clean(name) != name:
        raise click.BadParameter("not a valid user name", param_hint="--user")
    requested = env.settings.ssh_command
    env.serve_guest(name)
    if requested is None:
        if not (env.stdin_is_terminal and env.stdout_is_terminal):
            raise NeedsTerminalError("the app needs a terminal", hint="ssh -t, or a command such as: list ls")
        open_app(env)
    else:
        env.signed_in()
        click.get_current_context().exit(run(allowed_command(requested, env.role), env))


def allowed_command(requested: str, role: Role) -> list[str]:
    """Return the words of a command that `role` may run. Raises NotAllowedError for any other. No shell is involved."""
    try:
        words = shlex.split(requested)
    except ValueError:
        raise NotAllowedError("the command cannot be read: a quote is not closed") from None
    if words[:1] == ["catlog"]:
        words = words[1:]
    if words in ([], ["tui"]):
        raise NotAllowedError("the app opens where no command is given", hint="connect without one, with a terminal")
    first = list(dict.fromkeys(command.split()[0] for command in commands_of(role)))
    command_name = command_in(words)
    if command_name is not None:
        require(role, right_of_command(command_name.split()))
    elif group_in(words) not in first:
        raise NotAllowedError("there is no such command here", hint=f"allowed are: {', '.join(first)}")
    return words
