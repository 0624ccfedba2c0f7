"""No query reads the whole history: each finds its few rows by an index, whatever the table grows to."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select

from catlog.analytics import days, history, movers, new_entries, streaks
from tests.analytics.series import fill, generated
from tests.support.databases import SQLITE, Databases

_STATEMENTS = {
    "ends": days._ENDS,
    "the day of a question": days._CHARTS,
    "climbers": movers._moves(rising=True),
    "fallers": movers._moves(rising=False),
    "momentum": movers._gains(ranked=True),
    "momentum, of those without a rank too": movers._gains(ranked=False),
    "new entries, indexed": new_entries._entries(indexed=True),
    "new entries, beyond": new_entries._entries(indexed=False),
    "streaks": streaks._stays(current=False),
    "history": history._snapshots(),
}


@pytest.mark.parametrize("name", _STATEMENTS)
@pytest.mark.parametrize("analysed", [False, True])
def test_sqlite_searches_and_never_scans_the_snapshots(
    databases: Databases, name: str, analysed: bool, tmp_path: Path
) -> None:
    database = databases.make(SQLITE, "plans", tmp_path)
    fill(database, generated()[:500])
    statement: Select[Any] = _STATEMENTS[name]
    sql = str(statement.compile(database.engine))
    with database.connect_to_write() as connection:
        if analysed:
            connection.exec_driver_sql("ANALYZE")
        steps = [row[3] for row in connection.exec_driver_sql("EXPLAIN QUERY PLAN " + sql, (None,) * sql.count("?"))]
    database.close()
    scans = [step for step in steps if step.startswith("SCAN DailyRankings")]
    assert all("ix_DailyRankings_top" in step for step in scans), steps
    assert any("SEARCH" in step for step in steps)
