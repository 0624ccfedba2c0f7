"""The Stage-1 queries once more, in plain Python and straight from their definitions: the referee of the SQL ones.

Each takes snapshots, the parameters and the day D (None: the latest there is), and returns the rows without titles.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.analytics.series import Snap

Rows = list[tuple[Any, ...]]


class History:
    """Snapshots up to D, by anime and by day."""

    def __init__(self, snaps: Sequence[Snap], as_of: date | None) -> None:
        self.as_of = as_of or max((snap.day for snap in snaps), default=date(2000, 1, 1))
        self.by_anime: dict[int, dict[date, Snap]] = defaultdict(dict)
        for snap in sorted(snap for snap in snaps if snap.day <= self.as_of):
            self.by_anime[snap.mal_id][snap.day] = snap
        self.days = sorted({snap.day for snap in snaps if snap.day <= self.as_of})

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
        if now.rank is None or (within and now.rank > within) or gain <= 0:
            continue
        growth = None if None in (now.scored_by, then.scored_by) else now.scored_by - then.scored_by
        gained = float(Decimal(gain) / 100)
        rows.append((now.mal_id, now.rank, now.score, then.score, gained, then.day, growth))
    return sorted(rows, key=lambda r: (-r[4], r[6] is None, -(r[6] or 0), r[0]))[:limit]


def new_entries(history: History, top: int, days: int) -> Rows:
    rows = []
    for mal_id, course in history.by_anime.items():
        inside = [snap for snap in course.values() if snap.rank is not None and snap.rank <= top]
        if inside and history.as_of - timedelta(days=days) < inside[0].day != history.days[0]:
            now = course.get(history.as_of)
            rows.append((mal_id, inside[0].day, inside[0].rank, now and now.rank))
    return sorted(rows, key=lambda r: (-r[1].toordinal(), r[2], r[0]))


def streaks(history: History, top: int, limit: int | None, max_gap: int, current: bool) -> Rows:
    rows = []
    for mal_id, course in history.by_anime.items():
        run: list[date] = []
        for number, day in enumerate(history.days):
            hole = number > 0 and (day - history.days[number - 1]).days > max_gap
            snap = course.get(day)
            inside = snap is not None and snap.rank is not None and snap.rank <= top
            if run and (hole or not inside):
                rows.append((mal_id, run))
                run = []
            if inside:
                run = [*run, day]
        if run:
            rows.append((mal_id, run))
    last = history.days[-1] if history.days else None
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
