"""List entries, and the log for undo."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of the list."""
    op.create_table(
        "UserAnime",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("userId", sa.Integer(), nullable=False),
        sa.Column("malId", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("personalRating", sa.Integer(), nullable=True),
        sa.Column("score100", sa.Integer(), nullable=True),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("isFavorite", sa.Boolean(), nullable=False),
        sa.Column("episodesWatched", sa.Integer(), nullable=False),
        sa.Column("startDate", sa.String(), nullable=True),
        sa.Column("completedDate", sa.String(), nullable=True),
        sa.Column("rewatching", sa.Boolean(), nullable=False),
        sa.Column("rewatchCount", sa.Integer(), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("createdAt", sa.DateTime(), nullable=False),
        sa.Column("updatedAt", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "status IN ('WATCHING', 'COMPLETED', 'ON_HOLD', 'DROPPED', 'PLAN_TO_WATCH')",
            name=op.f("ck_UserAnime_status"),
        ),
        sa.CheckConstraint('"personalRating" BETWEEN 1 AND 10', name=op.f("ck_UserAnime_personalRating")),
        sa.CheckConstraint("score100 BETWEEN 0 AND 100", name=op.f("ck_UserAnime_score100")),
        sa.CheckConstraint('"episodesWatched" >= 0', name=op.f("ck_UserAnime_episodesWatched")),
        sa.CheckConstraint('"rewatchCount" >= 0', name=op.f("ck_UserAnime_rewatchCount")),
        sa.CheckConstraint("NOT rewatching OR status = 'COMPLETED'", name=op.f("ck_UserAnime_rewatching")),
        sa.PrimaryKeyConstraint("id", name="pk_UserAnime"),
        sa.UniqueConstraint("userId", "malId", name="uq_UserAnime_userId_malId"),
        sa.ForeignKeyConstraint(["userId"], ["User.id"], name="fk_UserAnime_userId", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["malId"], ["ProcessedAnime.malId"], name="fk_UserAnime_malId"),
    )
    op.create_index("ix_UserAnime_userId_status", "UserAnime", ["userId", "status"])
    op.create_index("ix_UserAnime_malId", "UserAnime", ["malId"])

    op.create_table(
        "ActivitySteps",
        sa.Column("userId", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("parent", sa.Integer(), nullable=True),
        sa.Column("target", sa.Integer(), nullable=True),
        sa.Column("requestId", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("userId", "step", name="pk_ActivitySteps"),
        sa.UniqueConstraint("userId", "requestId", name="uq_ActivitySteps_userId_requestId"),
        sa.ForeignKeyConstraint(["userId"], ["User.id"], name="fk_ActivitySteps_userId", ondelete="CASCADE"),
    )
    op.create_index("ix_ActivitySteps_userId_parent", "ActivitySteps", ["userId", "parent"])

    op.create_table(
        "ActivityLog",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("userId", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("malId", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ActivityLog"),
        sa.ForeignKeyConstraint(["userId"], ["User.id"], name="fk_ActivityLog_userId", ondelete="CASCADE"),
    )
    op.create_index("ix_ActivityLog_userId_step", "ActivityLog", ["userId", "step"])
    op.create_index("ix_ActivityLog_userId_malId", "ActivityLog", ["userId", "malId"])
    op.create_index("ix_ActivityLog_userId_at", "ActivityLog", ["userId", "at"])
