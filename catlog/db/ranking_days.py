"""The day table: the number of snapshots and the depth of the chart for each day, written with its snapshots.

MyAnimeList skips and repeats ranks, so a chart reaches as deep as nine tenths of its ranks are present. A day without
data from the rankings source has depth 0: its ranks are true, but a missing anime has not left the chart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, func, insert, select

from catlog.db.lock import ETL, exclusive
from catlog.db.session import Database, Session
from catlog.db.tables import DailyRankings, RankingDays, col

CHART = 10
"""The least depth of a chart; shallower days have depth 0."""

REPAIR_COMMAND = "catlog db upgrade"
"""The command that corrects rows of the day table."""


def depth_of(ranks: Iterable[int]) -> int:
    """Return the depth of the chart with these ranks, in any order; ranks of 0 or less are unknown.

    The depth is the largest d >= `CHART` such that for every t from `CHART` to d at least nine tenths of t are ranked t
    or better; 0 if there is none.
    """
    count = 0
    for rank in sorted(rank for rank in ranks if rank > 0):
        # `count` titles are ranked better, enough for a chart of 10 · count / 9.
        if 9 * (rank - 1) > 10 * count and rank > CHART:
            break
        count += 1
    deepest = 10 * count // 9
    return deepest if deepest >= CHART else 0


@dataclass(frozen=True, slots=True)
class Recount:
    """The day table compared with the snapshots: `both` counts the days in both, some with a wrong depth or number."""

    both: int
    wrong_depth: tuple[date, ...]
    wrong_snapshots: tuple[date, ...]
    missing: tuple[date, ...]
    without_snapshots: tuple[date, ...]

    @property
    def wrong(self) -> tuple[date, ...]:
        """Every day whose row contradicts its snapshots."""
        return tuple(sorted({*self.wrong_depth, *self.wrong_snapshots, *self.missing, *self.without_snapshots}))


def recount(connection: Connection) -> Recount:
    """Recount all days in one pass over the index of days and ranks, and compare, read-only."""
    days = select(col(RankingDays.snapshot_date), col(RankingDays.depth), col(RankingDays.snapshots))
    stored = {day: (depth, snapshots) for day, depth, snapshots in connection.execute(days)}
    counted = {day: _measured(ranks) for day, ranks in _ranks_by_day(connection)}
    both = sorted(stored.keys() & counted.keys())
    return Recount(
        len(both),
        tuple(day for day in both if stored[day][0] != counted[day][0]),
        tuple(day for day in both if stored[day][1] != counted[day][1]),
        tuple(sorted(counted.keys() - stored.keys())),
        tuple(sorted(stored.keys() - counted.keys())),
    )


def refresh_days(connection: Connection, days: Iterable[date]) -> None:
    """Recompute the rows of `days` from their snapshots in the caller's transaction; an empty day gets no row."""
    for day in sorted(set(days)):
        here = col(DailyRankings.snapshot_date) == day
        ranks = connection.execute(select(col(DailyRankings.rank)).where(here)).scalars().all()
        connection.execute(delete(RankingDays).where(col(RankingDays.snapshot_date) == day))
        if ranks:
            depth, snapshots = _measured(ranks)
            connection.execute(insert(RankingDays), {"snapshot_date": day, "depth": depth, "snapshots": snapshots})


def repair_days(database: Database) -> tuple[date, ...]:
    """Correct the day table by the snapshots; return the days whose row was wrong.

    Raises BusyError when there are any while a run holds the lock.
    """
    with database.read() as session:
        if not recount(session.connection()).wrong:
            return ()

    def unit(session: Session) -> tuple[date, ...]:
        days = recount(session.connection()).wrong
        refresh_days(session.connection(), days)
        return days

    with exclusive(database, ETL):
        return database.run(unit)


def _measured(ranks: Sequence[int | None]) -> tuple[int, int]:
    """Return the depth and the number of snapshots of a day with these ranks."""
    return depth_of(filter(None, ranks)), len(ranks)


def _ranks_by_day(connection: Connection) -> Iterator[tuple[date, Sequence[int | None]]]:
    """Yield each day with its ranks, one statement per day: little memory, and no long statement."""
    day = col(DailyRankings.snapshot_date)
    current = connection.execute(select(func.min(day))).scalar()
    while current is not None:
        yield current, connection.execute(select(col(DailyRankings.rank)).where(day == current)).scalars().all()
        current = connection.execute(select(func.min(day)).where(day > current)).scalar()
