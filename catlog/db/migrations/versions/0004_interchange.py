"""Imports of lists: ids of other services, and rows without an entry."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "CrossId",
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("serviceId", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("malId", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("service", "serviceId", name="pk_CrossId"),
    )

    op.create_table(
        "ImportLeftovers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("userId", sa.Integer(), nullable=False),
        sa.Column("importedAt", sa.DateTime(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("malId", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("excerpt", sa.String(), nullable=False),
        sa.Column("ids", sa.JSON(), nullable=False),
        sa.Column("entry", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint("kind IN ('unresolved', 'rejected')", name=op.f("ck_ImportLeftovers_kind")),
        sa.PrimaryKeyConstraint("id", name="pk_ImportLeftovers"),
        sa.ForeignKeyConstraint(["userId"], ["User.id"], name="fk_ImportLeftovers_userId", ondelete="CASCADE"),
    )
    op.create_index("ix_ImportLeftovers_userId", "ImportLeftovers", ["userId"])
