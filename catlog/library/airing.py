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
from typing import NamedTuple

from catlog.library.entries import Status
from catlog.library.numbering import AiredDays, EpisodeTotal, Numbering
from catlog.library.weekly import weekly_slot

FINISHED = "Finished Airing"

_BEHIND = timedelta(days=90)
_AHEAD = timedelta(days=60)


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
