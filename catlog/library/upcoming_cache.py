"""The next episodes in a small file, so that a shell prompt can show them without waking the database layer.

The file counts as long as nothing has changed: the database file is what it was when the answer was read from it (a
PostgreSQL server cannot be looked at that way, so there it counts for ten minutes), and so are the kept sign-ins.
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
"""How far ahead the file looks."""

SERVER_ANSWER_COUNTS_FOR = timedelta(minutes=10)
_ANSWER_COUNTS_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class UpcomingEpisode:
    """One coming episode, as short as a prompt wants it; `at` is aware, in UTC.

    `episode` is its number as people read it, ~8 for an estimate, None where there is none to show.
    """

    title: str
    episode: str | None
    at: datetime


def database_stamp(settings: Settings) -> str:
    """Return what changes whenever the database file or the kept sign-ins do, from a few file times alone."""
    parts = [database_identity(settings.database_url), _changed(settings.paths.state / "tokens")]
    if settings.database_url.startswith("sqlite:///"):
        file = settings.database_url.removeprefix("sqlite:///")
        # An empty write-ahead log comes and goes with every reader.
        parts += [_changed(Path(file)), _changed(Path(f"{file}-wal"), unless_empty=True)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def store(settings: Settings, episodes: Sequence[UpcomingEpisode], *, stamp: str, now: datetime) -> None:
    """Write the file; not being able to is no fault."""
    rows = [[episode.title, episode.episode, episode.at.isoformat()] for episode in episodes]
    content = {"stamp": stamp, "read": now.isoformat(), "upcoming": rows}
    with suppress(UnavailableError):
        write_private(_file(settings), json.dumps(content, ensure_ascii=False).encode())


def load(settings: Settings, *, now: datetime) -> list[UpcomingEpisode] | None:
    """Return the episodes after `now` that the file has, or None where it does not count."""
    on_server = not settings.database_url.startswith("sqlite:///")
    try:
        content = json.loads(read_own(_file(settings)))
        age = now - datetime.fromisoformat(content["read"])
        fresh = timedelta(0) <= age <= (SERVER_ANSWER_COUNTS_FOR if on_server else _ANSWER_COUNTS_FOR)
        if not fresh or content["stamp"] != database_stamp(settings):
            return None
        found = [UpcomingEpisode(str(t), _number(e), datetime.fromisoformat(at)) for t, e, at in content["upcoming"]]
    except (OSError, *MALFORMED):
        return None
    return [episode for episode in found if episode.at > now]


def _number(told: object) -> str | None:
    if told is None or isinstance(told, str):
        return told
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
