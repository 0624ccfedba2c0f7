"""The days of a database, held against its snapshots."""

from collections import defaultdict
from datetime import date

from sqlmodel import col, select

from catlog.db.models import DailyRankings, RankingDays
from catlog.db.session import Database
from tests.analytics import plain


def days_that_fit(database: Database) -> dict[date, int]:
    """Return the depth of each day, once each has been found to be what the snapshots say."""
    ranks: dict[date, list[int | None]] = defaultdict(list)
    with database.read() as session:
        for day, rank in session.exec(select(col(DailyRankings.snapshot_date), col(DailyRankings.rank))):
            ranks[day].append(rank)
        stored = {row.snapshot_date: (row.depth, row.snapshots) for row in session.exec(select(RankingDays))}
    assert stored == {day: (plain.depth(of), len(of)) for day, of in ranks.items()}
    return {day: stored[day][0] for day in sorted(stored)}
