"""The first line of a backup: its schema, and the tables with their columns and numbers of rows."""

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
"""Version of the format, to be raised by a change that older versions would misread."""

LEVEL = 3
"""Compression level: compared with the default 6, two thirds of the time and a tenth more bytes."""

LINE_LIMIT = 16 * 1024 * 1024
"""Largest line in bytes: room for the largest raw page that the ETL stores."""


@dataclass(frozen=True, slots=True)
class TableContents:
    """One table in a backup: its columns in the order of the values, and its number of rows."""

    name: str
    columns: tuple[tuple[str, Kind], ...]
    rows: int


@dataclass(frozen=True, slots=True)
class BackupManifest:
    """The description of a backup: `database` is a fingerprint of its database; `reason` is empty if it is manual."""

    catlog: str
    schema: str
    dialect: str
    database: str
    created_at: datetime
    reason: str
    tables: tuple[TableContents, ...]

    @property
    def rows(self) -> int:
        """The number of rows of all tables."""
        return sum(table.rows for table in self.tables)

    def line(self) -> bytes:
        """Return the manifest as a line of the file."""
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
    """Parse the manifest of the file `name`.

    Raises ValueError, TypeError, KeyError or RecursionError when it is invalid, ConfigError when a newer CatLog wrote
    it.
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
    """Return eight hexadecimal digits that identify a database without naming it."""
    url = database.engine.url
    place = str(Path(url.database or "").resolve()) if database.is_sqlite else f"{url.host}:{url.port}/{url.database}"
    return hashlib.sha256(place.encode()).hexdigest()[:8]


def _contents(table: dict[str, Any]) -> TableContents:
    columns = tuple((str(name), kind) for name, kind in table["columns"].items())
    if type(table["rows"]) is not int or table["rows"] < 0 or any(kind not in KINDS for _, kind in columns):
        raise ValueError("not a manifest")
    return TableContents(str(table["name"]), columns, table["rows"])
