"""A click group with a table of its commands; it imports a command only to run it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class LazyCommand(NamedTuple):
    """The location of a command (`module:attribute`) and its line in `--help`."""

    target: str
    help: str


class LazyGroup(click.Group):
    """A group over a table of entries: listing, completing and suggesting names import no command module."""

    entries: ClassVar[Mapping[str, LazyCommand]]
    """The table, by command name, in the order of the help."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click calls it so
        """Return the names in the order of the table."""
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """Import and return one command, or None for an unknown name."""
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        module, _, attribute = entry.target.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that `args` names; an unknown name raises a usage error with what it may mean."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            from catlog.cli.suggestions import meant

            if commands := meant(error.command_name):
                message = f"{error.message} You may mean: {', '.join(commands)}"
                raise click.NoSuchCommand(error.command_name, message, ctx=ctx) from None
            raise click.NoSuchCommand(error.command_name, possibilities=self.entries, ctx=ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        """Write the command section of `--help` from the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in self.entries.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the names and options that start with `incomplete`."""
        from click.shell_completion import CompletionItem

        names = [
            CompletionItem(name, help=entry.help) for name, entry in self.entries.items() if name.startswith(incomplete)
        ]
        return names + click.Command.shell_complete(self, ctx, incomplete)
