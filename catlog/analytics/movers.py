"""Climbers, fallers and momentum: what changed between an anime's baseline in the window and the day asked for.

The baseline of an anime is its earliest snapshot in the window that has the measure. For nearly all it lies on the
window's first day, so that day is joined as a whole, and only the others are looked up one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    FromClause,
    Label,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    and_,
    func,
    select,
)
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
        for mal_id, now, then, change, day, title in connection.execute(_moves(window, limit, within, rising=rising)):
            yield Mover(mal_id, titled(mal_id, title), now, then, change, day)

    return answer(session, as_of, {"days": days, "limit": limit, "within": within}, rows)


_ONCE = "MATERIALIZED"
"""Without it SQLite would run the look-ups of a CTE again for every place that names them."""

Measure = Callable[[Snapshot], SQLColumnExpression[int | None]]
"""What of a snapshot is compared: an integer, or NULL where the snapshot does not have it."""


def _rank(snapshot: Snapshot) -> SQLColumnExpression[int | None]:
    return col(snapshot.rank)


def _score(snapshot: Snapshot) -> SQLColumnExpression[int | None]:
    return hundredths(col(snapshot.score))


@dataclass(frozen=True, slots=True)
class _Window:
    """The snapshots of `day` are compared with those from `start` on that lie before it."""

    start: date
    day: date

    def baselines(self, snapshot: Snapshot, mal_id: SQLColumnExpression[int], measure: Measure) -> ColumnElement[bool]:
        """Return the condition that a snapshot of `mal_id` is in the window, before the day, and has the measure."""
        return and_(col(snapshot.mal_id) == mal_id, self._covers(snapshot), measure(snapshot).is_not(None))

    def first_day(self) -> ScalarSelect[date]:
        """Return the first day of the window that has snapshots, NULL where there is none."""
        return select(func.min(col(DailyRankings.snapshot_date))).where(self._covers(DailyRankings)).scalar_subquery()

    def baseline_date(self, mal_id: SQLColumnExpression[int], measure: Measure) -> Label[date]:
        """Return the day of the baseline of `mal_id`, named baseline_date."""
        other = aliased(DailyRankings)
        earliest = select(func.min(col(other.snapshot_date))).where(self.baselines(other, mal_id, measure))
        return earliest.scalar_subquery().label("baseline_date")

    def _covers(self, snapshot: Snapshot) -> ColumnElement[bool]:
        return and_(col(snapshot.snapshot_date) >= self.start, col(snapshot.snapshot_date) < self.day)


def _moves(window: _Window, limit: int | None, within: int, *, rising: bool) -> Select[Any]:
    pairs = _pairs(window, _rank, within if rising else 0)
    change = pairs.c.then - pairs.c.now
    kept = change > 0 if rising else change < 0
    if within and not rising:
        kept &= pairs.c.then <= within
    moved = select(pairs.c.mal_id, pairs.c.now, pairs.c.then, change.label("change")).where(kept).subquery("moved")

    def order(rows: FromClause) -> list[ColumnElement[Any]]:
        return [rows.c.change.desc() if rising else rows.c.change, rows.c.now, rows.c.mal_id]

    few = select(moved).order_by(*order(moved)).limit(limit).subquery("few")
    dated = select(few.c.mal_id, few.c.now, few.c.then, few.c.change, window.baseline_date(few.c.mal_id, _rank))
    rows = dated.subquery("dated")
    return with_titles(rows, *order(rows))


def _gains(window: _Window, limit: int | None, within: int) -> Select[Any]:
    pairs = _pairs(window, _score, within)
    gained = pairs.c.now > pairs.c.then
    dated = select(pairs, window.baseline_date(pairs.c.mal_id, _score)).where(gained).cte("dated").prefix_with(_ONCE)
    now, then = aliased(DailyRankings), aliased(DailyRankings)
    growth = (col(now.scored_by) - col(then.scored_by)).label("growth")
    known = (
        select(dated, growth)
        .join(now, on(now, dated.c.mal_id, window.day))
        .join(then, on(then, dated.c.mal_id, dated.c.baseline_date))
        .subquery("known")
    )

    def order(rows: FromClause) -> list[ColumnElement[Any]]:
        return [(rows.c.now - rows.c.then).desc(), rows.c.growth.desc().nulls_last(), rows.c.mal_id]

    few = select(known).order_by(*order(known)).limit(limit).subquery("few")
    return with_titles(few, *order(few))


def _pairs(window: _Window, measure: Measure, within: int) -> CTE:
    """Return (mal_id, rank, now, then): every anime with a rank and the measure on the day, and its baseline if any."""
    now, first, other = aliased(DailyRankings), aliased(DailyRankings), aliased(DailyRankings)
    later = (
        select(measure(other))
        .where(window.baselines(other, col(now.mal_id), measure))
        .order_by(col(other.snapshot_date))
        .limit(1)
        .scalar_subquery()
    )
    query: Select[Any] = (
        select(
            col(now.mal_id),
            col(now.rank),
            measure(now).label("now"),
            func.coalesce(measure(first), later).label("then"),
        )
        .outerjoin(first, on(first, col(now.mal_id), window.first_day()))
        .where(col(now.snapshot_date) == window.day, measure(now).is_not(None))
    )
    ranked = col(now.rank) <= within if within else col(now.rank).is_not(None)
    return query.where(ranked).cte("pairs").prefix_with(_ONCE)
