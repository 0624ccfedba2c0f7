"""The role of an account: member, until the owner of the database appoints an admin."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("User", sa.Column("role", sa.String(), nullable=False, server_default="member"))
