"""Climbers, fallers and momentum: what changed between an anime's baseline in the window and the day asked for.

The baseline of an anime is its earliest snapshot in the window that has the measure. For nearly all it lies on the
window's first day, so that day is joined as a whole, and only the others are looked up one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, Connection, ScalarSelect, Select, and_, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from catlog.analytics.days import Span, answer, days_before
from catlog.analytics.expressions import Snapshot, hundredths, on, with_titles
from catlog.analytics.records import Answer, Momentum, Mover, titled
from catlog.db.models import DailyRankings


def climbers(
    session: Session, *, days: int = 7, limit: int | None = 5, within: int = 1000, as_of: date | None = None
) -> Answer[Mover]:
    """Return the anime that gained most places since their baseline, among those ranked `within` now (0: all)."""
    return _movers(session, days, limit, within, as_of, rising=True)


def fallers(
    session: Session, *, days: int = 7, limit: int | None = 5, within: int = 1000, as_of: date | None = None
) -> Answer[Mover]:
    """Return the anime that lost most places since their baseline, among those ranked `within` then (0: all)."""
    return _movers(session, days, limit, within, as_of, rising=False)


def momentum(
    session: Session, *, days: int = 7, limit: int | None = 5, within: int = 1000, as_of: date | None = None
) -> Answer[Momentum]:
    """Return the anime whose score rose most since their baseline, among those ranked `within` now (0: all)."""

    def rows(connection: Connection, span: Span) -> Iterator[Momentum]:
        window = _Window(days_before(span.as_of, days), span.as_of)
        for mal_id, rank, now, then, day, growth, title in connection.execute(_gains(window, limit, within)):
            change = (now - then) / 100
            yield Momentum(mal_id, titled(mal_id, title), rank, now / 100, then / 100, change, day, growth)

    return answer(session, as_of, {"days": days, "limit": limit, "within": within}, rows)


def _movers(
    session: Session, days: int, limit: int | None, within: int, as_of: date | None, *, rising: bool
) -> Answer[Mover]:
    def rows(connection: Connection, span: Span) -> Iterator[Mover]:
        window = _Window(days_before(span.as_of, days), span.as_of)
        for mal_id, rank, then, day, title in connection.execute(_moves(window, limit, within, rising=rising)):
            yield Mover(mal_id, titled(mal_id, title), rank, then, then - rank, day)

    return answer(session, as_of, {"days": days, "limit": limit, "within": within}, rows)


Measure = Callable[[Snapshot], ColumnElement[Any]]
"""What of a snapshot is compared: an integer, or NULL where the snapshot does not have it."""


@dataclass(frozen=True, slots=True)
class _Window:
    """The snapshots of `day` are compared with those from `start` on that lie before it."""

    start: date
    day: date

    def baselines(self, snapshot: Snapshot, mal_id: ColumnElement[int], measure: Measure) -> ColumnElement[bool]:
        """Return the condition that a snapshot of `mal_id` is in the window, before the day, and has the measure."""
        return and_(col(snapshot.mal_id) == mal_id, self._covers(snapshot), measure(snapshot).is_not(None))

    def first_day(self) -> ScalarSelect[date]:
        """Return the first day with snapshots, NULL where there is none."""
        return select(func.min(col(DailyRankings.snapshot_date))).where(self._covers(DailyRankings)).scalar_subquery()

    def _covers(self, snapshot: Snapshot) -> ColumnElement[bool]:
        return and_(col(snapshot.snapshot_date) >= self.start, col(snapshot.snapshot_date) < self.day)


def _moves(window: _Window, limit: int | None, within: int, *, rising: bool) -> Select[Any]:
    pair = _pairs(window, _rank, within if rising else 0)
    kept = pair.c.then > pair.c.now if rising else pair.c.then < pair.c.now
    if within and not rising:
        kept &= pair.c.then <= within
    change = pair.c.then - pair.c.now
    chosen = select(pair.c.mal_id, pair.c.now, pair.c.then).where(kept)
    order = (change.desc() if rising else change.asc(), pair.c.now, pair.c.mal_id)
    few = chosen.order_by(*order).limit(limit).subquery("few")
    dated = select(few.c.mal_id, few.c.now, few.c.then, _baseline_date(window, few.c.mal_id, _rank))
    change = few.c.then - few.c.now
    return with_titles(dated, few, change.desc() if rising else change.asc(), few.c.now, few.c.mal_id)


def _gains(window: _Window, limit: int | None, within: int) -> Select[Any]: ...
