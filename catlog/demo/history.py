"""A SIMULATED ranking history for the demo library: plausible, seeded, and invented from end to end.

Every title has a course (the target of its score on each day) and a walk in hundredths that follows it. The pace is
that of MyAnimeList's upper chart: an old title changes its score on about one day in fifty, a running one often,
and the audience of an old title grows by a few percent a year. Ranks follow from the scores of the whole list and of
the titles outside it, whose number above each score is read off the real ranks in the list. The list's present
(`LISTED_ON`) is moved to the last day of the history, so that airing titles are airing whenever the demo is built.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp
from random import Random
from typing import NamedTuple

from catlog.demo.titles import LISTED_ON, DemoTitle

SETTLED = 9
"""Days at the end of the history without gaps, so that the newest figures are complete."""

BREAKTHROUGHS = (3, 16)
"""How many days before the end a new title enters the top 50: always one this week, and one this month."""

_WHOLE = 65
_TOP = 50
_NEW_FOR = 500  # days after its start during which a title still finds its place
_RESTLESS_FOR = 120  # days after its start during which its score moves often
_COMMON_HOME = 800  # hundredths: where a title without a score and an earlier part settles
_COMMON_GROWTH = 0.035  # a year: what most members counts grow by, so that growing at this pace moves no popularity


@dataclass(frozen=True, slots=True)
class SimulatedRow:
    """One simulated snapshot: one title on one UTC day. Rank, score and votes are None before there are any."""

    mal_id: int
    snapshot_date: date
    rank: int | None
    score: float | None
    scored_by: int | None
    members: int | None
    popularity: int | None


class _Audience(NamedTuple):
    """The number of members and of votes, for each day of the history."""

    members: list[int]
    scored_by: list[int | None]


@dataclass(frozen=True, slots=True)
class _Track:
    """One title's simulated values for each day of the history, also for the `unseen` days without a row."""

    mal_id: int
    scores: list[int | None]  # hundredths
    crumbs: list[float]  # 0..1, what decides between equal scores
    audience: _Audience
    popularity: list[int]
    unseen: frozenset[int]


def simulate(titles: Sequence[DemoTitle], *, last_day: date, days: int = 400, seed: int = 20) -> Iterator[SimulatedRow]:
    """Yield a simulated history of the `days` days up to `last_day`, ordered by day, then rank (None last).

    The same arguments give the same rows. As in real histories one day in 65 is missing and, from 100 days up, five
    in a row as well; titles arrive late and are missed on single days; ranks tie and skip. With the whole list the
    last 7 and 30 days always hold climbers, fallers, rising scores, new entries of the top 50 and running streaks in
    the top ten.
    """
    tracks = _tracks(titles, days, seed)
    others = _others_above(titles)
    rng = Random(f"days {seed}")
    missed = _missed_days(days, rng)
    for index in range(days):
        if index not in missed:
            yield from _snapshot(tracks, index, last_day - timedelta(days=days - 1 - index), others, rng)


def _snapshot(
    tracks: Sequence[_Track], index: int, day: date, others: Sequence[int], rng: Random
) -> Iterator[SimulatedRow]:
    """Rank all titles on one day, then leave out the unseen ones: their ranks are gaps."""
    ranked: list[tuple[float, int, _Track]] = []
    unranked: list[_Track] = []
    for track in tracks:
        score = track.scores[index]
        if score is None:
            unranked.append(track)
        else:
            ranked.append((-score - track.crumbs[index], score, track))
    ranked.sort(key=lambda entry: entry[0])
    ranks = [1 + place + others[score] for place, (_, score, _) in enumerate(ranked)]
    if len(ranks) > 1 and rng.random() < 0.12:
        place = rng.randrange(len(ranks) - 1)
        ranks[place + 1] = ranks[place]
    for rank, (_, score, track) in zip(ranks, ranked, strict=True):
        if index not in track.unseen:
            votes, members = track.audience.scored_by[index], track.audience.members[index]
            yield SimulatedRow(track.mal_id, day, rank, score / 100, votes, members, track.popularity[index])
    for track in unranked:
        if index not in track.unseen:
            yield SimulatedRow(
                track.mal_id, day, None, None, None, track.audience.members[index], track.popularity[index]
            )


