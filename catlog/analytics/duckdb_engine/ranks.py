"""Ranks with averaged ties, as Spearman's correlation needs them, column by column."""

from __future__ import annotations

import numpy as np

from catlog.analytics.duckdb_engine.series import Flags, Ints


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
