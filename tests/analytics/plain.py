"""The Stage-1 queries once more, in plain Python and straight from their definitions: the referee of the SQL ones.

Each takes snapshots, the parameters and the day D (None: the latest there is), and returns the rows without titles.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.analytics.series import Snap

Rows = list[tuple[Any, ...]]


class History:
    """Snapshots up to D, by anime and by day; without a day asked for, D is the default of the question.

    That is the last day of S(top) for questions with a `top`.
    """

    def __init__(self, snaps: Sequence[Snap], as_of: date | None, top: int | None = None) -> None:
        depths = depths_of(snaps)
        deep = [day for day in depths if top is not None and depths[day] >= top]
        self.as_of = as_of or (deep[-1] if deep else default_day(depths))
        self.by_anime: dict[int, dict[date, Snap]] = defaultdict(dict)
        self.by_day: dict[date, list[Snap]] = defaultdict(list)
        for snap in sorted(snap for snap in snaps if snap.day <= self.as_of):
            self.by_anime[snap.mal_id][snap.day] = snap
            self.by_day[snap.day].append(snap)
        self.depths = {day: depth for day, depth in depths.items() if day <= self.as_of}

    def deep_days(self, top: int) -> list[date]:
        """Return S(top)."""
        return [day for day, depth in self.depths.items() if depth >= top]

    def ranked(self, day: date, top: int) -> int:
        """Return c(top) of a day."""
        return sum(snap.rank is not None and snap.rank <= top for snap in self.by_day[day])

    def pairs(self, days: int, value: Callable[[Snap], int | None]) -> list[tuple[Snap, Snap]]:
        """Return (current, baseline) of every anime that has both."""
        first = self.as_of - timedelta(days=days)
        found = []
        for course in self.by_anime.values():
            now = course.get(self.as_of)
            earlier = [s for day, s in course.items() if first <= day < self.as_of and value(s) is not None]
            if now and value(now) is not None and earlier:
                found.append((now, earlier[0]))
        return found


def depth(ranks: Sequence[int | None]) -> int:
    """Return the depth of a day, counting anew for every d."""
    known = sorted(rank for rank in ranks if rank is not None)
    found, d = 0, 10
    while 10 * bisect_right(known, d) >= 9 * d:
        found, d = d, d + 1
    return found


def depths_of(snaps: Sequence[Snap]) -> dict[date, int]:
    """Return the depth of every day, in the order of the days."""
    ranks: dict[date, list[int | None]] = defaultdict(list)
    for snap in snaps:
        ranks[snap.day].append(snap.rank)
    return {day: depth(ranks[day]) for day in sorted(ranks)}


def default_day(depths: dict[date, int]) -> date:
    """Return the latest chart day at least half as deep as the deepest of the 7 chart days before it, else the last."""
    charts = [(day, depth) for day, depth in depths.items() if depth >= 10]
    for number in reversed(range(len(charts))):
        day, depth = charts[number]
        if depth >= max((before for _, before in charts[max(number - 7, 0) : number]), default=0) / 2:
            return day
    return max(depths, default=date(2000, 1, 1))


def _rank(snap: Snap) -> int | None:
    return snap.rank


def _hundredths(snap: Snap) -> int | None:
    return None if snap.score is None else int((Decimal(str(snap.score)) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def climbers(history: History, days: int, limit: int | None, within: int) -> Rows:
    pairs = [(now, then) for now, then in history.pairs(days, _rank) if not within or now.rank <= within]
    rows = [(n.mal_id, n.rank, t.rank, t.rank - n.rank, t.day) for n, t in pairs if t.rank > n.rank]
    return sorted(rows, key=lambda r: (-r[3], r[1], r[0]))[:limit]


def fallers(history: History, days: int, limit: int | None, within: int) -> Rows:
    pairs = [(now, then) for now, then in history.pairs(days, _rank) if not within or then.rank <= within]
    rows = [(n.mal_id, n.rank, t.rank, t.rank - n.rank, t.day) for n, t in pairs if t.rank < n.rank]
    return sorted(rows, key=lambda r: (r[3], r[1], r[0]))[:limit]


def momentum(history: History, days: int, limit: int | None, within: int) -> Rows:
    rows = []
    for now, then in history.pairs(days, _hundredths):
        gain = _hundredths(now) - _hundredths(then)
        if gain <= 0 or (within and (now.rank is None or now.rank > within)):
            continue
        growth = None if None in (now.scored_by, then.scored_by) else now.scored_by - then.scored_by
        gained = float(Decimal(gain) / 100)
        rows.append((now.mal_id, now.rank, now.score, then.score, gained, then.day, growth))
    return sorted(rows, key=lambda r: (-r[4], r[6] is None, -(r[6] or 0), r[0]))[:limit]


def new_entries(history: History, top: int, days: int) -> Rows:
    rows = []
    deep = history.deep_days(top)
    for mal_id, course in history.by_anime.items():
        inside = [snap for snap in course.values() if snap.rank is not None and snap.rank <= top]
        if not inside or not deep:
            continue
        first = inside[0]
        if history.as_of - timedelta(days=days) < first.day <= history.as_of and first.day > deep[0]:
            now = course.get(history.as_of)
            rows.append((mal_id, first.day, first.rank, now and now.rank))
    return sorted(rows, key=lambda r: (-r[1].toordinal(), r[2], r[0]))


def streaks(history: History, top: int, limit: int | None, max_gap: int, current: bool) -> Rows:
    rows = []
    deep = history.deep_days(top)
    lacking = {day for day in deep if history.ranked(day, top) < top}
    for mal_id, course in history.by_anime.items():
        run: list[date] = []
        for before, day in zip([None, *deep], deep, strict=False):
            snap = course.get(day)
            inside = snap is not None and snap.rank is not None and snap.rank <= top
            unknown = snap is None and day in lacking
            hole = before is not None and (day - before).days > max_gap
            if run and (hole or not (inside or unknown)):
                rows.append((mal_id, run))
                run = []
            if inside:
                run = [*run, day]
        if run:
            rows.append((mal_id, run))
    last = deep[-1] if deep else None
    found = [(i, run[0], run[-1], (run[-1] - run[0]).days + 1, len(run), run[-1] == last) for i, run in rows]
    kept = [row for row in found if row[5] or not current]
    return sorted(kept, key=lambda r: (-r[3], -r[2].toordinal(), r[0]))[:limit]


def history(known: History, mal_id: int, days: int) -> Rows:
    rows, before = [], None
    for day, snap in known.by_anime.get(mal_id, {}).items():
        if day >= known.as_of - timedelta(days=days):
            places = _less(before and before.rank, snap.rank)
            points = _less(_hundredths(snap), before and _hundredths(before))
            facts = (snap.rank, snap.score, snap.scored_by, snap.members, snap.popularity)
            rows.append((mal_id, day, *facts, places, None if points is None else float(Decimal(points) / 100)))
        before = snap
    return rows


def _less(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one - other
