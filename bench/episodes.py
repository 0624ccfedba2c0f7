"""Episode numbers against recorded next episodes: how often the count is right, wrong, or says nothing.

`python -m bench.episodes` reads AniList's next episode of every title on the air, recorded day by day, and the weekly
slots of MyAnimeList, from the folder that CATLOG_TEST_DATA or `--data` names. Of each title the first half of the days
that its episodes aired is stored; then the next episode is computed for each day of the second half. The rules:

- weeks: what CatLog 0.1.0 did, one episode for every week since the premiere;
- premiere: `catlog.library.numbering` without any stored day;
- stored: the same with the first half of the days;
- weekly: the same with all days up to the last episode but one before that day: what somebody has
  who looks at a title every other week.

A number is unmarked when it is not called an estimate. `--spread` shows how right the count is by the weeks since the
last stored day, which is what `REACH` and `SEASON` were chosen by; odd and even ids are counted separately,
so that a rule which fits one half alone is found out.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

from catlog.library import numbering as rules
from catlog.library.numbering import AiredDays, Numbering
from catlog.library.weekly import WEEK, WeeklySlot, weekly_slot, zone_of

RECORDING = Path("rankings") / "anilist_airing_daily" / "anilist_airing.csv.gz"
CATALOGUES = ("ate329_all_tv_2026-01-01.csv.gz", "leo_jikan_seasonal_20260517.csv.gz")

LOOKED_AT = time(3, 30, tzinfo=UTC)
"""When the recording looked each day: slots before it are over on their day, slots after it on the next."""

LEAST = 2
"""Changes of the next episode below which a title has no two halves."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the catalogue tells of a broadcast."""

    premiere: date | None
    slot: WeeklySlot | None
    total: int | None


@dataclass(frozen=True, slots=True)
class Series:
    """A title as it was recorded: the next episode at each instant, and after which of them which episode had aired."""

    mal_id: int
    title: str
    facts: Facts
    days: tuple[tuple[datetime, int], ...]
    aired: tuple[tuple[int, int, date], ...]

    def stored(self, count: int) -> AiredDays:
        """Return the first days as they would be stored."""
        return tuple((number, day) for _, number, day in self.aired[:count])

    def numbering(self, days: AiredDays) -> Numbering:
        """Return how CatLog would number the title."""
        return Numbering(days, self.facts.slot, premiere=self.facts.premiere, total=self.facts.total)


@dataclass(slots=True)
class Score:
    """What a rule said: of the next episode, of how many are out, and how much of that was wrong and not marked."""

    next: Counter[str] = field(default_factory=Counter)
    out: Counter[str] = field(default_factory=Counter)
    unmarked: int = 0
    unmarked_wrong: int = 0
    titles_wrong: set[int] = field(default_factory=set)

    def add(self, kind: Counter[str], truth: int, number: int | None, *, estimate: bool) -> None:
        """Count one answer."""
        right = number == truth
        kind["nothing" if number is None else "exact" if right else "off"] += 1
        if number is not None and not estimate:
            self.unmarked += 1
            self.unmarked_wrong += not right


Rule = Callable[[Series, int], Iterator[tuple[datetime, int, Numbering]]]