def _tracks(titles: Sequence[DemoTitle], days: int, seed: int) -> list[_Track]:
    """Simulate each title with a random source of its own: an edit of the list leaves the other titles alone."""
    scores = {title.mal_id: round(100 * title.score) for title in titles if title.score is not None}
    homes = {t.mal_id: scores.get(t.mal_id, scores.get(t.sequel_of or 0, _COMMON_HOME)) for t in titles}
    threshold = min(
        (round(100 * t.score) for t in titles if t.score and t.rank and t.rank <= _TOP), default=_COMMON_HOME
    )
    crossings = _crossings(titles, homes, days)
    ladder = sorted((title.members, title.popularity) for title in titles)

    tracks = []
    for title in titles:
        rng = Random(f"{title.mal_id} {seed}")
        age = _age(title)
        start = None if age is None else days - 1 - age
        is_new = age is None or age < _NEW_FOR
        if start is None:
            course: list[float | None] = [None] * days
        elif title.mal_id in crossings:
            course = _surging(threshold, start, crossings[title.mal_id], days)
        elif is_new:
            course = _settling(homes[title.mal_id], start, days, rng)
        else:
            course = _steady(homes[title.mal_id], days, rng)
        walked, crumbs = _walk(course, start or 0, rng)
        audience = _young_audience(title, start, days, rng) if is_new else _grown_audience(title, days, rng)
        popularity = [
            _popularity(count * (1 + _COMMON_GROWTH * (days - 1 - index) / 365), ladder)
            for index, count in enumerate(audience.members)
        ]
        unseen = _unseen(days, rng, arrives_late=start is None)
        tracks.append(_Track(title.mal_id, walked, crumbs, audience, popularity, unseen))
    return tracks


def _crossings(titles: Sequence[DemoTitle], homes: Mapping[int, int], days: int) -> dict[int, int]:
    """Choose who enters the top 50 on which day, of those too new for a listed score: the most awaited one first."""
    fresh = [title for title in titles if title.score is None and _age(title) is not None]
    fresh.sort(key=lambda title: (-homes[title.mal_id], title.mal_id))
    ago = sorted(BREAKTHROUGHS[: len(fresh)], reverse=True)
    return {title.mal_id: days - 1 - before for title, before in zip(fresh, ago, strict=False)}


def _age(title: DemoTitle) -> int | None:
    """Days since the title started, on the list's own present; None if it has not."""
    if title.status == "Not yet aired":
        return None
    return (LISTED_ON - title.aired_from).days if title.aired_from else _NEW_FOR


def _steady(home: int, days: int, rng: Random) -> list[float | None]:
    """Stay at home, and for one title in four swell or sag by a few hundredths for some weeks."""
    if rng.random() > 0.25:
        return [float(home)] * days
    height = rng.choice((-9, -7, -5, 5, 7, 9))
    half = rng.randint(20, 60)
    peak = rng.randrange(days)
    return [home + height * max(0.0, 1 - abs(index - peak) / half) for index in range(days)]


def _settling(home: int, start: int, days: int, rng: Random) -> list[float | None]:
    """Start well below home and win people over, or start on hype and come down to it."""
    offset = -rng.randint(12, 40) if rng.random() < 0.55 else rng.randint(8, 28)
    pace = rng.uniform(18, 45)
    return [home + offset * exp(-(index - start) / pace) if index >= start + 3 else None for index in range(days)]


def _surging(threshold: int, start: int, crossing: int, days: int) -> list[float | None]:
    """Wait clearly below the top's lowest score and pass it within a few days around `crossing`."""
    low, high = threshold - 14, threshold + 12
    return [
        low + (high - low) / (1 + exp(min(50.0, (crossing - index) / 0.7))) if index >= start + 3 else None
        for index in range(days)
    ]


def _walk(course: Sequence[float | None], start: int, rng: Random) -> tuple[list[int | None], list[float]]:
    """Follow a course in hundredths: by chance near it, in proportion when far from it; restless while it is new."""
    scores: list[int | None] = []
    crumbs: list[float] = []
    score: int | None = None
    crumb = rng.random()
    for index, aim in enumerate(course):
        if aim is None:
            score = None
        elif score is None:
            score = round(aim)
        else:
            gap = aim - score
            chance = rng.random()
            if abs(gap) >= 1.5 and chance < abs(gap) / 5:
                score += max(1, round(abs(gap) / 2)) * (1 if gap > 0 else -1)
            elif chance > (0.98 if index - start > _RESTLESS_FOR else 0.8):
                score += 1 if 4 * rng.random() - 2 < gap else -1
            elif chance < 0.04:
                crumb = rng.random()
        scores.append(score)
        crumbs.append(crumb)
    return scores, crumbs


