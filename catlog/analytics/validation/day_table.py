"""Compare the day table, which decides the day of every other check, with a recount of all snapshots."""

from __future__ import annotations

from collections.abc import Iterator

from catlog.analytics.validation.compare import CheckedColumn
from catlog.db.ranking_days import Recount


def check_days(recount: Recount, name: str) -> Iterator[CheckedColumn]:
    """Compare depth and number of snapshots of all days; `name` is the database, the left side."""
    missing_left, missing_right = len(recount.missing), len(recount.without_snapshots)
    for column, wrong in (("depth", recount.wrong_depth), ("snapshots", recount.wrong_snapshots)):
        passed = not (wrong or missing_left or missing_right)
        yield CheckedColumn(
            table="day-table",
            sides=f"{name}, recount",
            column=column,
            rows=recount.both,
            missing_left=missing_left,
            missing_right=missing_right,
            unequal=len(wrong),
            largest_absolute=None,
            largest_relative=None,
            passed=passed,
        )
