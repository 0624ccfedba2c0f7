"""When the next episodes of a list's titles air, and how many released ones are unwatched.

MyAnimeList has a weekly slot, and the aired dates of episodes on a title's own page: `catlog.library.numbering` derives
numbers from both and marks estimates. An unknown number is never guessed.

Everything stored or counted is in the source's numbering: days, totals, episodes watched, released or unwatched. An
entry's offset moves the numbers that are shown of broadcasts and nothing else (`Broadcast.own`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, and_, case, cast, func, select, type_coerce

from catlog.db.session import Session
from catlog.db.shown_title import SHOWN_TITLE
from catlog.db.tables import AiredEpisode, ProcessedAnime, UserAnime, col
from catlog.library.entries import Status
from catlog.library.numbering import AiredDays, EpisodeTotal, Numbering
from catlog.library.weekly import weekly_slot

FINISHED = "Finished Airing"

_BEHIND = timedelta(days=90)
_AHEAD = timedelta(days=60)

_STATUSES = {status.value: status for status in Status}
_OPEN = (Status.WATCHING, Status.PLAN_TO_WATCH, Status.ON_HOLD)


class Broadcast(NamedTuple):
    """A title and its broadcast; `list_status` is None where it is on no list.

    A tuple, because a list may have ten thousand of them.

    `first_day` and `aired_days` are days in the zone of the broadcast. All numbers are the source's, `watched` too;
    `offset` is what the user adds to those that are shown.
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
    offset: int = 0
    aired_days: AiredDays = ()

    def numbering(self, since: date | None = None) -> Numbering:
        """Return the numbering of the episodes; `since` begins the weekly slots where no day is known."""
        known = self.first_day or (self.aired_days[0][1] if self.aired_days else since)
        slot = weekly_slot(known, self.weekday, self.clock_time, self.zone)
        return Numbering(self.aired_days, slot, premiere=self.first_day, total=self.episodes, zone=self.zone)

    def shown_number(self, number: int | None) -> int | None:
        """Return a number of the source plus the offset; None where that is below 1."""
        return number + self.offset if number is not None and number + self.offset > 0 else None


@dataclass(frozen=True, slots=True)
class AirTime:
    """What of a title is out and not watched, and when its next episode airs; unknown is None.

    `first` is the first unwatched episode, on air since `since`; it and `coming` are the numbers to show. `over` says
    that every episode is out.
    """

    unseen: EpisodeTotal | None
    first: int | None
    since: datetime | None
    coming: int | None
    coming_at: datetime | None
    coming_estimate: bool
    over: bool


@dataclass(frozen=True, slots=True)
class Airing:
    """One coming episode. `at` is aware, in UTC.

    `episode` of `episodes` are the numbers to show, with the user's offset: None where that is below 1, or where the
    number is unknown, and then `source_episode`, the source's own, is None as well.

    `behind` counts the released episodes not watched yet, None where unknown. `estimate` and `behind_estimate` say
    which of the two were counted and are not from the source.
    """

    mal_id: int
    title: str
    episode: int | None
    episodes: int | None
    at: datetime
    behind: int | None
    estimate: bool = False
    behind_estimate: bool = False
    source_episode: int | None = field(kw_only=True)


def load_broadcasts(session: Session, user_id: int) -> list[Broadcast]:
    """Return the broadcasts of the titles watched, paused or planned. One query at any length."""
    entry, anime = UserAnime, ProcessedAnime
    connection = session.connection()
    query = (
        select(
            col(entry.mal_id),
            SHOWN_TITLE,
            *(col(c) for c in (entry.status, entry.episodes_watched, anime.episodes)),
            *(col(c) for c in (anime.status, anime.aired_from)),
            *(col(c) for c in (anime.broadcast_day, anime.broadcast_time, anime.broadcast_timezone)),
            col(entry.episode_offset),
            aired_days_column(connection.dialect.name),
        )
        .join(anime, col(anime.mal_id) == col(entry.mal_id))
        .where(col(entry.user_id) == user_id, col(entry.status).in_(_OPEN))
        .order_by(col(entry.mal_id))
    )
    rows: Iterable[Any] = connection.execute(query)
    return [
        Broadcast._make((mal_id, title, _STATUSES[status], *facts, parse_aired_days(aired_days)))
        for mal_id, title, status, *facts, aired_days in rows
    ]


