"""Accounts: users, sessions, failed sign-ins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the account tables."""
    op.create_table(
        "User",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("usernameFolded", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("emailFolded", sa.String(), nullable=False),
        sa.Column("password", sa.String(), nullable=False),
        sa.Column("createdAt", sa.DateTime(), nullable=False),
        sa.Column("updatedAt", sa.DateTime(), nullable=False),
        sa.Column("disabledAt", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_User"),
        sa.UniqueConstraint("usernameFolded", name="uq_User_usernameFolded"),
        sa.UniqueConstraint("emailFolded", name="uq_User_emailFolded"),
    )

    op.create_table(
        "UserSession",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jti", sa.String(), nullable=False),
        sa.Column("userId", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("createdAt", sa.DateTime(), nullable=False),
        sa.Column("lastUsedAt", sa.DateTime(), nullable=False),
        sa.Column("expiresAt", sa.DateTime(), nullable=False),
        sa.Column("revokedAt", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_UserSession"),
        sa.UniqueConstraint("jti", name="uq_UserSession_jti"),
        sa.ForeignKeyConstraint(["userId"], ["User.id"], name="fk_UserSession_userId", ondelete="CASCADE"),
    )
    op.create_index("ix_UserSession_userId", "UserSession", ["userId"])

    op.create_table(
        "LoginThrottle",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("unseen", sa.Integer(), nullable=False),
        sa.Column("lastAt", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_LoginThrottle"),
    )
