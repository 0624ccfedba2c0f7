"""False discoveries: q-values of many tests at once, after Benjamini and Hochberg (1995)."""

from __future__ import annotations

import numpy as np

from catlog.analytics.duckdb_engine.series import Floats


def q_values(p_values: Floats) -> Floats:
    """Return for each test the smallest rate of false discoveries at which it is still called a discovery."""
    tests = len(p_values)
    order = np.argsort(p_values, kind="stable")
    scaled = p_values[order] * tests / np.arange(1, tests + 1)
    q = np.empty(tests)
    q[order] = np.minimum(1.0, np.minimum.accumulate(scaled[::-1])[::-1])
    return q
