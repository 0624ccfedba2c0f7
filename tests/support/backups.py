"""Databases with a row of everything in them, what they hold, and backups taken apart and put together again."""

import gzip
import hashlib
import json
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Table, Text, cast, func, insert, select
from sqlalchemy.engine import Connection
from sqlmodel import SQLModel

from catlog.db.backup.kinds import kind_of
from catlog.db.backup.read import open_backup
from catlog.db.models import (
    ActivityLog,
    ActivitySteps,
    AiredEpisode,
    AnimeGenre,
    DailyRankings,
    EtlLogs,
    EtlRejects,
    LoginThrottle,
    ProcessedAnime,
    RawAnimeData,
    TitleRequest,
    User,
    UserAnime,
    UserSession,
    register_all,
)
from catlog.db.naming import METADATA
from catlog.db.ranking_days import recount, refresh_days
from catlog.db.session import Database

AT = datetime(2026, 5, 10, 23, 59, 59, 123456, tzinfo=UTC)
LATER = datetime(2026, 5, 11, tzinfo=UTC)

HOSTILE = 'tab\t"quoted" \\ line\nbreak \u2028 \x7f é 猫 🐈‍⬛ ́ null \\N \\. 1,2'
"""Text that a careless format would break on."""


def fill(database: Database, *, snapshots: int = 40, mark: str = "") -> None:
    """Write rows into every table: nulls of both kinds, all bytes, instants to the microsecond, hostile text.

    `snapshots` says how many; `mark` goes into rows of several tables, so that two fillings differ.
    """
    with database.connect_to_write() as connection:
        _account(connection, mark)
        _catalogue(connection, mark)
        _library(connection, mark)
        _etl(connection, mark)
        run = f"run{mark}"
        rows = (
            {
                "mal_id": 1 + n // 1000,
                "snapshot_date": date.fromordinal(738_000 + n % 1000),
                "rank": None if n % 7 == 0 else 1 + n % 50,
                "score": None if n % 11 == 0 else 1 + n % 900 / 100,
                "scored_by": n,
                "members": None,
                "popularity": 2_147_483_647,
                "etl_run_id": run,
            }
            for n in range(snapshots)
        )
        connection.execute(insert(_table(DailyRankings)), list(rows))
        _whatever_else(connection)
        refresh_days(connection, recount(connection).wrong)


