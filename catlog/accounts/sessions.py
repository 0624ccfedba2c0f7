"""Sessions: each sign-in is a row, and a token is valid only as long as its row."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, Exists, delete, or_, update
from sqlmodel import Session, col, select

from catlog import clock
from catlog.access import Role, role_of_account
from catlog.accounts.tokens import Claims
from catlog.config import Settings
from catlog.db.models import User, UserSession
from catlog.db.session import Database
from catlog.errors import BusyError, SessionEndedError, UnavailableError
from catlog.zones import Zone

IDLE_LIMIT = timedelta(hours=12)
"""A session ends after so long without use."""

LIFETIME = timedelta(days=30)
"""A session ends so long after its sign-in, however much it is used."""

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""The `expires_at` of the session of the local identity (`catlog.accounts.local`), which has no idle limit either."""

TOUCHED_EVERY = timedelta(minutes=5)
"""The precision of the last use: a command that only reads should not take the write lock each time."""

_KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A signed-in user: the session, the time zone, and the role of the account through SSH.

    `jti` distinguishes the session from a later one of the same id: SQLite reuses the ids of deleted accounts. `local`
    says that it is the session of this machine's own list, without a password.
    """

    user_id: int
    username: str
    session_id: int
    zone: Zone
    role: Role = Role.MEMBER
    jti: str = field(default="", repr=False)
    local: bool = False


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """One open session. `ends_at` is its end without further use, None for one that does not end by itself."""

    id: int
    source: str
    created_at: datetime
    last_used_at: datetime
    ends_at: datetime | None
    current: bool


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A session that has just begun, with the claims of its token."""

    signed_in: SignedIn
    claims: Claims
    issued_at: datetime
    expires_at: datetime


def open_session(session: Session, user: User, source: str, zone: Zone, *, local: bool = False) -> OpenedSession:
    """Add a new session of `user` (a stored row) in `zone`; rows of sessions that ended long ago are deleted.

    A `local` one ends only when it is revoked.
    """
    now = clock.now()
    assert user.id is not None, "stored rows have an id"
    old = col(UserSession.last_used_at) < now - IDLE_LIMIT - _KEPT_FOR
    ended = or_(col(UserSession.expires_at) < NEVER, col(UserSession.revoked_at).is_not(None))
    session.execute(delete(UserSession).where(col(UserSession.user_id) == user.id, old, ended))
    row = UserSession(
        jti=secrets.token_urlsafe(16),
        user_id=user.id,
        source=source,
        created_at=now,
        last_used_at=now,
        expires_at=NEVER if local else now + LIFETIME,
    )
    session.add(row)
    session.flush()
    assert row.id is not None, "flushed rows have an id"
    signed_in = SignedIn(user.id, user.username, row.id, zone, role_of_account(user.role), row.jti, local)
    return OpenedSession(signed_in, Claims(user.id, row.jti), now, row.expires_at)


def resume(database: Database, settings: Settings, claims: Claims | None) -> SignedIn | None:
    """Return the user of the session of these claims and record its use; None when it has ended."""
    if claims is None:
        return None
    mine = (UserSession.jti == claims.jti, UserSession.user_id == claims.user_id, UserSession.expires_at < NEVER)
    return _resume(database, settings, *mine)


def resume_local(database: Database, settings: Settings, password: str) -> SignedIn | None:
    """Return the user of the open local session of the account whose stored `password` this is, and record its use."""
    return _resume(database, settings, User.password == password, UserSession.expires_at == NEVER)


def _resume(database: Database, settings: Settings, *which: ColumnElement[bool] | bool) -> SignedIn | None:
    with database.read() as session:
        found = session.exec(
            select(UserSession, User.username, User.timezone, User.role)
            .join(User)
            .where(*which, *_open())
            .order_by(col(UserSession.id))
            .limit(1)
        ).one_or_none()
        if found is None or found[0].id is None:
            return None
        row, username, timezone, role = found
        zone, is_local = settings.zone_of(timezone), row.expires_at == NEVER
        signed_in = SignedIn(row.user_id, username, found[0].id, zone, role_of_account(role), row.jti, is_local)
        stale = clock.now() - row.last_used_at >= TOUCHED_EVERY
    if stale:
        touch(database, signed_in)
    return signed_in


