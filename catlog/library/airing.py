"""When the next episodes air, told from what the catalogue knows: first day, weekday, time and zone of the broadcast.

MyAnimeList names a weekly slot, not episodes. So slot k of a title is its first one plus k weeks, and carries episode
k + 1: right until a broadcaster skips a week. Every answer made this way is an estimate and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlmodel import Session, col

from catlog.db.models import ProcessedAnime, UserAnime
from catlog.library.entries import Status

WEEK = timedelta(days=7)
WEEKDAYS = ("mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays")
DEFAULT_ZONE = "Asia/Tokyo"
"""Where a broadcast without a zone takes place."""

FINISHED = "Finished Airing"


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A title and what is known of its broadcast; `list_status` is None where it is on none.

    `first_day` is a day in the zone of the broadcast.
    """

    mal_id: int
    title: str
    list_status: Status | None
    watched: int
    episodes: int | None
    airing_status: str | None
    first_day: date | None
    weekday: str | None
    clock_time: str | None
    zone: str | None


@dataclass(frozen=True, slots=True)
class Airing:
    """One coming episode. `at` is aware, in UTC; `behind` counts the aired episodes not watched yet."""

    mal_id: int
    title: str
    episode: int
    episodes: int | None
    at: datetime
    behind: int


def load_broadcasts(session: Session, user_id: int) -> list[Broadcast]:
    """Return the titles of a list that are watched, paused or planned and not known to be over. One query."""
    entry, anime = UserAnime, ProcessedAnime
    open_statuses = [Status.WATCHING, Status.PLAN_TO_WATCH, Status.ON_HOLD]
    query = (
        select(
            *(col(c) for c in (entry.mal_id, anime.title, entry.status, entry.episodes_watched, anime.episodes)),
            *(col(c) for c in (anime.status, anime.aired_from)),
            *(col(c) for c in (anime.broadcast_day, anime.broadcast_time, anime.broadcast_timezone)),
        )
        .join(anime, col(anime.mal_id) == col(entry.mal_id))
        .where(col(entry.user_id) == user_id, col(entry.status).in_(open_statuses))
        .order_by(col(entry.mal_id))
    )
    rows: Iterable[Any] = session.connection().execute(query)
    return [Broadcast(mal_id, title, Status(status), *rest) for mal_id, title, status, *rest in rows]


def coming(broadcasts: Iterable[Broadcast], *, now: datetime, until: datetime) -> list[Airing]:
    """Return the episodes that air after `now` and up to `until`, soonest first."""
    return sorted(
        (airing for broadcast in broadcasts for airing in _coming(broadcast, now, until)),
        key=lambda airing: (airing.at, airing.mal_id),
    )


def aired(broadcast: Broadcast, now: datetime) -> int | None:
    """Return how many episodes were out at `now`; None where nobody can tell."""
    if broadcast.airing_status == FINISHED:
        return broadcast.episodes
    first = first_slot(broadcast)
    if first is None:
        return None
    out = slots_until(first, now)
    return min(out, broadcast.episodes) if broadcast.episodes else out


def first_slot(broadcast: Broadcast) -> datetime | None:
    """Return when the first episode airs or aired, in the zone of the broadcast; None where that is not known.

    A premiere outside the weekly slot counts as the first slot after it.
    """
    weekday, at = (broadcast.weekday or "").lower(), _clock_time(broadcast.clock_time)
    if broadcast.first_day is None or weekday not in WEEKDAYS or at is None:
        return None
    later = (WEEKDAYS.index(weekday) - broadcast.first_day.weekday()) % 7
    return datetime.combine(broadcast.first_day + timedelta(days=later), at, _zone(broadcast.zone))


def slot(first: datetime, number: int) -> datetime:
    """Return the instant of a slot, counted from 0, in UTC: the same time on the clock of the broadcast each week."""
    return (first + number * WEEK).astimezone(UTC)  # aware arithmetic in one zone is arithmetic on its clock


def slots_until(first: datetime, now: datetime) -> int:
    """Return how many slots lie at or before `now`."""
    count = max((now - first) // WEEK + 1, 0)
    if slot(first, count) <= now:  # an hour was put forward or back meanwhile
        return count + 1
    return count - 1 if count and slot(first, count - 1) > now else count


def _coming(broadcast: Broadcast, now: datetime, until: datetime) -> Iterator[Airing]:
    first = first_slot(broadcast)
    if first is None or broadcast.airing_status == FINISHED:
        return
    behind = max((aired(broadcast, now) or 0) - broadcast.watched, 0)
    number = slots_until(first, now)
    while (at := slot(first, number)) <= until and (not broadcast.episodes or number < broadcast.episodes):
        yield Airing(broadcast.mal_id, broadcast.title, number + 1, broadcast.episodes, at, behind)
        number += 1


def _clock_time(text: str | None) -> time | None:
    try:
        return time.fromisoformat(text) if text else None
    except ValueError:
        return None


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or DEFAULT_ZONE)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(DEFAULT_ZONE)
