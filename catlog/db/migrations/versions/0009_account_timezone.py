"""The time zone of an account; the default is the machine's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("User", sa.Column("timezone", sa.String(), nullable=True))
