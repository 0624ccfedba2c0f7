"""The keys that sign tokens: random, in a file of their own (0600), each with an id, rotated once a month."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from catlog import clock
from catlog.atomic_files import MALFORMED, open_lock, read_private, write_private
from catlog.errors import ConfigError
from catlog.paths import Paths

KEY_BYTES = 32
"""Length of a key."""

RENEWED_AFTER = timedelta(days=30)
"""How long a key signs."""

KEPT_FOR = timedelta(days=31)
"""How long a key still verifies after it last signed: longer than any token is valid."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key; tokens refer to it by `kid`."""

    kid: str
    secret: bytes
    made_at: datetime

    def __repr__(self) -> str:
        """Show everything but the secret."""
        return f"Key(kid={self.kid!r})"


def key_file(paths: Paths) -> Path:
    """Return the file of this machine's keys. Removing the file signs everybody out."""
    return paths.state / "keys.json"


def signing_key(paths: Paths) -> Key:
    """Return the current signing key, a new one where there is none or the last is too old."""
    keys = _read(paths)
    if keys and _still_signs(keys[0]):
        return keys[0]
    with _lock(paths):
        keys = _read(paths)  # another process may have been faster
        return keys[0] if keys and _still_signs(keys[0]) else _renew(paths, keys)


def verifying_key(paths: Paths, kid: str) -> Key | None:
    """Return the key with this id if it may still verify, else None."""
    return next((key for key in _verifying(_read(paths)) if key.kid == kid), None)


def rotate(paths: Paths) -> Key:
    """Create a new signing key now and return it; tokens signed before stay valid."""
    with _lock(paths):
        return _renew(paths, _read(paths))


def _still_signs(key: Key) -> bool:
    # A key from the future was made under a wrong clock: it must not sign for years.
    return -RENEWED_AFTER < clock.now() - key.made_at < RENEWED_AFTER


def _verifying(keys: list[Key]) -> Iterator[Key]:
    """Yield the keys, newest first, that may have signed a valid token."""
    ends = [key.made_at + RENEWED_AFTER for key in keys]
    for key, end, next_made in zip(keys, ends, [*ends[:1], *(key.made_at for key in keys)], strict=False):
        if clock.now() - min(end, next_made) < KEPT_FOR:
            yield key


def _renew(paths: Paths, keys: list[Key]) -> Key:
    now = clock.now()
    made = Key(secrets.token_hex(8), secrets.token_bytes(KEY_BYTES), now)
    rows = [
        {"kid": key.kid, "secret": base64.b64encode(key.secret).decode(), "madeAt": key.made_at.isoformat()}
        for key in _verifying([made, *keys])
    ]
    write_private(key_file(paths), json.dumps({"keys": rows}).encode())
    return made


def _read(paths: Paths) -> list[Key]:
    file = key_file(paths)
    stored = read_private(file)
    if stored is None:
        return []
    try:
        rows = json.loads(stored)["keys"]
        keys = [
            Key(str(row["kid"]), base64.b64decode(row["secret"]), datetime.fromisoformat(row["madeAt"])) for row in rows
        ]
        if any(len(key.secret) != KEY_BYTES or key.made_at.tzinfo is None for key in keys):
            raise ValueError
    except MALFORMED:
        raise ConfigError(f"{file} is damaged", hint="remove it: everybody then signs in again") from None
    return keys


@contextmanager
def _lock(paths: Paths) -> Iterator[None]:
    handle = open_lock(key_file(paths).with_suffix(".lock"))
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
