"""`catlog db`: look after the database."""

from __future__ import annotations

import click

from catlog.cli.columns import Column
from catlog.cli.context import Environment, pass_env
from catlog.cli.options import format_option
from catlog.cli.output import Format, emit_one

INFO_COLUMNS = (
    Column("url", "database", wrap=True),
    Column("origin", "configured by"),
    Column("server", "engine"),
    Column("schema", "schema"),
    Column("state", "state"),
    Column("size_bytes", "bytes", "right", format=lambda size: f"{size:,}"),
    Column("titles", "titles", "right", format=lambda count: f"{count:,}"),
    Column("snapshots", "snapshots", "right", format=lambda count: f"{count:,}"),
    Column("days", "days", "right"),
    Column("first_day", "first day"),
    Column("last_day", "last day"),
    Column("runs", "runs", "right"),
)


@click.group()
def db() -> None:
    """Look after the database: state, upgrade, backup, restore."""


@db.command()
@format_option
@pass_env
def info(env: Environment, format: Format) -> None:
    """Say which database is in use, its schema and what is in it; changes nothing."""
    from catlog.db.inventory import take_inventory

    emit_one(env, format, "db-info", take_inventory(env.unready_database), INFO_COLUMNS)


@db.command()
@pass_env
def upgrade(env: Environment) -> None:
    """Create or upgrade the schema; a current one is left alone."""
    from catlog.db.schema import upgrade as bring_to_head

    before, after = bring_to_head(env.unready_database)
    if before == after:
        env.write_text(f"the schema is current ({after.revision})\n")
    else:
        env.write_text(f"the schema went from {before.revision or 'nothing'} to {after.revision}\n")
