"""The test of a trend: whether the mean change per day of a random walk differs from 0.

Changes over gaps of several days are scaled to one day, and the standard error of the mean allows for their
autocorrelation (Newey and West, 1987, with Bartlett's weights). All series of a block are of one length.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from catlog.analytics.duckdb_engine.series import Block, Flags, Floats, Ints
from catlog.analytics.duckdb_engine.student import two_sided, upper_quantile

FEWEST_CHANGES = 8

_FLOOR = 1 / 10
"""Lower bound of the long-run variance, as a share of the plain one: an alternating series is not certain."""


class Drift(NamedTuple):
    """The test of each series, in the unit of its values per day; NaN where there is no t."""

    drift: Floats
    stderr: Floats
    t: Floats
    p: Floats
    low: Floats
    high: Floats


def test_drift(block: Block) -> Drift:
    """Test every series of `block`, of at least `FEWEST_CHANGES` changes."""
    changes, gaps = np.diff(block.values), np.diff(block.days)
    m = changes.shape[1]
    span = gaps.sum(axis=1)
    drift = changes.sum(axis=1) / span
    lags = int(4 * (m / 100) ** (2 / 9))
    freedom = np.full(len(drift), m - lags - 1)
    stderr = np.sqrt(m / (m - lags - 1) * _variance(changes, gaps, drift, lags) / span)
    steady = _are_steady(changes, gaps)
    stderr[steady] = 0
    t = np.divide(drift, stderr, out=np.full(len(drift), np.nan), where=~steady)
    p = two_sided(np.where(steady, 0, t), freedom)
    p[steady] = np.where((changes == 0).all(axis=1), 1.0, 0.0)[steady]
    reach = upper_quantile(0.025, freedom) * stderr
    return Drift(drift, stderr, t, p, drift - reach, drift + reach)


def _variance(changes: Ints, gaps: Ints, drift: Floats, lags: int) -> Floats:
    m = changes.shape[1]
    u = (changes - drift[:, None] * gaps) / np.sqrt(gaps)
    plain = (u * u).sum(axis=1) / m
    total = plain.copy()
    for k in range(1, lags + 1):
        total += 2 * (1 - k / (lags + 1)) * (u[:, k:] * u[:, :-k]).sum(axis=1) / m
    variance: Floats = np.maximum(plain * _FLOOR, total)
    return variance


def _are_steady(changes: Ints, gaps: Ints) -> Flags:
    """Return which series change by one constant amount per day, compared as fractions of integers."""
    steady: Flags = (changes * gaps[:, :1] == changes[:, :1] * gaps).all(axis=1)
    return steady
