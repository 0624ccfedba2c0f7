"""The days of aired episodes, and each user's offset of a title's episode numbers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, and the column with offset 0."""
    op.create_table(
        "AiredEpisode",
        sa.Column("malId", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("aired", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("malId", "number", name="pk_AiredEpisode"),
    )
    op.add_column("UserAnime", sa.Column("episodeOffset", sa.Integer(), server_default="0", nullable=False))
