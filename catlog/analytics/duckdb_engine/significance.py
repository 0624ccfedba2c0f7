"""Trend significance: the size of each title's trend, and its test against a random walk.

q-values, after Benjamini and Hochberg (1995), say how many of the trends that count as such may be false discoveries.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from catlog.analytics.duckdb_engine.connection import connect, fetch_arrow
from catlog.analytics.duckdb_engine.drift import FEWEST_CHANGES, test_drift
from catlog.analytics.duckdb_engine.request import EngineRequest, part_file, schema_of, write_rows
from catlog.analytics.duckdb_engine.series import Floats, Series, measured
from catlog.analytics.duckdb_engine.slope import compare_pairs, fit_line
from catlog.analytics.jobs import JOBS
from catlog.progress import Report, silent

METRICS = {"rank": ("rank", 1), "score": ("score100", 100)}
"""Each metric with its column and the divisor of its values."""

SIGNIFICANT = 0.05
"""The q-value at and above which a trend is called flat."""

Columns = dict[str, Any]


def compute(request: EngineRequest, folder: Path, report: Report = silent) -> None:
    """Write the rows of every title, metric and window with enough changes."""
    table = window_rows(request)
    tables = [schema_of(JOBS["significance"]).empty_table()]
    steps = [(metric, window) for metric in METRICS for window in request.windows]
    for done, (metric, window) in enumerate(steps, start=1):
        column, unit = METRICS[metric]
        series = measured(table, column).since(request.last_day - window)
        tables.append(_table(_tested(series, unit), metric, window))
        report("significance", done, len(steps))
    write_rows(pa.concat_tables(tables), part_file(folder, 0))


def window_rows(request: EngineRequest) -> pa.Table:
    """Return malId, day (a number), rank and score100 of the longest window that ends on the request's day."""
    with connect(request.snapshot) as engine:
        query = """
            SELECT malId, snapshotDate - DATE '1970-01-01' AS day, rank, score100 FROM rankings
            WHERE snapshotDate - DATE '1970-01-01' BETWEEN $first AND $last ORDER BY malId, day"""
        return fetch_arrow(engine, query, first=request.last_day - max(request.windows), last=request.last_day)


def _tested(series: Series, unit: int) -> Columns:
    """Return the columns of all series that are long enough, except those with one value for all rows."""
    blocks: list[Columns] = []
    for block in series.by_length(FEWEST_CHANGES + 1):
        line, pairs, test = fit_line(block), compare_pairs(block), test_drift(block)
        blocks.append(
            {
                "malId": block.ids,
                "m": np.full(len(block.ids), block.values.shape[1] - 1),
                "slopePerDay": line.slope / unit,
                "intercept": line.intercept / unit,
                "r2": line.r2,
                "senSlope": pairs.sen / unit,
                "tau": pairs.tau,
                "drift": test.drift / unit,
                "stderr": test.stderr / unit,
                "tStat": test.t,
                "pValue": test.p,
                "ciLow": test.low / unit,
                "ciHigh": test.high / unit,
            }
        )
    return {name: np.concatenate([columns[name] for columns in blocks]) for name in blocks[0]} if blocks else {}


def _table(columns: Columns, metric: str, window: int) -> pa.Table:
    schema = schema_of(JOBS["significance"])
    if not columns:
        return schema.empty_table()
    q = q_values(columns["pValue"])
    rises = columns["drift"] < 0 if metric == "rank" else columns["drift"] > 0
    direction = np.where(q < SIGNIFICANT, np.where(rises, "rising", "falling"), "flat")
    rows = len(q)
    columns |= {"metric": [metric] * rows, "windowDays": [window] * rows, "qValue": q, "direction": direction}
    return pa.table([pa.array(columns[f.name], f.type, from_pandas=True) for f in schema], schema=schema)


def q_values(p_values: Floats) -> Floats:
    """Return for each test the smallest rate of false discoveries at which it is still called a discovery."""
    tests = len(p_values)
    order = np.argsort(p_values, kind="stable")
    scaled = p_values[order] * tests / np.arange(1, tests + 1)
    q = np.empty(tests)
    q[order] = np.minimum(1.0, np.minimum.accumulate(scaled[::-1])[::-1])
    return q
