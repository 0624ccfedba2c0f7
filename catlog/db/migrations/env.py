"""Alembic's environment: it runs migrations with CatLog's metadata and the caller's connection."""

from __future__ import annotations

from alembic import context

from catlog.db.models import register_all
from catlog.db.naming import METADATA

register_all()
connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=connection.dialect.name == "sqlite",
    transaction_per_migration=False,
    compare_type=True,
)
context.run_migrations()
