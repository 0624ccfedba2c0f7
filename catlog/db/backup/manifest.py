"""The first line of a backup: what it is, which schema it has, and how many rows of which tables follow."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from catlog.clock import iso
from catlog.db.backup.kinds import KINDS, Kind
from catlog.db.schema import REVISIONS
from catlog.db.session import Database
from catlog.errors import ConfigError

FORMAT = 1
"""Version of the format: a change that older versions would misread raises it."""

LEVEL = 3
"""Compression: two thirds of the time of the usual 6 for a tenth more bytes."""

LINE_LIMIT = 16 * 1024 * 1024
"""The longest line, in bytes: room for the largest raw page that the ETL keeps."""


@dataclass(frozen=True, slots=True)
class TableContents:
    """One table in a backup: its columns in the order of the values, and how many rows follow."""

    name: str
    columns: tuple[tuple[str, Kind], ...]
    rows: int


@dataclass(frozen=True, slots=True)
class BackupManifest:
    """What a backup says of itself.

    `database` is the fingerprint of the one it was taken of; `reason` is empty for a backup that was asked for.
    """

    catlog: str
    schema: str
    dialect: str
    database: str
    created_at: datetime
    reason: str
    tables: tuple[TableContents, ...]

    @property
    def rows(self) -> int:
        """The rows of all tables together."""
        return sum(table.rows for table in self.tables)

    def line(self) -> bytes:
        """Return the manifest as it is written."""
        written = {
            "catlogBackup": FORMAT,
            "catlog": self.catlog,
            "schema": self.schema,
            "dialect": self.dialect,
            "database": self.database,
            "createdAt": iso(self.created_at),
            "reason": self.reason,
            "tables": [{"name": t.name, "rows": t.rows, "columns": dict(t.columns)} for t in self.tables],
        }
        return json.dumps(written, separators=(",", ":")).encode("ascii") + b"\n"


def parse_manifest(line: bytes, name: str) -> BackupManifest:
    """Read a manifest line of the file `name`.

    Raises ValueError when it is none (TypeError, KeyError and RecursionError too), ConfigError when a newer CatLog
    wrote it.
    """
    read: dict[str, Any] = json.loads(line)
    if type(read["catlogBackup"]) is not int or type(read["schema"]) is not str:
        raise ValueError("not a manifest")
    if read["catlogBackup"] > FORMAT or read["schema"] not in REVISIONS:
        raise ConfigError(
            f"{name} was made by a newer CatLog (schema {read['schema'][:20]!r}, this version knows {REVISIONS[-1]})",
            hint="upgrade CatLog, then restore it",
        )
    return BackupManifest(
        catlog=str(read["catlog"]),
        schema=read["schema"],
        dialect=str(read["dialect"]),
        database=str(read["database"]),
        created_at=datetime.fromisoformat(read["createdAt"]).astimezone(UTC),
        reason=str(read["reason"]),
        tables=tuple(_contents(table) for table in read["tables"]),
    )


def fingerprint(database: Database) -> str:
    """Return eight digits that tell one database from another without naming it."""
    url = database.engine.url
    place = str(Path(url.database or "").resolve()) if database.is_sqlite else f"{url.host}:{url.port}/{url.database}"
    return hashlib.sha256(place.encode()).hexdigest()[:8]


def _contents(table: dict[str, Any]) -> TableContents:
    columns = tuple((str(name), kind) for name, kind in table["columns"].items())
    if type(table["rows"]) is not int or table["rows"] < 0 or any(kind not in KINDS for _, kind in columns):
        raise ValueError("not a manifest")
    return TableContents(str(table["name"]), columns, table["rows"])
