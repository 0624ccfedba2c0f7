"""Sessions: each sign-in is a row, and a token is valid only as long as its row."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Exists, Select, delete, insert, or_, select, update

from catlog import clock
from catlog.access import Role, role_of_account
from catlog.accounts.tokens import Claims
from catlog.config import Settings
from catlog.db.naming import table_of
from catlog.db.session import Database, Session
from catlog.db.tables import User, UserSession, col
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
    says that it is the session of this machine's own list, without a password. `titles` is the account's language of
    titles, None where it has none of its own.
    """

    user_id: int
    username: str
    session_id: int
    zone: Zone
    role: Role = Role.MEMBER
    jti: str = field(default="", repr=False)
    local: bool = False
    titles: str | None = None


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
    connection, jti, expires_at = session.connection(), secrets.token_urlsafe(16), NEVER if local else now + LIFETIME
    connection.execute(delete(UserSession).where(col(UserSession.user_id) == user.id, old, ended))
    added = connection.execute(
        insert(UserSession).values(
            jti=jti, user_id=user.id, source=source, created_at=now, last_used_at=now, expires_at=expires_at
        )
    )
    assert added.inserted_primary_key is not None, "one row was added"
    number = added.inserted_primary_key[0]
    signed_in = SignedIn(
        user.id, user.username, number, zone, role_of_account(user.role), jti, local, user.title_language
    )
    return OpenedSession(signed_in, Claims(user.id, jti), now, expires_at)


def resume(database: Database, settings: Settings, claims: Claims | None) -> SignedIn | None:
    """Return the user of the session of these claims and record its use; None when it has ended."""
    if claims is None:
        return None
    mine = (col(UserSession.jti) == claims.jti, col(UserSession.user_id) == claims.user_id)
    return _resume(database, settings, *mine, col(UserSession.expires_at) < NEVER)


def resume_local(database: Database, settings: Settings, password: str) -> SignedIn | None:
    """Return the user of the open local session of the account whose stored `password` this is, and record its use."""
    return _resume(database, settings, col(User.password) == password, col(UserSession.expires_at) == NEVER)


def _resume(database: Database, settings: Settings, *which: ColumnElement[bool]) -> SignedIn | None:
    with database.read() as session:
        row = session.connection().execute(_RESUMED.where(*which, *_open())).one_or_none()
    if row is None:
        return None
    number, user_id, jti, expires_at, last_used_at, username, timezone, role, titles = row
    zone, is_local = settings.zone_of(timezone), expires_at == NEVER
    signed_in = SignedIn(user_id, username, number, zone, role_of_account(role), jti, is_local, titles)
    stale = clock.now() - last_used_at >= TOUCHED_EVERY
    if stale:
        touch(database, signed_in)
    return signed_in


def require(session: Session, signed_in: SignedIn) -> None:
    """Raise SessionEndedError unless the session is open: for every transaction that writes for a user.

    The row stays locked until the transaction ends, so that no write follows the end of its session.
    """
    statement = _OPEN_IDS.where(*_of(signed_in), *_open()).with_for_update(read=True, of=table_of(UserSession))
    if session.connection().execute(statement).one_or_none() is None:
        raise SessionEndedError("your session has ended", hint="catlog account login")


def list_sessions(database: Database, signed_in: SignedIn) -> list[SessionInfo]:
    """Return the open sessions of this user, most recently used first."""
    with database.read() as session:
        rows = session.connection().execute(
            _LISTED.where(col(UserSession.user_id) == signed_in.user_id, *_open()).order_by(
                col(UserSession.last_used_at).desc(), col(UserSession.id).desc()
            )
        )
        return [
            SessionInfo(
                number,
                source,
                created_at,
                last_used_at,
                None if expires_at == NEVER else min(expires_at, last_used_at + IDLE_LIMIT),
                number == signed_in.session_id,
            )
            for number, source, created_at, last_used_at, expires_at in rows
        ]


def end_session(database: Database, signed_in: SignedIn, session_id: int) -> bool:
    """End one session of this user; say whether it was open."""
    return _end(database, signed_in, col(UserSession.id) == session_id) > 0


def end_other_sessions(database: Database, signed_in: SignedIn) -> int:
    """End all sessions of this user but the current one; return how many there were."""
    return _end(database, signed_in, col(UserSession.id) != signed_in.session_id)


def revoke(session: Session, user_id: int, *which: ColumnElement[bool]) -> int:
    """End the open sessions of a user, all of them unless `which` narrows it, inside the caller's transaction."""
    mine = update(UserSession).where(col(UserSession.user_id) == user_id, *_alive(), *which)
    return session.connection().execute(mine.values(revoked_at=clock.now())).rowcount


def _end(database: Database, signed_in: SignedIn, which: ColumnElement[bool]) -> int:
    def unit(session: Session) -> int:
        require(session, signed_in)
        return revoke(session, signed_in.user_id, which)

    return database.run(unit)


def touch(database: Database, signed_in: SignedIn) -> None:
    """Record the use of a session now, if it is open and the database can be written."""

    def unit(session: Session) -> None:
        mine = update(UserSession).where(*_of(signed_in), *_alive())
        session.connection().execute(mine.values(last_used_at=clock.now()))

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
    return _OPEN_IDS.where(*_of(signed_in), *_open()).exists()


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


def _of_users(*columns: Any) -> Select[Any]:  # noqa: ANN401 - columns of any type
    """Return a query of sessions, each joined with its user."""
    return select(*columns).join(User, col(User.id) == col(UserSession.user_id))


_OPEN_IDS = _of_users(col(UserSession.id))
_LISTED = _of_users(
    col(UserSession.id),
    col(UserSession.source),
    col(UserSession.created_at),
    col(UserSession.last_used_at),
    col(UserSession.expires_at),
)
_RESUMED = (
    _of_users(
        col(UserSession.id),
        col(UserSession.user_id),
        col(UserSession.jti),
        col(UserSession.expires_at),
        col(UserSession.last_used_at),
        col(User.username),
        col(User.timezone),
        col(User.role),
        col(User.title_language),
    )
    .order_by(col(UserSession.id))
    .limit(1)
)
