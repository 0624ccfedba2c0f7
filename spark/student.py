"""Student's t and Benjamini-Hochberg, for the driver: probabilities and quantiles by the closed sums of whole degrees.

For whole degrees of freedom the probability within +-t is a finite sum of powers of cos(theta), tan(theta) = t/sqrt(nu)
(Abramowitz and Stegun, 26.7.3 and 26.7.4). What it leaves of 1 is the same series from there on, all terms positive:
small probabilities are added up from it and keep their relative precision.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_SMALL = 1e-3
"""Probabilities below this are summed from the tail: as 1 less the finite sum they would lose digits."""

_PRECISE = 1e-17


def two_sided(t: Floats, freedom: NDArray[np.int64]) -> Floats:
    """Return the probability of a |T| beyond |t|, each with its own whole degrees of freedom (1 or more)."""
    t = np.abs(t)
    result = np.empty(len(t))
    for nu in np.unique(freedom):
        chosen = freedom == nu
        result[chosen] = _beyond(t[chosen], int(nu))
    result[np.isinf(t)] = 0.0
    return result


@cache
def quantile(probability: float, nu: int) -> float:
    """Return the t that T with `nu` degrees of freedom stays below with this probability (0.5 up to below 1)."""
    beyond = 2 * (1 - probability)
    low, high = 0.0, 1.0
    while _beyond(np.array([high]), nu)[0] > beyond:
        low, high = high, 2 * high
    t = (low + high) / 2
    for _ in range(200):
        excess = float(_beyond(np.array([t]), nu)[0]) - beyond
        low, high = (t, high) if excess > 0 else (low, t)
        step = t + excess / (2 * _density(t, nu))
        following = step if low < step < high else (low + high) / 2
        if abs(following - t) <= 4e-16 * following:
            return following
        t = following
    return t


def benjamini_hochberg(p: Floats) -> Floats:
    """Return the q-values of a family of p-values: the least p_k * m / k of all ranks k from its own on, or 1."""
    order = np.argsort(p, kind="stable")
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    q = np.empty(len(p))
    q[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return q


def in_families(p: Floats, *keys: NDArray[Any]) -> Floats:
    """Return the q-values where each combination of `keys` is a family of its own."""
    q = np.empty(len(p))
    numbers = np.zeros(len(p), np.int64)
    for key in keys:
        _, number = np.unique(key, return_inverse=True)
        numbers = numbers * (number.max(initial=0) + 1) + number
    for family in np.unique(numbers):
        chosen = numbers == family
        q[chosen] = benjamini_hochberg(p[chosen])
    return q


def _beyond(t: Floats, nu: int) -> Floats:
    root = math.sqrt(nu)
    t = np.minimum(t, 1e150)  # so that infinity has a cosine
    length = np.hypot(root, t)
    sine, cosine = t / length, root / length
    square = cosine * cosine
    odd = nu % 2
    factor = sine * (cosine * (2 / math.pi) if odd else 1.0)
    total, term = np.zeros_like(t), np.ones_like(t)
    for j in range(nu // 2):
        total += term
        term *= square * _growth(j, odd)
    within = factor * total + ((2 / math.pi) * np.arctan2(t, root) if odd else 0.0)
    beyond = 1 - within
    small = beyond < _SMALL
    beyond[small] = factor[small] * _tail_series(term[small], square[small], nu // 2, odd)
    return np.clip(beyond, 0.0, 1.0)


def _tail_series(term: Floats, square: Floats, first: int, odd: int) -> Floats:
    """Return the series from the term `first` on, until what is left no longer counts."""
    total = term.copy()
    left = 1 - square
    j = first
    while np.any(term > _PRECISE * total * left):
        term = term * square * _growth(j, odd)
        total += term
        j += 1
    return total


def _growth(j: int, odd: int) -> float:
    """Return the factor from one coefficient of the series to the next."""
    return (2 * j + 2) / (2 * j + 3) if odd else (2 * j + 1) / (2 * j + 2)


def _density(t: float, nu: int) -> float:
    scale = math.lgamma((nu + 1) / 2) - math.lgamma(nu / 2) - math.log(nu * math.pi) / 2
    return math.exp(scale - (nu + 1) / 2 * math.log1p(t * t / nu))
