"""Results of the stage-two jobs: five tables, and the run that wrote each part of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "GenrePercentiles",
        sa.Column("snapshotDate", sa.Date(), nullable=False),
        sa.Column("genre", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("scoreP10", sa.Float(), nullable=True),
        sa.Column("scoreP25", sa.Float(), nullable=True),
        sa.Column("scoreP50", sa.Float(), nullable=True),
        sa.Column("scoreP75", sa.Float(), nullable=True),
        sa.Column("scoreP90", sa.Float(), nullable=True),
        sa.Column("rankP25", sa.Float(), nullable=True),
        sa.Column("rankP50", sa.Float(), nullable=True),
        sa.Column("rankP75", sa.Float(), nullable=True),
        sa.Column("scoreMeanWeighted", sa.Float(), nullable=True),
        sa.Column("asOf", sa.Date(), nullable=False),
        sa.Column("computedAt", sa.DateTime(), nullable=False),
        sa.Column("runId", sa.String(), nullable=False),
        sa.Column("engine", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("snapshotDate", "genre", name="pk_GenrePercentiles"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ResultParts",
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("windowDays", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("snapshotDate", sa.Date(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("asOf", sa.Date(), nullable=False),
        sa.Column("computedAt", sa.DateTime(), nullable=False),
        sa.Column("runId", sa.String(), nullable=False),
        sa.Column("engine", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("job", "windowDays", "snapshotDate", name="pk_ResultParts"),
    )
    op.create_table(
        "RollingMomentumAnalysis",
        sa.Column("snapshotDate", sa.Date(), nullable=False),
        sa.Column("windowDays", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("malId", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("rankMean", sa.Float(), nullable=True),
        sa.Column("scoreMean", sa.Float(), nullable=True),
        sa.Column("rankChange", sa.Integer(), nullable=True),
        sa.Column("scoreChange", sa.Float(), nullable=True),
        sa.Column("membersChange", sa.Integer(), nullable=True),
        sa.Column("momentumZ", sa.Float(), nullable=True),
        sa.Column("asOf", sa.Date(), nullable=False),
        sa.Column("computedAt", sa.DateTime(), nullable=False),
        sa.Column("runId", sa.String(), nullable=False),
        sa.Column("engine", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("snapshotDate", "windowDays", "malId", name="pk_RollingMomentumAnalysis"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "TrendCorrelation",
        sa.Column("malIdA", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("malIdB", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("metric", sa.String(), nullable=False),
        sa.Column("windowDays", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("pearson", sa.Float(), nullable=False),
        sa.Column("spearman", sa.Float(), nullable=False),
        sa.Column("pValue", sa.Float(), nullable=False),
        sa.Column("qValue", sa.Float(), nullable=False),
        sa.Column("asOf", sa.Date(), nullable=False),
        sa.Column("computedAt", sa.DateTime(), nullable=False),
        sa.Column("runId", sa.String(), nullable=False),
        sa.Column("engine", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("malIdA", "malIdB", "metric", "windowDays", name="pk_TrendCorrelation"),
    )
    op.create_index("ix_TrendCorrelation_malIdB", "TrendCorrelation", ["malIdB"])
    op.create_table(
        "TrendSignificance",
        sa.Column("malId", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("metric", sa.String(), nullable=False),
        sa.Column("windowDays", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("m", sa.Integer(), nullable=False),
        sa.Column("slopePerDay", sa.Float(), nullable=True),
        sa.Column("intercept", sa.Float(), nullable=True),
        sa.Column("r2", sa.Float(), nullable=True),
        sa.Column("senSlope", sa.Float(), nullable=True),
        sa.Column("tau", sa.Float(), nullable=True),
        sa.Column("drift", sa.Float(), nullable=False),
        sa.Column("stderr", sa.Float(), nullable=False),
        sa.Column("tStat", sa.Float(), nullable=True),
        sa.Column("pValue", sa.Float(), nullable=False),
        sa.Column("ciLow", sa.Float(), nullable=False),
        sa.Column("ciHigh", sa.Float(), nullable=False),
        sa.Column("qValue", sa.Float(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("asOf", sa.Date(), nullable=False),
        sa.Column("computedAt", sa.DateTime(), nullable=False),
        sa.Column("runId", sa.String(), nullable=False),
        sa.Column("engine", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("malId", "metric", "windowDays", name="pk_TrendSignificance"),
    )
    op.create_table(
        "VolatilityRankings",
        sa.Column("malId", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("windowDays", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("rankStddev", sa.Float(), nullable=True),
        sa.Column("rankRange", sa.Integer(), nullable=True),
        sa.Column("meanAbsRankChange", sa.Float(), nullable=True),
        sa.Column("scoreStddev", sa.Float(), nullable=True),
        sa.Column("volatilityRank", sa.Integer(), nullable=True),
        sa.Column("asOf", sa.Date(), nullable=False),
        sa.Column("computedAt", sa.DateTime(), nullable=False),
        sa.Column("runId", sa.String(), nullable=False),
        sa.Column("engine", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("malId", "windowDays", name="pk_VolatilityRankings"),
    )
