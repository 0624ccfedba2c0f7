"""Ids of other services, and the rows of imports that got no entry."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index

import catlog.db.models.accounts  # noqa: F401  (foreign keys point into it)
from catlog.db.declaration import Field, TableModel
from catlog.db.types import UtcDateTime


class CrossId(TableModel, table=True):
    """The MAL id for an anime's id at another service (anilist, kitsu, anidb)."""

    __tablename__ = "CrossId"

    service: str = Field(primary_key=True)
    service_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    mal_id: int


class ImportLeftovers(TableModel, table=True):
    """One row of an imported file without an entry: unresolved (no MAL id is known), or rejected.

    `ids` are the other services' ids of an unresolved row, `entry` is the row as CatLog's JSON, to be imported when its
    MAL id is known. A later import of the same file and format replaces the rows.
    """

    __tablename__ = "ImportLeftovers"
    __table_args__ = (
        Index("ix_ImportLeftovers_userId", "user_id"),
        CheckConstraint("kind IN ('unresolved', 'rejected')", name="kind"),
    )

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="User.id", ondelete="CASCADE")
    imported_at: datetime = Field(sa_type=UtcDateTime)
    file: str
    format: str
    position: int
    kind: str
    mal_id: int | None = None
    title: str
    reason: str
    excerpt: str
    ids: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    entry: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
