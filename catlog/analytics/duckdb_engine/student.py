"""Student's t distribution for whole degrees of freedom, over arrays: p-values and the quantile of an interval.

The tail is a regularised incomplete beta function, computed by its continued fraction (Abramowitz and Stegun,
Handbook of Mathematical Functions, 26.5.8 and 26.7.1) with Lentz's method. Relative errors stay below 1e-11, also in
tails of 1e-300.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from catlog.analytics.duckdb_engine.series import Floats, Ints

_TINY = 1e-300
_FAR = 1e150
"""The largest t whose square is finite; its p-value is 0 for more than two degrees of freedom."""

_CLOSE = 4e-16
_MOST_TERMS = 500
_MOST_STEPS = 50
_SMALL = 1e-9


def two_sided(t: Floats, freedom: Ints) -> Floats:
    """Return the probability of a |t| at least as large, for each t with its degrees of freedom (from 1 up)."""
    squares = np.minimum(np.abs(t), _FAR) ** 2
    tail = squares / (freedom + squares)  # 1 - x without cancellation
    return _beta(freedom / (freedom + squares), tail, freedom / 2, np.full(len(t), 0.5))


def upper_quantile(probability: float, freedom: Ints) -> Floats:
    """Return the t that is exceeded with `probability` (below one half), for each of the degrees of freedom."""
    most = int(freedom.max(initial=1))
    found: Floats = _quantiles(probability, 1 << most.bit_length())[freedom - 1]
    return found


@lru_cache(maxsize=64)
def _quantiles(probability: float, most: int) -> Floats:
    """Return the quantile for each of 1 to `most` degrees of freedom.

    The tail is convex and falls, so Newton's steps from 0 never overshoot.
    """
    freedom = np.arange(1, most + 1)
    height = np.exp(-_log_beta(freedom / 2, np.full(most, 0.5))) / np.sqrt(freedom)
    t = np.zeros(most)
    for _ in range(_MOST_STEPS):
        density = height * (1 + t * t / freedom) ** (-(freedom + 1) / 2)
        step = (two_sided(t, freedom) - 2 * probability) / (2 * density)
        t = t + step
        if (step <= _SMALL * t).all():  # the next one would be its square
            break
    t.flags.writeable = False
    return t


def _beta(x: Floats, rest: Floats, a: Floats, b: Floats) -> Floats:
    """Return the regularised incomplete beta function I_x(a, b); `rest` is 1 - x."""
    swapped = x > (a + 1) / (a + b + 2)
    left, right = np.where(swapped, rest, x), np.where(swapped, x, rest)
    first, second = np.where(swapped, b, a), np.where(swapped, a, b)
    with np.errstate(divide="ignore"):
        # Degrees of freedom repeat: log gamma, which numpy lacks, is computed once for each.
        scale = first * np.log(left) + second * np.log(right) - _log_beta(first, second)
    part = np.exp(scale) * _fraction(left, first, second) / first
    found: Floats = np.where(swapped, 1 - part, part)
    return found


def _log_beta(a: Floats, b: Floats) -> Floats:
    pairs, places = np.unique(np.stack([a, b]), axis=1, return_inverse=True)
    found = [math.lgamma(p) + math.lgamma(q) - math.lgamma(p + q) for p, q in pairs.T.tolist()]
    return np.array(found, np.float64)[places.reshape(-1)]


def _fraction(x: Floats, a: Floats, b: Floats) -> Floats:
    """Return the continued fraction of the incomplete beta function, term by term until nothing changes."""
    c = np.ones_like(x)
    d = 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    found = d.copy()
    for m in range(1, _MOST_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _away_from_zero(1 + term * d)
            c = _away_from_zero(1 + term / c)
            step = c * d
            found *= step
        if (np.abs(step - 1) <= _CLOSE).all():
            break
    return found


def _away_from_zero(values: Floats) -> Floats:
    bounded: Floats = np.where(np.abs(values) < _TINY, _TINY, values)
    return bounded
