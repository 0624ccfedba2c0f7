"""Care for the cat."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the cat's table."""
    op.create_table(
        "CompanionDeeds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("userId", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=True),
        sa.CheckConstraint("kind IN ('pet', 'feed', 'name')", name=op.f("ck_CompanionDeeds_kind")),
        sa.ForeignKeyConstraint(["userId"], ["User.id"], name="fk_CompanionDeeds_userId", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_CompanionDeeds"),
    )
    op.create_index("ix_CompanionDeeds_userId_at", "CompanionDeeds", ["userId", "at"])
