"""Trend correlation: how similarly the titles of the upper chart move from one chart day to the next.

A change counts for a pair if both titles have a snapshot on both days; days without a chart are skipped. The sums over
all pairs are matrix products of integers held as floats, exact below 2 to the power of 53.

Spearman's correlation is of ranks with averaged ties, column by column.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from catlog.analytics.duckdb_engine.connection import connect, fetch_arrow
from catlog.analytics.duckdb_engine.request import EngineRequest, part_file, schema_of, write_rows
from catlog.analytics.duckdb_engine.series import Flags, Floats, Ints, whole
from catlog.analytics.duckdb_engine.significance import METRICS, q_values
from catlog.analytics.duckdb_engine.student import two_sided
from catlog.analytics.jobs import JOBS
from catlog.db.ranking_days import CHART
from catlog.progress import Report, silent

FEWEST_CHANGES = 8
"""Minimum number of changes that two titles have in common."""

_DAYS = """
SELECT snapshotDate - DATE '1970-01-01' AS day FROM days WHERE depth >= $chart AND snapshotDate >= $first ORDER BY 1"""

_ROWS = """
SELECT malId, snapshotDate - DATE '1970-01-01' AS day, rank, score100 FROM rankings
WHERE snapshotDate >= $first
    AND malId IN (SELECT malId FROM rankings WHERE snapshotDate = $last AND rank <= $top)"""

_NEAR_ONE = 1e-6
"""A 1 - r² below this is computed again in exact integers."""


class Changes(NamedTuple):
    """Changes by day (rows) and title (columns), 0 where not `valid`; `ids` of the columns."""

    ids: Ints
    values: Ints
    valid: Flags


class PairSums(NamedTuple):
    """Of each pair: n, the numerator of the correlation, and the two sums of squares under it (times n)."""

    n: Floats
    across: Floats
    first: Floats
    second: Floats


def compute(request: EngineRequest, folder: Path, report: Report = silent) -> None:
    """Write the rows of every pair, metric and window with enough changes in common."""
    last, longest = request.as_of, request.first_day_of(max(request.windows))
    with connect(request.snapshot) as engine:
        days = whole(fetch_arrow(engine, _DAYS, first=longest, chart=CHART)["day"])
        rows = fetch_arrow(engine, _ROWS, first=longest, last=last, top=request.top)
    tables = [schema_of(JOBS["correlation"]).empty_table()]
    steps = [(metric, window) for metric in METRICS for window in request.windows]
    for done, (metric, window) in enumerate(steps, start=1):
        changes = _changes(rows, days[days >= request.last_day - window], METRICS[metric][0])
        tables.append(_table(changes, metric, window))
        report("correlation", done, len(steps))
    write_rows(pa.concat_tables(tables), part_file(folder, 0))


def _changes(rows: pa.Table, days: Ints, column: str) -> Changes:
    """Return the changes of `column` between successive ones of `days`."""
    import pyarrow.compute as pc

    ids = np.unique(whole(rows["malId"]))
    inside = rows.filter(pc.is_valid(rows[column]))
    day = whole(inside["day"])
    inside = inside.filter(pa.array(np.isin(day, days)))
    values = np.zeros((len(days), len(ids)), np.int64)
    valid = np.zeros(values.shape, bool)
    cells = np.searchsorted(days, whole(inside["day"])), np.searchsorted(ids, whole(inside["malId"]))
    values[cells] = whole(inside[column])
    valid[cells] = True
    both = valid[1:] & valid[:-1]
    return Changes(ids, np.diff(values, axis=0) * both, both)


def _table(changes: Changes, metric: str, window: int) -> pa.Table:
    schema = schema_of(JOBS["correlation"])
    sums = _sums(changes)
    fits = np.triu((sums.n >= FEWEST_CHANGES) & (sums.first > 0) & (sums.second > 0), 1)
    a, b = np.nonzero(fits)
    of = PairSums(*(matrix[a, b] for matrix in sums))
    pearson, rest = _pearson(of)
    p = _p_values(of.n.astype(np.int64) - 2, rest)
    columns: dict[str, Any] = {
        "malIdA": changes.ids[a],
        "malIdB": changes.ids[b],
        "metric": [metric] * len(a),
        "windowDays": [window] * len(a),
        "n": of.n,
        "pearson": pearson,
        "spearman": _spearman(changes, fits),
        "pValue": p,
        "qValue": q_values(p),
    }
    return pa.table([pa.array(columns[field.name], field.type) for field in schema], schema=schema)


def _p_values(freedom: Ints, rest: Floats) -> Floats:
    """Return the two-sided p-values of correlations; `rest` is 1 - r²."""
    certain = rest == 0
    t = np.sqrt(freedom * (1 - rest) / np.where(certain, 1, rest))
    return np.where(certain, 0.0, two_sided(t, freedom))


def _sums(changes: Changes) -> PairSums:
    values, valid = changes.values.astype(float), changes.valid.astype(float)
    n = valid.T @ valid
    total = values.T @ valid
    squares = (values * values).T @ valid
    first = n * squares - total * total
    return PairSums(n, n * (values.T @ values) - total * total.T, first, first.T)


def _pearson(of: PairSums) -> tuple[Floats, Floats]:
    """Return r, and 1 - r² without cancellation where r is near one."""
    under = of.first * of.second
    rest = 1 - of.across**2 / under
    for pair in np.flatnonzero(rest < _NEAR_ONE):
        across, first, second = (int(part[pair]) for part in of[1:])
        rest[pair] = (first * second - across * across) / (first * second)
    r = np.where(rest == 0, np.sign(of.across), of.across / np.sqrt(under))
    return np.clip(r, -1, 1), rest


def _spearman(changes: Changes, fits: Flags) -> Floats:
    """Return Spearman's correlations of the pairs in `fits`, ranked among the days of each pair."""
    parts = [np.zeros(0)]
    for a in np.flatnonzero(fits.any(axis=1)).tolist():
        b = np.flatnonzero(fits[a])
        valid = changes.valid[:, b] & changes.valid[:, [a]]
        first = doubled_ranks(np.broadcast_to(changes.values[:, [a]], valid.shape), valid)
        second = doubled_ranks(changes.values[:, b], valid)
        n = valid.sum(axis=0)
        total = n * (n + 1)  # of doubled ranks, tied or not
        across = n * (first * second).sum(axis=0) - total * total
        left, right = (n * (ranks * ranks).sum(axis=0) - total * total for ranks in (first, second))
        parts.append(np.clip(across / np.sqrt(left.astype(float) * right), -1, 1))
    return np.concatenate(parts)


def doubled_ranks(values: Ints, valid: Flags) -> Ints:
    """Return twice the average rank (an integer) of each value among the `valid` ones of its column, else 0."""
    rows = values.shape[0]
    highest = np.iinfo(np.int64).max
    filled = np.where(valid, values, highest)
    order = np.argsort(filled, axis=0, kind="stable")
    ordered = np.take_along_axis(filled, order, axis=0)
    place = np.broadcast_to(np.arange(rows)[:, None], values.shape)
    fresh = np.ones(values.shape, bool)
    fresh[1:] = ordered[1:] != ordered[:-1]
    ends = np.ones(values.shape, bool)
    ends[:-1] = fresh[1:]
    first = np.maximum.accumulate(np.where(fresh, place, 0), axis=0)
    last = np.minimum.accumulate(np.where(ends, place, rows)[::-1], axis=0)[::-1]
    ranks = np.empty(values.shape, np.int64)
    np.put_along_axis(ranks, order, first + last + 2, axis=0)
    return np.where(valid, ranks, 0)
