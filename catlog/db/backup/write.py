"""Taking a backup: one reading transaction, row by row into a file that is whole or not there."""

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
from catlog.db.backup.kinds import to_file
from catlog.db.backup.manifest import LEVEL, LINE_LIMIT, Contents, Manifest, fingerprint
from catlog.db.backup.tables import Table, count_rows, stored_rows, tables_at
from catlog.db.schema import newer_schema, schema_state, state_in
from catlog.db.session import Database
from catlog.errors import BadDataError, NotFoundError
from catlog.files import private_file
from catlog.progress import Report, silent

_CHUNK = 256 * 1024
_REPORT_EVERY = 5_000
_ENCODE = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup: its file and what it holds. `sha256` is of its lines, `size_bytes` of the file."""

    file: Path
    manifest: Manifest
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One state of a database, held by an open transaction until it is written out."""

    manifest: Manifest
    _connection: Connection
    _tables: tuple[Table, ...]

    def write(self, file: Path, report: Report = silent) -> Backup:
        """Write this state to `file`. Raises UnavailableError when it cannot be written; then there is no file."""
        digest = hashlib.sha256()
        with private_file(file) as out, gzip.GzipFile("", "wb", LEVEL, out, mtime=0) as packed:
            for chunk in self._lines(report):
                digest.update(chunk)
                packed.write(chunk)
            packed.write(_ENCODE({"end": True, "sha256": digest.hexdigest()}).encode("ascii") + b"\n")
        return Backup(file, self.manifest, digest.hexdigest(), file.stat().st_size)

    def _lines(self, report: Report) -> Iterator[bytes]:
        """Yield the manifest, the names of tables and their rows, many lines at a time."""
        pending = bytearray(self.manifest.line())
        done, total = 0, self.manifest.rows
        for table in self._tables:
            pending += _ENCODE({"table": table.name}).encode() + b"\n"
            convert = [to_file(kind) for kind in table.kinds]
            for row in stored_rows(self._connection, table):
                try:
                    values = [change(value) for change, value in zip(convert, row, strict=True)]
                except ValueError as problem:
                    raise BadDataError(
                        f"a row of {table.name} holds a value that does not belong there: {problem}",
                        hint="the database is damaged: restore an earlier backup of it, or correct that row",
                    ) from None
                line = _ENCODE(values).encode() + b"\n"
                if len(line) > LINE_LIMIT:
                    raise BadDataError(f"a row of {table.name} is too large for a backup: {len(line):,} bytes")
                pending += line
                done += 1
                if done % _REPORT_EVERY == 0:
                    report("backing up rows", done, total)
                if len(pending) > _CHUNK:
                    yield bytes(pending)
                    pending.clear()
        report("backing up rows", done, total)
        yield bytes(pending)


@contextmanager
def snapshot(database: Database, reason: str = "") -> Iterator[Snapshot]:
    """Hold the present state of `database` inside the block, while others go on writing.

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
        contents = tuple(Contents(table.name, table.columns, count_rows(connection, table)) for table in tables)
        manifest = Manifest(
            catlog=__version__,
            schema=state.revision,
            dialect=connection.dialect.name,
            database=fingerprint(database),
            created_at=clock.now(),
            reason=reason,
            tables=contents,
        )
        yield Snapshot(manifest, connection, tables)
