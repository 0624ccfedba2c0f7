"""The app through pgbouncer: pooled sessions are as good as any, pooled transactions are refused before it opens."""

from dataclasses import replace

import pytest

from catlog.config import Settings
from catlog.errors import ExitCode
from catlog.tui.widgets.rows import RowList
from tests.library.people import BEBOP
from tests.support.pgbouncer import start_pgbouncer
from tests.support.postgres import PostgresServer
from tests.support.terminal import Terminal
from tests.tui.harness import opened
from tests.tui.trouble.libraries import entries, environ, fill


async def test_edits_and_undo_go_through_pooled_sessions(server: PostgresServer, no_library: Settings) -> None:
    with start_pgbouncer(server.create_database("pooled sessions"), mode="session") as url:
        pooled = replace(no_library, database_url=url)
        fill(pooled)
        async with opened(pooled) as it:
            await it.press("f2")
            it.app.screen.query_one("#rows", RowList).go_to(BEBOP)
            await it.settle()
            await it.press("plus", "plus", "r", "8")
            assert "2 / 26" in it.text
            await it.press("u")
            await it.press("f3")
            assert "offline" not in it.text
        found = entries(pooled)[BEBOP]
        assert (found.episodes_watched, found.rating) == (2, None)


@pytest.mark.parametrize("mode", ["transaction", "statement"])
def test_the_app_ends_with_the_remedy_before_pooled_transactions(remote: Settings, mode: str) -> None:
    with (
        start_pgbouncer(remote.database_url, mode=mode) as url,
        Terminal(environ=environ(replace(remote, database_url=url))) as terminal,
    ):
        assert terminal.end() == ExitCode.CONFIG
        said = terminal.received.decode()
        assert "leads to a pooler in transaction mode" in said
        assert "pool_mode = session" in said
