"""The same library changed elsewhere while the app shows it: seen within seconds, and cheap when nothing happens."""

from datetime import timedelta

from sqlalchemy import event

from catlog.catalogue.store import mark_changed
from catlog.config import Settings
from catlog.db.models import DailyRankings, EtlLogs
from catlog.db.ranking_days import refresh_days
from catlog.db.session import Database
from catlog.etl.runlog import SUCCESS
from catlog.etl.sources import RANKINGS
from catlog.library.edits import Rate, Watch
from catlog.library.history import undo
from catlog.tui.connection import POLL_SECONDS, POLL_UNFOCUSED_SECONDS
from catlog.tui.queries import read_heartbeat
from catlog.tui.widgets.rows import RowList
from tests.library.people import BEBOP
from tests.tui.harness import NOW, Driver, opened, statements
from tests.tui.trouble.libraries import elsewhere, entries


async def beat(it: Driver) -> None:
    it.app.connection.poll()
    await it.settle()


async def test_an_edit_and_an_undo_elsewhere_are_seen(local: Settings) -> None:
    async with opened(local) as it:
        await it.press("f2")
        await beat(it)
        elsewhere(local, BEBOP, Watch(5), Rate(9))
        assert "5 / 26" not in it.text
        await beat(it)
        assert "5 / 26" in it.text
        database = Database(local.database_url)
        undo(database, it.app.pool.backend.owner())
        database.close()
        await beat(it)
        assert "0 / 26" in it.text


async def test_ones_own_edits_are_not_read_twice(local: Settings) -> None:
    async with opened(local) as it:
        await it.press("f2")
        rows = it.app.screen.query_one("#rows", RowList)
        rows.go_to(BEBOP)
        await beat(it)
        for key in ("plus", "u", "ctrl+r"):
            await it.press(key)
            revision = it.app.revision
            await beat(it)
            assert it.app.revision == revision
    assert entries(local)[BEBOP].episodes_watched == 1


async def test_a_load_of_ranks_elsewhere_is_seen_in_the_bar_with_the_time_they_were_fetched(local: Settings) -> None:
    async with opened(local) as it:
        await beat(it)
        assert "ranks" not in it.text.splitlines()[0]
        day = NOW.date()
        run = EtlLogs(
            run_id="r", source=RANKINGS, snapshot_date=day, status=SUCCESS, pipeline_step="LOAD", holder="tests",
            start_time=NOW - timedelta(minutes=1), heartbeat_at=NOW, end_time=NOW,
        )  # fmt: skip
        database = Database(local.database_url)
        with database.write() as session:
            session.add(run)
            session.add(DailyRankings(mal_id=BEBOP, snapshot_date=day, rank=1, score=8.75, etl_run_id="r"))
            session.flush()
            refresh_days(session.connection(), [day])
            mark_changed(session.connection())
        database.close()
        revision = it.app.revision
        await beat(it)
        assert "ranks 17:59" in it.text.splitlines()[0]
        assert it.app.revision == revision + 1


async def test_looking_is_one_statement_and_rarer_without_the_focus(local: Settings) -> None:
    async with opened(local) as it:
        with statements(it.app.pool) as sent:
            await beat(it)
            it.app.app_focus = False
            for _ in range(int(POLL_UNFOCUSED_SECONDS / POLL_SECONDS)):
                await beat(it)
        asked = [statement for statement in sent[read_heartbeat.__name__] if statement.startswith("SELECT")]
        assert len(asked) == 2


async def test_it_waits_for_nothing_while_nobody_is_signed_in(shared_folder: Settings) -> None:
    async with opened(shared_folder) as it:
        await beat(it)
        assert it.app.bug is None
        assert "Welcome" in it.text or "account" in it.text.lower()


def test_looking_opens_no_transaction_that_writes(local: Settings) -> None:
    from catlog.tui.backend import Backend

    services, begun = Backend(local), []
    event.listen(services.database.engine, "before_cursor_execute", lambda *given: begun.append(given[2]))
    read_heartbeat(services)
    services.close()
    assert not [statement for statement in begun if "IMMEDIATE" in statement]