def load_broadcast(session: Session, mal_id: int, user_id: int | None) -> Broadcast | None:
    """Return the broadcast of one title, on the user's list or not; None where the catalogue lacks it."""
    entry, anime = UserAnime, ProcessedAnime
    connection = session.connection()
    query = (
        select(
            col(anime.mal_id),
            SHOWN_TITLE,
            *(col(c) for c in (entry.status, entry.episodes_watched, anime.episodes)),
            *(col(c) for c in (anime.status, anime.aired_from)),
            *(col(c) for c in (anime.broadcast_day, anime.broadcast_time, anime.broadcast_timezone)),
            func.coalesce(col(entry.episode_offset), 0),
            aired_days_column(connection.dialect.name),
        )
        .outerjoin(entry, and_(col(entry.mal_id) == col(anime.mal_id), col(entry.user_id) == user_id))
        .where(col(anime.mal_id) == mal_id)
    )
    row: Any = connection.execute(query).first()
    if row is None:
        return None
    _, title, status, watched, *facts, aired_days = row
    listed = _STATUSES[status] if status else None
    return Broadcast._make((mal_id, title, listed, watched or 0, *facts, parse_aired_days(aired_days)))


def aired_days_column(dialect: str) -> ColumnElement[str | None]:
    """Return the column with the stored days of a `ProcessedAnime`'s episodes, for `parse_aired_days`.

    Null for a title that has finished. One text a title: a row for every episode would take five times as long.
    """
    episode, anime = AiredEpisode, ProcessedAnime
    day = type_coerce(col(episode.aired), String) if dialect == "sqlite" else func.to_char(episode.aired, "YYYY-MM-DD")
    pairs = func.aggregate_strings(cast(col(episode.number), String) + ":" + day, ",")
    aired_days = select(pairs).where(col(episode.mal_id) == col(anime.mal_id)).correlate(anime).scalar_subquery()
    return case((func.coalesce(col(anime.status), "") == FINISHED, None), else_=aired_days)


def parse_aired_days(text: str | None) -> AiredDays:
    """Parse a value of `aired_days_column`."""
    if text is None:
        return ()
    pairs = (one.split(":") for one in text.split(","))
    return tuple(sorted((int(number), date.fromisoformat(day)) for number, day in pairs))


def upcoming_episodes(broadcasts: Iterable[Broadcast], *, now: datetime, until: datetime) -> list[Airing]:
    """Return the episodes that air after `now` and up to `until`, soonest first."""
    return sorted(
        (airing for broadcast in broadcasts for airing in _coming(broadcast, now, until)),
        key=lambda airing: (airing.at, airing.mal_id, airing.source_episode or 0),
    )


def aired_episodes(broadcast: Broadcast, now: datetime) -> EpisodeTotal | None:
    """Return how many episodes were released at `now`, by the source's count; None where unknown."""
    if broadcast.airing_status == FINISHED:
        return EpisodeTotal(broadcast.episodes, estimate=False) if broadcast.episodes else None
    return broadcast.numbering().released(now)


def unwatched_episodes(broadcast: Broadcast, now: datetime) -> EpisodeTotal | None:
    """Return how many episodes released at `now` are not watched yet; None where unknown."""
    out = aired_episodes(broadcast, now)
    return None if out is None else _unseen(broadcast, out)


def air_time(broadcast: Broadcast, now: datetime) -> AirTime:
    """Return what of a title is out at `now`, and what comes next within `_AHEAD`."""
    over = broadcast.airing_status == FINISHED
    unseen = unwatched_episodes(broadcast, now)
    first = broadcast.shown_number(broadcast.watched + 1) if unseen is not None and unseen.number else None
    if over:
        return AirTime(unseen, first, None, None, None, False, over)
    numbering = broadcast.numbering()
    past = numbering.between(now - _BEHIND, now) if first is not None else ()
    since = next((showing.at for showing in past if showing.number == broadcast.watched + 1), None)
    coming = next(iter(numbering.between(now, now + _AHEAD)), None)
    if coming is None:
        return AirTime(unseen, first, since, None, None, False, over)
    return AirTime(unseen, first, since, broadcast.shown_number(coming.number), coming.at, coming.estimate, over)


def known_unwatched(broadcast: Broadcast, now: datetime) -> int | None:
    """Return how many unwatched episodes are released for certain, maybe fewer than all; None where unknown."""
    over = broadcast.airing_status == FINISHED
    known = broadcast.episodes if over else broadcast.numbering().known_released(now)
    return None if not known else _unseen(broadcast, EpisodeTotal(known, estimate=False)).number


def _unseen(broadcast: Broadcast, out: EpisodeTotal) -> EpisodeTotal:
    return EpisodeTotal(max(out.number - broadcast.watched, 0), out.estimate)


def _coming(broadcast: Broadcast, now: datetime, until: datetime) -> Iterator[Airing]:
    if broadcast.airing_status == FINISHED:
        return
    numbering = broadcast.numbering()
    out = numbering.released(now)
    late = None if out is None else _unseen(broadcast, out)
    for showing in numbering.between(now, until):
        yield Airing(
            broadcast.mal_id,
            broadcast.title,
            broadcast.shown_number(showing.number),
            broadcast.shown_number(broadcast.episodes),
            showing.at,
            late.number if late else None,
            showing.estimate,
            late.estimate if late else False,
            source_episode=showing.number,
        )
