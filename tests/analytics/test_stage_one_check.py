"""Validation of the queries: database, copy and embedded engine agree with plain Python, and a wrong depth is found."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import text

from catlog.analytics.duckdb_engine.connection import connect
from catlog.analytics.registry import CHART_DAYS, HISTORY, QUERIES
from catlog.analytics.snapshots.freeze import freeze
from catlog.analytics.snapshots.manifest import RankingsSnapshot
from catlog.analytics.validation.stage_one import DAYS, check_queries, second_result, sqlite_copy
from catlog.db.session import Database
from tests.analytics import plain
from tests.analytics.series import Snap, charted, fill, generated
from tests.analytics.test_embedded_engine import as_row
from tests.analytics.test_properties import _histories
from tests.support.databases import KINDS, Databases
from tests.support.snapshots import frozen

ALL = {**QUERIES, HISTORY.name: HISTORY, CHART_DAYS.name: CHART_DAYS}
HISTORIES = {"generated": generated(), "charted": charted()}


@pytest.fixture(params=HISTORIES)
def snaps(request: pytest.FixtureRequest) -> list[Snap]:
    return HISTORIES[request.param]


def by_duckdb(snapshot: RankingsSnapshot, query: str, **parameters: object) -> list[tuple[Any, ...]]:
    """Return the rows in their order, without it."""
    with connect(snapshot) as engine:
        rows = second_result(engine, ALL[query], **parameters).to_pylist()
    return [tuple(list(row.values())[1:]) for row in sorted(rows, key=lambda row: row["place"])]


def assert_duckdb_agrees(
    snaps: Iterable[Snap], snapshot: RankingsSnapshot, tops: Iterable[int], gaps: Iterable[int]
) -> None:
    """Compare the embedded engine with plain Python; a flag is a number in SQL."""
    day, known = snapshot.manifest.as_of, plain.History(list(snaps), snapshot.manifest.as_of)
    window = {"days": DAYS, "limit": None, "within": 0}
    for query, rule in (("climbers", plain.climbers), ("fallers", plain.fallers), ("momentum", plain.momentum)):
        found = by_duckdb(snapshot, query, as_of=day, days=DAYS)
        assert [[pytest.approx(row) for row in rule(known, **window)]] == [found], query
    for top in tops:
        assert by_duckdb(snapshot, "new-entries", as_of=day, days=DAYS, top=top) == plain.new_entries(known, top, DAYS)
        for gap in gaps:
            assert by_duckdb(snapshot, "streaks", top=top, max_gap=gap) == plain.streaks(known, top, None, gap, False)
    assert [row[:2] for row in by_duckdb(snapshot, "chart-days")] == list(known.depths.items())


@pytest.mark.parametrize("earlier", [0, 1, 40])
def test_the_embedded_engine_agrees_with_plain_python(snaps: list[Snap], earlier: int, tmp_path: Path) -> None:
    day = sorted({snap.day for snap in snaps})[-1 - earlier]
    known = [snap for snap in snaps if snap.day <= day]
    assert_duckdb_agrees(known, frozen(tmp_path / "frozen", map(as_row, known)), (3, 10, 50), (1, 3, 6))


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any")


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(snaps=_histories)
def test_the_embedded_engine_agrees_on_any_small_history(snaps: list[Snap], room: Path) -> None:
    if not snaps:
        return
    folder = room / str(len(list(room.iterdir())))
    assert_duckdb_agrees(snaps, frozen(folder, map(as_row, snaps)), (1, 5, 10, 12), (1, 3))


@pytest.mark.parametrize("kind", KINDS)
def test_both_databases_the_copy_and_the_embedded_engine_agree(
    kind: str, snaps: list[Snap], databases: Databases, tmp_path: Path
) -> None:
    name = f"check {len(snaps)}"
    database = databases.make(kind, name, tmp_path)
    fill(database, snaps)
    snapshot = freeze(database, tmp_path / "cache")
    assert snapshot is not None
    assert snapshot.manifest.as_of == plain.default_day(plain.depths_of(snaps))
    with sqlite_copy(snapshot) as copy:
        checks = [*check_queries(database, snapshot, kind), *check_queries(copy, snapshot, "copy")]
    assert {check.table for check in checks} == set(ALL)
    assert all(check.passed for check in checks), [check for check in checks if not check.passed]
    counted = {check.table: check.rows for check in checks}
    assert counted["chart-days"] == snapshot.manifest.days
    databases.drop(database, name)


@pytest.mark.parametrize(
    "damage",
    [
        'UPDATE "RankingDays" SET depth = depth + 1 WHERE "snapshotDate" = :day',
        'UPDATE "RankingDays" SET snapshots = snapshots + 1 WHERE "snapshotDate" = :day',
        'DELETE FROM "RankingDays" WHERE "snapshotDate" = :day',
        'UPDATE "DailyRankings" SET rank = 900 WHERE "snapshotDate" = :day AND rank < 5',
    ],
)
def test_a_wrong_depth_is_found(damage: str, database: Database, tmp_path: Path) -> None:
    fill(database, HISTORIES["charted"])
    day: date = sorted({snap.day for snap in HISTORIES["charted"]})[5]
    before = freeze(database, tmp_path / "cache")
    with database.connect_to_write() as connection:
        connection.execute(text(damage), {"day": str(day)})
    snapshot = freeze(database, tmp_path / "cache")
    assert before
    assert snapshot
    assert snapshot.folder != before.folder, "days are part of the state"
    failed = {check.table for check in check_queries(database, snapshot, "this") if not check.passed}
    assert failed == {"chart-days"}
