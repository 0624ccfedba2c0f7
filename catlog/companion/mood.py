"""The cat's mood and gauges: a pure function of past events and the time.

Nothing is random and nothing is stored: the same events at the same instant give the same cat, in the app, in
`catlog cat`, after a restart and on every machine. Energy and affection decay, never below `FLOOR`, and rise with every
event: the cat misses you, but it does not punish.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import isqrt

from catlog.companion.events import FEED, PET, MoodEvent
from catlog.library.edit_kinds import EditKind
from catlog.zones import Zone

FLOOR = 0.2
"""The least energy and affection, however long nothing happens."""

START = 0.6
"""Energy and affection of a cat that just moved in."""

ENERGY_HALF_LIFE, AFFECTION_HALF_LIFE = timedelta(days=3), timedelta(days=30)

EVENTS_PER_LEVEL = 5
"""Level n takes `EVENTS_PER_LEVEL` * (n - 1)² events; time never takes a level away, only an undo does."""

AWAKE_FOR, LIVELY_FOR, FRESH_FOR = timedelta(days=4), timedelta(hours=36), timedelta(hours=12)
SOON = timedelta(hours=3)
HUNGRY_AFTER = timedelta(days=7)
"""How long a cat of titles being watched goes without an episode; food helps as well."""

WEEK = 7
"""Days of the week that is told: today, and the six before."""


class Mood(StrEnum):
    """A mood of the cat; each has its film in `frames.txt`."""

    GREETING = "greeting"
    HAPPY = "happy"
    EXCITED = "excited"
    NEUTRAL = "neutral"
    BORED = "bored"
    SLEEPING = "sleeping"


_HUNGRY_MOODS = (Mood.HAPPY, Mood.NEUTRAL, Mood.BORED)
"""Moods that hunger shows through: a cat that sleeps, greets or is excited does not think of it."""

_ENERGY: Mapping[str, float] = {
    EditKind.EPISODE: 0.10,
    EditKind.COMPLETED: 0.25,
    EditKind.RATED: 0.03,
    EditKind.EDIT: 0.03,
    PET: 0.04,
    FEED: 0.25,
}
_AFFECTION: Mapping[str, float] = {
    EditKind.EPISODE: 0.01,
    EditKind.COMPLETED: 0.03,
    EditKind.RATED: 0.003,
    EditKind.EDIT: 0.003,
    PET: 0.03,
    FEED: 0.02,
}


@dataclass(frozen=True, slots=True)
class CatState:
    """The cat at one instant. `energy` and `affection` are 0 to 1; days are those of its owner's time zone.

    `week` are the episodes logged on each of the last seven days, today last.
    `is_hungry` says that titles are being watched, and none had an episode for a week.
    """

    mood: Mood
    energy: float
    affection: float
    level: int
    events: int
    days_together: int
    streak_days: int
    week: tuple[int, ...]
    last_event: datetime | None
    is_hungry: bool = False

    @property
    def episodes_this_week(self) -> int:
        """The episodes of the last seven days."""
        return sum(self.week)


def cat_state(
    events: Sequence[MoodEvent],
    *,
    since: datetime,
    now: datetime,
    zone: Zone,
    next_airing: datetime | None = None,
    earlier: int = 0,
    watches: bool = False,
) -> CatState:
    """Return the state at `now` of a cat that moved in at `since`, from its events, oldest first.

    `zone` is its owner's time zone. `earlier` counts events too old to be among `events`: only the level depends on
    them. `next_airing` is when the next episode of a title being watched airs, where that is known; `watches` says
    whether any title is being watched.
    """
    past = [event for event in events if event.at <= now]
    last = past[-1].at if past else None
    mood = _mood(past, last, since, now, next_airing)
    return CatState(
        mood=mood,
        energy=_gauge(past, since, now, ENERGY_HALF_LIFE, _ENERGY),
        affection=_gauge(past, since, now, AFFECTION_HALF_LIFE, _AFFECTION),
        level=level(earlier + len(past)),
        events=earlier + len(past),
        days_together=max((zone.day_of(now) - zone.day_of(since)).days, 0),
        streak_days=_streak({zone.day_of(event.at) for event in past}, zone.day_of(now)),
        week=_week(past, zone, zone.day_of(now)),
        last_event=last,
        is_hungry=watches and mood in _HUNGRY_MOODS and _is_hungry(past, since, now),
    )


def _is_hungry(past: Sequence[MoodEvent], since: datetime, now: datetime) -> bool:
    watched = [event.at for event in past if event.episodes > 0 or event.kind == FEED]
    return now - max(watched, default=since) >= HUNGRY_AFTER


def level(events: int) -> int:
    """Return the level of the bond after so many events, from 1 up."""
    return isqrt(events // EVENTS_PER_LEVEL) + 1


def _mood(
    past: Sequence[MoodEvent], last: datetime | None, since: datetime, now: datetime, next_airing: datetime | None
) -> Mood:
    if last is None:
        return Mood.GREETING if now - since < AWAKE_FOR else Mood.SLEEPING
    idle = now - last
    today = [event.kind for event in past if now - event.at <= FRESH_FOR]
    if EditKind.COMPLETED in today or today.count(EditKind.EPISODE) >= 4:
        return Mood.EXCITED
    if next_airing is not None and timedelta(0) <= next_airing - now <= SOON and idle <= AWAKE_FOR:
        return Mood.EXCITED
    if idle <= FRESH_FOR:
        before = [event.at for event in past if now - event.at > FRESH_FOR]
        came_back = before and today and now - before[-1] > AWAKE_FOR and len(today) == 1
        return Mood.GREETING if came_back else Mood.HAPPY
    if idle <= LIVELY_FOR:
        return Mood.NEUTRAL
    return Mood.BORED if idle <= AWAKE_FOR else Mood.SLEEPING


def _gauge(
    past: Sequence[MoodEvent], since: datetime, now: datetime, half_life: timedelta, gains: Mapping[str, float]
) -> float:
    value, at = START, min(since, past[0].at) if past else since
    for event in past:
        value = min(1.0, _decayed(value, event.at - at, half_life) + gains[event.kind])
        at = event.at
    return round(_decayed(value, now - at, half_life), 6)


def _decayed(value: float, elapsed: timedelta, half_life: timedelta) -> float:
    return float(FLOOR + (value - FLOOR) * 0.5 ** max(elapsed / half_life, 0.0))


def _week(past: Iterable[MoodEvent], zone: Zone, today: date) -> tuple[int, ...]:
    """Return the episodes logged on each day, as statistics count them: a correction counts against its own day."""
    days = [today - timedelta(days=ago) for ago in range(WEEK - 1, -1, -1)]
    by_title: Counter[tuple[date, int]] = Counter()
    for event in past:
        if event.episodes and (day := zone.day_of(event.at)) >= days[0]:
            by_title[day, event.mal_id] += event.episodes
    counts: Counter[date] = Counter()
    for (day, _), count in by_title.items():
        counts[day] += max(count, 0)
    return tuple(counts[day] for day in days)


def _streak(days: set[date], today: date) -> int:
    # A day is not lost before it is over.
    day = today if today in days else today - timedelta(days=1)
    length = 0
    while day in days:
        length += 1
        day -= timedelta(days=1)
    return length
