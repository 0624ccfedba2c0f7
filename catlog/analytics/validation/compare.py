"""Compare two results column by column: rows missing on either side, and the largest differences.

Integers, dates and texts must be equal; floats may differ by `TOLERANCE` relative to their size. The ends of an
interval may be near 0, so their difference is relative to the larger end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catlog.analytics.jobs import Job, Kind
from catlog.analytics.results.folder import open_results

if TYPE_CHECKING:
    import duckdb

TOLERANCE = 1e-9

_ENDS = {"ciLow": "ciHigh", "ciHigh": "ciLow"}


@dataclass(frozen=True, slots=True)
class CheckedColumn:
    """One column of two results of `table`; `sides` names them, left and right.

    `rows` are on both sides; `missing_left` and `missing_right` count rows that only the other side has, `unequal`
    values that differ too much. Differences are of numbers known on both sides, else None.
    """

    table: str
    sides: str
    column: str
    rows: int
    missing_left: int
    missing_right: int
    unequal: int
    largest_absolute: float | None
    largest_relative: float | None
    passed: bool


def compare_folders(job: Job, left: Path, right: Path, sides: str = "left, right") -> list[CheckedColumn]:
    """Compare two folders of results of one job.

    Raises BadDataError when either has other columns than the job.
    """
    with open_results(left, job) as engine:
        engine.execute("CREATE TABLE left_side AS FROM results")
        with open_results(right, job) as other:
            engine.register("right_side", other.sql("FROM results").to_arrow_table())
            return list(compare_sides(engine, job.table, job.key, job.columns, sides))


def compare_sides(
    engine: duckdb.DuckDBPyConnection, table: str, key: Sequence[str], columns: Mapping[str, Kind], sides: str
) -> Iterator[CheckedColumn]:
    """Compare the tables `left_side` and `right_side` of `engine`, joined by `key`."""
    same = " AND ".join(f'l."{name}" IS NOT DISTINCT FROM r."{name}"' for name in key)
    first = key[0]
    query = f"""
        FROM left_side AS l FULL JOIN right_side AS r ON {same} SELECT
            count(*) FILTER (l."{first}" IS NOT NULL AND r."{first}" IS NOT NULL),
            count(*) FILTER (l."{first}" IS NULL), count(*) FILTER (r."{first}" IS NULL)"""
    both, missing_left, missing_right = _row(engine, query)
    for name, kind in columns.items():
        if name in key:
            continue
        unequal, absolute, relative = _row(engine, _differences(name, kind, same))
        passed = not (unequal or missing_left or missing_right)
        yield CheckedColumn(table, sides, name, both, missing_left, missing_right, unequal, absolute, relative, passed)


def _differences(name: str, kind: Kind, same: str) -> str:
    left, right = f'l."{name}"', f'r."{name}"'
    joined = f"FROM left_side AS l JOIN right_side AS r ON {same} SELECT"
    if kind not in ("float", "integer"):
        return f"{joined} count(*) FILTER ({left} IS DISTINCT FROM {right}), NULL, NULL"
    sizes = [f"abs({side}::DOUBLE)" for side in (left, right)]
    if name in _ENDS:
        sizes += [f'abs({side}."{_ENDS[name]}"::DOUBLE)' for side in ("l", "r")]
    absolute = f"abs({left}::DOUBLE - {right}::DOUBLE)"
    relative = f"coalesce({absolute} / nullif(greatest({', '.join(sizes)}), 0), 0)"
    known = f"{left} IS NOT NULL AND {right} IS NOT NULL"
    if kind == "integer":
        wrong = f"{left} IS DISTINCT FROM {right}"
    else:
        # NaN is never a result, and compares greater than every tolerance; null must be null on both sides.
        wrong = f"({left} IS NULL) <> ({right} IS NULL) OR isnan({left}) OR isnan({right}) OR {relative} > {TOLERANCE}"
    return f"""
        {joined} count(*) FILTER ({wrong}), max({absolute}) FILTER ({known}), max({relative}) FILTER ({known})"""


def _row(engine: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    row: tuple[Any, ...] = engine.execute(query).fetchall()[0]
    return row
