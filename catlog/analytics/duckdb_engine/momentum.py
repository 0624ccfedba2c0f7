"""Rolling momentum: means and changes over the window that ends on each snapshot of a title.

With prefix sums the sum over a window is one difference, and one search in the sorted days finds its first snapshot;
both cost the same for every length. The first pass adds up the moments for the z-scores, per day and window; the second
writes the rows file by file, so memory does not grow with the history.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from catlog.analytics.duckdb_engine.request import EngineRequest, part_file, schema_of, write_rows
from catlog.analytics.duckdb_engine.series import Flags, Floats, Ints, whole
from catlog.analytics.jobs import JOBS
from catlog.progress import Report, silent

MEASURES = ("rank", "score100", "members")
FEWEST_GAINS = 3
"""Minimum number of anime with a change of score for z-scores."""

WORKERS = 4
"""Files computed at a time: numpy and Arrow release the GIL. More would only take memory."""

_SPAN = 1 << 22
"""Distance between the keys of two titles: more days than dates can be apart."""


def compute(request: EngineRequest, folder: Path, report: Report = silent) -> None:
    """Write the rows of every snapshot and window."""
    files = request.snapshot.rankings
    steps = 2 * len(files)
    with ThreadPoolExecutor(min(WORKERS, max(1, len(files)))) as pool:
        gains = _Gains(request)
        for done, part in enumerate(pool.map(lambda file: _gains_of(request, file), files), start=1):
            gains.add(part)
            report("momentum", done, steps)
        work = (pool.submit(_write, request, file, gains, part_file(folder, i)) for i, file in enumerate(files))
        for done, written in enumerate(list(work), start=len(files) + 1):
            written.result()
            report("momentum", done, steps)


class _Measure(NamedTuple):
    """One measure of all rows: values (0 where unknown) and which are known (None: all).

    `sums` and `counts` are running totals that start at 0; `following` is the next row that has the measure.
    """

    values: Ints
    known: Flags | None
    sums: Ints
    counts: Ints | None
    following: Ints | None

    def mean(self, first: Ints, n: Ints) -> tuple[Floats, Flags | None]:
        """Return the mean from row `first` up to each row, and where it exists (None: everywhere)."""
        total = self.sums[1:] - self.sums[first]
        if self.counts is None:
            return total / n, None
        count = self.counts[1:] - self.counts[first]
        return total / np.maximum(count, 1), count > 0

    def change(self, first: Ints) -> tuple[Ints, Flags]:
        """Return the value minus that of the baseline, and the rows that have both."""
        rows = np.arange(len(first))
        base = first if self.following is None else self.following[first]
        valid = base < rows
        if self.known is not None:
            valid &= self.known
        return self.values - self.values[np.minimum(base, rows)], valid


class _Titles(NamedTuple):
    """One file of rankings: whole titles, in the order of title and day."""

    ids: Ints
    days: Ints
    keys: Ints
    measures: dict[str, _Measure]

    def first_of(self, window: int) -> Ints:
        """Return for each row the first row of its window."""
        first: Ints = np.searchsorted(self.keys, self.keys - window)
        return first


def _read(file: Path, measures: tuple[str, ...]) -> _Titles:
    # Not read_table: it imports the readers of every kind of dataset first.
    with pq.ParquetFile(file) as stored:
        table = stored.read(columns=["malId", "snapshotDate", *measures])
    ids, days = whole(table["malId"]), whole(table["snapshotDate"].cast(pa.int32()))
    title = np.cumsum(np.r_[True, ids[1:] != ids[:-1]])
    return _Titles(ids, days, title * _SPAN + days, {name: _measure(table[name]) for name in measures})


def _measure(column: pa.ChunkedArray) -> _Measure:
    values = whole(column.fill_null(0))
    sums = np.r_[0, np.cumsum(values)]
    if not column.null_count:
        return _Measure(values, None, sums, None, None)
    known = column.is_valid().to_numpy()
    rows = np.where(known, np.arange(len(values)), len(values))
    following = np.minimum.accumulate(rows[::-1])[::-1]
    return _Measure(values, known, sums, np.r_[0, np.cumsum(known)], following)


class _Gains:
    """Per window and day: how many anime have a change of score, its sum and its sum of squares, in hundredths."""

    def __init__(self, request: EngineRequest) -> None:
        self._first = 0
        self._totals: Ints | None = None
        self._windows = len(request.windows)

    def add(self, part: _GainsOfFile) -> None:
        """Add the totals of one file."""
        if self._totals is None:
            self._first, self._totals = part.first, part.totals
            return
        first = min(self._first, part.first)
        last = max(self._first + self._totals.shape[2], part.first + part.totals.shape[2])
        totals = np.zeros((self._windows, 3, last - first), np.int64)
        for start, some in ((self._first, self._totals), (part.first, part.totals)):
            totals[:, :, start - first : start - first + some.shape[2]] += some
        self._first, self._totals = first, totals

    def z(self, window: int, days: Ints, gain: Ints, valid: Flags) -> tuple[Floats, Flags]:
        """Return the z-scores of `gain`, and where they exist."""
        assert self._totals is not None, "a row comes after the totals of its file"
        n, total, squares = self._totals[window][:, days - self._first]
        spread = n * squares - total * total
        valid = valid & (n >= FEWEST_GAINS) & (spread > 0)
        variance = np.where(valid, spread, 1) * (np.maximum(n, 2) / np.maximum(n - 1, 1))
        return (n * gain - total) / np.sqrt(variance), valid


class _GainsOfFile(NamedTuple):
    first: int
    totals: Ints


def _gains_of(request: EngineRequest, file: Path) -> _GainsOfFile:
    titles = _read(file, ("score100",))
    first = int(titles.days.min())
    offset = titles.days - first
    length = int(offset.max()) + 1
    totals = np.zeros((len(request.windows), 3, length), np.int64)
    for number, window in enumerate(request.windows):
        gain, valid = titles.measures["score100"].change(titles.first_of(window))
        day, some = offset[valid], gain[valid]
        # Sums of floats, but exact: whole numbers far below 2 to the power of 53.
        totals[number, 0] = np.bincount(day, minlength=length)
        totals[number, 1] = np.bincount(day, some, minlength=length)
        totals[number, 2] = np.bincount(day, some * some, minlength=length)
    return _GainsOfFile(first, totals)


def _write(request: EngineRequest, file: Path, gains: _Gains, target: Path) -> None:
    titles = _read(file, MEASURES)
    tables = (
        pa.table(list(_columns(titles, number, window, gains)), schema=schema_of(JOBS["momentum"]))
        for number, window in enumerate(request.windows)
    )
    write_rows(pa.concat_tables(tables), target)


def _columns(titles: _Titles, number: int, window: int, gains: _Gains) -> Iterator[pa.Array]:
    """Yield the columns of one window, in the order of the table."""
    first = titles.first_of(window)
    n = np.arange(1, len(first) + 1) - first
    rank, score, members = (titles.measures[name] for name in MEASURES)
    gain, gained = score.change(first)
    places, moved = rank.change(first)
    score_mean, scored = score.mean(first, n)
    yield pa.array(titles.days.astype(np.int32)).cast(pa.date32())
    yield pa.array(np.full(len(n), window, np.int32))
    yield pa.array(titles.ids.astype(np.int32))
    yield pa.array(n.astype(np.int32))
    yield _nullable(*rank.mean(first, n))
    yield _nullable(score_mean / 100, scored)
    yield _nullable(-places.astype(np.int32), moved)
    yield _nullable(gain / 100, gained)
    growth, grown = members.change(first)
    yield _nullable(growth.astype(np.int32), grown)
    yield _nullable(*gains.z(number, titles.days, gain, gained))


def _nullable(values: NDArray[Any], valid: Flags | None) -> pa.Array:
    return pa.array(values) if valid is None else pa.array(values, mask=~valid)
