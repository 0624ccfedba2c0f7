"""Care for the cat; the rest of its state follows from the activity log."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index

import catlog.db.models.accounts  # noqa: F401  (a foreign key points into it)
from catlog.db.declaration import Field, TableModel
from catlog.db.types import UtcDateTime


class CompanionDeeds(TableModel, table=True):
    """One event: pet, feed, or name with the name in `value`. Rows are only ever added; the last name counts."""

    __tablename__ = "CompanionDeeds"
    __table_args__ = (
        CheckConstraint("kind IN ('pet', 'feed', 'name')", name="kind"),
        Index("ix_CompanionDeeds_userId_at", "user_id", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="User.id", ondelete="CASCADE")
    at: datetime = Field(sa_type=UtcDateTime)
    kind: str
    value: str | None = None
