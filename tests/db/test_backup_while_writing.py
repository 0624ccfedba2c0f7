"""A backup holds one state of the database while another process writes."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from catlog.db.backup.folder import back_up
from catlog.db.backup.restore import restore
from catlog.db.models import AnimeGenre, EtlLogs, ProcessedAnime
from catlog.db.session import Database
from tests.support.backups import fill
from tests.support.cli import ROOT
from tests.support.databases import SQLITE, Databases

WRITER = """
import sys, time
from sqlalchemy import text
from catlog.db.session import Database

database = Database(sys.argv[1])
number = 1_000
while True:
    number += 1
    with database.connect_to_write() as connection:
        connection.execute(text(
            'INSERT INTO "AnimeGenre" ("malId", genre, kind) VALUES (:n, :genre, :kind)'
        ), {"n": number, "genre": "Drama", "kind": "genre"})
        connection.execute(text(
            'INSERT INTO "EtlLogs" ("runId", source, status, "pipelineStep", holder, "startTime", "heartbeatAt", pages,'
            ' received, accepted, duplicates, rejected, "rowsProcessed", shifted, degraded, notes) VALUES (:n, :s, :s,'
            ' :s, :s, :at, :at, 0, 0, 0, 0, 0, 0, false, false, :notes)'
        ), {"n": f"n{number}", "s": "x", "at": "2026-05-10 00:00:00", "notes": "[]"})
        connection.execute(text(
            'UPDATE "ProcessedAnime" SET members = :n WHERE "malId" = 1'
        ), {"n": number})
    print(number, flush=True)
"""


@contextmanager
def writer(url: str) -> Iterator["subprocess.Popen[str]"]:
    """Run a process that writes one number to three tables in each of its transactions."""
    with subprocess.Popen([sys.executable, "-c", WRITER, url], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def numbers(database: Database) -> tuple[int, int, int | None]:
    """Return what each of the three tables says was the last number."""
    with database.read() as session:
        connection = session.connection()
        genre = connection.execute(select(func.max(col(AnimeGenre.mal_id)))).scalar_one()
        runs = connection.execute(
            select(func.count()).where(col(EtlLogs.run_id).startswith("n")).select_from(EtlLogs)
        ).scalar_one()
        members = connection.execute(select(col(ProcessedAnime.members)).where(col(ProcessedAnime.mal_id) == 1))
        return genre, 1_000 + runs, members.scalar_one()


def test_each_backup_holds_one_state(database: Database, databases: Databases, tmp_path: Path) -> None:
    fill(database, snapshots=5_000)
    copy = databases.make(SQLITE, "copy", tmp_path)
    last = []

    with writer(database.url) as process:
        assert process.stdout is not None
        for _ in range(3):
            until = int(process.stdout.readline()) + 3
            while int(process.stdout.readline()) < until:
                pass
            made = back_up(database, tmp_path / "backups")
            restore(copy, made.file, tmp_path / "backups")
            genre, runs, members = numbers(copy)
            assert genre == runs == members
            last.append(genre)

    assert last[0] < last[1] < last[2]  # the writer was not kept waiting until the end
    copy.close()


@pytest.mark.parametrize("rows", [3_000])
def test_readers_see_the_old_state_until_a_restore_is_done(
    rows: int, database: Database, databases: Databases, tmp_path: Path
) -> None:
    source = databases.make(SQLITE, "source", tmp_path)
    fill(source, snapshots=rows, mark="new")
    file = back_up(source, tmp_path).file
    source.close()
    fill(database, mark="old")
    seen = []

    def look(step: str, done: int, total: int | None) -> None:
        if step == "restoring rows":
            with database.read() as session:
                seen.append(session.connection().execute(select(col(EtlLogs.run_id))).scalars().all())

    restore(database, file, tmp_path, look)

    assert seen
    assert set(map(tuple, seen)) == {("runold",)}
    with database.read() as session:
        assert session.connection().execute(select(col(EtlLogs.run_id))).scalars().all() == ["runnew"]
