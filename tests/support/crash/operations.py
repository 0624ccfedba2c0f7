"""What is crashed: each operation with the state it begins from, its command, and what counts as done."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import update
from sqlmodel import col

from catlog import clock
from catlog.accounts.identity import current_user, remember
from catlog.accounts.sign_in import begin_session
from catlog.accounts.users import register
from catlog.db.backup.folder import back_up
from catlog.db.bulk import upsert
from catlog.db.models import ProcessedAnime, RankingDays
from catlog.db.ranking_days import repair_days
from catlog.db.schema import REVISIONS
from catlog.db.upgrade import upgrade
from catlog.errors import CatLogError
from catlog.library.edits import Add, Rate, SetNotes
from catlog.library.entries import Origin, Status
from catlog.library.writer import EditRequest, edit_all
from tests.support import revisions
from tests.support.backups import fill as fill_everything
from tests.support.backups import verify
from tests.support.crash.stage import NOW, RUN_LOG, Stage
from tests.support.databases import KINDS, SQLITE
from tests.support.jikan import JikanStandIn
from tests.support.series import line
from tests.support.series import text as series_text

TITLES, LISTED, DAYS = 150, 100, 4
PAGES = 2
BACKUP_ROWS = 2_000

Command = tuple[object, ...]


@dataclass(frozen=True)
class Operation:
    """One thing that writes. `build` makes the state it begins from and returns its command, as words.

    `without` are tables that do not count for old or new. `again` says that the command may be repeated where it is
    done already: the others are repeated only while the old state stands, as whoever looks at the list would. `ticks`
    says that its files are named by the time, so that its clock is not stopped.
    `seen` is what else must hold after a fault: it returns what does not, "" for nothing. `writes` says that the
    database is changed, `tables_stay` that it has the same tables as before.
    """

    name: str
    build: Callable[[Stage, JikanStandIn], Command]
    kinds: tuple[str, ...] = KINDS
    without: frozenset[str] = frozenset()
    exact: bool = False
    again: bool = True
    ticks: bool = False
    writes: bool = True
    tables_stay: bool = True
    seen: Callable[[Stage], str] = field(default=lambda _: "")


def operations() -> tuple[Operation, ...]:
    """Return all of them; migrations from every revision there is but the last."""
    return (
        Operation("etl run", _run, without=RUN_LOG, seen=_one_whole_run),
        Operation("etl import-history", _history, without=RUN_LOG, seen=_one_whole_run),
        Operation("list import", _import),
        Operation("edit", _edit),
        Operation("mass edit", _mass_edit),
        Operation("undo of a mass edit", _undo, again=False),
        Operation("db backup", _backup, exact=True, writes=False, seen=_whole_backups),
        Operation("db restore", _restore, exact=True, seen=_whole_backups),
        Operation(f"db restore of {REVISIONS[0]}", _restore_old, exact=True, seen=_whole_backups),
        Operation("db restore over damage", _restore_over_damage, (SQLITE,), exact=True, ticks=True),
        Operation("db restore over newer", _restore_over_newer, (SQLITE,), exact=True, ticks=True),
        Operation("count days anew", _count_anew, exact=True),
        Operation("first start", _first_start, exact=True, tables_stay=False),
        *(
            Operation(f"upgrade from {found}", _upgrade_from(found), exact=True, tables_stay=False)
            for found in REVISIONS[:-1]
        ),
    )


def _library(stage: Stage) -> None:
    """Make a library: a catalogue, and a list of somebody who is signed in."""
    database, settings = stage.database(), stage.settings
    names = ("mal_id", "title", "synonyms", "studios", "episodes", "type", "processed_at")
    with clock.stopped_at(datetime.fromisoformat(NOW)):
        upgrade(database)
        rows: list[tuple[object, ...]]
        rows = [(number, f"Title {number}", [], [], 24, "TV", clock.now()) for number in range(1, TITLES + 1)]
        with database.connect_to_write() as connection:
            upsert(connection, ProcessedAnime, names, rows)
        made = register(database, settings, username="mika", email="m@example.org", password="correct horse battery")
        remember(database, settings, begin_session(database, settings, made.id))
        owner = current_user(database, settings)
        added = [EditRequest(number, Add(Status.WATCHING)) for number in range(1, LISTED + 1)]
        edit_all(database, owner, added, origin=Origin.CLI)
        edit_all(database, owner, [EditRequest(1, Rate(7)), EditRequest(2, SetNotes("the note"))], origin=Origin.CLI)
    database.close()


def _do(stage: Stage, *words: object) -> None:
    ending = stage.catlog(*words)
    if ending.code:
        raise RuntimeError(ending.err)


def _series(stage: Stage, version: int) -> Path:
    file = stage.folder / f"series-{version}.csv"
    days = [f"2026-04-{day:02}" for day in range(1, DAYS + 1)]
    ids = range(1 + 20 * version, 81 + 20 * version)
    lines = (line(day, mal_id, f"Title {mal_id}", score=7 + version) for day in days for mal_id in ids)
    file.write_text(series_text(lines), "utf-8")
    return file


def _run(stage: Stage, source: JikanStandIn) -> Command:
    _library(stage)
    words = ("etl", "run", "--pages", PAGES, "--replace")
    with JikanStandIn(seed=1) as before:
        ending = stage.catlog.having(jikan_urls=before.url)(*words)
        if ending.code:
            raise RuntimeError(ending.err)
    return words


def _history(stage: Stage, _: JikanStandIn) -> Command:
    _library(stage)
    _do(stage, "etl", "import-history", _series(stage, 0))
    return ("etl", "import-history", _series(stage, 1), "--replace")


def _import(stage: Stage, _: JikanStandIn) -> Command:
    _library(stage)
    file = stage.folder / "list.csv"
    rows = [
        f"{number},New {number},{'COMPLETED' if number % 2 else 'DROPPED'},{number % 10 + 1},note {number},a b"
        for number in range(41, 241)
    ]
    file.write_text("\n".join(["malId,title,status,rating,notes,tags", *rows, "nonsense,,x,y,,", ""]), "utf-8")
    return ("list", "import", file, "--merge", "overwrite")


def _edit(stage: Stage, _: JikanStandIn) -> Command:
    _library(stage)
    return ("list", "set", 3, "--status", "completed", "--score", 9, "--note", "well", "--tag", "seen", "--favorite")


def _mass_edit(stage: Stage, _: JikanStandIn) -> Command:
    _library(stage)
    return _edits(stage)


def _edits(stage: Stage) -> Command:
    file = stage.folder / "edits.txt"
    file.write_text("".join(f"set {number} --score 4 --tag bulk\n" for number in range(1, LISTED + 1)), "utf-8")
    return ("list", "edit", file)


def _undo(stage: Stage, _: JikanStandIn) -> Command:
    _library(stage)
    _do(stage, *_edits(stage))
    return ("list", "undo")


def _backup(stage: Stage, _: JikanStandIn) -> Command:
    _everything(stage, "old", BACKUP_ROWS)
    return ("db", "backup")


def _restore(stage: Stage, _: JikanStandIn) -> Command:
    _everything(stage, "old", BACKUP_ROWS)
    return ("db", "restore", "--yes", _backup_of(stage, "new"))


def _restore_old(stage: Stage, _: JikanStandIn) -> Command:
    _everything(stage, "old", 40)
    return ("db", "restore", "--yes", _backup_of(stage, "first", REVISIONS[0]))


def _restore_over_damage(stage: Stage, _: JikanStandIn) -> Command:
    _everything(stage, "old", 40)
    with stage.file.open("r+b") as file:
        file.write(b"no database at all" * 300)
    return ("db", "restore", "--yes", _backup_of(stage, "new"))


def _restore_over_newer(stage: Stage, _: JikanStandIn) -> Command:
    """Leave what a later version wrote last in the write-ahead log alone, as after a crash."""
    _everything(stage, "old", 40)
    wal = stage.file.with_name(f"{stage.file.name}-wal")
    with closing(sqlite3.connect(stage.file)) as writer:
        writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        writer.execute("UPDATE alembic_version SET version_num = '9999'")
        writer.execute("""UPDATE "UserAnime" SET notes = 'written last'""")
        writer.commit()
        kept = [(file, file.read_bytes()) for file in (stage.file, wal)]
    for file, content in kept:
        file.write_bytes(content)
    return ("db", "restore", "--yes", _backup_of(stage, "new"))


def _first_start(stage: Stage, _: JikanStandIn) -> Command:
    stage.home.mkdir(exist_ok=True)
    return ("db", "upgrade")


def _upgrade_from(revision: str) -> Callable[[Stage, JikanStandIn], Command]:
    def build(stage: Stage, _: JikanStandIn) -> Command:
        database = stage.database()
        revisions.make_at(database, revision)
        written = revisions.fill(database)
        if RankingDays.__tablename__ in written:
            repair_days(database)  # else the command would, in a second transaction after the upgrade
        database.close()
        return ("db", "upgrade")

    return build


def _count_anew(stage: Stage, _: JikanStandIn) -> Command:
    _everything(stage, "old", 40)
    database = stage.database()
    with database.connect_to_write() as connection:
        connection.execute(update(RankingDays).values(snapshots=col(RankingDays.snapshots) + 1))
    database.close()
    return ("db", "upgrade")


def _everything(stage: Stage, mark: str, snapshots: int) -> None:
    database = stage.database()
    upgrade(database)
    fill_everything(database, snapshots=snapshots, mark=mark)
    database.close()


def _backup_of(stage: Stage, mark: str, revision: str | None = None) -> Path:
    """Return a backup of another database, which is an SQLite file beside the stage."""
    other = Stage(SQLITE, mark, stage.folder / mark, stage.server)
    if revision is None:
        _everything(other, mark, BACKUP_ROWS - 1)
    else:
        database = other.database()
        revisions.make_at(database, revision)
        revisions.fill(database)
        database.close()
    database = other.database()
    try:
        return back_up(database, stage.folder / "backups").file
    finally:
        database.close()


def _one_whole_run(stage: Stage) -> str:
    """Say how many snapshots belong to no run that succeeded."""
    whose = """SELECT "runId" FROM "EtlLogs" WHERE status = 'SUCCESS'"""
    stray = stage.count(f'SELECT count(*) FROM "DailyRankings" WHERE "etlRunId" NOT IN ({whose})')
    return f"{stray} snapshots of runs that did not succeed" if stray else ""


def _whole_backups(stage: Stage) -> str:
    """Say which backup cannot be read to its end."""
    for file in _kept(stage):
        try:
            verify(file)
        except CatLogError as problem:
            return f"{file.name}: {problem.message}"
    return ""


def _kept(stage: Stage) -> Iterator[Path]:
    yield from (stage.home / "data" / "backups").glob("*.backup")
