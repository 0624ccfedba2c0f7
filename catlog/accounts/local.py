"""The local identity: on an embedded database the user of the machine has a list at once, without a password.

A database is embedded if all of this holds at the moment of use; anything else is shared, and asks for an account:

- it is an SQLite file, opened by its path with the owner's role: neither PostgreSQL nor a guest's connection
  (`catlog ssh-entry` sets the guest and the role before the database is opened);
- the file is a plain one, and its owner is the user this process runs as (the effective uid). A file of root does not
  count for anybody else, nor one of theirs for root;
- the file, its folder and the folders above pass the rules of `catlog.ownership`: nobody else may change, replace or
  redirect it;
- its folder also belongs to that user, and is not writable for others even with the sticky bit, as in /tmp, where
  others could put files beside it.

Who passes this can read and write the whole database anyway, so a password would protect nothing.

The identity is made only where there is no account at all, in one transaction that holds the write lock: of two
processes that start at once, the second finds it. Its account is marked by `WITHOUT_PASSWORD` instead of a hash; no
password verifies that, so signing in with one is refused like a wrong password. No token is made for it: its session is
found in the database, so nothing that is copied from this machine opens it. The session has no idle limit. It is not
opened for a disabled account, nor after `protect` has given the account a password, which ends it. Accounts that were
imported without a password carry another mark and are never opened.
"""

from __future__ import annotations

import os
import pwd
import stat

from sqlalchemy import select

from catlog import clock
from catlog.access import Right, Role, needs
from catlog.accounts.names import check_username, fold
from catlog.accounts.passwords import check_new_password, hash_password, hashing_slot
from catlog.accounts.sessions import OpenedSession, SignedIn, open_session, require, resume_local, revoke
from catlog.accounts.sign_in import NewSession, new_session
from catlog.accounts.throttle import source_of
from catlog.config import Settings
from catlog.db import models
from catlog.db.schema import sqlite_file
from catlog.db.session import Database, Session
from catlog.db.tables import User, col
from catlog.errors import CatLogError, InvalidArgumentError, NotAllowedError
from catlog.ownership import check_file

WITHOUT_PASSWORD = "local"  # noqa: S105 - a mark that no password verifies
"""What the account has in place of a hash."""

FALLBACK_NAME = "me"
"""The name where that of the machine's user is no valid user name; too short for anybody to register it."""


def is_embedded(database: Database, settings: Settings) -> bool:
    """Say whether the database is this machine user's own; the module says what that takes."""
    if not database.is_sqlite or database.role is not Role.OWNER or settings.guest is not None:
        return False
    try:
        file = check_file(sqlite_file(database), linked=True)
        if file is None:
            return False
        status, folder = file.lstat(), file.parent.lstat()
    except (CatLogError, OSError):
        return False
    own = os.geteuid()
    return (
        stat.S_ISREG(status.st_mode)
        and status.st_uid == folder.st_uid == own
        and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        and not folder.st_mode & stat.S_IWOTH
    )


@needs(Right.SIGN_IN)
def local_user(database: Database, settings: Settings, *, make: bool) -> SignedIn | None:
    """Return the local identity of an embedded database, None where there is none, or it is protected or disabled.

    With `make` it is made where there is no account yet.
    """
    if not is_embedded(database, settings):
        return None
    if (present := resume_local(database, settings, WITHOUT_PASSWORD)) is not None:
        return present
    with database.read() as session:
        found = session.connection().execute(_STATES).all()
    if found and not any(password == WITHOUT_PASSWORD and disabled is None for _, password, disabled in found):
        return None
    if not found and not make:
        return None

    def unit(session: Session) -> SignedIn | None:
        row = _row(session)
        if row is None or row.disabled_at is not None:
            return None
        zone = settings.zone_of(row.timezone)
        return open_session(session, row, source_of(settings), zone, local=True).signed_in

    return database.run(unit)


def protect(database: Database, settings: Settings, signed_in: SignedIn, new: str) -> NewSession:
    """Give the local identity a password; all its sessions end, and an ordinary one begins.

    Raises InvalidArgumentError when the password is not acceptable, NotAllowedError when the account has one already.
    """
    check_new_password(new, signed_in.username)
    database.run(lambda session: require(session, signed_in))
    with hashing_slot(settings.paths):
        hashed = hash_password(new)

    def unit(session: Session) -> OpenedSession:
        require(session, signed_in)
        mine = select(models.User).where(col(User.id) == signed_in.user_id).with_for_update()
        row = session.execute(mine).scalar_one()
        if not signed_in.local or row.password != WITHOUT_PASSWORD:
            raise NotAllowedError("this account has a password already", hint="catlog account password")
        row.password = hashed
        row.updated_at = clock.now()
        revoke(session, signed_in.user_id)
        return open_session(session, row, source_of(settings), settings.zone_of(row.timezone))

    return new_session(settings, database.run(unit))


def _row(session: Session) -> models.User | None:
    """Return the row of the local identity, made where there is no account; None where there are only others."""
    rows = session.execute(select(models.User).order_by(col(User.id))).scalars().all()
    if rows:
        return next((row for row in rows if row.password == WITHOUT_PASSWORD), None)
    name, now = _machine_name(), clock.now()
    row = models.User(
        username=name, username_folded=fold(name), password=WITHOUT_PASSWORD, created_at=now, updated_at=now
    )
    session.add(row)
    session.flush()
    return row


def _machine_name() -> str:
    try:
        return check_username(pwd.getpwuid(os.geteuid()).pw_name)
    except (KeyError, InvalidArgumentError):
        return FALLBACK_NAME


_STATES = select(col(User.id), col(User.password), col(User.disabled_at))
