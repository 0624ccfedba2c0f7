"""Throttling of sign-ins: attempts are counted in the database, before the password is verified.

An attempt is counted as failed in the transaction that allows it, and uncounted when the password was right, so that
any number of concurrent guesses get as many attempts as one after the other.

An account has 5 failures free; then each doubles the wait before the next attempt, from 1 s up to 15 min. A source has
10 attempts, and one more each minute. No wait is longer, so nobody is locked out for good.

The source of a sign-in, its client's address, has a count of its own.
"""

from __future__ import annotations

import hashlib
import ipaddress
import os
import platform
import pwd
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from catlog import clock
from catlog.config import Settings
from catlog.db import models
from catlog.db.session import Session
from catlog.db.tables import LoginThrottle, col
from catlog.errors import NotAllowedError
from catlog.text import clean

FREE_FAILURES = 5
"""Failures of an account before the first wait."""

LONGEST_WAIT = timedelta(minutes=15)
"""The longest wait between two attempts on one account."""

QUIET = timedelta(days=1)
"""Time without an attempt after which failures are forgotten."""

SOURCE_TRIES = 10
"""Attempts that a source has at once."""

SOURCE_PACE = timedelta(minutes=1)
"""Time after which a source gets one more attempt."""


class TooManyTriesError(NotAllowedError):
    """Too many wrong passwords: none was verified. `wait` is the time until the next attempt."""

    def __init__(self, wait: timedelta) -> None:
        seconds = -(-wait // timedelta(seconds=1))
        shown = f"{seconds} s" if seconds < 120 else f"{-(-seconds // 60)} min"
        super().__init__("too many failed sign-ins", hint=f"try again in {shown}")
        self.wait = wait


def describe_failures(failed: int) -> str:
    """Return the notice about wrong passwords since the last right one, "" for none."""
    times = "once" if failed == 1 else f"{failed} times"
    return f"since you were last here, a wrong password was given {times}" if failed else ""


@dataclass(frozen=True, slots=True)
class Subjects:
    """The account and the source that an attempt counts against."""

    account: str
    source: str


def account_subject(user_id: int | None, folded_name: str) -> str:
    """Return the key of an account: unknown names wait like all others, or the wait would show which exist."""
    if user_id is not None:
        return f"user:{user_id}"
    return f"name:{hashlib.sha256(folded_name.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def take_try(session: Session, subjects: Subjects) -> timedelta:
    """Allow one attempt and count it as failed, or return the wait before it (zero when it was allowed).

    Needs a writing transaction of its own, which ends before the password is hashed.
    """
    account, source = _locked(session, subjects.account), _locked(session, f"source:{subjects.source}")
    now = clock.now()  # after the locks, which may have taken a while
    wait = max(_account_wait(account, now), _source_wait(source, now))
    if not wait:
        account.failures += 1
        account.unseen += 1
        account.last_at = now
        source.failures += 1
    return wait


def take_source_try(session: Session, source: str) -> timedelta:
    """Count one attempt against the source alone, or return the wait before it."""
    row = _locked(session, f"source:{source}")
    wait = _source_wait(row, clock.now())
    if not wait:
        row.failures += 1
    return wait


def give_back(session: Session, subjects: Subjects) -> int:
    """Forget an account's failures after a right password; return how many its owner has not been notified of.

    The source gets only this try back: else a guesser with an account of his own could sign in between guesses.
    """
    account, source = _locked(session, subjects.account), _locked(session, f"source:{subjects.source}")
    failed = max(0, account.unseen - 1)
    source.failures = max(0, source.failures - 1)
    session.delete(account)
    return failed


def forget_old(session: Session) -> None:
    """Remove expired rows; those of users stay until their owners are notified."""
    old = col(LoginThrottle.last_at) < clock.now() - QUIET
    session.execute(delete(LoginThrottle).where(old, ~col(LoginThrottle.subject).startswith("user:")))


def _account_wait(row: models.LoginThrottle, now: datetime) -> timedelta:
    _mend_clock(row, now)
    if now - row.last_at > QUIET:
        row.failures = 0
    if row.failures < FREE_FAILURES:
        return timedelta(0)
    doublings = min(row.failures - FREE_FAILURES, 10)
    wait = min(timedelta(seconds=2**doublings), LONGEST_WAIT)
    return max(row.last_at + wait - now, timedelta(0))


def _source_wait(row: models.LoginThrottle, now: datetime) -> timedelta:
    """Return the wait of a source, whose `last_at` is the moment up to which `failures` have leaked away."""
    _mend_clock(row, now)
    leaked = (now - row.last_at) // SOURCE_PACE
    row.failures = max(0, row.failures - leaked)
    row.last_at = row.last_at + leaked * SOURCE_PACE if row.failures else now
    return row.last_at + SOURCE_PACE - now if row.failures >= SOURCE_TRIES else timedelta(0)


def _mend_clock(row: models.LoginThrottle, now: datetime) -> None:
    # Written under a clock that was ahead: without this, the wait would last until the clock gets there.
    row.last_at = min(row.last_at, now)


def _locked(session: Session, subject: str) -> models.LoginThrottle:
    """Return the row of a subject, made if need be, and locked until the transaction ends."""
    statement = select(models.LoginThrottle).where(col(LoginThrottle.subject) == subject).with_for_update()
    # A right password elsewhere may remove a row that has just been added.
    while (row := session.execute(statement).scalar_one_or_none()) is None:
        _insert_if_absent(session, subject)
    found: models.LoginThrottle = row
    return found


def _insert_if_absent(session: Session, subject: str) -> None:
    # SQLAlchemy has this statement once for each database.
    if session.connection().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]  # the same call, another dialect
    values = {"subject": subject, "failures": 0, "unseen": 0, "last_at": clock.now()}
    session.execute(insert(LoginThrottle).values(values).on_conflict_do_nothing())


_IPV6_PREFIX = 64


def source_of(settings: Settings) -> str:
    """Return `ssh ADDRESS` for a guest of `catlog ssh-entry`, otherwise `USER at HOST`.

    Without sshd the address in the environment can be forged, for another source at every attempt. One subscriber has a
    whole /64 of IPv6 addresses, so those count as one.
    """
    if settings.guest is not None and settings.ssh_client:
        return f"ssh {_network(settings.ssh_client)}"
    return clean(f"{_system_user()} at {platform.node() or 'localhost'}", limit=120)


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return clean(address, limit=80)
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((int(parsed), _IPV6_PREFIX), strict=False))


def _system_user() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
