"""The week's broadcasts by weekday in the viewer's time zone, of all titles or of one list.

Times follow from the weekly slot, numbers from `catlog.library.numbering`, which marks estimates. A slot late on a
Saturday in Japan may be on a Friday elsewhere, and moves by an hour where summer time begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select

from catlog.catalogue.vocabulary import AIRING_STATUSES
from catlog.db.session import Session
from catlog.db.shown_title import SHOWN_TITLE
from catlog.db.tables import ProcessedAnime, UserAnime, col
from catlog.library.airing import Broadcast
from catlog.library.broadcasts import aired_days_column, parse_aired_days
from catlog.library.entries import Status
from catlog.library.numbering import Showing
from catlog.library.records import ScheduledEpisode
from catlog.library.weekly import WEEKDAYS, weekly_slot
from catlog.zones import Zone

_SOMETIME = date(2000, 1, 3)
"""A first day for titles without one: their slot follows from weekday and time alone."""

_ON_AIR = (AIRING_STATUSES["airing"], AIRING_STATUSES["upcoming"])


@dataclass(frozen=True, slots=True)
class Schedule:
    """Broadcasts, soonest first, from `begin` (a day on the viewer's clock) up to before `end`.

    `unplaced` counts the airing titles without a known slot.
    """

    begin: date
    end: date
    rows: tuple[ScheduledEpisode, ...]
    unplaced: int

    def by_day(self) -> dict[date, tuple[ScheduledEpisode, ...]]:
        """Return the broadcasts of each day, also of days without any."""
        days = [self.begin + timedelta(days=number) for number in range((self.end - self.begin).days)]
        return {day: tuple(row for row in self.rows if row.day == day) for day in days}


@dataclass(frozen=True, slots=True)
class _OnAir:
    broadcast: Broadcast
    score: float | None
    list_status: str | None
    as_of: datetime


def read_schedule(
    session: Session,
    begin: date,
    *,
    days: int = 7,
    zone: Zone,
    user_id: int | None = None,
    mine: bool = False,
) -> Schedule:
    """Return the broadcasts of `days` days from `begin` on, in `zone`. One query.

    `mine` leaves out titles that are not on the list of `user_id`, or dropped there.
    """
    end = begin + timedelta(days=days)
    start, stop = zone.begin_of(begin), zone.begin_of(end)
    rows, unplaced = [], 0
    for title in _on_air(session, user_id, mine=mine):
        unplaced += title.broadcast.airing_status == _ON_AIR[0] and not _is_placed(title.broadcast)
        for showing in _showings(title.broadcast, start, stop):
            local = zone.local(showing.at)
            rows.append(
                ScheduledEpisode(
                    mal_id=title.broadcast.mal_id,
                    title=title.broadcast.title,
                    at=showing.at,
                    day=local.date(),
                    weekday=WEEKDAYS[local.weekday()].removesuffix("s"),
                    episode=title.broadcast.shown_number(showing.number),
                    episodes=title.broadcast.shown_number(title.broadcast.episodes),
                    score=title.score,
                    list_status=title.list_status,
                    as_of=title.as_of,
                    estimate=showing.estimate,
                    source_episode=showing.number,
                )
            )
    return Schedule(
        begin,
        end,
        tuple(sorted(rows, key=lambda row: (row.at, row.title, row.mal_id, row.source_episode or 0))),
        unplaced,
    )


def _showings(broadcast: Broadcast, start: datetime, stop: datetime) -> Iterator[Showing]:
    moment = timedelta(microseconds=1)  # the instants are those from `start` on and before `stop`
    return broadcast.numbering(_since(broadcast)).between(start - moment, stop - moment)


def _is_placed(broadcast: Broadcast) -> bool:
    return weekly_slot(_SOMETIME, broadcast.weekday, broadcast.clock_time, broadcast.zone) is not None


def _since(broadcast: Broadcast) -> date | None:
    return _SOMETIME if broadcast.airing_status == _ON_AIR[0] else None


def _on_air(session: Session, user_id: int | None, *, mine: bool) -> Iterator[_OnAir]:
    anime, entry = ProcessedAnime, UserAnime
    of_user = and_(col(entry.mal_id) == col(anime.mal_id), col(entry.user_id) == user_id)
    known = or_(col(anime.broadcast_day).is_not(None), col(anime.status) == _ON_AIR[0])
    query = (
        select(
            col(anime.mal_id),
            SHOWN_TITLE,
            *(col(c) for c in (entry.status, entry.episodes_watched, anime.episodes)),
            *(col(c) for c in (anime.status, anime.aired_from)),
            *(col(c) for c in (anime.broadcast_day, anime.broadcast_time, anime.broadcast_timezone)),
            func.coalesce(col(entry.episode_offset), 0),
            aired_days_column(session.connection().dialect.name),
            *(col(c) for c in (anime.score, anime.processed_at)),
        )
        .outerjoin(entry, of_user)
        .where(col(anime.status).in_(_ON_AIR), known)
    )
    if mine:
        query = query.where(col(entry.status).is_not(None), col(entry.status) != Status.DROPPED)
    rows: Iterable[Any] = session.connection().execute(query)
    for mal_id, title, status, watched, *facts, aired_days, score, as_of in rows:
        listed = Status(status) if status else None
        broadcast = Broadcast._make((mal_id, title, listed, watched or 0, *facts, parse_aired_days(aired_days)))
        yield _OnAir(broadcast, score, status, as_of)
