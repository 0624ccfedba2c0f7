"""Run migrations on an open connection, from an installed package as well as from a checkout."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

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
