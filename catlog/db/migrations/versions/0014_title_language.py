"""The language of titles of an account; the default is the setting's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("User", sa.Column("titleLanguage", sa.String(), nullable=True))