def _grown_audience(title: DemoTitle, days: int, rng: Random) -> _Audience:
    """Grow by 1.5 to 6 % a year up to the listed figures; on rare days accounts are cleaned out and counts fall."""
    growth = rng.uniform(0.015, 0.06) * days / 365
    final_votes = title.scored_by or title.members // 2
    members, votes = title.members / (1 + growth), final_votes / (1 + growth)
    more_members, more_votes = (title.members - members) / days, (final_votes - votes) / days
    all_members: list[int] = []
    all_votes: list[int | None] = []
    for _ in range(days):
        chance = rng.random()
        members += more_members * (0.4 + 1.2 * chance)
        votes += more_votes * (1.6 - 1.2 * chance)
        if chance < 0.004:
            members -= members * 0.0004
        elif chance > 0.996:
            votes -= votes * 0.0004
        all_members.append(int(members))
        all_votes.append(int(votes))
    return _Audience(all_members, all_votes)


def _young_audience(title: DemoTitle, start: int | None, days: int, rng: Random) -> _Audience:
    """Gather members slowly while announced, then along a logistic curve; votes follow ten days behind."""
    waiting = title.members if title.score is None else title.members * rng.uniform(0.25, 0.4)
    final = title.members * (1.0 if title.score is not None else 2.2)
    final_votes = title.scored_by or final * 0.3
    since = days - 1 - (start or 0)
    slope = rng.uniform(0.0008, 0.002)  # of the waiting members, a day
    middle, width = rng.uniform(25, 45), rng.uniform(9, 15)
    members: list[int] = []
    votes: list[int | None] = []
    for index in range(days):
        age = index - (days - 1 if start is None else start) + 0.8 * rng.random()
        if age < 1 or start is None:
            members.append(int(waiting * max(0.1, 1 + slope * age)))
            votes.append(None)
            continue
        late = 0.1 * min(1.0, age / max(1, since))  # those who come long after
        joined = 0.9 * _logistic(age, middle, width) + late
        voted = 0.9 * _logistic(age, middle + 10, width) + late
        lost = rng.randint(5, 60) if rng.random() < 0.01 else 0
        members.append(int(waiting + (final - waiting) * joined) - lost)
        votes.append(int(final_votes * voted) if age >= 3 else None)
    return _Audience(members, votes)


def _logistic(age: float, middle: float, width: float) -> float:
    """Rise from 0 at age 0 towards 1, steepest at `middle`."""
    foot = 1 / (1 + exp(middle / width))
    return (1 / (1 + exp((middle - age) / width)) - foot) / (1 - foot)


def _unseen(days: int, rng: Random, *, arrives_late: bool) -> frozenset[int]:
    """Choose the days on which a title has no row: all before it was announced, or a few in mid-history."""
    seen_from = 0
    if rng.random() < (0.7 if arrives_late else 0.03):
        seen_from = rng.randrange(days // 8, max(days // 8 + 1, 7 * days // 8))
    unseen = set(range(seen_from))
    if days > 2 * SETTLED:
        for _ in range(rng.randint(0, 2)):
            first = rng.randrange(days - 2 * SETTLED)
            unseen.update(range(first, first + rng.randint(1, 4)))
    return frozenset(unseen)


def _missed_days(days: int, rng: Random) -> frozenset[int]:
    """Choose the days without any snapshot; never the first and never one of the last `SETTLED`."""
    inner = range(1, max(1, days - SETTLED))
    missed = set(rng.sample(inner, min(round(days / 65), len(inner))))
    if days >= 100:
        hole = rng.randrange(days // 5, 2 * days // 5)
        missed.update(range(hole, hole + 5))
    return frozenset(missed)


def _others_above(titles: Sequence[DemoTitle]) -> list[int]:
    """Count the titles outside the list above each score in hundredths (index 0 to 1000), by the listed ranks.

    The first `_WHOLE` have no others among them: with gaps the chart would not be deep enough for a query.
    """
    ranked = sorted((t.rank, round(100 * t.score)) for t in titles if t.rank and t.score)
    above = [0] * 1001
    for place, (rank, score) in enumerate(ranked):
        if place >= _WHOLE:
            above[score] = max(above[score], rank - 1 - place)
    for score in range(999, -1, -1):
        above[score] = max(above[score], above[score + 1])
    return above


def _popularity(members: float, ladder: Sequence[tuple[int, int]]) -> int:
    """Interpolate the place among all titles that so many members give, between the listed ones."""
    at = min(max(bisect_left(ladder, (members, 0)), 1), len(ladder) - 1)
    (fewer, worse), (more, better) = ladder[at - 1], ladder[at]
    share = (members - fewer) / max(1, more - fewer)
    return max(1, round(worse + (better - worse) * share))
