"""The depth of charts by their ranks, updated by every writer, and computed by the migration."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, inspect, text
from sqlmodel import col, select

from catlog.db.backup.folder import back_up
from catlog.db.backup.restore import restore
from catlog.db.bulk import upsert
from catlog.db.migrations.run import upgrade_to
from catlog.db.models import DailyRankings, RankingDays
from catlog.db.ranking_days import depth_of, refresh_days
from catlog.db.schema import prepare_sqlite
from catlog.db.session import Database
from catlog.db.upgrade import upgrade
from tests.support.databases import KINDS, SQLITE, Databases
from tests.support.postgres import PostgresServer

DAY = date(2026, 5, 10)
NEXT = DAY + timedelta(days=1)

TWO_PAGES = [rank for rank in range(1, 51) if rank not in (17, 33, 40)] + [21, 55, 56]
"""Fifty entries: three ranks are skipped, one is given twice, and the last two come after a gap."""

FOUR_PAGES = [rank for rank in range(1, 101) if rank not in (26, 52, 77, 78, 95)] + [31, 60, 109, 110, 111]
"""A hundred entries: five ranks are skipped, two given twice, and the last three come after a gap."""


def by_definition(ranks: Sequence[int]) -> int:
    """Return the largest d from 10 on for which every t up to it has nine tenths of t, counted one by one."""
    depth = 0
    for t in range(10, 10 * len(ranks) // 9 + 2):
        if 10 * sum(rank <= t for rank in ranks) < 9 * t:
            break
        depth = t
    return depth


@pytest.mark.parametrize(
    ("ranks", "depth"),
    [
        ([], 0),
        (range(1, 9), 0),  # c(10) = 8
        (range(1, 10), 10),
        ([1] * 9, 10),
        (range(2, 11), 10),
        (range(3, 12), 0),
        (range(1, 26), 27),  # one page
        (range(26, 101), 0),  # all pages but the first
        (range(1, 49), 53),
        (TWO_PAGES, 53),
        ([*range(1, 26), *range(51, 76)], 27),  # the second page is missing
        ([1, 9, 14, 40, 77, 103, 250, 600, 999, 1500, 2400], 0),  # what airs just now
        (FOUR_PAGES, 107),
    ],
)
def test_a_chart_is_as_deep_as_nine_tenths_of_it_are_there(ranks: Sequence[int], depth: int) -> None:
    assert depth_of(ranks) == depth == by_definition(ranks)
    assert depth_of(reversed(list(ranks))) == depth


@given(st.lists(st.integers(1, 60), max_size=60) | st.lists(st.integers(1, 80), max_size=80, unique=True))
def test_any_ranks_have_the_depth_of_the_definition(ranks: list[int]) -> None:
    assert depth_of(ranks) == by_definition(ranks)


@given(st.sets(st.integers(1, 120), max_size=8), st.lists(st.integers(1, 120), max_size=8))
def test_a_chart_with_skipped_and_repeated_ranks_has_the_depth_of_the_definition(
    skipped: set[int], again: list[int]
) -> None:
    ranks = [*(rank for rank in range(1, 101) if rank not in skipped), *again]
    assert depth_of(ranks) == by_definition(ranks)


def load(database: Database, day: date, ranks: Sequence[int | None]) -> None:
    """Make these the ranks of a day, of titles in this order, and refresh it."""
    fields = ("mal_id", "snapshot_date", "rank", "members", "etl_run_id")
    with database.connect_to_write() as connection:
        connection.execute(delete(DailyRankings).where(col(DailyRankings.snapshot_date) == day))
        upsert(connection, DailyRankings, fields, [(i, day, rank, 1, "r") for i, rank in enumerate(ranks, 1)])
        refresh_days(connection, [day, day])


def stored(database: Database) -> list[tuple[date, int, int]]:
    with database.read() as session:
        rows = session.exec(select(RankingDays).order_by(col(RankingDays.snapshot_date))).all()
        return [(row.snapshot_date, row.depth, row.snapshots) for row in rows]


def test_a_day_is_what_its_snapshots_say_whenever_it_is_refreshed(database: Database) -> None:
    load(database, DAY, range(1, 26))
    load(database, NEXT, [None, None, 3])
    assert stored(database) == [(DAY, 27, 25), (NEXT, 0, 3)]

    load(database, DAY, [*range(1, 10), None])
    assert stored(database) == [(DAY, 10, 10), (NEXT, 0, 3)]

    load(database, NEXT, [])
    assert stored(database) == [(DAY, 10, 10)], "a day without snapshots has no row"


def test_only_the_days_that_are_named_are_refreshed(database: Database) -> None:
    load(database, DAY, range(1, 26))
    with database.connect_to_write() as connection:
        connection.execute(delete(DailyRankings))
        refresh_days(connection, [NEXT])
        refresh_days(connection, [])
    assert stored(database) == [(DAY, 27, 25)]


def old_rankings(database: Database) -> None:
    """Give `database` the schema before the days had a table, with a chart, a day of another source, and no rank."""
    if database.is_sqlite:
        prepare_sqlite(database)
    days = {DAY: [*FOUR_PAGES], NEXT: [4, 90, 1200], NEXT + timedelta(days=3): [None]}
    with database.connect_to_write() as connection:
        upgrade_to(connection, "0007")
        assert not inspect(connection).has_table("RankingDays")
        for day, ranks in days.items():
            for mal_id, rank in enumerate(ranks, 1):
                connection.execute(
                    text("INSERT INTO \"DailyRankings\" VALUES (:id, :day, :rank, 7.5, 1, 2, 3, 'old run')"),
                    {"id": mal_id, "day": str(day), "rank": rank},
                )


OLD_DAYS = [(DAY, 107, 100), (NEXT, 0, 3), (NEXT + timedelta(days=3), 0, 1)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_days_of_an_older_database_are_measured_by_its_upgrade(
    kind: str, postgres: PostgresServer, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    name = request.node.nodeid
    url = f"sqlite:///{tmp_path / 'old.sqlite'}" if kind == SQLITE else postgres.create_database(name)
    database = Database(url)
    old_rankings(database)

    upgrade(database)

    assert stored(database) == OLD_DAYS
    database.close()
    if kind != SQLITE:
        postgres.drop_database(name)


def test_a_backup_from_before_the_days_had_a_table_is_measured_too(
    database: Database, databases: Databases, tmp_path: Path
) -> None:
    old = Database(f"sqlite:///{tmp_path / 'old.sqlite'}")
    old_rankings(old)
    made = back_up(old, tmp_path)
    old.close()
    load(database, NEXT + timedelta(days=9), range(1, 26))

    restore(database, made.file, tmp_path / "b")

    assert stored(database) == OLD_DAYS
    again = back_up(database, tmp_path / "b")
    other = databases.make(SQLITE, "other", tmp_path)
    restore(other, again.file, tmp_path / "b")
    assert stored(other) == OLD_DAYS, "a backup of today carries them"
    other.close()
