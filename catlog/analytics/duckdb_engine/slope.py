"""The size of a trend: least squares, the median of all pairwise slopes (Sen, 1968), and Kendall's tau-b.

Sums are of integers and exact; what remains are single divisions. All series of a block are of one length.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from catlog.analytics.duckdb_engine.series import Block, Floats, Ints

_PAIRS_AT_ONCE = 1 << 21


class Line(NamedTuple):
    """The line of least squares through each series; r2 is NaN where the values are all equal."""

    slope: Floats
    intercept: Floats
    r2: Floats


class Pairs(NamedTuple):
    """Sen's slope and Kendall's tau of each series; tau is NaN where the values are all equal."""

    sen: Floats
    tau: Floats


def fit_line(block: Block) -> Line:
    """Fit `values` to the days since the first one."""
    x = block.days - block.days[:, :1]
    y = block.values
    n = x.shape[1]
    sx, sy = x.sum(axis=1), y.sum(axis=1)
    sxx, sxy, syy = (x * x).sum(axis=1), (x * y).sum(axis=1), (y * y).sum(axis=1)
    across, along, up = n * sxy - sx * sy, n * sxx - sx * sx, n * syy - sy * sy
    r2 = np.full(len(sx), np.nan)
    np.divide(across.astype(float) ** 2, along.astype(float) * up, out=r2, where=up > 0)
    return Line(across / along, (sy * sxx - sx * sxy) / along, r2)


def compare_pairs(block: Block) -> Pairs:
    """Compare every point with every later one."""
    length = block.values.shape[1]
    earlier, later = np.triu_indices(length, 1)
    parts = [_compare(some, earlier, later) for some in block.slices(max(1, _PAIRS_AT_ONCE // len(earlier)))]
    return Pairs(*(np.concatenate(each) for each in zip(*parts, strict=True)))


def _compare(block: Block, earlier: Ints, later: Ints) -> tuple[Floats, Floats]:
    rise = block.values[:, later] - block.values[:, earlier]
    run = block.days[:, later] - block.days[:, earlier]
    pairs = rise.shape[1]
    apart = np.count_nonzero(rise, axis=1)
    score = np.sign(rise).sum(axis=1)
    tau = np.full(len(score), np.nan)
    np.divide(score, np.sqrt(apart * float(pairs)), out=tau, where=apart > 0)
    return np.median(rise / run, axis=1), tau
