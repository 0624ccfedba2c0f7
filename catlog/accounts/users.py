"""Users: registration, look-up, roles, disabling and deletion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from catlog import clock
from catlog.access import Right, Role, needs
from catlog.accounts.names import check_optional_email, check_username, fold
from catlog.accounts.passwords import check_new_password, hash_password, hashing_slot, is_usable
from catlog.accounts.sessions import SignedIn, require, revoke
from catlog.accounts.throttle import TooManyTriesError, account_subject, source_of, take_source_try
from catlog.config import Settings
from catlog.db import models
from catlog.db.session import Database, Session
from catlog.db.tables import LoginThrottle, User, col
from catlog.errors import CatLogError, InvalidArgumentError, NotFoundError
from catlog.text import clean
from catlog.title_language import TitleLanguage
from catlog.zones import checked_zone

ACCOUNT_ROLES = (Role.MEMBER, Role.ADMIN)
"""The roles that an account can have; owners and guests have no account role."""


@dataclass(frozen=True, slots=True)
class Account:
    """One user, without secrets. `timezone` is None where the account has none of its own.

    `role` is that of the account through SSH: `member` or `admin`.
    """

    id: int
    username: str
    email: str | None
    created_at: datetime
    timezone: str | None
    role: str = Role.MEMBER.value
    disabled: bool = False


@needs(Right.REGISTER)
def register(
    database: Database, settings: Settings, *, username: str, email: str | None = None, password: str
) -> Account:
    """Register a new user and return it; the e-mail address is optional.

    Raises InvalidArgumentError when one of the three breaks its rule or is taken, and TooManyTriesError when this
    source has tried too many taken names: that would reveal who has an account.
    """
    username, email = check_username(username), check_optional_email(email)
    check_new_password(password, username)
    with hashing_slot(settings.paths):
        hashed = hash_password(password)

    def unit(session: Session) -> Account | None:
        # Registered already, where the connection was lost after the commit: no other row has this hash.
        same = select(models.User).where(col(User.password) == hashed)
        if (made := session.execute(same).scalar_one_or_none()) is not None:
            return _account(made)
        if _taken(session, username, email):
            return None
        now = clock.now()
        row = models.User(
            username=username,
            username_folded=fold(username),
            email=email,
            email_folded=fold(email) if email else None,
            password=hashed,
            created_at=now,
            updated_at=now,
        )
        session.add(row)
        session.flush()
        return _account(row)

    try:
        account = database.run(unit)
    except IntegrityError:  # another registration was faster, between the check and the insert
        account = None
    if account is None:
        raise _refusal(database, settings, username, email)
    return account


def any_account(database: Database) -> bool:
    """Say whether there is any account."""
    with database.read() as session:
        return session.connection().execute(select(col(User.id)).limit(1)).first() is not None


def find_account(database: Database, name: str) -> Account | None:
    """Return the user with this name or e-mail address, or None."""
    with database.read() as session:
        row = find_user(session, name)
        return None if row is None else _account(row)


def has_password(session: Session, signed_in: SignedIn) -> bool:
    """Say whether this user has a usable password: an imported account may have none."""
    mine = select(col(User.password)).where(col(User.id) == signed_in.user_id)
    stored = session.connection().execute(mine).scalar_one_or_none()
    return stored is not None and is_usable(stored)


def account_of(database: Database, signed_in: SignedIn) -> Account:
    """Return the account of the signed-in user. Raises NotFoundError when it is deleted."""
    with database.read() as session:
        row = session.get(models.User, signed_in.user_id)
        if row is None:
            raise NotFoundError("this account is gone", hint="catlog account register")
        return _account(row)


def find_user(session: Session, name: str) -> models.User | None:
    """Return the row of the user with this name or e-mail address; a user name has no @."""
    column = col(User.email_folded) if "@" in name else col(User.username_folded)
    return session.execute(select(models.User).where(column == fold(clean(name)))).scalar_one_or_none()


@needs(Right.REGISTER)
def delete_account(database: Database, signed_in: SignedIn, *, typed_name: str) -> None:
    """Delete a user with all their data. Raises InvalidArgumentError unless `typed_name` is their name."""
    if fold(typed_name) != fold(signed_in.username):
        raise InvalidArgumentError(f"{typed_name!r} is not the name of this account: nothing was removed")

    def unit(session: Session) -> None:
        require(session, signed_in)
        # What belongs to a user refers to its row ON DELETE CASCADE.
        connection, subject = session.connection(), account_subject(signed_in.user_id, "")
        connection.execute(delete(User).where(col(User.id) == signed_in.user_id))
        connection.execute(delete(LoginThrottle).where(col(LoginThrottle.subject) == subject))

    database.run(unit)


def set_timezone(database: Database, signed_in: SignedIn, name: str | None) -> str | None:
    """Set the time zone of the account, None for the machine's; return its canonical name.

    All days of this user, also past ones, are those of that zone from now on. Raises InvalidArgumentError for an
    unknown zone.
    """
    zone = None if name is None else checked_zone(name)

    def unit(session: Session) -> None:
        require(session, signed_in)
        mine = update(User).where(col(User.id) == signed_in.user_id)
        session.connection().execute(mine.values(timezone=zone, updated_at=clock.now()))

    database.run(unit)
    return zone


def set_title_language(database: Database, signed_in: SignedIn, language: TitleLanguage | None) -> None:
    """Set the language of titles of the account, None for that of the settings."""

    def unit(session: Session) -> None:
        require(session, signed_in)
        mine = update(User).where(col(User.id) == signed_in.user_id)
        value = None if language is None else language.value
        session.connection().execute(mine.values(title_language=value, updated_at=clock.now()))

    database.run(unit)


@needs(Right.MANAGE_ACCOUNTS)
def set_disabled(database: Database, name: str, *, disabled: bool) -> Account:
    """Disable a user, which ends all their sessions, or enable them again. Raises NotFoundError."""

    def unit(session: Session) -> Account:
        row = find_user(session, name)
        if row is None or row.id is None:
            raise NotFoundError(f"there is no user {name!r}", hint="catlog admin users")
        row.disabled_at = clock.now() if disabled else None
        row.updated_at = clock.now()
        if disabled:
            revoke(session, row.id)
        return _account(row)

    return database.run(unit)


@needs(Right.PROMOTE)
def set_role(database: Database, name: str, role: Role) -> Account:
    """Set the role of a user; a change ends their sessions. Raises NotFoundError."""
    if role not in ACCOUNT_ROLES:
        raise InvalidArgumentError(f"an account cannot be {role.value}: expected member or admin")

    def unit(session: Session) -> Account:
        row = find_user(session, name)
        if row is None or row.id is None:
            raise NotFoundError(f"there is no user {name!r}", hint="catlog admin users")
        if row.role != role.value:
            row.role = role.value
            row.updated_at = clock.now()
            revoke(session, row.id)
        return _account(row)

    return database.run(unit)


@needs(Right.MANAGE_ACCOUNTS)
def list_accounts(database: Database) -> list[Account]:
    """Return all users, oldest account first."""
    with database.read() as session:
        oldest_first = select(models.User).order_by(col(User.created_at), col(User.id))
        return [_account(row) for row in session.execute(oldest_first).scalars()]


def _account(row: models.User) -> Account:
    assert row.id is not None, "stored rows have an id"
    return Account(
        row.id, row.username, row.email, row.created_at, row.timezone, row.role, disabled=row.disabled_at is not None
    )


def _taken(session: Session, username: str, email: str | None) -> str:
    """Return the taken name or address in words, "" where both are free."""
    connection = session.connection()
    if connection.execute(select(col(User.id)).where(col(User.username_folded) == fold(username))).first() is not None:
        return f"the user name {username}"
    same = select(col(User.id)).where(col(User.email_folded) == fold(email or ""))
    if email and connection.execute(same).first() is not None:
        return f"the e-mail address {email}"
    return ""


def _refusal(database: Database, settings: Settings, username: str, email: str | None) -> CatLogError:
    wait = database.run(lambda session: take_source_try(session, source_of(settings)))
    if wait:
        return TooManyTriesError(wait)
    with database.read() as session:
        what = _taken(session, username, email)
    return InvalidArgumentError(f"{what or 'this name'} is taken", hint="is it yours? catlog account login")
