"""Write a backup: one reading transaction, streamed into a file that appears only when it is complete."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from catlog import __version__, clock
from catlog.atomic_files import private_file
from catlog.db.backup.kinds import to_file
from catlog.db.backup.manifest import LEVEL, LINE_LIMIT, BackupManifest, TableContents, fingerprint
from catlog.db.backup.tables import BackupTable, Block, count_rows, stored_blocks, tables_at
from catlog.db.schema import newer_schema, schema_state, state_in
from catlog.db.session import Database
from catlog.errors import BadDataError, NotFoundError
from catlog.progress import Report, silent

_ENCODE = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup: `sha256` is the digest of its lines, `size_bytes` the size of its file."""

    file: Path
    manifest: BackupManifest
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class DatabaseSnapshot:
    """One state of a database, held by an open transaction."""

    manifest: BackupManifest
    _connection: Connection
    _tables: tuple[BackupTable, ...]

    def write(self, file: Path, report: Report = silent) -> Backup:
        """Write this state to `file`. Raises UnavailableError when it cannot be written, and leaves no file then."""
        digest = hashlib.sha256()
        with private_file(file) as out, gzip.GzipFile("", "wb", LEVEL, out, mtime=0) as packed:
            for line in self._lines(report):
                digest.update(line)
                packed.write(line)
            packed.write(_line({"end": True, "sha256": digest.hexdigest()}))
        return Backup(file, self.manifest, digest.hexdigest(), file.stat().st_size)

    def _lines(self, report: Report) -> Iterator[bytes]:
        yield self.manifest.line()
        done, total = 0, self.manifest.rows
        for table in self._tables:
            yield _line({"table": table.name})
            for block in stored_blocks(self._connection, table):
                yield from _packed(table, block)
                done += len(block)
                report("backing up rows", done, total)


@contextmanager
def snapshot(database: Database, reason: str = "") -> Iterator[DatabaseSnapshot]:
    """Hold the present state of `database` inside the block, while others write.

    Raises NotFoundError when it has no tables, ConfigError when a newer CatLog upgraded it.
    """
    if schema_state(database).revision is None:
        raise NotFoundError("the database has no tables yet: there is nothing to back up")
    with database.read() as session:
        connection = session.connection()
        state = state_in(connection)
        if state.revision is None or state.is_newer:
            raise newer_schema(state)
        tables = tables_at(state.revision)
        contents = tuple(TableContents(table.name, table.columns, count_rows(connection, table)) for table in tables)
        manifest = BackupManifest(
            catlog=__version__,
            schema=state.revision,
            dialect=connection.dialect.name,
            database=fingerprint(database),
            created_at=clock.now(),
            reason=reason,
            tables=contents,
        )
        yield DatabaseSnapshot(manifest, connection, tables)


def _packed(table: BackupTable, block: Block) -> Iterator[bytes]:
    """Yield `block` as one line, or as several if it exceeds the limit of a line."""
    try:
        columns = [to_file(kind)(values) for kind, values in zip(table.kinds, zip(*block, strict=True), strict=True)]
    except ValueError as problem:
        raise BadDataError(
            f"a row of {table.name} has an invalid value: {problem}",
            hint="restore an earlier backup, or correct that row",
        ) from None
    line = _line(list(zip(*columns, strict=True)))
    if len(line) <= LINE_LIMIT:
        yield line
    elif len(block) > 1:
        half = len(block) // 2
        yield from _packed(table, block[:half])
        yield from _packed(table, block[half:])
    else:
        raise BadDataError(f"a row of {table.name} is too large for a backup: {len(line):,} bytes")


def _line(value: object) -> bytes:
    return _ENCODE(value).encode() + b"\n"
