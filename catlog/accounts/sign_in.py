"""Signing in, and changing the password."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from catlog import clock
from catlog.access import Right, needs
from catlog.accounts.names import fold
from catlog.accounts.passwords import check_new_password, hash_password, hashing_slot, needs_rehash, verify_password
from catlog.accounts.sessions import OpenedSession, SignedIn, open_session, require, revoke
from catlog.accounts.throttle import (
    Subjects,
    TooManyTriesError,
    account_subject,
    forget_old,
    give_back,
    source_of,
    take_try,
)
from catlog.accounts.tokens import make_token
from catlog.accounts.users import find_user
from catlog.config import Settings
from catlog.db import models
from catlog.db.session import Database, Session
from catlog.db.tables import User, UserSession, col
from catlog.errors import NotAllowedError

REFUSAL_SECONDS = 0.5
"""The least time to refuse a wrong password, whatever kind of hash there is, or none."""


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that has just begun. `failed` counts the wrong passwords since the last right one."""

    signed_in: SignedIn
    token: str
    failed: int = 0

    def __repr__(self) -> str:
        """Show everything but the token."""
        return f"NewSession(signed_in={self.signed_in!r}, failed={self.failed})"


@dataclass(frozen=True, slots=True)
class _Candidate:
    """The user of a name, if any, and the wait before the password is verified."""

    user_id: int | None
    stored: str | None
    subjects: Subjects
    wait: timedelta


@dataclass(frozen=True, slots=True)
class _Proof:
    """A verified password: its user, the stored hash, and the hash that replaces it, if any."""

    user_id: int
    stored: str
    renewed: str | None
    subjects: Subjects


@needs(Right.SIGN_IN)
def sign_in(database: Database, settings: Settings, *, name: str, password: str) -> NewSession:
    """Begin a session for the user with this name or e-mail address.

    Raises NotAllowedError, with one and the same text whether there is such a user or not, and TooManyTriesError.
    """
    proof = _prove(database, settings, name, password)

    def unit(session: Session) -> tuple[OpenedSession, int]:
        user = _proven(session, proof)
        if user.disabled_at is not None:
            raise NotAllowedError("this account is disabled", hint="ask the administrator of this CatLog")
        user.password = proof.renewed or user.password
        failed = give_back(session, proof.subjects)
        forget_old(session)
        return open_session(session, user, proof.subjects.source, settings.zone_of(user.timezone)), failed

    return new_session(settings, *database.run(unit))


@needs(Right.SIGN_IN)
def begin_session(database: Database, settings: Settings, user_id: int) -> NewSession:
    """Begin a session without a password: for a user who has just registered. Raises NotAllowedError."""
    return new_session(settings, begin_without_token(database, settings, user_id))


def begin_without_token(database: Database, settings: Settings, user_id: int) -> OpenedSession:
    """Begin a session without a password that lives only as long as this process. Raises NotAllowedError.

    For a user whom sshd has identified: no token is made, so that no key is needed.
    """

    def unit(session: Session) -> OpenedSession:
        user = session.get(models.User, user_id)
        if user is None or user.disabled_at is not None:
            raise NotAllowedError("there is no such account, or it is disabled")
        return open_session(session, user, source_of(settings), settings.zone_of(user.timezone))

    return database.run(unit)


def check_password(database: Database, settings: Settings, signed_in: SignedIn, password: str) -> int:
    """Verify the password of the signed-in user; return the count of wrong passwords since the last right one.

    The session is unchanged. Raises NotAllowedError when the password is wrong or the session has ended.
    """
    proof = _prove_own(database, settings, signed_in, password)

    def unit(session: Session) -> int:
        require(session, signed_in)
        if _proven(session, proof).id != signed_in.user_id:
            raise _refusal()
        return give_back(session, proof.subjects)

    return database.run(unit)


def change_password(database: Database, settings: Settings, signed_in: SignedIn, *, current: str, new: str) -> int:
    """Replace the password and end all other sessions; return the count of wrong passwords since the last right one.

    Raises InvalidArgumentError when the new one is not acceptable, NotAllowedError when the current one is wrong.
    """
    check_new_password(new, signed_in.username)
    proof = _prove_own(database, settings, signed_in, current)
    with hashing_slot(settings.paths):
        hashed = hash_password(new)

    def unit(session: Session) -> int:
        require(session, signed_in)
        user = _proven(session, proof)
        if user.id != signed_in.user_id:
            raise _refusal()
        user.password = hashed
        user.updated_at = clock.now()
        revoke(session, signed_in.user_id, col(UserSession.id) != signed_in.session_id)
        return give_back(session, proof.subjects)

    return database.run(unit)


def _prove_own(database: Database, settings: Settings, signed_in: SignedIn, password: str) -> _Proof:
    # After the session has ended no password is verified, and the attempt is not counted.
    database.run(lambda session: require(session, signed_in))
    return _prove(database, settings, signed_in.username, password)


def _prove(database: Database, settings: Settings, name: str, password: str) -> _Proof:
    started = time.monotonic()
    # The slot comes first: attempts that wait for one are not counted yet, so that many users who sign in at once
    # from one source do not look like guessing.
    with hashing_slot(settings.paths):
        candidate = database.run(lambda session: _candidate(session, name, source_of(settings)))
        if candidate.wait:
            raise TooManyTriesError(candidate.wait)
        right = verify_password(candidate.stored, password)
        if right and candidate.user_id is not None and candidate.stored is not None:
            renewed = hash_password(password) if needs_rehash(candidate.stored) else None
            return _Proof(candidate.user_id, candidate.stored, renewed, candidate.subjects)
    time.sleep(max(0.0, started + REFUSAL_SECONDS - time.monotonic()))
    raise _refusal()


def _candidate(session: Session, name: str, source: str) -> _Candidate:
    user = find_user(session, name)
    user_id, stored = (None, None) if user is None else (user.id, user.password)
    subjects = Subjects(account_subject(user_id, fold(name)), source)
    return _Candidate(user_id, stored, subjects, take_try(session, subjects))


def _proven(session: Session, proof: _Proof) -> models.User:
    same = select(models.User).where(col(User.id) == proof.user_id).with_for_update()
    user: models.User | None = session.execute(same).scalar_one_or_none()
    if user is None or user.password != proof.stored:  # changed since it was verified
        raise _refusal()
    return user


def new_session(settings: Settings, opened: OpenedSession, failed: int = 0) -> NewSession:
    """Return an opened session with its token."""
    token = make_token(settings.paths, opened.claims, opened.issued_at, opened.expires_at)
    return NewSession(opened.signed_in, token, failed)


def _refusal() -> NotAllowedError:
    return NotAllowedError("the name or the password is wrong")
