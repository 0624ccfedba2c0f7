"""A cache of the next episodes in a small file, so that a shell prompt need not load the database layer.

The cache is valid until the database file or the stored sign-ins change; a PostgreSQL server has no file to compare, so
that there it is valid for ten minutes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from catlog.atomic_files import MALFORMED, write_private
from catlog.config import Settings, database_identity
from catlog.errors import UnavailableError
from catlog.ownership import read_own

REACH = timedelta(days=14)
"""How far ahead the cache reaches."""

SERVER_MAX_AGE = timedelta(minutes=10)
_MAX_AGE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class UpcomingEpisode:
    """One upcoming episode for a prompt; `at` is aware, in UTC.

    `episode` is its number as text, ~8 for an estimate, None where unknown.
    """

    title: str
    episode: str | None
    at: datetime


def database_stamp(settings: Settings) -> str:
    """Return a hash that changes with the database file and the stored sign-ins, from a few file times."""
    parts = [settings.titles, database_identity(settings.database_url), _changed(settings.paths.state / "tokens")]
    if settings.database_url.startswith("sqlite:///"):
        file = settings.database_url.removeprefix("sqlite:///")
        # An empty write-ahead log comes and goes with every reader.
        parts += [_changed(Path(file)), _changed(Path(f"{file}-wal"), unless_empty=True)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def store(settings: Settings, episodes: Sequence[UpcomingEpisode], *, stamp: str, now: datetime) -> None:
    """Write the cache; failing to is no error."""
    rows = [[episode.title, episode.episode, episode.at.isoformat()] for episode in episodes]
    content = {"stamp": stamp, "read": now.isoformat(), "upcoming": rows}
    with suppress(UnavailableError):
        write_private(_file(settings), json.dumps(content, ensure_ascii=False).encode())


def load(settings: Settings, *, now: datetime) -> list[UpcomingEpisode] | None:
    """Return the cached episodes after `now`, or None where the cache is not valid."""
    on_server = not settings.database_url.startswith("sqlite:///")
    try:
        content = json.loads(read_own(_file(settings)))
        age = now - datetime.fromisoformat(content["read"])
        fresh = timedelta(0) <= age <= (SERVER_MAX_AGE if on_server else _MAX_AGE)
        if not fresh or content["stamp"] != database_stamp(settings):
            return None
        found = [UpcomingEpisode(str(t), _number(e), datetime.fromisoformat(at)) for t, e, at in content["upcoming"]]
    except (OSError, *MALFORMED):
        return None
    return [episode for episode in found if episode.at > now]


def _number(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise ValueError("a number without its mark is an older CatLog's")


def _file(settings: Settings) -> Path:
    name = hashlib.sha256(settings.database_url.encode()).hexdigest()[:16]
    return settings.paths.cache / "upcoming" / f"{name}.json"


def _changed(file: Path, *, unless_empty: bool = False) -> str:
    try:
        found = file.stat()
    except OSError:
        return "-"
    return "-" if unless_empty and found.st_size == 0 else f"{found.st_mtime_ns}:{found.st_size}:{found.st_ino}"
