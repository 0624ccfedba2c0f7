"""First schema: catalogue, rankings, run log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create all tables."""
    op.create_table(
        "AnimeGenre",
        sa.Column("malId", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("genre", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("malId", "genre", name="pk_AnimeGenre"),
    )
    op.create_index("ix_AnimeGenre_genre", "AnimeGenre", ["genre"])

    op.create_table(
        "DailyRankings",
        sa.Column("malId", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("snapshotDate", sa.Date(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("scoredBy", sa.Integer(), nullable=True),
        sa.Column("members", sa.Integer(), nullable=True),
        sa.Column("popularity", sa.Integer(), nullable=True),
        sa.Column("etlRunId", sa.String(), nullable=False),
        sa.CheckConstraint("rank > 0", name=op.f("ck_DailyRankings_rank")),
        sa.CheckConstraint("score > 0 AND score <= 10", name=op.f("ck_DailyRankings_score")),
        sa.PrimaryKeyConstraint("malId", "snapshotDate", name="pk_DailyRankings"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_DailyRankings_day_rank", "DailyRankings", ["snapshotDate", "rank"], postgresql_include=["malId"]
    )
    op.create_index(
        "ix_DailyRankings_top",
        "DailyRankings",
        ["malId", "snapshotDate", "rank"],
        sqlite_where=sa.text("rank <= 50"),
        postgresql_where=sa.text("rank <= 50"),
    )

    op.create_table(
        "EtlLogs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("runId", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=True),
        sa.Column("snapshotDate", sa.Date(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("pipelineStep", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("startTime", sa.DateTime(), nullable=False),
        sa.Column("heartbeatAt", sa.DateTime(), nullable=False),
        sa.Column("endTime", sa.DateTime(), nullable=True),
        sa.Column("pagesAsked", sa.Integer(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("duplicates", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("rowsProcessed", sa.Integer(), nullable=False),
        sa.Column("shifted", sa.Boolean(), nullable=False),
        sa.Column("degraded", sa.Boolean(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("errorMessage", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_EtlLogs"),
        sa.UniqueConstraint("runId", name="uq_EtlLogs_runId"),
    )
    op.create_index("ix_EtlLogs_startTime", "EtlLogs", ["startTime"])

    op.create_table(
        "EtlRejects",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("etlRunId", sa.String(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("malId", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("excerpt", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_EtlRejects"),
    )
    op.create_index("ix_EtlRejects_etlRunId", "EtlRejects", ["etlRunId"])

    op.create_table(
        "ProcessedAnime",
        sa.Column("malId", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("titleEnglish", sa.String(), nullable=True),
        sa.Column("titleJapanese", sa.String(), nullable=True),
        sa.Column("synonyms", sa.JSON(), nullable=False),
        sa.Column("type", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("episodes", sa.Integer(), nullable=True),
        sa.Column("duration", sa.String(), nullable=True),
        sa.Column("rating", sa.String(), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("scoredBy", sa.Integer(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("members", sa.Integer(), nullable=True),
        sa.Column("popularity", sa.Integer(), nullable=True),
        sa.Column("favorites", sa.Integer(), nullable=True),
        sa.Column("airedFrom", sa.Date(), nullable=True),
        sa.Column("airedTo", sa.Date(), nullable=True),
        sa.Column("season", sa.String(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("broadcastDay", sa.String(), nullable=True),
        sa.Column("broadcastTime", sa.String(), nullable=True),
        sa.Column("broadcastTimezone", sa.String(), nullable=True),
        sa.Column("studios", sa.JSON(), nullable=False),
        sa.Column("imageUrl", sa.String(), nullable=True),
        sa.Column("synopsis", sa.String(), nullable=True),
        sa.Column("processedAt", sa.DateTime(), nullable=False),
        sa.Column("etlRunId", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("malId", name="pk_ProcessedAnime"),
    )
    op.create_index("ix_ProcessedAnime_rank", "ProcessedAnime", ["rank"])

    op.create_table(
        "RawAnimeData",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("etlRunId", sa.String(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("sourceApi", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("httpStatus", sa.Integer(), nullable=False),
        sa.Column("ingestedAt", sa.DateTime(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_RawAnimeData"),
    )
    op.create_index("ix_RawAnimeData_etlRunId_page", "RawAnimeData", ["etlRunId", "page"])
