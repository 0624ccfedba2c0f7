"""Run migrations on an open connection, from an installed package as well as from a checkout."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from catlog.db.models import register_all
from catlog.db.naming import METADATA

LOCATION = Path(__file__).parent


def alembic_config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration for CatLog's migrations, bound to `connection`."""
    config = Config()
    config.set_main_option("script_location", str(LOCATION).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade_to_head(connection: Connection) -> None:
    """Apply every missing revision inside the connection's transaction: all of them, or none."""
    upgrade_to(connection, "head")


def upgrade_to(connection: Connection, revision: str) -> None:
    """Apply the missing revisions up to `revision` inside the connection's transaction."""
    command.upgrade(alembic_config(connection), revision)


def differences(connection: Connection) -> list[str]:
    """Describe the differences between the database and the models, ignoring tables of other programs."""
    register_all()
    context = MigrationContext.configure(
        connection,
        opts={
            "compare_type": True,
            "include_name": lambda name, kind, _: kind != "table" or name in METADATA.tables,
        },
    )
    return [_in_words(found) for found in compare_metadata(context, METADATA)]


def _in_words(found: Sequence[Any]) -> str:
    """Return Alembic's (operation, object), or a list of (operation, schema, table, column, ...), as one line."""
    operation: Sequence[Any] = found[0] if isinstance(found, list) else found
    parts = [str(getattr(part, "name", part)) for part in operation[1:4] if part is not None]
    return " ".join([str(operation[0]).replace("_", " "), *parts])
