"""Ranking histories to ask about: generated ones with every irregularity there is, and recorded ones where they are."""

import csv
import gzip
import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from catlog import clock
from catlog.db.bulk import upsert
from catlog.db.models import DailyRankings, ProcessedAnime, RankingDays
from catlog.db.ranking_days import refresh_days
from catlog.db.session import Database

FIRST_DAY = date(2024, 1, 1)
_HOLES = {20, 33, 34, 50, 51, 52, 53, 54, 90}
"""Days without a run: one, two and five in a row, and one near the end."""


class Snap(NamedTuple):
    """One snapshot, as the table has it."""

    mal_id: int
    day: date
    rank: int | None = None
    score: float | None = None
    scored_by: int | None = None
    members: int | None = None
    popularity: int | None = None


def generated() -> list[Snap]:
    """Return 110 days of 40 anime: holes, ties, unknown values, newcomers, comebacks, and a chart that moves a lot."""
    rng = random.Random(7)
    levels = {mal_id: 900.0 - 3 * mal_id for mal_id in range(1, 41)}
    snaps: list[Snap] = []
    for number in range(110):
        levels = {mal_id: level + rng.gauss(0, 1.5) for mal_id, level in levels.items()}
        if number in _HOLES:
            continue
        day = FIRST_DAY + timedelta(days=number)
        chart = sorted(levels, key=lambda mal_id: -levels[mal_id])
        for place, mal_id in enumerate(chart, start=1):
            if rng.random() < 0.06 or (mal_id % 9 == 0 and number < 60):
                continue
            rank = None if rng.random() < 0.04 else place - (rng.random() < 0.1 and place > 1)
            score = None if rng.random() < 0.04 else round(levels[mal_id]) / 100
            votes = None if rng.random() < 0.1 else 1000 * mal_id + number * (mal_id % 4)
            snaps.append(Snap(mal_id, day, rank, score, votes, 10 * mal_id + number, 41 - mal_id))
    snaps.append(Snap(99, FIRST_DAY + timedelta(days=107), 3, 8.5))
    return snaps


def charted() -> list[Snap]:
    """Return 120 days of charts of 75: many days are of another source, of one page, partial, or without page 1.

    Ranks are skipped and repeated as MyAnimeList does, so that charts have fewer titles than places here and there, and
    titles drop out of a chart that goes on.
    """
    rng = random.Random(11)
    levels = {mal_id: 900.0 - 4 * mal_id for mal_id in range(1, 91)}
    snaps: list[Snap] = []
    for number in range(120):
        levels = {mal_id: level + rng.gauss(0, 1.2) for mal_id, level in levels.items()}
        if number in _HOLES:
            continue
        day = FIRST_DAY + timedelta(days=number)
        chart = sorted(levels, key=lambda mal_id: -levels[mal_id])
        ranks = _skipping(rng, 75)
        kind = rng.choices(("whole", "page", "partial", "headless", "airing"), (70, 6, 6, 6, 12))[0]
        kept = {"page": range(25), "partial": (*range(25), *range(50, 75)), "headless": range(25, 75)}
        places = kept.get(kind, range(75))
        if kind == "airing" or number == 119:  # the last day is of another source
            places = sorted(rng.sample(range(75), 9))
        for place in places:
            mal_id = chart[place]
            if rng.random() < 0.02:
                continue
            rank = None if rng.random() < 0.01 else ranks[place]
            score = None if rng.random() < 0.02 else round(levels[mal_id]) / 100
            snaps.append(Snap(mal_id, day, rank, score, 1000 * mal_id + number * (mal_id % 4), 10 * mal_id, mal_id))
    return snaps


def _skipping(rng: random.Random, count: int) -> list[int]:
    """Return ranks in ascending order, of which some are skipped and some are given twice."""
    ranks, rank = [], 0
    while len(ranks) < count:
        rank += rng.choices((0, 1, 2), (3, 94, 3))[0]
        ranks.append(max(rank, 1))
    return ranks


CROWD = 8_000
"""Ids from here on are those of `crowd`."""


def crowd(days: Iterable[date], top: int = 10) -> list[Snap]:
    """Return titles at the ranks 1 to `top` on each of these days, which make a chart of each."""
    return [Snap(CROWD + rank, day, rank) for day in days for rank in range(1, top + 1)]


def recorded(*files: Path) -> list[Snap]:
    """Return the rows of recorded CSV files, the first one of each day and id; 0 stands for unknown, as on loading."""
    found: dict[tuple[int, date], Snap] = {}
    for file in files:
        content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        for row in csv.DictReader(content.decode().splitlines()):
            numbers = [float(row[name] or 0) for name in ("rank", "score", "scored_by", "members", "popularity")]
            rank, score, *counts = (number if number > 0 else None for number in numbers)
            whole = [None if number is None else int(number) for number in (rank, *counts)]
            snap = Snap(int(row["mal_id"]), date.fromisoformat(row["snapshot_date"]), whole[0], score, *whole[1:])
            found.setdefault((snap.mal_id, snap.day), snap)
    return list(found.values())


def fill(database: Database, snaps: Sequence[Snap], titles: Iterable[int] = ()) -> None:
    """Make `snaps` all the snapshots there are, and give each of `titles` the title that `title` says."""
    fields = ("mal_id", "snapshot_date", "rank", "score", "scored_by", "members", "popularity", "etl_run_id")
    facts = ("mal_id", "title", "synonyms", "studios", "processed_at")
    with database.connect_to_write() as connection:
        connection.execute(DailyRankings.__table__.delete())
        connection.execute(RankingDays.__table__.delete())
        upsert(connection, DailyRankings, fields, ((*snap, "tests") for snap in snaps))
        refresh_days(connection, {snap.day for snap in snaps})
        upsert(connection, ProcessedAnime, facts, ((i, title(i), [], [], clock.now()) for i in titles))


def title(mal_id: int) -> str:
    """Return the title that `fill` writes."""
    return f"Anime number {mal_id}"
