"""Read a backup: every value is validated, and every size limited."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from catlog.atomic_files import MALFORMED
from catlog.db.backup.kinds import from_file
from catlog.db.backup.manifest import LINE_LIMIT, BackupManifest, TableContents, parse_manifest
from catlog.db.backup.tables import BackupTable, Block, tables_at
from catlog.errors import BadDataError, UnavailableError
from catlog.ownership import open_plain

INFLATION_LIMIT = 100
"""Largest ratio of decompression; snapshots reach 15."""

INFLATION_FREE = 64 * 1024 * 1024
"""Decompressed bytes that are allowed in any case."""


@dataclass(slots=True)
class BackupReader:
    """An open backup, to be read once and in order: `tables`, then `blocks` for each of them, then `finish`."""

    file: Path
    _lines: gzip.GzipFile
    _inflated_limit: int
    manifest: BackupManifest = field(init=False)
    _inflated: int = 0
    _digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    def __post_init__(self) -> None:
        line = self._line()
        try:
            self.manifest = parse_manifest(line, self.file.name)
        except MALFORMED:
            self._reject()

    def tables(self) -> list[tuple[TableContents, BackupTable]]:
        """Return the tables in the file with those of its schema. Raises BadDataError when they differ."""
        expected = {table.name: table for table in tables_at(self.manifest.schema)}
        found = {contents.name: contents for contents in self.manifest.tables}
        if found.keys() != expected.keys() or len(found) != len(self.manifest.tables):
            self._refuse("its tables are not those of its schema")
        for name, contents in found.items():
            if dict(contents.columns) != dict(expected[name].columns):
                self._refuse(f"the columns of {name} are not those of its schema")
        return [
            (contents, expected[name].with_columns([column for column, _ in contents.columns]))
            for name, contents in found.items()
        ]

    def blocks(self, table: TableContents) -> Iterator[Block]:
        """Yield the rows of the next table, as values to store. Raises BadDataError for an invalid one."""
        if self._parsed() != {"table": table.name}:
            self._refuse(f"{table.name} is not where it should be")
        convert = [from_file(kind) for _, kind in table.columns]
        missing = table.rows
        while missing:
            block = self._parsed()
            try:
                if not isinstance(block, list) or set(map(type, block)) != {list} or len(block) > missing:
                    raise ValueError("not the rows that should come")
                columns = zip(*block, strict=True)
                stored = [change(values) for change, values in zip(convert, columns, strict=True)]
            except MALFORMED as problem:
                self._refuse(f"rows of {table.name} are wrong: {problem}")
            yield list(zip(*stored, strict=True))
            missing -= len(block)

    def finish(self) -> None:
        """Check for the end of the file and its digest. Raises BadDataError."""
        digest = self._digest.hexdigest()
        if self._parsed() != {"end": True, "sha256": digest}:
            self._refuse("the SHA-256 of its contents is another one")
        if self._line(last=True):
            self._refuse("it continues after its end")

    def _parsed(self) -> object:
        line = self._line()
        try:
            return json.loads(line)
        except MALFORMED:
            return self._refuse("one of its lines cannot be parsed")

    def _line(self, *, last: bool = False) -> bytes:
        try:
            line = self._lines.readline(LINE_LIMIT + 1)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            if not self._inflated:
                self._reject()
            self._refuse("it is cut short or was changed")
        except OSError as problem:
            raise UnavailableError(f"{self.file} cannot be read: {problem.strerror}") from None
        self._inflated += len(line)
        if self._inflated > self._inflated_limit or len(line) > LINE_LIMIT:
            self._refuse("it decompresses to more than a backup can")
        if not line and not last:
            self._refuse("it ends too early") if self._inflated else self._reject()
        self._digest.update(line)
        return line

    def _reject(self) -> NoReturn:
        raise BadDataError(f"{self.file.name} is not a CatLog backup", hint="nothing was changed") from None

    def _refuse(self, reason: str) -> NoReturn:
        raise BadDataError(
            f"{self.file.name} is damaged: {reason}", hint="nothing was changed; restore another backup"
        ) from None


@contextmanager
def open_backup(file: Path) -> Iterator[BackupReader]:
    """Open a backup and read its manifest.

    Raises BadDataError for another file, ConfigError when a newer CatLog made it, UnavailableError when it cannot be
    read.
    """
    try:
        raw = os.fdopen(open_plain(file), "rb")
    except OSError as problem:
        raise UnavailableError(f"{file} cannot be read: {problem.strerror}") from None
    with raw, gzip.GzipFile(fileobj=raw, mode="rb") as packed:
        limit = INFLATION_FREE + INFLATION_LIMIT * file.stat().st_size
        yield BackupReader(file, packed, limit)


def read_manifest(file: Path) -> BackupManifest:
    """Return the manifest of a backup, without reading the rest. Raises as `open_backup` does."""
    with open_backup(file) as backup:
        return backup.manifest
