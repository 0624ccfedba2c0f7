"""The present list entries of every user."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Column, Index, UniqueConstraint

import catlog.db.models.accounts
import catlog.db.models.catalogue  # noqa: F401  (foreign keys point into both)
from catlog.db.declaration import Field, TableModel
from catlog.db.types import UtcDateTime

_STATUSES = "'WATCHING', 'COMPLETED', 'ON_HOLD', 'DROPPED', 'PLAN_TO_WATCH'"


class UserAnime(TableModel, table=True):
    """One anime on one user's list.

    Dates are partial (`2021`, `2021-05`, `2021-05-03`). `extra` has uninterpreted values of other programs.
    `episode_offset` is added to the source's numbers of airing episodes for display. `version` is the step
    (`ActivitySteps`) that last wrote the row: it only grows, even if an entry is removed and added again.
    """

    __tablename__ = "UserAnime"
    __table_args__ = (
        UniqueConstraint("user_id", "mal_id"),
        Index("ix_UserAnime_userId_status", "user_id", "status"),
        CheckConstraint(f"status IN ({_STATUSES})", name="status"),
        CheckConstraint('"personalRating" BETWEEN 1 AND 10', name="personalRating"),
        CheckConstraint("score100 BETWEEN 0 AND 100", name="score100"),
        CheckConstraint('"episodesWatched" >= 0', name="episodesWatched"),
        CheckConstraint('"rewatchCount" >= 0', name="rewatchCount"),
        CheckConstraint("NOT rewatching OR status = 'COMPLETED'", name="rewatching"),
    )

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="User.id", ondelete="CASCADE")
    mal_id: int = Field(foreign_key="ProcessedAnime.mal_id", index=True)
    status: str = "PLAN_TO_WATCH"
    personal_rating: int | None = None
    score100: int | None = None
    notes: str = ""
    tags: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    is_favorite: bool = False
    episodes_watched: int = 0
    start_date: str | None = None
    completed_date: str | None = None
    rewatching: bool = False
    rewatch_count: int = 0
    extra: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    episode_offset: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    version: int
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
