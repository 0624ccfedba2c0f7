"""The last request for each anime whose answer left gaps (`catlog list complete`)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "TitleRequest",
        sa.Column("malId", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("askedAt", sa.DateTime(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("malId", name="pk_TitleRequest"),
    )
