"""Episode numbers of broadcasts: pure functions of the stored aired dates, the weekly slot and the time.

An episode's own aired date is an anchor: its number is known. From an anchor on each weekly slot counts one episode, up
to the next anchor: a slot left without a number shows nothing. After the last anchor the count holds for `REACH` slots,
or to the end of a title of one season. The premiere is a weak anchor: it counts for one season, where a total bounds
it. Every counted number is an estimate: a broadcaster may skip a week or show two episodes at once.

`python -m bench.episodes` measures how often the count is right; docs/benchmarks.md has its figures.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from catlog.library.weekly import WEEK, WeeklySlot, zone_of

REACH = 4
"""Slots after the last anchor that get a number: beyond, four in ten titles longer than a season are wrong."""

SEASON = 13
"""Episodes of a season of television: within one, at least 85 counts of 100 are right to its end."""

AiredDays: TypeAlias = tuple[tuple[int, date], ...]
"""Episode numbers with the days they air, from the source."""


@dataclass(frozen=True, slots=True)
class EpisodeTotal:
    """A number of episodes, or of one episode; an `estimate` was counted and is not from the source."""

    number: int
    estimate: bool


def number_text(number: int | None, *, estimate: bool) -> str | None:
    """Return a number as text, ~8 for an estimate; None stays None."""
    return None if number is None else f"~{number}" if estimate else str(number)


@dataclass(frozen=True, slots=True)
class Showing:
    """One episode at one instant (UTC). `number` is None where unknown; then it counts as an estimate, too."""

    at: datetime
    number: int | None
    estimate: bool


class _Anchor(NamedTuple):
    number: int
    day: date
    slot: int
    from_source: bool


class Numbering:
    """The episode numbers of one title in the source's count; `total` is None where unknown.

    Without a `slot` there are no instants; the episodes released are counted by weeks since a day in `zone` then.
    """

    def __init__(
        self,
        aired_days: Iterable[tuple[int, date]],
        slot: WeeklySlot | None,
        *,
        premiere: date | None = None,
        total: int | None = None,
        zone: str | None = None,
    ) -> None:
        self._slot = slot
        self._total = total or None
        self._zone = zone
        self._days = without_outliers(aired_days)
        self._weak = 0
        if slot is not None and premiere is not None and (not self._days or self._days[0][0] > 1):
            first = slot.day(slot.on_or_after(premiere))
            if not self._days or first < self._days[0][1]:
                self._days.insert(0, (1, first))
                self._weak = 1

    def known_released(self, now: datetime) -> int | None:
        """Return how many episodes are released for certain, maybe fewer than all; None without a date."""
        past = self._past(now)
        return self._days[past - 1][0] if past > self._weak else None

    def released(self, now: datetime) -> EpisodeTotal | None:
        """Return how many episodes are released, or None where unknown."""
        if not self._days:
            return None
        past = self._past(now)
        if not past:
            return EpisodeTotal(0, estimate=bool(self._weak)) if self._days[0][0] == 1 else None
        last, following = self._around(past)
        most = following.number - 1 if following else self._total
        if most is not None and most <= last.number:
            return EpisodeTotal(last.number, estimate=not last.from_source)
        # Also in the week of the last anchor: the source may lack the newest episode.
        slots = self._slot.last_until(now) - last.slot if self._slot else (now - self._at(last.day)) // WEEK
        if slots > self._reach(last, following):
            return None
        number = last.number + max(slots, 0)
        return EpisodeTotal(number if most is None else min(number, most), estimate=True)

    def between(self, after: datetime, until: datetime) -> Iterator[Showing]:
        """Yield the episodes that air after one instant and up to another, soonest first."""
        if self._slot is None:
            return
        known = self._days[max(self._past(after), self._weak) : self._past(until)]
        shown = [Showing(self._at(day), number, estimate=False) for number, day in known]
        for slot in range(self._slot.last_until(after) + 1, self._slot.last_until(until) + 1):
            shown += self._counted(self._slot.at(slot), slot)
        yield from sorted(shown, key=lambda showing: (showing.at, showing.number or 0))

    def _past(self, now: datetime) -> int:
        """Return how many anchors lie at or before `now`."""
        # Two days earlier is past in every zone: only later days need their instants.
        past = bisect_right(self._days, now.date() - timedelta(days=3), key=_DAY)
        while past < len(self._days) and self._at(self._days[past][1]) <= now:
            past += 1
        return past

    def _at(self, day: date) -> datetime:
        if self._slot is not None:
            return self._slot.on(day)
        # The time of day is unknown: the episode is released when the day is over.
        day_after = datetime.combine(day + timedelta(days=1), time.min, zone_of(self._zone))
        return day_after.astimezone(UTC)

    def _slot_of(self, day: date) -> int:
        return self._slot.nearest(day) if self._slot is not None else 0

    def _counted(self, at: datetime, slot: int) -> Iterator[Showing]:
        """Yield the episode of a slot without an anchor, or none where the anchors leave no number for it."""
        past = bisect_right(self._days, slot, key=lambda aired: self._slot_of(aired[1]))
        if not past:
            if not self._days or self._days[0][0] > 1:
                yield Showing(at, None, estimate=True)
            return
        last, following = self._around(past)
        if last.from_source and last.slot == slot:
            return
        number = last.number + slot - last.slot
        most = following.number - 1 if following else self._total
        if most is not None and (last.number >= most or (following is None and number > most)):
            return
        if slot - last.slot > self._reach(last, following):
            yield Showing(at, None, estimate=True)
        elif most is None or number <= most:
            yield Showing(at, number, estimate=True)

    def _around(self, past: int) -> tuple[_Anchor, _Anchor | None]:
        return self._anchor(past - 1), self._anchor(past) if past < len(self._days) else None

    def _anchor(self, place: int) -> _Anchor:
        number, day = self._days[place]
        return _Anchor(number, day, self._slot_of(day), place >= self._weak)

    def _reach(self, last: _Anchor, following: _Anchor | None) -> int:
        """Return for how many slots after an anchor its count holds."""
        if following is not None:
            slots = following.slot - last.slot
            return slots if last.number + slots == following.number else REACH
        if last.from_source and (self._total is None or self._total > SEASON):
            return REACH
        return 0 if self._total is None else SEASON - 1


def without_outliers(aired_days: Iterable[tuple[int, date]]) -> list[tuple[int, date]]:
    """Return the longest run of episodes, by number, whose days never go back: other days are errors of the source."""
    by_number = sorted(aired_days)
    if all(one[1] <= other[1] for one, other in pairwise(by_number)):
        return by_number
    ends: list[date] = []  # the earliest day that a chain of each length can end on
    links: list[int] = []  # and the episode it does so with
    before: list[int] = []
    for place, (_, day) in enumerate(by_number):
        length = bisect_right(ends, day)
        before.append(links[length - 1] if length else -1)
        ends[length : length + 1], links[length : length + 1] = [day], [place]
    place = links[-1]
    chain = []
    while place >= 0:
        chain.append(by_number[place])
        place = before[place]
    return chain[::-1]


_DAY = itemgetter(1)
