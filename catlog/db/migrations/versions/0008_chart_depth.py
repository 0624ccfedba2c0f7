"""The days with snapshots and the depth of their charts, computed for existing days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from catlog.db.ranking_days import depth_of

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_SNAPSHOTS = sa.table("DailyRankings", sa.column("snapshotDate", sa.Date()), sa.column("rank", sa.Integer()))


def upgrade() -> None:
    """Create the table and fill it."""
    days = op.create_table(
        "RankingDays",
        sa.Column("snapshotDate", sa.Date(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("snapshots", sa.Integer(), nullable=False),
        sa.CheckConstraint("depth >= 0", name=op.f("ck_RankingDays_depth")),
        sa.CheckConstraint("snapshots > 0", name=op.f("ck_RankingDays_snapshots")),
        sa.PrimaryKeyConstraint("snapshotDate", name="pk_RankingDays"),
        sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    day = _SNAPSHOTS.c.snapshotDate
    current = connection.execute(sa.select(sa.func.min(day))).scalar()
    while current is not None:
        ranks = connection.execute(sa.select(_SNAPSHOTS.c.rank).where(day == current)).scalars().all()
        row = {"snapshotDate": current, "depth": depth_of(filter(None, ranks)), "snapshots": len(ranks)}
        connection.execute(sa.insert(days).values(row))
        current = connection.execute(sa.select(sa.func.min(day)).where(day > current)).scalar()
