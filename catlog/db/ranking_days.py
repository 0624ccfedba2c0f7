"""The days that have snapshots: each with the depth of its chart, written whenever its snapshots are.

MyAnimeList skips and repeats ranks, so a chart is as deep as nine tenths of it are there. A day that only another
source than the rankings filled has depth 0: its ranks are true, but who is missing from it has not fallen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, func, insert, select
from sqlmodel import Session, col

from catlog.db.lock import ETL, exclusive
from catlog.db.models import DailyRankings, RankingDays
from catlog.db.session import Database

CHART = 10
"""The least depth of a day that counts as a chart; what is less deep has depth 0."""

REPAIR_COMMAND = "catlog db upgrade"
"""The command that corrects rows of the day table."""


def depth_of(ranks: Iterable[int]) -> int:
    """Return how deep the chart of a day is that has these ranks, in any order; one of 0 or less is unknown.

    That is the largest d from `CHART` on so that for every t from there to d at least nine tenths of t are ranked t or
    better; 0 where there is none.
    """
    count = 0
    for rank in sorted(rank for rank in ranks if rank > 0):
        # Before this rank there are `count` titles, enough for a chart of 10 · count / 9.
        if 9 * (rank - 1) > 10 * count and rank > CHART:
            break
        count += 1
    deepest = 10 * count // 9
    return deepest if deepest >= CHART else 0


@dataclass(frozen=True, slots=True)
class Recount:
    """The day table against the snapshots: `both` days are in both, of which some have a wrong depth or number."""

    both: int
    wrong_depth: tuple[date, ...]
    wrong_snapshots: tuple[date, ...]
    missing: tuple[date, ...]
    without_snapshots: tuple[date, ...]

    @property
    def wrong(self) -> tuple[date, ...]:
        """Every day whose row is not what its snapshots say."""
        return tuple(sorted({*self.wrong_depth, *self.wrong_snapshots, *self.missing, *self.without_snapshots}))


def recount(connection: Connection) -> Recount:
    """Count all days anew, one pass over the index of days and ranks, and compare; nothing is changed."""
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
    """Make the rows of `days` what their snapshots say, in the caller's transaction; a day without any has no row."""
    for day in sorted(set(days)):
        here = col(DailyRankings.snapshot_date) == day
        ranks = connection.execute(select(col(DailyRankings.rank)).where(here)).scalars().all()
        connection.execute(delete(RankingDays).where(col(RankingDays.snapshot_date) == day))
        if ranks:
            depth, snapshots = _measured(ranks)
            connection.execute(insert(RankingDays), {"snapshot_date": day, "depth": depth, "snapshots": snapshots})


def repair_days(database: Database) -> tuple[date, ...]:
    """Make every row of the day table what the snapshots say; return the days whose row was wrong.

    Raises BusyError when there are any while a run is under way.
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
    """Yield each day with its ranks, a statement a day: memory holds one day, and no statement takes long."""
    day = col(DailyRankings.snapshot_date)
    current = connection.execute(select(func.min(day))).scalar()
    while current is not None:
        yield current, connection.execute(select(col(DailyRankings.rank)).where(day == current)).scalars().all()
        current = connection.execute(select(func.min(day)).where(day > current)).scalar()
