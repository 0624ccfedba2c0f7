"""The append-only log of all lists, for undo, statistics and the cat."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint

import catlog.db.models.accounts  # noqa: F401  (foreign keys point into it)
from catlog.db.declaration import Field, TableModel
from catlog.db.types import UtcDateTime


class ActivitySteps(TableModel, table=True):
    """One command of a user with all entries that it changed: the unit of undo and redo. Append-only.

    Steps of a user are numbered from 1 without a gap. `position` is the edit the list stood at afterwards, 0 being
    the empty start. An edit has the position it was made at as its `parent`, and stands at itself; an undo (`target`:
    the edit that was undone) stands at that edit's parent, a redo at its target.
    """

    __tablename__ = "ActivitySteps"
    __table_args__ = (
        UniqueConstraint("user_id", "request_id"),
        Index("ix_ActivitySteps_userId_parent", "user_id", "parent"),
    )

    user_id: int = Field(primary_key=True, foreign_key="User.id", ondelete="CASCADE")
    step: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    position: int
    parent: int | None = None
    target: int | None = None
    request_id: str | None = None


class ActivityLog(TableModel, table=True):
    """One change of one entry: the fields that differ before and after, or the whole entry and NULL.

    origin: app, cli, import, undo or redo. Append-only, so the log is also the history of an entry.
    """

    __tablename__ = "ActivityLog"
    __table_args__ = (
        Index("ix_ActivityLog_userId_step", "user_id", "step"),
        Index("ix_ActivityLog_userId_malId", "user_id", "mal_id"),
        Index("ix_ActivityLog_userId_at", "user_id", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="User.id", ondelete="CASCADE")
    step: int
    mal_id: int
    action: str
    before: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    after: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    at: datetime = Field(sa_type=UtcDateTime)
    origin: str
