"""A SIMULATED viewer: plausible edits of the demo's titles on the evenings of more than a year.

Seeded, so that the same titles and days always give the same list. The edits go through the list's own writer with the
clock set back, so that the log, the statistics and the cat have a history and not one bulk import.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from catlog.demo.titles import LISTED_ON, DemoTitle
from catlog.library.edits import Add, AddTags, Edit, Rate, SetDates, SetFavorite, SetNotes, SetStatus, Watch
from catlog.library.entries import Status
from catlog.library.partial_date import PartialDate
from catlog.zones import Zone

FINISHED, AIRING = "Finished Airing", "Currently Airing"

SEEN_BEFORE = 30
"""Titles that were finished before the simulated time begins."""

_AT_ONCE = 3
_EVENINGS = 0.72
_NOTES = (
    "The last two episodes are worth the whole ride.",
    "Watch again in winter.",
    "Better than I remembered.",
    "Opening stuck in my head for a week.",
    "Slow start, then it does not let go.",
)


@dataclass(frozen=True, slots=True)
class SimulatedEdit:
    """Edits of one title that were made together at one instant (UTC)."""

    at: datetime
    mal_id: int
    edits: tuple[Edit, ...]


@dataclass(slots=True)
class _Simulation:
    """The state of the simulation: the titles being watched with their progress, and the unseen ones, best first."""

    random: Random
    unseen: list[DemoTitle]
    current: dict[int, int] = field(default_factory=dict)
    titles: dict[int, DemoTitle] = field(default_factory=dict)

    def start(self, title: DemoTitle) -> None:
        """Begin to watch a title."""
        self.titles[title.mal_id] = title
        self.current[title.mal_id] = 0


def live(
    titles: Sequence[DemoTitle], *, last_day: date, zone: Zone, days: int = 380, seed: int = 7
) -> Iterator[SimulatedEdit]:
    """Yield the edits of a viewer in `zone`, oldest first, up to `last_day`."""
    for edit in _local_edits(titles, last_day, days, seed):
        yield replace(edit, at=edit.at.replace(tzinfo=zone.info).astimezone(UTC))


def _local_edits(titles: Sequence[DemoTitle], last_day: date, days: int, seed: int) -> Iterator[SimulatedEdit]:
    """Yield the same in local time."""
    random = Random(seed)
    over = [title for title in titles if title.status == FINISHED and title.episodes and title.episodes <= 75]
    liked = sorted(over, key=lambda title: -title.members * random.uniform(0.3, 1.0))
    first_day = last_day - timedelta(days=days)
    yield from _memories(random, liked[:SEEN_BEFORE], first_day)
    state = _Simulation(random, liked[SEEN_BEFORE:])
    airing = [title for title in titles if title.status == AIRING and title.aired_from and title.broadcast_day]
    yield from _plans(random, titles, first_day)
    for number in range(1, days + 1):
        day = first_day + timedelta(days=number)
        yield from _weekly(airing[:5], day, last_day)
        if random.random() < _EVENINGS:
            yield from _evening(state, day)


def _memories(random: Random, seen: Sequence[DemoTitle], day: date) -> Iterator[SimulatedEdit]:
    """Yield the titles added from memory on the first evening, with partial dates."""
    for number, title in enumerate(seen):
        after = (title.aired_from or day).year
        year = random.randint(min(after, day.year - 1), day.year - 1)
        month = random.randint(1, 12) if random.random() < 0.6 else None
        dates = SetDates(start=None, finish=PartialDate.of(year, month))
        edits: tuple[Edit, ...] = (Add(Status.COMPLETED), dates, *_opinion(random, title))
        yield SimulatedEdit(_at(day, 20, number), title.mal_id, edits)


def _plans(random: Random, titles: Sequence[DemoTitle], first_day: date) -> Iterator[SimulatedEdit]:
    waiting = [title for title in titles if title.status not in (FINISHED, AIRING)]
    for number, title in enumerate(waiting):
        tags = (AddTags(("upcoming",)),) if random.random() < 0.5 else ()
        yield SimulatedEdit(_at(first_day, 21, number), title.mal_id, (Add(Status.PLAN_TO_WATCH), *tags))


def _evening(state: _Simulation, day: date) -> Iterator[SimulatedEdit]:
    random, minute = state.random, state.random.randint(0, 20)
    if len(state.current) < _AT_ONCE and state.unseen:
        title = state.unseen.pop(0)
        state.start(title)
        yield SimulatedEdit(_at(day, 19, minute), title.mal_id, (Add(Status.PLAN_TO_WATCH),))
        if len(state.unseen) > 1 and random.random() < 0.5:
            later = state.unseen[random.randint(0, min(9, len(state.unseen) - 1))]
            state.unseen.remove(later)
            tags = (AddTags((random.choice(("weekend", "with friends", "short")),)),)
            yield SimulatedEdit(_at(day, 19, minute + 1), later.mal_id, (Add(Status.PLAN_TO_WATCH), *tags))
    if not state.current:
        return
    mal_id = random.choice(sorted(state.current))
    title, seen = state.titles[mal_id], state.current[mal_id]
    episodes = title.episodes or 1
    watched = min(random.choice((1, 1, 2, 2, 3, 4)), episodes - seen)
    yield SimulatedEdit(_at(day, 20, minute), mal_id, (Watch(watched),))
    state.current[mal_id] = seen + watched
    if seen + watched == episodes:
        del state.current[mal_id]
        yield SimulatedEdit(_at(day, 22, minute), mal_id, tuple(_opinion(random, title)))
    elif 2 <= seen <= 5 and random.random() < 0.05:
        del state.current[mal_id]
        left = Status.DROPPED if random.random() < 0.6 else Status.ON_HOLD
        yield SimulatedEdit(_at(day, 22, minute), mal_id, (SetStatus(left),))


def _weekly(airing: Sequence[DemoTitle], day: date, last_day: date) -> Iterator[SimulatedEdit]:
    """Yield the edits of titles that air now, at most one week behind the broadcast."""
    shift = last_day - LISTED_ON
    for number, title in enumerate(airing):
        assert title.aired_from is not None, "chosen for that"
        since = (day - (title.aired_from + shift)).days
        if since < 0 or since % 7 != 1 + number or since // 7 >= (title.episodes or 99):
            continue
        if since // 7 == 0:
            yield SimulatedEdit(_at(day, 18, number), title.mal_id, (Add(Status.PLAN_TO_WATCH),))
        if number != 1 or (last_day - day).days > 15:  # one of them was left waiting lately
            yield SimulatedEdit(_at(day, 18, 10 + number), title.mal_id, (Watch(),))


def _opinion(random: Random, title: DemoTitle) -> Iterator[Edit]:
    rating = max(1, min(10, round((title.score or 7.5) + random.gauss(-0.3, 1.1))))
    if random.random() < 0.9:
        yield Rate(rating)
    if rating >= 9 and random.random() < 0.5:
        yield SetFavorite()
    if random.random() < 0.12:
        yield SetNotes(random.choice(_NOTES))


def _at(day: date, hour: int, minute: int) -> datetime:
    return datetime.combine(day, time(hour)) + timedelta(minutes=minute)
