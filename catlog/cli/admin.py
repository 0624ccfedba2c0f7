"""`catlog admin`: manage the accounts of a shared CatLog."""

from __future__ import annotations

import click

from catlog.access import Role
from catlog.cli.account import ACCOUNT_COLUMNS
from catlog.cli.columns import TableColumn
from catlog.cli.context import Environment, pass_env
from catlog.cli.options import WORDS, format_option
from catlog.cli.output import Format, emit

USER_COLUMNS = (*ACCOUNT_COLUMNS, TableColumn("disabled", "disabled"))

name_argument = click.argument("name", type=WORDS)


@click.group()
def admin() -> None:
    """Manage the accounts of other users."""


@admin.command()
@format_option
@pass_env
def users(env: Environment, format: Format) -> None:
    """List all accounts, the oldest first."""
    from catlog.accounts.users import Account, list_accounts

    emit(env, format, "admin-users", list_accounts(env.database), USER_COLUMNS, record=Account, empty="no account yet")


@admin.command()
@name_argument
@pass_env
def disable(env: Environment, name: str) -> None:
    """Disable the account NAME and end its sessions; its data stay."""
    _set_disabled(env, name, disabled=True)


@admin.command()
@name_argument
@pass_env
def enable(env: Environment, name: str) -> None:
    """Enable the account NAME again."""
    _set_disabled(env, name, disabled=False)


@admin.command()
@name_argument
@click.argument("role", type=click.Choice([Role.MEMBER.value, Role.ADMIN.value]))
@pass_env
def role(env: Environment, name: str, role: str) -> None:
    """Set the role of the account NAME and end its sessions.

    An admin who connects through SSH may also take snapshots, compute statistics, make backups and manage accounts.
    """
    from catlog.accounts.users import set_role

    made = set_role(env.database, name, Role(role))
    env.note(f"{made.username} is {'an' if made.role == Role.ADMIN.value else 'a'} {made.role}")


def _set_disabled(env: Environment, name: str, *, disabled: bool) -> None:
    from catlog.accounts.users import set_disabled

    changed = set_disabled(env.database, name, disabled=disabled)
    env.note(f"{changed.username} is {'disabled' if disabled else 'enabled'}")
