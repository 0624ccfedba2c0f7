"""Reading a backup: nothing in it is believed before it is checked, and no size is taken on trust."""

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
from catlog.db.backup.tables import Block, Table, tables_at
from catlog.errors import BadDataError, UnavailableError
from catlog.ownership import open_plain

INFLATION_LIMIT = 100
"""How many times its own size a backup may inflate to; snapshots reach 15."""

INFLATION_FREE = 64 * 1024 * 1024
"""Bytes that any backup may inflate to."""


@dataclass(slots=True)
class BackupReader:
    """An open backup. It is read once and in order: `tables`, then for each of them `blocks`, then `finish`."""

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

    def tables(self) -> list[tuple[TableContents, Table]]:
        """Return the tables in the file beside those of its schema. Raises BadDataError when they are not the same."""
        known = {table.name: table for table in tables_at(self.manifest.schema)}
        found = {contents.name: contents for contents in self.manifest.tables}
        if found.keys() != known.keys() or len(found) != len(self.manifest.tables):
            self._refuse("its tables are not those of its schema")
        for name, contents in found.items():
            if dict(contents.columns) != dict(known[name].columns):
                self._refuse(f"the columns of {name} are not those of its schema")
        return [
            (contents, known[name].with_columns([column for column, _ in contents.columns]))
            for name, contents in found.items()
        ]

    def blocks(self, table: TableContents) -> Iterator[Block]:
        """Yield the rows of the table that comes next, as values to store. Raises BadDataError for a wrong one."""
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
        """Check that the file ends here, with the digest of all that was read. Raises BadDataError."""
        digest = self._digest.hexdigest()
        if self._parsed() != {"end": True, "sha256": digest}:
            self._refuse("its contents do not have the SHA-256 it names")
        if self._line(last=True):
            self._refuse("it goes on after its end")

    def _parsed(self) -> object:
        line = self._line()
        try:
            return json.loads(line)
        except MALFORMED:
            return self._refuse("a line of it cannot be read")

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
            self._refuse("it inflates to more than a backup can")
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

    Raises BadDataError when it is none, ConfigError when a newer CatLog made it, UnavailableError when it cannot be
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
    """Return what a backup says of itself; only its beginning is read. Raises as `open_backup` does."""
    with open_backup(file) as backup:
        return backup.manifest