def read_series(data: Path) -> list[Series]:
    """Return the titles whose next episode changed often enough, of which the catalogue knows anything."""
    known = _read_catalogues(data / "catalogue")
    recorded: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    titles: dict[str, str] = {}
    with gzip.open(data / RECORDING, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            titles[row["mal_id"]] = row["title"]
            if row["next_episode"] not in ("", "0"):
                recorded[row["mal_id"]].append((row["snapshot_date"], int(row["next_episode"])))
    found = []
    for mal_id, rows in sorted(recorded.items()):
        facts = known.get(mal_id)
        if facts is None:
            continue
        days = tuple((datetime.combine(date.fromisoformat(day), LOOKED_AT), number) for day, number in sorted(rows))
        aired = tuple(_aired(days, facts.slot))
        if len(aired) >= LEAST:
            found.append(Series(int(mal_id), titles[mal_id], facts, days, aired))
    return found


def _aired(days: tuple[tuple[datetime, int], ...], slot: WeeklySlot | None) -> Iterator[tuple[int, int, date]]:
    """Yield the place of the day that showed it, the number and the day in Japan of each episode that aired."""
    for place, ((before, old), (now, new)) in enumerate(pairwise(days), start=1):
        last = slot.at(slot.last_until(now)) if slot is not None else before
        day = (last if last > before else now - timedelta(days=1)).astimezone(zone_of(None)).date()
        gone = (now - before) // WEEK  # where no day was recorded meanwhile
        for number in range(old, new):
            yield place, number, day - WEEK * min(new - 1 - number, gone)


def _read_catalogues(folder: Path) -> dict[str, Facts]:
    known = {}
    for name in CATALOGUES:
        with gzip.open(folder / name, "rt", encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                if "mal_id" in row:
                    weekday, _, at = row["broadcast"].partition(" at ")
                    begun, mal_id = row["aired_from"][:10], row["mal_id"]
                else:
                    weekday, at, begun, mal_id = (
                        row[key] for key in ("broadcast_day", "broadcast_time", "start_date", "anime_id")
                    )
                premiere = date.fromisoformat(begun) if begun[:1].isdigit() else None
                total = int(float(row["episodes"] or 0)) or None
                known[mal_id] = Facts(premiere, weekly_slot(premiere, weekday, at[:5], None), total)
    return known


def weeks_since_premiere(series: Series, now: datetime) -> int | None:
    """Return the next episode as CatLog 0.1.0 computed it."""
    slot, total = series.facts.slot, series.facts.total
    if slot is None:
        return None
    number = max(slot.last_until(now) + 1, 0) + 1
    return number if not total or number <= total else None


def next_number(numbering: Numbering, now: datetime) -> tuple[int | None, bool]:
    """Return the number of what airs within a week, and whether it is marked; None where nothing is said."""
    showing = next(numbering.between(now, now + WEEK), None)
    return (None, True) if showing is None else (showing.number, showing.estimate)


def score(every: list[Series]) -> dict[str, Score]:
    """Return what each rule says of the second half of every title."""
    scores = {name: Score() for name in ("weeks", "premiere", "stored", "weekly")}
    for series in every:
        half = len(series.aired) // 2
        begins = series.aired[half - 1][0] + 1
        counted = {"premiere": series.numbering(()), "stored": series.numbering(series.stored(half))}
        for place in range(begins, len(series.days)):
            now, truth = series.days[place]
            aired = sum(shown <= place for shown, _, _ in series.aired) - 1
            counted["weekly"] = series.numbering(series.stored(max(aired, half)))
            old = weeks_since_premiere(series, now)
            scores["weeks"].add(scores["weeks"].next, truth, old, estimate=False)
            wrong = {"weeks"} if old not in (None, truth) else set()
            for name, numbering in counted.items():
                number, estimate = next_number(numbering, now)
                scores[name].add(scores[name].next, truth, number, estimate=estimate)
                out = numbering.released(now)
                scores[name].add(
                    scores[name].out, truth - 1, out.number if out else None, estimate=out is None or out.estimate
                )
                wrong |= {name} if number not in (None, truth) else set()
            for name in wrong:
                scores[name].titles_wrong.add(series.mal_id)
    return scores


def spread(every: list[Series]) -> dict[tuple[str, int], Counter[str]]:
    """Return how right the count is by length of the title and weeks since the last stored day, wherever it is cut."""
    found: defaultdict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for series in every:
        slot, total = series.facts.slot, series.facts.total
        if slot is None:
            continue
        length = "unknown" if total is None else "one season" if total <= rules.SEASON else "longer"
        for count in range(1, len(series.aired), 3):
            stored = series.stored(count)
            numbering = series.numbering(stored)
            for now, truth in series.days[series.aired[count - 1][0] + 1 :]:
                number, _ = next_number(numbering, now)
                said = "nothing" if number is None else "exact" if number == truth else "off"
                found[length, (now - slot.on(stored[-1][1])) // WEEK][said] += 1
    return found


def _share(counts: Counter[str], name: str) -> str:
    return f"{100 * counts[name] / max(counts.total(), 1):5.1f} %"


def _print(title: str, every: list[Series]) -> None:
    print(f"{title}: {len(every)} titles")
    print(f"  {'rule':9} {'days':>6} {'exact':>8} {'off':>8} {'nothing':>8} {'of said':>8} {'titles off':>11}", end="")
    print(f" {'out: exact':>11} {'off':>8} {'nothing':>8}  unmarked, wrong of them")
    for name, one in score(every).items():
        said = one.next["exact"] + one.next["off"]
        print(
            f"  {name:9} {one.next.total():6} {_share(one.next, 'exact'):>8} {_share(one.next, 'off'):>8}"
            f" {_share(one.next, 'nothing'):>8} {100 * one.next['exact'] / max(said, 1):6.1f} %"
            f" {len(one.titles_wrong):11} {_share(one.out, 'exact'):>11} {_share(one.out, 'off'):>8}"
            f" {_share(one.out, 'nothing'):>8}  {one.unmarked}, {one.unmarked_wrong}"
        )


def main() -> None:
    """Print the table, and with `--spread` the count by weeks."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("CATLOG_TEST_DATA"))
    parser.add_argument(
        "--spread", action="store_true", help="print how often counting by weeks is right, without a limit"
    )
    given = parser.parse_args()
    if given.data is None:
        parser.error("--data or CATLOG_TEST_DATA has to name the folder of the recordings")
    every = read_series(Path(given.data))
    _print("all", every)
    _print("even ids", [series for series in every if series.mal_id % 2 == 0])
    _print("odd ids", [series for series in every if series.mal_id % 2])
    if given.spread:
        rules.REACH, ends = 52, rules.REACH
        print(f"count by weeks since the last stored day, without an end (REACH is {ends})")
        for (length, weeks), counts in sorted(spread(every).items()):
            said = counts["exact"] + counts["off"]
            print(f"  {length:11} {weeks:3} {said:6} {100 * counts['exact'] / max(said, 1):6.1f} % exact")


if __name__ == "__main__":
    main()
