"""Users, their revocable sessions, and counts of failed sign-ins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index

from catlog.db.declaration import Field, TableModel
from catlog.db.types import UtcDateTime


class User(TableModel, table=True):
    """One user. The folded columns are unique: names regardless of case and Unicode form.

    `password` is a hash: argon2id, or the bcrypt of an imported account until its first sign-in; that of the local
    identity is `catlog.accounts.local.WITHOUT_PASSWORD`, which no password verifies. `email` is optional. `timezone` is
    the name of the zone whose days are this person's, None for those of the machine; `title_language` is a
    `TitleLanguage`, None for that of the settings. `role` is `member` or `admin`, as
    in `catlog.access.Role`.
    """

    __tablename__ = "User"

    id: int | None = Field(default=None, primary_key=True)
    username: str
    username_folded: str = Field(unique=True)
    email: str | None = None
    email_folded: str | None = Field(default=None, unique=True)
    password: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    timezone: str | None = None
    title_language: str | None = None
    role: str = Field(default="member", sa_column_kwargs={"server_default": "member"})


class UserSession(TableModel, table=True):
    """One sign-in. A token is valid only with its row here (`jti`), so that it can be revoked before it expires."""

    __tablename__ = "UserSession"
    __table_args__ = (Index("ix_UserSession_userId", "user_id"),)

    id: int | None = Field(default=None, primary_key=True)
    jti: str = Field(unique=True)
    user_id: int = Field(foreign_key="User.id", ondelete="CASCADE")
    source: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_used_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LoginThrottle(TableModel, table=True):
    """Failed sign-ins of one account, existing or not, or of one source; `subject` says which.

    `failures` sets the delay of the next attempt after `last_at`; `unseen` is reported at the next sign-in.
    """

    __tablename__ = "LoginThrottle"

    subject: str = Field(primary_key=True)
    failures: int = 0
    unseen: int = 0
    last_at: datetime = Field(sa_type=UtcDateTime)