def everything(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of all tables, JSON as its text, so that databases of both kinds can be compared."""
    found = {}
    with database.read() as session:
        for table in METADATA.sorted_tables:
            columns = [cast(c, Text) if isinstance(c.type, JSON) else c for c in table.columns]
            rows = session.connection().execute(select(*columns).order_by(*table.primary_key.columns))
            found[table.name] = [tuple(row) for row in rows]
    return found


def marks(database: Database) -> set[str]:
    """Return the marks that are found in the database: one, unless states were mixed; all counts go with it."""
    found = set()
    with database.read() as session:
        for column, prefix in (
            (DailyRankings.etl_run_id, "run"),
            (EtlLogs.run_id, "run"),
            (User.username, "user"),
            (UserAnime.notes, "note"),
            (ProcessedAnime.title, "title"),
        ):
            query = select(column, func.count()).group_by(column)  # type: ignore[call-overload]
            for text, count in session.connection().execute(query):
                size = f" {count}" if column is DailyRankings.etl_run_id else ""
                found.add(text.removeprefix(prefix).split(":")[0] + size)
    return found


def verify(file: Path) -> int:
    """Read a backup from end to end and return its rows."""
    with open_backup(file) as backup:
        rows = sum(len(block) for contents, _ in backup.tables() for block in backup.blocks(contents))
        backup.finish()
    return rows


def lines_of(file: Path) -> list[Any]:
    """Return the lines of a backup, parsed."""
    with gzip.open(file) as lines:
        return [json.loads(line) for line in lines]


def repack(lines: Sequence[Any], file: Path, *, sealed: bool = True) -> Path:
    """Write `lines` as a backup; `sealed` makes the last one name their digest again. Bytes are written as they are."""
    lines = list(lines)
    written = [line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines]
    if sealed:
        digest = hashlib.sha256(b"".join(written[:-1])).hexdigest()
        written[-1] = json.dumps({"end": True, "sha256": digest}).encode() + b"\n"
    file.write_bytes(gzip.compress(b"".join(written), 1))
    return file


def _account(connection: Connection, mark: str) -> None:
    person = {"email": "a@example.org", "password": "$argon2id$…", "created_at": AT, "updated_at": AT}
    people = [
        {"id": 3, "username": f"user{mark}", "username_folded": "user", "email_folded": "a", **person},
        {"id": 9, "username": f"user{mark}:b", "username_folded": "b", "email_folded": "b", **person},
    ]
    connection.execute(insert(_table(User)), people)
    session = {"user_id": 3, "source": "pts/1", "created_at": AT, "last_used_at": AT, "expires_at": LATER}
    rows = [{"id": 1, "jti": "x", "revoked_at": None, **session}, {"id": 5, "jti": "y", "revoked_at": AT, **session}]
    connection.execute(insert(_table(UserSession)), rows)
    connection.execute(insert(_table(LoginThrottle)), [{"subject": HOSTILE, "failures": 1, "unseen": 2, "last_at": AT}])


def _catalogue(connection: Connection, mark: str) -> None:
    anime = [
        {"mal_id": 1, "title": f"title{mark}", "synonyms": [], "studios": ["A", "猫"], "processed_at": AT},
        {
            "mal_id": 52991,
            "title": f"title{mark}:{HOSTILE}",
            "synonyms": [HOSTILE],
            "studios": [],
            "processed_at": LATER,
            "score": 9.3,
            "aired_from": date(1, 1, 1),
            "aired_to": date(9999, 12, 31),
            "synopsis": "",
        },
    ]
    for row in anime:
        connection.execute(insert(_table(ProcessedAnime)).values(row))
    genres = [{"mal_id": 1, "genre": genre, "kind": "genre"} for genre in ("Drama", "action", "Äther", HOSTILE)]
    connection.execute(insert(_table(AnimeGenre)), genres)
    aired = [{"mal_id": 1, "number": number, "aired": date(2024, 2, 27 + number)} for number in (1, 2)]
    connection.execute(insert(_table(AiredEpisode)), aired)
    asked = {"mal_id": 1, "asked_at": AT, "outcome": "unknown", "reason": HOSTILE, "host": f"host{mark}"}
    connection.execute(insert(_table(TitleRequest)), [asked])


def _library(connection: Connection, mark: str) -> None:
    entry = {
        "id": 7,
        "user_id": 3,
        "mal_id": 52991,
        "status": "COMPLETED",
        "personal_rating": 10,
        "score100": 0,
        "notes": f"note{mark}:{HOSTILE}",
        "tags": ["a", ""],
        "is_favorite": True,
        "episodes_watched": 28,
        "start_date": "2021-05",
        "rewatching": False,
        "rewatch_count": 0,
        "extra": {"a": "b"},
        "episode_offset": -1,
        "version": 2,
        "created_at": AT,
        "updated_at": AT,
    }
    connection.execute(insert(_table(UserAnime)).values(entry))
    steps = [{"user_id": 3, "step": n, "position": n, "parent": n - 1, "request_id": None} for n in (1, 2)]
    connection.execute(insert(_table(ActivitySteps)), steps)
    change = {"user_id": 3, "mal_id": 52991, "action": "add", "at": AT, "origin": "cli"}
    connection.execute(
        insert(_table(ActivityLog)).values({"id": 1, "step": 1, "before": None, "after": {"a": None}, **change})
    )
    null = {"id": 4, "step": 2, "before": JSON.NULL, "after": None, **change}
    connection.execute(insert(_table(ActivityLog)).values(null))


def _etl(connection: Connection, mark: str) -> None:
    run = {"run_id": f"run{mark}", "source": "rankings", "status": "SUCCESS", "pipeline_step": "LOAD", "holder": "h:1"}
    times = {"start_time": AT, "heartbeat_at": AT, "end_time": LATER, "snapshot_date": AT.date()}
    counts = {"pages": 1, "received": 1, "accepted": 1, "duplicates": 0, "rejected": 1, "rows_processed": 1}
    flags = {"shifted": False, "degraded": True, "notes": [HOSTILE], "error_message": None}
    connection.execute(insert(_table(EtlLogs)).values({**run, **times, **counts, **flags}))
    page = {"etl_run_id": f"run{mark}", "page": 1, "source_api": "h", "url": "u", "http_status": 200, "ingested_at": AT}
    bodies = (bytes(range(256)), b"")
    for body in bodies:
        connection.execute(insert(_table(RawAnimeData)).values({**page, "headers": {}, "body": body, "sha256": "0"}))
    reject = {"etl_run_id": f"run{mark}", "page": 1, "position": 3, "mal_id": None, "reason": "r", "sha256": "0"}
    connection.execute(insert(_table(EtlRejects)).values({**reject, "excerpt": HOSTILE}))


def _whatever_else(connection: Connection) -> None:
    """Give one row to each table that is not filled by hand, as far as its columns allow."""
    register_all()
    samples: dict[str, object] = {
        "integer": 2, "real": 0.1, "text": HOSTILE, "boolean": True, "date": AT.date(), "instant": AT,
        "json": [HOSTILE], "bytes": b"\0",
    }  # fmt: skip
    for table in METADATA.sorted_tables:
        if connection.execute(select(func.count()).select_from(table)).scalar_one():
            continue
        row: dict[str, object] = {}
        for column in table.columns:
            row[column.key] = _one_of(table, column.name) or samples[kind_of(column.type)]
            for key in column.foreign_keys:
                row[column.key] = connection.execute(select(key.column)).scalars().first()
        connection.execute(insert(table).values(row))


def _one_of(table: Table, column: str) -> str | None:
    """Return the first value that a check of the table lists for a column, as in `kind IN ('a', 'b')`."""
    for check in table.constraints:
        found = isinstance(check, CheckConstraint) and re.search(rf"\b{column}\W+IN \('([^']*)'", str(check.sqltext))
        if found:
            return found[1]
    return None


def _table(model: type[SQLModel]) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]  # SQLModel makes it
    return table
