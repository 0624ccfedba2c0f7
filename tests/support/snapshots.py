"""Frozen snapshots made to order, without a database: what engines are tested on."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from catlog.analytics.snapshots.manifest import NAME, RankingsSnapshot, SnapshotManifest, digest_of
from catlog.analytics.snapshots.source import rankings_schema
from tests.analytics import plain

Row = tuple[int, date, int | None, int | None, int | None, int | None, int | None]
"""malId, snapshotDate, rank, score100, scoredBy, members, popularity."""


def frozen(
    folder: Path,
    rows: Iterable[Row],
    genres: Iterable[tuple[int, str]] = (),
    *,
    as_of: date | None = None,
    parts: int = 1,
    depths: Mapping[date, int] | None = None,
) -> RankingsSnapshot:
    """Write a snapshot of `rows` up to `as_of` (default: the last day) into `folder`, in about `parts` files.

    `depths` are those of the days, by default what their ranks make them.
    """
    given = list(rows)
    last = as_of or max(row[1] for row in given)
    kept = sorted((row for row in given if row[1] <= last), key=lambda row: row[:2])
    ids = sorted({row[0] for row in kept})
    for name in ("rankings", "genres", "days"):
        (folder / name).mkdir(parents=True)
    files: list[str] = []
    size = max(1, -(-len(ids) // parts))
    for number in range(0, len(ids), size):
        some = set(ids[number : number + size])
        columns = list(zip(*(row for row in kept if row[0] in some), strict=True))
        files.append(f"rankings/part-{len(files):05d}.parquet")
        pq.write_table(pa.table([list(c) for c in columns], schema=rankings_schema()), folder / files[-1])
    pairs = sorted(set(genres))
    schema = pa.schema([("malId", pa.int32()), ("genre", pa.string())])
    table = pa.table([[i for i, _ in pairs], [g for _, g in pairs]], schema=schema)
    pq.write_table(table, folder / "genres/part-00000.parquet")
    deep = [(day, depth) for day, depth in (depths or depths_of(kept)).items() if day <= last]
    schema = pa.schema([("snapshotDate", pa.date32()), ("depth", pa.int32()), ("snapshots", pa.int32())])
    counts = [sum(row[1] == day for row in kept) for day, _ in deep]
    table = pa.table([[day for day, _ in deep], [depth for _, depth in deep], counts], schema=schema)
    pq.write_table(table, folder / "days/part-00000.parquet")
    beside = ("genres/part-00000.parquet", "days/part-00000.parquet")
    manifest = SnapshotManifest(
        as_of=last,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        rows=len(kept),
        titles=len(ids),
        days=len({row[1] for row in kept}),
        rankings=tuple(files),
        genre_rows=len(pairs),
        genres=beside[:1],
        depths=beside[1:],
        hash=digest_of(folder / name for name in (*files, *beside)),
        origin="tests",
    )
    (folder / NAME).write_bytes(manifest.dumps())
    return RankingsSnapshot(folder, manifest)


def depths_of(rows: Iterable[Row]) -> dict[date, int]:
    """Return the depth of every day, in the order of the days."""
    ranks: dict[date, list[int | None]] = defaultdict(list)
    for row in rows:
        ranks[row[1]].append(row[2])
    return {day: plain.depth(ranks[day]) for day in sorted(ranks)}
