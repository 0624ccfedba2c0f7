"""Identify the state of a database: marks that every writer of CatLog leaves, and sums that reveal other changes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, func, select

from catlog.db.lock import ETL, run_holds
from catlog.db.schema import HEAD
from catlog.db.tables import AnimeGenre, CatalogueState, DailyRankings, EtlLogs, RankingDays, col

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(slots=True)
class SnapshotSums:
    """The sums over some snapshots, the same from the database and from Arrow tables."""

    rows: int = 0
    ranks: int = 0
    scores: int = 0
    votes: int = 0
    members: int = 0

    def add(self, part: pa.Table) -> None:
        """Add the rows of a part of the frozen rankings."""
        import pyarrow.compute as pc

        self.rows += part.num_rows
        ranks, scores, votes, members = (
            pc.sum(part[name]).as_py() or 0 for name in ("rank", "score100", "scoredBy", "members")
        )
        self.ranks += ranks
        self.scores += scores
        self.votes += votes
        self.members += members

    def digest(self) -> str:
        """Return a digest of the sums."""
        return _digest(self.rows, self.ranks, self.scores, self.votes, self.members)


def sums_in_database(connection: Connection, day: date) -> SnapshotSums:
    """Return the sums over all snapshots up to `day`."""
    of = DailyRankings
    # Whole numbers in floats: their sum is exact in any order.
    scores = func.round(col(of.score) * 100)
    measures: tuple[Any, ...] = (col(of.rank), scores, col(of.scored_by), col(of.members))
    sums: list[Any] = [func.count(), *(func.coalesce(func.sum(each), 0) for each in measures)]
    query: Select[Any] = select(*sums)
    # As an expression: otherwise SQLite uses the index of the days and looks up every row.
    whole = query.where(func.coalesce(col(of.snapshot_date), day) <= day)
    return SnapshotSums(*(int(each) for each in connection.execute(whole).one()))


def marks_of(connection: Connection, origin: str) -> str:
    """Return a digest of the database `origin`, its last load, catalogue and days; every write changes it."""
    last = select(col(EtlLogs.run_id)).where(run_holds(ETL), col(EtlLogs.status) == "SUCCESS")
    run = connection.execute(last.order_by(col(EtlLogs.id).desc()).limit(1)).scalar()
    genres = connection.execute(select(func.count(), func.sum(col(AnimeGenre.mal_id)))).one()
    catalogue = connection.execute(select(col(CatalogueState.version))).scalars().all()
    day, depth, snapshots = col(RankingDays.snapshot_date), col(RankingDays.depth), col(RankingDays.snapshots)
    days = connection.execute(select(day, depth, snapshots).order_by(day)).all()
    return _digest(HEAD, origin, run, *genres, *catalogue, *days)


def _digest(*parts: object) -> str:
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:20]
