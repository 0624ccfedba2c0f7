"""Simulated random walks, on which a test of trends shows how often it is wrong."""

import numpy as np

from catlog.analytics.duckdb_engine.series import Block


def walks(count: int, points: int, drift: float, *, gaps: bool = False) -> Block:
    """Return walks with steps of 100 times a normal deviate and `drift`, on successive days or with gaps between."""
    rng = np.random.default_rng(points)
    run = rng.integers(1, 5, (count, points)) if gaps else np.ones((count, points), np.int64)
    steps = np.sqrt(run) * rng.standard_normal((count, points)) + drift * run
    values = np.round(100 * np.cumsum(steps, axis=1)).astype(np.int64)
    return Block(np.arange(count), np.cumsum(run, axis=1), values)