def require(session: Session, signed_in: SignedIn) -> None:
    """Raise SessionEndedError unless the session is open: for every transaction that writes for a user.

    The row stays locked until the transaction ends, so that no write follows the end of its session.
    """
    statement = select(UserSession.id).join(User).where(*_of(signed_in), *_open())
    if session.exec(statement.with_for_update(read=True, of=UserSession)).one_or_none() is None:
        raise SessionEndedError("your session has ended", hint="catlog account login")


def list_sessions(database: Database, signed_in: SignedIn) -> list[SessionInfo]:
    """Return the open sessions of this user, most recently used first."""
    with database.read() as session:
        rows = session.exec(
            select(UserSession)
            .join(User)
            .where(UserSession.user_id == signed_in.user_id, *_open())
            .order_by(col(UserSession.last_used_at).desc(), col(UserSession.id).desc())
        ).all()
        return [
            SessionInfo(
                row.id,
                row.source,
                row.created_at,
                row.last_used_at,
                None if row.expires_at == NEVER else min(row.expires_at, row.last_used_at + IDLE_LIMIT),
                row.id == signed_in.session_id,
            )
            for row in rows
            if row.id is not None
        ]


def end_session(database: Database, signed_in: SignedIn, session_id: int) -> bool:
    """End one session of this user; say whether it was open."""
    return _end(database, signed_in, col(UserSession.id) == session_id) > 0


def end_other_sessions(database: Database, signed_in: SignedIn) -> int:
    """End all sessions of this user but the current one; return how many there were."""
    return _end(database, signed_in, col(UserSession.id) != signed_in.session_id)


def revoke(session: Session, user_id: int, *which: ColumnElement[bool]) -> int:
    """End the open sessions of a user, all of them unless `which` narrows it, inside the caller's transaction."""
    result = session.execute(
        update(UserSession)
        .where(col(UserSession.user_id) == user_id, *_alive(), *which)
        .values(revoked_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult), "an UPDATE counts rows"
    return result.rowcount


def _end(database: Database, signed_in: SignedIn, which: ColumnElement[bool]) -> int:
    def unit(session: Session) -> int:
        require(session, signed_in)
        return revoke(session, signed_in.user_id, which)

    return database.run(unit)


def touch(database: Database, signed_in: SignedIn) -> None:
    """Record the use of a session now, if it is open and the database can be written."""

    def unit(session: Session) -> None:
        session.execute(
            update(UserSession)
            .where(*_of(signed_in), *_alive())
            .values(last_used_at=clock.now())
            .execution_options(synchronize_session=False)
        )

    # A database that cannot be written now can still be read.
    with suppress(BusyError, UnavailableError):
        database.run(unit)


def _alive() -> tuple[ColumnElement[bool], ...]:
    now = clock.now()
    return (
        col(UserSession.revoked_at).is_(None),
        col(UserSession.expires_at) > now,
        or_(col(UserSession.last_used_at) > now - IDLE_LIMIT, col(UserSession.expires_at) == NEVER),
    )


def is_open(signed_in: SignedIn) -> Exists:
    """Return the condition that a session is open, for use in other queries."""
    which = select(UserSession.id).join(User).where(*_of(signed_in), *_open())
    return which.exists()


def _of(signed_in: SignedIn) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for the row of exactly this session, not of one that reuses its id."""
    return (
        col(UserSession.id) == signed_in.session_id,
        col(UserSession.user_id) == signed_in.user_id,
        col(UserSession.jti) == signed_in.jti,
    )


def _open() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for an open session joined with its user."""
    return (*_alive(), col(User.disabled_at).is_(None))
