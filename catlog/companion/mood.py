"""The cat's mood and needs: a pure function of what its human did and when, and of the time it is.

Nothing here is random and nothing is stored: the same deeds at the same instant give the same cat, in the app, in
`catlog cat`, after a restart and on every machine. Energy and affection sink slowly, never below `FLOOR`, and rise
with every deed: the cat misses you, but it does not punish.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import isqrt

from catlog.zones import Zone

FLOOR = 0.2
"""What energy and affection sink to, however long nothing happens."""

START = 0.6
"""Energy and affection of a cat that just moved in."""

ENERGY_HALF_LIFE, AFFECTION_HALF_LIFE = timedelta(days=3), timedelta(days=30)

DEEDS_PER_LEVEL = 5
"""Level n is reached with `DEEDS_PER_LEVEL` * (n - 1)² deeds; no time takes a level away, only an undo does."""

AWAKE_FOR, LIVELY_FOR, FRESH_FOR = timedelta(days=4), timedelta(hours=36), timedelta(hours=12)
SOON = timedelta(hours=3)


class Mood(StrEnum):
    """How the cat is; each has its moving picture in `frames.txt`."""

    GREETING = "greeting"
    HAPPY = "happy"
    EXCITED = "excited"
    NEUTRAL = "neutral"
    BORED = "bored"
    SLEEPING = "sleeping"


class MoodEventKind(StrEnum):
    """What a deed was: what `library.deeds` says of an edit, or what was done for the cat itself."""

    EPISODE = "episode"
    COMPLETED = "completed"
    RATED = "rated"
    EDIT = "edit"
    PET = "pet"
    FEED = "feed"


_ENERGY = {
    MoodEventKind.EPISODE: 0.10,
    MoodEventKind.COMPLETED: 0.25,
    MoodEventKind.RATED: 0.03,
    MoodEventKind.EDIT: 0.03,
    MoodEventKind.PET: 0.04,
    MoodEventKind.FEED: 0.25,
}
_AFFECTION = {
    MoodEventKind.EPISODE: 0.01,
    MoodEventKind.COMPLETED: 0.03,
    MoodEventKind.RATED: 0.003,
    MoodEventKind.EDIT: 0.003,
    MoodEventKind.PET: 0.03,
    MoodEventKind.FEED: 0.02,
}


@dataclass(frozen=True, slots=True)
class MoodEvent:
    """Something its human did: watched an episode, finished a title, changed the list, petted or fed the cat.

    `episodes` are those it logged of the title `mal_id`, negative where it took some back; 0 and 0 for anything else.
    """

    at: datetime
    kind: MoodEventKind
    mal_id: int = 0
    episodes: int = 0


@dataclass(frozen=True, slots=True)
class Mind:
    """The cat at one instant. `energy` and `affection` are 0 to 1; days are those of its human's zone."""

    mood: Mood
    energy: float
    affection: float
    level: int
    deeds: int
    days_together: int
    streak_days: int
    episodes_this_week: int
    last_deed: datetime | None


def mind(
    deeds: Sequence[MoodEvent],
    *,
    since: datetime,
    now: datetime,
    zone: Zone,
    next_airing: datetime | None = None,
    earlier: int = 0,
) -> Mind:
    """Return how the cat of somebody in `zone` is at `now`, given the deeds so far, oldest first, and when it moved in.

    `earlier` counts deeds too old to be among them: only the level remembers those. `next_airing` is when the next
    episode of a title being watched airs, where that is known.
    """
    past = [deed for deed in deeds if deed.at <= now]
    last = past[-1].at if past else None
    return Mind(
        mood=_mood(past, last, since, now, next_airing),
        energy=_level_of(past, since, now, ENERGY_HALF_LIFE, _ENERGY),
        affection=_level_of(past, since, now, AFFECTION_HALF_LIFE, _AFFECTION),
        level=level(earlier + len(past)),
        deeds=earlier + len(past),
        days_together=max((zone.day_of(now) - zone.day_of(since)).days, 0),
        streak_days=_streak({zone.day_of(deed.at) for deed in past}, zone.day_of(now)),
        episodes_this_week=_episodes((deed for deed in past if deed.at > now - timedelta(days=7)), zone),
        last_deed=last,
    )


def level(deeds: int) -> int:
    """Return the level of a bond of so many deeds, 1 up."""
    return isqrt(deeds // DEEDS_PER_LEVEL) + 1


def _mood(
    past: Sequence[MoodEvent], last: datetime | None, since: datetime, now: datetime, next_airing: datetime | None
) -> Mood:
    if last is None:
        return Mood.GREETING if now - since < AWAKE_FOR else Mood.SLEEPING
    idle = now - last
    today = [deed.kind for deed in past if now - deed.at <= FRESH_FOR]
    if MoodEventKind.COMPLETED in today or today.count(MoodEventKind.EPISODE) >= 4:
        return Mood.EXCITED
    if next_airing is not None and timedelta(0) <= next_airing - now <= SOON and idle <= AWAKE_FOR:
        return Mood.EXCITED
    if idle <= FRESH_FOR:
        before = [deed.at for deed in past if now - deed.at > FRESH_FOR]
        came_back = before and today and now - before[-1] > AWAKE_FOR and len(today) == 1
        return Mood.GREETING if came_back else Mood.HAPPY
    if idle <= LIVELY_FOR:
        return Mood.NEUTRAL
    return Mood.BORED if idle <= AWAKE_FOR else Mood.SLEEPING


def _level_of(
    past: Sequence[MoodEvent], since: datetime, now: datetime, half_life: timedelta, gains: dict[MoodEventKind, float]
) -> float:
    value, at = START, min(since, past[0].at) if past else since
    for deed in past:
        value = min(1.0, _sunk(value, deed.at - at, half_life) + gains[deed.kind])
        at = deed.at
    return round(_sunk(value, now - at, half_life), 6)


def _sunk(value: float, elapsed: timedelta, half_life: timedelta) -> float:
    return float(FLOOR + (value - FLOOR) * 0.5 ** max(elapsed / half_life, 0.0))


def _episodes(deeds: Iterable[MoodEvent], zone: Zone) -> int:
    """Return how many episodes were logged, as statistics count them: a day's correction takes back its own slip."""
    by_title: Counter[tuple[date, int]] = Counter()
    for deed in deeds:
        by_title[zone.day_of(deed.at), deed.mal_id] += deed.episodes
    return sum(count for count in by_title.values() if count > 0)


def _streak(days: set[date], today: date) -> int:
    # A day is not lost before it is over.
    day = today if today in days else today - timedelta(days=1)
    length = 0
    while day in days:
        length += 1
        day -= timedelta(days=1)
    return length
