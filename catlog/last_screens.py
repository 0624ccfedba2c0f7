"""What the screens of a user showed last, in a small file, so that the first frame need not wait for the library.

Each user of each database has a file of its own (mode 0600). It is valid for the version of CatLog that wrote it, and
while database file and sign-in are the same; signing out deletes it. The content is plain records
(`catlog.plain_records`), which whoever reads them checks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from catlog import __version__
from catlog.atomic_files import MALFORMED, write_private
from catlog.config import Settings, database_identity
from catlog.errors import CatLogError
from catlog.ownership import read_own
from catlog.plain_records import Plain

MAX_BYTES = 1_000_000
"""The most that is written or read: Home has some 20 KB, a list up to 100."""


def stamp(settings: Settings) -> str:
    """Return a hash that changes with CatLog's version, the database file, the sign-in and the language of titles."""
    identity = database_identity(settings.database_url)
    token = settings.paths.state / "tokens" / f"{identity}.token"
    parts = [__version__, settings.titles, settings.guest or "", _stat(token, whole=True)]
    if settings.database_url.startswith("sqlite:///"):
        parts.append(_stat(Path(settings.database_url.removeprefix("sqlite:///"))))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def load(settings: Settings) -> Mapping[str, Any]:
    """Return the plain values by name; none where the file is missing, damaged or of another user."""
    try:
        content = read_own(_file(settings))
        if len(content) > MAX_BYTES:
            return {}
        kept = json.loads(content)
        return kept["shown"] if kept["stamp"] == stamp(settings) and isinstance(kept["shown"], dict) else {}
    except (OSError, CatLogError, *MALFORMED):
        return {}


def store(settings: Settings, shown: Mapping[str, Plain], at: str) -> None:
    """Write the plain values of some screens; `at` is the stamp from before they were read.

    That they cannot be written is no fault.
    """
    if at != stamp(settings):
        return
    whole = {"stamp": at, "shown": {**load(settings), **shown}}
    content = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
    if len(content) <= MAX_BYTES:
        with suppress(CatLogError):
            write_private(_file(settings), content)


def forget(settings: Settings) -> None:
    """Delete the file."""
    with suppress(OSError):
        _file(settings).unlink(missing_ok=True)


def _file(settings: Settings) -> Path:
    name = f"{database_identity(settings.database_url)}\0{settings.guest or ''}"
    return settings.paths.cache / "screens" / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.json"


def _stat(file: Path, *, whole: bool = False) -> str:
    try:
        found = file.stat()
    except OSError:
        return "-"
    return f"{found.st_ino}:{found.st_mtime_ns}" if whole else str(found.st_ino)
