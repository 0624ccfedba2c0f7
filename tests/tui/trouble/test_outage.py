"""The app without its database: what is shown, what is kept, and what becomes of it."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from threading import Event

import pytest
from sqlmodel import col, update
from textual import events

from catlog.config import Settings
from catlog.db.models import ProcessedAnime
from catlog.db.session import Database
from catlog.errors import BusyError, CatLogError, ConfigError, ExitCode, UnavailableError
from catlog.library.edits import Rate, Remove, SetOffset, WatchTo
from catlog.library.entries import Status
from catlog.library.journal.file import Journal
from catlog.tui.backend import Backend
from catlog.tui.editing.edit_batch import EditBatch
from catlog.tui.editing.edit_queries import edit_titles
from catlog.tui.pending import Pending
from catlog.tui.screens.details.queries import TitleView
from catlog.tui.screens.list.records import ListUpdate, ListVersion
from catlog.tui.widgets.rows import RowList
from tests.library.people import BEBOP, FRIEREN, GINTAMA, ONE_PIECE
from tests.support.cli import CommandLine
from tests.support.postgres import PostgresServer
from tests.support.terminal import PATIENCE
from tests.tui.harness import Driver, opened
from tests.tui.trouble.libraries import elsewhere, entries, environ

AWAY = "database is offline"


@pytest.fixture(autouse=True)
def _only_when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the tests say when the app looks for its database."""
    monkeypatch.setattr("catlog.tui.connection.RETRY_SECONDS", 3600.0)


