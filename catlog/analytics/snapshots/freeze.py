"""Freeze the state of a database as a folder of sorted Parquet files, created atomically."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, func, select

from catlog import clock
from catlog.analytics.days import default_day
from catlog.analytics.snapshots.manifest import (
    DAYS,
    GENRES,
    NAME,
    RANKINGS,
    RankingsSnapshot,
    SnapshotManifest,
    digest_of,
    open_snapshot,
)
from catlog.analytics.snapshots.source import stored_days, stored_genres, stored_rankings
from catlog.analytics.snapshots.state import SnapshotSums, marks_of, sums_in_database
from catlog.atomic_files import write_private
from catlog.db.session import Database
from catlog.db.tables import DailyRankings, col
from catlog.errors import BadDataError, UnavailableError
from catlog.ownership import check_folder
from catlog.paths import Paths, make_private
from catlog.progress import Report, silent

if TYPE_CHECKING:
    import pyarrow as pa

PART_ROWS = 1 << 19
"""Approximate rows of a file: enough to be worth opening, few enough for several workers."""

MAX_SNAPSHOTS = 3
"""Frozen snapshots in the cache; the oldest are deleted."""


def snapshots_in(paths: Paths) -> Path:
    """Return the cache folder of a user's frozen snapshots."""
    return paths.cache / "snapshots"


def freeze(
    database: Database, cache: Path, *, as_of: date | None = None, report: Report = silent
) -> RankingsSnapshot | None:
    """Return the frozen state of `database` up to `as_of`, None when it has no snapshots.

    The default of `as_of` is that of every query, the latest day with a whole chart.

    A snapshot is a folder in `cache`. One of the same state is reused; otherwise a new one is written to a temporary
    folder and renamed, and the oldest in `cache` are deleted. Raises UnavailableError when it cannot be written.
    """
    with database.read() as session:
        connection = session.connection()
        day = as_of or default_day(connection)
        rows = 0 if day is None else connection.execute(select(func.count()).where(_up_to(day))).scalar_one()
        if day is None or not rows:
            return None
        marks = marks_of(connection, database.identity)
        report("freezing snapshots", 0, rows)
        candidates = [found for found in _snapshots_of(cache, day) if found.manifest.state.startswith(marks)]
        if candidates:
            # The marks say that nothing changed; the rows themselves decide.
            state = marks + sums_in_database(connection, day).digest()
            for found in candidates:
                if found.manifest.state == state:
                    return found
        with _temporary_folder(cache) as folder:
            manifest = _write(connection, folder, day, database.location, marks, report, rows)
            place = cache / f"{day}-{manifest.hash[:12]}"
            if _holds(place, manifest):  # the same rows of an older state: another process may be reading them
                write_private(place / NAME, manifest.dumps())
            else:
                shutil.rmtree(place, ignore_errors=True)
                folder.rename(place)
    _prune(cache, place)
    return RankingsSnapshot(place, manifest)


def _snapshots_of(cache: Path, day: date) -> Iterator[RankingsSnapshot]:
    for folder in cache.glob(f"{day}-*"):
        check_folder(folder)
        with suppress(BadDataError):
            yield open_snapshot(folder)


def _holds(place: Path, manifest: SnapshotManifest) -> bool:
    with suppress(BadDataError):
        return open_snapshot(place).manifest.hash == manifest.hash
    return False


def _up_to(day: date) -> ColumnElement[bool]:
    return col(DailyRankings.snapshot_date) <= day


@dataclass(slots=True)
class _Progress:
    """Counts of what was written so far; `writing` are the files that the writer thread has not finished."""

    sums: SnapshotSums = field(default_factory=SnapshotSums)
    titles: int = 0
    days: set[int] = field(default_factory=set)
    files: list[str] = field(default_factory=list)
    writing: list[Future[None]] = field(default_factory=list)


def _write(
    connection: Connection, folder: Path, day: date, origin: str, marks: str, report: Report, total: int
) -> SnapshotManifest:
    for part_of in (RANKINGS, GENRES, DAYS):
        (folder / part_of).mkdir()
    counts = _Progress()
    with ThreadPoolExecutor(1) as writer:
        for part in _whole_titles(stored_rankings(connection, day)):
            name = f"{RANKINGS}/part-{len(counts.files):05d}.parquet"
            counts.files.append(name)
            _count(counts, part)
            counts.writing.append(writer.submit(_write_file, part, folder / name))
            while len(counts.writing) > 2:
                counts.writing.pop(0).result()
            report("freezing snapshots", counts.sums.rows, total)
        for waiting in counts.writing:
            waiting.result()
    genres = stored_genres(connection)
    genre_file = f"{GENRES}/part-00000.parquet"
    _write_file(genres, folder / genre_file)
    day_file = f"{DAYS}/part-00000.parquet"
    _write_file(stored_days(connection, day), folder / day_file)
    manifest = SnapshotManifest(
        as_of=day,
        created_at=clock.now().replace(microsecond=0),
        rows=counts.sums.rows,
        titles=counts.titles,
        days=len(counts.days),
        rankings=tuple(counts.files),
        genre_rows=genres.num_rows,
        genres=(genre_file,),
        depths=(day_file,),
        hash=digest_of(folder / name for name in (*counts.files, genre_file, day_file)),
        origin=origin,
        state=marks + counts.sums.digest(),
    )
    (folder / NAME).write_bytes(manifest.dumps())
    return manifest


def _whole_titles(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Yield the rows in tables of about `PART_ROWS`, each of which ends with the last row of a title."""
    import numpy as np
    import pyarrow as pa

    waiting: pa.Table | None = None
    for table in tables:
        waiting = table if waiting is None else pa.concat_tables([waiting, table])
        while waiting.num_rows > PART_ROWS:
            ids = waiting["malId"].to_numpy()
            cut = int(np.searchsorted(ids, ids[PART_ROWS], side="left"))
            if not cut:
                cut = int(np.searchsorted(ids, ids[PART_ROWS], side="right"))
            if cut == waiting.num_rows:
                break
            yield waiting.slice(0, cut)
            waiting = waiting.slice(cut)
    if waiting is not None and waiting.num_rows:
        yield waiting


def _count(counts: _Progress, part: pa.Table) -> None:
    import numpy as np
    import pyarrow as pa

    ids = part["malId"].to_numpy()
    counts.sums.add(part)
    counts.titles += 1 + int((ids[1:] != ids[:-1]).sum())
    counts.days.update(np.unique(part["snapshotDate"].cast(pa.int32()).to_numpy()).tolist())


def _write_file(table: pa.Table, file: Path) -> None:
    import pyarrow.parquet as pq

    pq.write_table(table.combine_chunks(), file, compression="zstd")


@contextmanager
def _temporary_folder(cache: Path) -> Iterator[Path]:
    """Provide an empty folder in `cache`, which is deleted at the end unless it was renamed."""
    try:
        folder = Path(tempfile.mkdtemp(prefix=".freezing-", dir=make_private(cache)))
    except OSError as problem:
        raise UnavailableError(f"{cache} cannot be written: {problem.strerror}") from None
    try:
        yield folder
    except OSError as problem:
        raise UnavailableError(f"the snapshot in {cache} cannot be written: {problem.strerror or problem}") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prune(cache: Path, newest: Path) -> None:
    older = [
        (manifest.stat().st_mtime, manifest.parent)
        for manifest in cache.glob(f"[!.]*/{NAME}")
        if manifest.parent != newest
    ]
    for _, folder in sorted(older, reverse=True)[MAX_SNAPSHOTS - 1 :]:
        shutil.rmtree(folder, ignore_errors=True)
