"""Freezing: the state of a database as a folder of sorted Parquet files, whole or not there."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Connection, Integer, cast, func, select
from sqlmodel import col

from catlog import clock
from catlog.analytics.frozen.manifest import GENRES, NAME, RANKINGS, Manifest, Snapshot, digest_of, open_snapshot
from catlog.analytics.frozen.source import stored_genres, stored_rankings
from catlog.config import mask_password
from catlog.db.models import AnimeGenre, CatalogueState, DailyRankings
from catlog.db.schema import HEAD
from catlog.db.session import Database
from catlog.errors import BadDataError, UnavailableError
from catlog.paths import Paths, make_private
from catlog.progress import Report, silent

if TYPE_CHECKING:
    import pyarrow as pa

PART_ROWS = 1 << 19
"""About how many snapshots a file holds: enough to be worth opening, few enough for several workers."""

KEPT = 3
"""How many frozen states a folder of them keeps; the oldest go."""


def snapshots_in(paths: Paths) -> Path:
    """Return the folder that a user's frozen snapshots are kept in."""
    return paths.cache / "snapshots"


def freeze(database: Database, cache: Path, *, as_of: date | None = None, report: Report = silent) -> Snapshot | None:
    """Return the frozen state of `database` up to `as_of` (default: its latest day), None when it has no snapshots.

    It lies in a folder of its own in `cache`. One that was frozen from the same state before is used again; else a new
    one is written beside its place and renamed into it, and the oldest in `cache` go. Raises UnavailableError when it
    cannot be written.
    """
    with database.read() as session:
        connection = session.connection()
        day = as_of or connection.execute(select(func.max(col(DailyRankings.snapshot_date)))).scalar()
        if day is None:
            return None
        state = _state(connection, day, database.url)
        place = cache / f"{day}-{state[:16]}"
        with suppress(BadDataError):
            found = open_snapshot(place)
            return found if found.manifest.rows else None
        with _built_beside(place) as folder:
            manifest = _write(connection, folder, day, mask_password(database.url), state, report)
    _prune(cache, place)
    return Snapshot(place, manifest) if manifest.rows else None


@dataclass(slots=True)
class _Counts:
    """What has been written so far. Files are closed by another thread: `writing` are those under way."""

    rows: int = 0
    titles: int = 0
    days: set[int] = field(default_factory=set)
    files: list[str] = field(default_factory=list)
    writing: list[Future[None]] = field(default_factory=list)


def _write(connection: Connection, folder: Path, day: date, origin: str, state: str, report: Report) -> Manifest:
    (folder / RANKINGS).mkdir()
    (folder / GENRES).mkdir()
    total = connection.execute(select(func.count()).where(col(DailyRankings.snapshot_date) <= day)).scalar_one()
    counts = _Counts()
    with ThreadPoolExecutor(1) as writer:
        for part in _whole_titles(stored_rankings(connection, day)):
            name = f"{RANKINGS}/part-{len(counts.files):05d}.parquet"
            counts.files.append(name)
            _count(counts, part)
            counts.writing.append(writer.submit(_write_file, part, folder / name))
            while len(counts.writing) > 2:
                counts.writing.pop(0).result()
            report("freezing snapshots", counts.rows, total)
        for waiting in counts.writing:
            waiting.result()
    genres = stored_genres(connection)
    genre_file = f"{GENRES}/part-00000.parquet"
    _write_file(genres, folder / genre_file)
    manifest = Manifest(
        as_of=day,
        created_at=clock.now().replace(microsecond=0),
        rows=counts.rows,
        titles=counts.titles,
        days=len(counts.days),
        rankings=tuple(counts.files),
        genre_rows=genres.num_rows,
        genres=(genre_file,),
        hash=digest_of(folder / name for name in (*counts.files, genre_file)),
        origin=origin,
        state=state,
    )
    (folder / NAME).write_bytes(manifest.dumps())
    return manifest


def _whole_titles(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Yield the same rows in tables of about `PART_ROWS`, each of which ends with the last row of a title."""
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


def _count(counts: _Counts, part: pa.Table) -> None:
    import numpy as np
    import pyarrow as pa

    ids = part["malId"].to_numpy()
    counts.rows += len(ids)
    counts.titles += 1 + int((ids[1:] != ids[:-1]).sum())
    counts.days.update(np.unique(part["snapshotDate"].cast(pa.int32()).to_numpy()).tolist())


def _write_file(table: pa.Table, file: Path) -> None:
    import pyarrow.parquet as pq

    pq.write_table(table.combine_chunks(), file, compression="zstd")


@contextmanager
def _built_beside(place: Path) -> Iterator[Path]:
    """Give an empty folder that becomes `place` when the block ends; after an error it is gone."""
    try:
        make_private(place.parent)
        folder = Path(tempfile.mkdtemp(prefix=".freezing-", dir=place.parent))
    except OSError as problem:
        raise UnavailableError(f"{place.parent} cannot be written: {problem.strerror}") from None
    try:
        yield folder
        if place.exists():  # not whole, or somebody was faster
            shutil.rmtree(place, ignore_errors=True)
        folder.rename(place)
    except OSError as problem:
        raise UnavailableError(f"the snapshot {place} cannot be written: {problem.strerror or problem}") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _state(connection: Connection, day: date, url: str) -> str:
    """Return a digest of what is in the database up to `day`: a weighted sum of all measures, the runs, the genres.

    Every load writes a new run's id, so the sum need only notice what was changed by other means.
    """
    of = DailyRankings
    thousandths = cast(col(of.score) * 1000, Integer)
    measures = (col(of.rank), thousandths, col(of.scored_by), col(of.members), col(of.popularity))
    mixed = sum(
        (weight * func.coalesce(each, weight) for weight, each in zip((2, 3, 5, 7, 11), measures, strict=True)), 1
    )
    total = func.sum(cast(col(of.mal_id) % 1009, BigInteger) * mixed)
    query = select(func.count(), total, func.max(col(of.etl_run_id)))
    sums: Any = connection.execute(query.where(col(of.snapshot_date) <= day)).one()
    genres = connection.execute(select(func.count(), func.sum(col(AnimeGenre.mal_id)))).one()
    catalogue = connection.execute(select(col(CatalogueState.version))).scalars().all()
    return hashlib.sha256("\n".join(map(str, (HEAD, url, day, *sums, *genres, *catalogue))).encode()).hexdigest()


def _prune(cache: Path, newest: Path) -> None:
    kept = [
        (manifest.stat().st_mtime, manifest.parent)
        for manifest in cache.glob(f"[!.]*/{NAME}")
        if manifest.parent != newest
    ]
    for _, folder in sorted(kept, reverse=True)[KEPT - 1 :]:
        shutil.rmtree(folder, ignore_errors=True)