async def until(it: Driver, happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, f"it did not happen; the screen is:\n{it.text}"
        await it.pilot.pause(0.01)


async def until_shown(it: Driver, text: str) -> None:
    await until(it, lambda: text in it.text)


async def on_list(it: Driver, mal_id: int) -> RowList[object]:
    await it.press("f2")
    rows = it.app.screen.query_one("#rows", RowList)
    rows.go_to(mal_id)
    await it.settle()
    return rows


async def look(it: Driver) -> None:
    it.app.connection._checking = False
    it.app.check_database()
    await it.settle()


def journals(settings: Settings) -> list[Path]:
    return sorted((settings.paths.state / "journal").glob("*"))


async def test_edits_wait_in_sight_and_are_saved_in_order_when_it_is_back(
    remote: Settings, server: PostgresServer
) -> None:
    async with opened(remote) as it:
        await on_list(it, BEBOP)
        server.stop()
        await it.press("plus", "plus", "r", "8")
        assert AWAY in it.text
        assert "3 edits waiting" in it.text
        assert "2 / 26" in it.text
        assert "◌ waits" in it.text
        assert "kept here" in it.text
        server.start()
        await look(it)
        assert AWAY not in it.text
        assert "3 edits that waited: saved" in it.text
        assert "◌ waits" not in it.text
        assert "2 / 26" in it.text
        await it.press("plus")
        assert "3 / 26" in it.text
    assert (entries(remote)[BEBOP].episodes_watched, entries(remote)[BEBOP].rating) == (3, 8)
    assert not journals(remote)


async def test_the_list_counts_what_waits_to_be_watched_from_edits_that_wait(
    remote: Settings, server: PostgresServer
) -> None:
    slot = {"broadcast_day": "Fridays", "broadcast_time": "23:00", "broadcast_timezone": "Asia/Tokyo"}
    airs = {"status": "Currently Airing", "aired_from": date(2026, 10, 2), "episodes": 12, **slot}
    database = Database(remote.database_url)
    with database.write() as session:
        session.exec(update(ProcessedAnime).where(col(ProcessedAnime.mal_id) == FRIEREN).values(**airs))
    database.close()
    elsewhere(remote, FRIEREN, WatchTo(5))
    async with opened(remote) as it:
        rows = await on_list(it, FRIEREN)
        assert "~3 behind" in it.text
        server.stop()
        await it.press("plus")
        assert AWAY in it.text
        assert "~2 behind" in it.text
        await it.press("plus", "plus")
        assert "behind" not in it.text
        assert "Fri 14:00" in it.text
        it.app.pool.submit(rows.screen, edit_titles, EditBatch(((FRIEREN, SetOffset(12)),)))
        await it.settle()
        assert "8 / 12" in it.text
        await it.press("u", "u")
        assert "~1 behind" in it.text
        server.start()
        await look(it)
        assert "~1 behind" in it.text


async def test_a_list_that_cannot_be_read_holds_no_keys(
    remote: Settings, server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    connecting, asked = Event(), Event()

    def read_list(_backend: Backend, _known: ListVersion) -> ListUpdate:
        asked.set()
        assert connecting.wait(60)
        raise UnavailableError("nobody answers")

    monkeypatch.setattr("catlog.tui.screens.list.queries.read_list", read_list)
    async with opened(remote) as it:
        server.stop()
        await look(it)
        assert AWAY in it.text
        terminal = it.app._driver
        assert terminal is not None
        try:
            for name, mode in (("f2", "list"), ("f1", "home"), ("f2", "list"), ("f1", "home")):
                terminal.send_message(events.Key(name, None))
                await until(it, lambda mode=mode: it.app.current_mode == mode)
            assert asked.is_set()
        finally:
            connecting.set()


async def test_an_answer_that_comes_while_the_app_ends_is_no_bug(local: Settings) -> None:
    async with opened(local) as it:
        screens = it.app._screen_stacks[it.app.current_mode]
        held = list(screens)
        screens.clear()
        handled: list[object] = []
        pending: Pending[int] = Pending(it.app, it.app, "query")
        pending.then(handled.append, it.app.connection.on_down)
        pending._handle_error(UnavailableError("the server does not respond"))
        pending._handle(1)
        screens.extend(held)
        assert not handled
        assert not it.app.connection.offline


async def test_details_that_cannot_be_read_hold_no_keys(
    remote: Settings, server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    connecting, asked = Event(), Event()

    def read_title(_backend: Backend, _mal_id: int) -> TitleView:
        asked.set()
        assert connecting.wait(60)
        raise UnavailableError("nobody answers")

    monkeypatch.setattr("catlog.tui.screens.details.queries.read_title", read_title)
    async with opened(remote) as it:
        rows = await on_list(it, FRIEREN)
        server.stop()
        await look(it)
        terminal = it.app._driver
        assert terminal is not None
        try:
            for name, shown in (("enter", True), ("escape", False)):
                terminal.send_message(events.Key(name, None))
                await until(it, lambda shown=shown: (it.app.screen is not rows.screen) is shown)
            assert asked.is_set()
        finally:
            connecting.set()


async def test_a_new_app_makes_what_the_last_one_left(remote: Settings, server: PostgresServer) -> None:
    async with opened(remote) as it:
        await on_list(it, BEBOP)
        server.stop()
        await it.press("plus")
        assert "1 edit waiting" in it.text
    assert len(journals(remote)) == 1
    server.start()
    async with opened(remote) as it:
        assert "1 edit that waited: saved" in it.text
        await on_list(it, BEBOP)
        assert "1 / 26" in it.text
    assert entries(remote)[BEBOP].episodes_watched == 1
    assert not journals(remote)


async def test_what_waits_can_be_taken_back_and_a_removal_comes_back(remote: Settings, server: PostgresServer) -> None:
    async with opened(remote) as it:
        rows = await on_list(it, GINTAMA)
        server.stop()
        await it.press("delete")
        assert "Gintama" not in it.text
        await it.press("u")
        assert "Gintama" in it.text
        assert "it will not be made" in it.text
        assert rows.total == 4
        server.start()
        await look(it)
    assert GINTAMA in entries(remote)


async def test_several_titles_are_previewed_from_what_is_shown(remote: Settings, server: PostgresServer) -> None:
    async with opened(remote) as it:
        await on_list(it, BEBOP)
        server.stop()
        await it.press("plus")
        await it.press("space", "space", "s", "h")
        assert "Change 2 titles?" in it.text
        await it.press("y")
        assert "2 edits waiting" in it.text
        server.start()
        await look(it)
    on_hold = [mal_id for mal_id, entry in entries(remote).items() if entry.status is Status.ON_HOLD]
    assert len(on_hold) == 2


@pytest.mark.parametrize(("key", "rating"), [("y", 8), ("n", 3)])
async def test_who_was_overtaken_while_waiting_is_asked(
    remote: Settings, server: PostgresServer, key: str, rating: int
) -> None:
    async with opened(remote) as it:
        await on_list(it, FRIEREN)
        server.stop()
        await it.press("r", "8")
        server.start()
        elsewhere(remote, FRIEREN, Rate(3))
        await look(it)
        assert "Changed elsewhere while it waited." in it.text
        assert "rating is 3 there, 8 here" in it.text
        await it.press(key)
        await look(it)
        rows = it.app.screen.query_one("#rows", RowList)
        assert rows.record is not None
        assert rows.record.rating == rating
    assert entries(remote)[FRIEREN].rating == rating


async def test_what_can_no_longer_be_is_told_and_the_list_is_right_again(
    remote: Settings, server: PostgresServer
) -> None:
    async with opened(remote) as it:
        await on_list(it, ONE_PIECE)
        server.stop()
        await it.press("r", "6")
        assert "1 edit waiting" in it.text
        server.start()
        elsewhere(remote, ONE_PIECE, Remove())
        await look(it)
        await it.press("n")
        await look(it)
        assert it.app.screen.query_one("#rows", RowList).view.index_of(ONE_PIECE) is None
    assert ONE_PIECE not in entries(remote)


async def test_a_file_that_somebody_locks_for_long_gets_its_edits_afterwards(
    local: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catlog.db.engine.LOCK_WAIT_SECONDS", 0.05)
    monkeypatch.setattr("catlog.db.session.LOCK_WAIT_SECONDS", 0.05)
    async with opened(local) as it:
        await on_list(it, BEBOP)
        with closing(sqlite3.connect(local.paths.default_database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await it.press("plus")
            assert "The database is busy · 1 edit waiting" in it.text
            await it.press("plus")
            assert "2 edits waiting" in it.text
            assert "2 / 26" in it.text
            other.execute("ROLLBACK")
        await look(it)
        assert "waiting" not in it.text
        assert "2 / 26" in it.text
    assert entries(local)[BEBOP].episodes_watched == 2


async def test_an_edit_that_takes_long_is_shown_as_waiting_and_then_as_saved(
    local: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catlog.tui.workers.SLOW_SECONDS", 0.01)
    async with opened(local) as it:
        await on_list(it, BEBOP)
        with closing(sqlite3.connect(local.paths.default_database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            it.pilot.app.simulate_key("plus")
            await until_shown(it, "Saving · 1 edit waiting")
            assert "1 / 26" in it.text
            other.execute("ROLLBACK")
        await it.settle()
        assert "waiting" not in it.text
        assert "1 / 26" in it.text
    assert entries(local)[BEBOP].episodes_watched == 1


async def test_a_disk_that_takes_no_journal_hinders_no_edit(local: Settings) -> None:
    local.paths.state.mkdir(exist_ok=True)
    (local.paths.state / "journal").write_text("no folder")
    async with opened(local) as it:
        await on_list(it, BEBOP)
        await it.press("plus")
        assert "1 / 26" in it.text
    assert entries(local)[BEBOP].episodes_watched == 1


async def test_a_damaged_database_is_called_that_with_the_way_to_a_backup(local: Settings) -> None:
    file = local.paths.default_database
    sound = file.read_bytes()
    async with opened(local, (160, 48)) as it:
        await on_list(it, BEBOP)
        _overwrite(file, b"no database at all, " * 1000)
        await look(it)
        assert "The database is damaged" in it.text
        assert "catlog db restore FILE" in it.text
        assert AWAY not in it.text
        _overwrite(file, sound)
        await look(it)
        assert "The database is damaged" not in it.text


async def test_a_backup_that_is_restored_beside_the_app_is_what_it_goes_on_with(local: Settings) -> None:
    file = local.paths.default_database
    backup = file.with_name("backup")
    catlog = CommandLine(environ(local))
    async with opened(local, (160, 48)) as it:
        await on_list(it, BEBOP)
        await it.press("plus")
        assert (made := catlog.script("db", "backup", "-o", backup)).code == 0, made.err
        for ending in ("-wal", "-shm", ""):
            Path(f"{file}{ending}").rename(backup.with_name(f"aside{ending}"))
        await look(it)
        await it.press("plus")
        assert f"{AWAY}, retrying · 1 edit waiting" in it.text
        file.touch(0o600)  # as for whoever looks while a restore fills it
        await look(it)
        assert f"{AWAY}, retrying · 1 edit waiting" in it.text
        assert it.app.bug is None
        file.unlink()
        restored = catlog.script("db", "restore", backup, "--yes")
        assert restored.code == 0, restored.err
        await look(it)
        assert AWAY not in it.text
        assert "waiting" not in it.text
    assert entries(local)[BEBOP].episodes_watched == 2


@pytest.mark.parametrize(
    "error", [ConfigError("the command of the password cannot be run"), BusyError("somebody holds the lock")]
)
async def test_it_is_looked_for_again_whatever_it_said_meanwhile(
    local: Settings, monkeypatch: pytest.MonkeyPatch, error: CatLogError
) -> None:
    gone = UnavailableError("the server is away")
    answers: list[CatLogError] = [gone, error]

    @contextmanager
    def read(_database: Database) -> Iterator[None]:
        raise answers[0]
        yield

    async with opened(local, (160, 48)) as it:
        await on_list(it, BEBOP)
        with monkeypatch.context() as away:
            away.setattr(Database, "read", read)
            await look(it)
            assert AWAY in it.text
            del answers[0]
            it.app.check_database()
            await it.settle()
            assert AWAY in it.text
            assert (error.message in it.text) == isinstance(error, ConfigError), it.text
        it.app.check_database()
        await it.settle()
        assert AWAY not in it.text
        await it.press("plus")
        assert "1 / 26" in it.text
    assert entries(local)[BEBOP].episodes_watched == 1


async def test_edits_that_cannot_be_taken_over_now_are_tried_again(
    local: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = UnavailableError("the disk is full")

    def recover(_journal: Journal) -> None:
        raise full

    async with opened(local, (160, 48)) as it:
        with monkeypatch.context() as away:
            away.setattr(Journal, "recover", recover)
            await look(it)
            assert "the disk is full" in it.text
            assert AWAY not in it.text
        it.app.check_database()
        await it.settle()
        assert not it.app.connection.busy
        await on_list(it, BEBOP)
        await it.press("plus")
    assert entries(local)[BEBOP].episodes_watched == 1


async def test_a_database_that_is_damaged_from_the_start_is_refused_with_the_way_to_a_backup(local: Settings) -> None:
    _overwrite(local.paths.default_database, b"no database at all, " * 1000)
    async with opened(local) as it:
        assert it.app.refusal is not None
        assert "is damaged or not a database" in it.app.refusal.message
        assert it.app.refusal.hint == "restore a backup: catlog db restore FILE"
        assert it.app.return_code == ExitCode.UNAVAILABLE


def _overwrite(file: Path, content: bytes) -> None:
    for beside in (f"{file}-wal", f"{file}-shm"):
        Path(beside).unlink(missing_ok=True)
    file.write_bytes(content)
