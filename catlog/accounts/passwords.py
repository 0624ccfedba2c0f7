"""Passwords: rules for new ones, hashing with argon2id, and verification.

Each hash takes 46 MiB: at most four are computed at once on one host, so that a flood cannot exhaust its memory.
"""

from __future__ import annotations

import base64
import fcntl
import os
import random
import re
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from catlog.accounts.names import fold
from catlog.atomic_files import open_lock
from catlog.errors import BusyError, InvalidArgumentError
from catlog.paths import Paths

if TYPE_CHECKING:
    from argon2 import PasswordHasher

PASSWORD_LENGTH = (8, 1024)
"""The least and the most characters of a password."""

MEMORY_KIB, PASSES, LANES = 46 * 1024, 1, 1
"""Parameters of argon2id: the first of the equally strong ones in OWASP's password storage cheat sheet."""

COMMON_PASSWORDS = Path(__file__).with_name("common_passwords.txt")
"""The most common passwords, one a line, in lower case."""

_ARGON2 = re.compile(r"\$argon2id?\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+")
_BCRYPT = re.compile(r"\$2[aby]\$(\d\d)\$[A-Za-z0-9./]{53}")
_BCRYPT_BYTES = 72
_BCRYPT_COST_LIMIT = 14


def check_new_password(password: str, username: str) -> None:
    """Raise InvalidArgumentError unless `password` may become the one of `username`. There are no composition rules."""
    shortest, longest = PASSWORD_LENGTH
    if not shortest <= len(_normal(password)) <= longest:
        raise InvalidArgumentError(f"a password has {shortest} to {longest} characters")
    if fold(password) == fold(username):
        raise InvalidArgumentError("the password is the user name", hint="choose one that is hard to guess")
    if fold(password) in _common():
        raise InvalidArgumentError("this password is one of the first that a guesser tries", hint="take another one")


def hash_password(password: str) -> str:
    """Return the argon2id hash of `password`, with its own salt. Takes 46 MiB and some 50 ms: see `slots`."""
    return hasher().hash(_bytes(password))


def verify_password(stored: str | None, password: str) -> bool:
    """Say whether `password` belongs to the hash `stored`; None stands for a user who does not exist.

    That user, and one without a password, costs as much work as any other.
    """
    real = stored is not None and is_usable(stored)
    if stored is not None and real and _BCRYPT.fullmatch(stored):
        return _verify_bcrypt(stored, password)
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return hasher().verify(stored if stored is not None and real else _nobodys_hash(), _bytes(password)) and real
    except (VerificationError, InvalidHashError):
        return False


def is_usable(stored: str) -> bool:
    """Say whether any password could belong to a hash: an imported account may have come with none that is verified.

    An imported bcrypt hash may have any cost, and a cost of 31 would keep the machine busy for days.
    """
    if (bcrypt := _BCRYPT.fullmatch(stored)) is not None:
        return int(bcrypt[1]) <= _BCRYPT_COST_LIMIT
    return _ARGON2.fullmatch(stored) is not None


def needs_rehash(stored: str) -> bool:
    """Say whether a hash was made in another way than `hash_password` makes them now."""
    return _BCRYPT.match(stored) is not None or hasher().check_needs_rehash(stored)


def _verify_bcrypt(stored: str, password: str) -> bool:
    import bcrypt

    try:
        # Whoever made these hashes let the rest of a long password count for nothing.
        return bcrypt.checkpw(password.encode("utf-8", "surrogatepass")[:_BCRYPT_BYTES], stored.encode())
    except ValueError:
        return False


def _normal(password: str) -> str:
    # Keyboards differ in how they write the same character.
    return unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    return _normal(password).encode("utf-8", "surrogatepass")


def _nobodys_hash() -> str:
    salt, digest = (base64.b64encode(bytes(size)).decode().rstrip("=") for size in (16, 32))
    return f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${digest}"


@cache
def hasher() -> PasswordHasher:
    """Return what hashes, with the parameters above."""
    from argon2 import PasswordHasher  # 30 ms that only signing in needs

    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)


@cache
def _common() -> frozenset[str]:
    return frozenset(fold(line) for line in COMMON_PASSWORDS.read_text("utf-8").splitlines())


SLOTS = 4
"""The number of slots."""

TIMEOUT_SECONDS = 30.0
"""The longest wait for a slot."""


@contextmanager
def hashing_slot(paths: Paths) -> Iterator[None]:
    """Hold a slot inside the block; the end of the process releases it, too.

    Raises BusyError when no slot becomes free for half a minute.
    """
    handle = _wait_for_slot(paths)
    try:
        yield
    finally:
        os.close(handle)


def _wait_for_slot(paths: Paths) -> int:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    numbers = list(range(SLOTS))
    while True:
        random.shuffle(numbers)
        for number in numbers:
            handle = _try_slot(paths, number)
            if handle is not None:
                return handle
        if time.monotonic() > deadline:
            raise BusyError("too many people are signing in on this machine", hint="try again in a moment")
        time.sleep(random.uniform(0.005, 0.02))


def _try_slot(paths: Paths, number: int) -> int | None:
    handle = open_lock(paths.state / "sign-in" / f"slot-{number}.lock")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle
