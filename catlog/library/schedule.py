"""The week's broadcasts by weekday on the viewer's clock, of everything that airs or of one list.

Like every answer of `catlog.library.airing`, an estimate from the weekly slot. A slot late on a Saturday in Japan may
lie on a Friday elsewhere, and moves by an hour where summer time begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from catlog.catalogue.vocabulary import AIRING_STATUSES
from catlog.db.models import ProcessedAnime, UserAnime
from catlog.library.airing import WEEKDAYS, Broadcast, first_slot, slot, slots_until
from catlog.library.entries import Status
from catlog.zones import Zone

_SOMETIME = date(2000, 1, 3)
"""A first day for titles whose own is not known: their slot is told by weekday and time alone."""

_ON_AIR = (AIRING_STATUSES["airing"], AIRING_STATUSES["upcoming"])


@dataclass(frozen=True, slots=True)
class Aired:
    """One broadcast of the week: `at` in UTC, `day` and `weekday` ("friday") on the viewer's clock.

    `episode` is None where the first day is not known; `list_status` where the title stands on the list. `as_of` is
    when the catalogue learned of it.
    """

    mal_id: int
    title: str
    at: datetime
    day: date
    weekday: str
    episode: int | None
    episodes: int | None
    score: float | None
    list_status: str | None
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Schedule:
    """Broadcasts, soonest first, from `begin` (a day on the viewer's clock) up to before `end`.

    `unplaced` counts the titles that are on the air without a slot that is known.
    """

    begin: date
    end: date
    rows: tuple[Aired, ...]
    unplaced: int

    def by_day(self) -> dict[date, tuple[Aired, ...]]:
        """Return the broadcasts of every day, also of those without any."""
        days = [self.begin + timedelta(days=number) for number in range((self.end - self.begin).days)]
        return {day: tuple(row for row in self.rows if row.day == day) for day in days}


@dataclass(frozen=True, slots=True)
class _OnAir:
    broadcast: Broadcast
    score: float | None
    list_status: str | None
    as_of: datetime


def week_of(day: date) -> date:
    """Return the Monday of the week a day lies in."""
    return day - timedelta(days=day.weekday())


def read_schedule(
    session: Session,
    begin: date,
    *,
    days: int = 7,
    zone: Zone,
    user_id: int | None = None,
    mine: bool = False,
) -> Schedule:
    """Return what airs on `days` days from `begin` on, in `zone`. One query.

    `mine` leaves out what is not on the list of `user_id`, or is dropped there.
    """
    end = begin + timedelta(days=days)
    start, stop = zone.begin_of(begin), zone.begin_of(end)
    rows, unplaced = [], 0
    for title in _on_air(session, user_id, mine=mine):
        slots = list(_slots(title.broadcast, start, stop))
        unplaced += first_slot(_placed(title.broadcast)) is None and title.broadcast.airing_status == _ON_AIR[0]
        for at, episode in slots:
            local = zone.local(at)
            rows.append(
                Aired(
                    mal_id=title.broadcast.mal_id,
                    title=title.broadcast.title,
                    at=at,
                    day=local.date(),
                    weekday=WEEKDAYS[local.weekday()].removesuffix("s"),
                    episode=episode,
                    episodes=title.broadcast.episodes,
                    score=title.score,
                    list_status=title.list_status,
                    as_of=title.as_of,
                )
            )
    return Schedule(begin, end, tuple(sorted(rows, key=lambda row: (row.at, row.title, row.mal_id))), unplaced)


def _slots(broadcast: Broadcast, start: datetime, stop: datetime) -> Iterator[tuple[datetime, int | None]]:
    first = first_slot(_placed(broadcast))
    if first is None:
        return
    number = slots_until(first, start - timedelta(microseconds=1))
    while (at := slot(first, number)) < stop:
        if broadcast.first_day is None:
            yield at, None
        elif not broadcast.episodes or number < broadcast.episodes:
            yield at, number + 1
        number += 1


def _placed(broadcast: Broadcast) -> Broadcast:
    if broadcast.first_day or broadcast.airing_status != _ON_AIR[0]:
        return broadcast
    return replace(broadcast, first_day=_SOMETIME)


def _on_air(session: Session, user_id: int | None, *, mine: bool) -> Iterator[_OnAir]:
    anime, entry = ProcessedAnime, UserAnime
    of_user = and_(col(entry.mal_id) == col(anime.mal_id), col(entry.user_id) == user_id)
    known = or_(col(anime.broadcast_day).is_not(None), col(anime.status) == _ON_AIR[0])
    query = (
        select(
            *(col(c) for c in (anime.mal_id, anime.title, entry.status, entry.episodes_watched, anime.episodes)),
            *(col(c) for c in (anime.status, anime.aired_from)),
            *(col(c) for c in (anime.broadcast_day, anime.broadcast_time, anime.broadcast_timezone)),
            *(col(c) for c in (anime.score, anime.processed_at)),
        )
        .outerjoin(entry, of_user)
        .where(col(anime.status).in_(_ON_AIR), known)
    )
    if mine:
        query = query.where(col(entry.status).is_not(None), col(entry.status) != Status.DROPPED)
    rows: Iterable[Any] = session.connection().execute(query)
    for mal_id, title, status, watched, *facts, score, as_of in rows:
        listed = Status(status) if status else None
        yield _OnAir(Broadcast(mal_id, title, listed, watched or 0, *facts), score, status, as_of)
