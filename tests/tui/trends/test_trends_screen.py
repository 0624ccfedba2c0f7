"""The screen Trends: how its pages look, what its keys do, and what it says where nothing was computed."""

from datetime import timedelta

import pytest
from sqlmodel import delete, select

from catlog.analytics.movers import climbers
from catlog.config import Settings
from catlog.db.models import DailyRankings, RankingDays
from catlog.db.session import Database
from catlog.tui.screens.trends.pages import PAGES
from catlog.tui.screens.trends.screen import TrendsScreen
from catlog.tui.terminal.capabilities import Terminal
from tests.tui.harness import NOW, Driver, golden, opened, statements, thin_out

SIZES = ((80, 24), (100, 30), (160, 48))


async def go_to_trends(it: Driver) -> TrendsScreen:
    await it.press("f5")
    screen = it.app.screen
    assert isinstance(screen, TrendsScreen)
    await drawn(it)
    return screen


async def drawn(it: Driver) -> None:
    """Let the picture come: it is asked for only when the cursor has stayed a moment, and drawn in a thread."""
    screen = it.app.screen
    assert isinstance(screen, TrendsScreen)
    screen.draw()
    await it.settle()
    await it.app.workers.wait_for_complete()
    await it.settle()


async def test_every_page_looks_as_it_did(library: Settings) -> None:
    async with opened(library, SIZES[0]) as it:
        await go_to_trends(it)
        for size in SIZES:
            await it.resize(*size)
            await drawn(it)
            golden(it.app, "trends-climbers")
        await it.press("space", "space", "space", "c", "c")
        await drawn(it)
        golden(it.app, "trends-compared")
        await it.press("escape")
        for page in ("fallers", "momentum", "new", "streaks"):
            await it.press("right")
            await drawn(it)
            golden(it.app, f"trends-{page}")


async def test_ascii_alone_reads_well(library: Settings) -> None:
    async with opened(library, (80, 24), Terminal(color=False, ascii=True)) as it:
        await go_to_trends(it)
        golden(it.app, "trends-ascii")
        assert "[" not in it.text.splitlines()[1]


async def test_it_shows_what_the_query_says(library: Settings) -> None:
    with Database(library.database_url).read() as session:
        wanted = climbers(session, days=30, limit=100).rows
    async with opened(library, (160, 48)) as it:
        screen = await go_to_trends(it)
        await it.press("d", "d")
        assert [row.record for row in screen.rows.view.rows] == list(wanted)
        assert "30 days" in it.text


async def test_mine_leaves_what_is_on_the_list(library: Settings) -> None:
    async with opened(library) as it:
        screen = await go_to_trends(it)
        everything = screen.rows.total
        await it.press("m")
        assert 0 < screen.rows.total < everything
        assert all(row.mine for row in screen.rows.view.rows)


@pytest.mark.parametrize("page", [page.key for page in PAGES.values() if page.job])
async def test_what_was_never_computed_says_how_to(library: Settings, page: str) -> None:
    async with opened(library) as it:
        screen = await go_to_trends(it)
        screen.open(page)
        await it.settle()
        assert "Not computed yet: 6, then j, computes it" in it.text


async def test_without_ranks_it_says_where_they_come_from(library: Settings) -> None:
    with Database(library.database_url).write() as session:
        session.exec(delete(DailyRankings))
        session.exec(delete(RankingDays))
    async with opened(library) as it:
        await go_to_trends(it)
        assert "No ranks yet: 6, then r, takes a snapshot" in it.text


async def test_a_newer_day_without_a_whole_chart_is_passed_over_and_named(library: Settings) -> None:
    thin_out(library)
    async with opened(library) as it:
        screen = await go_to_trends(it)
        yesterday = NOW.date() - timedelta(days=1)
        assert screen.rows.total > 0
        words = " ".join(it.text.split())
        assert f"passed over, as the chart is missing or less than half as deep as before: {NOW:%Y-%m-%d}" in words
        screen.open("new")
        await it.settle()
        assert f"less than 50 deep: {NOW:%Y-%m-%d}" in " ".join(it.text.split())
        screen.open("genres")
        await it.settle()
        assert "passed over" not in it.text
        with Database(library.database_url).read() as session:
            assert climbers(session).as_of == yesterday


async def test_a_page_takes_few_statements_however_many_rows_it_has(library: Settings) -> None:
    async with opened(library) as it:
        with statements(it.app.pool) as sent:
            await go_to_trends(it)
        assert len(sent["read_page"]) <= 8


async def test_a_first_day_is_not_called_one_on_which_nothing_moved(library: Settings) -> None:
    with Database(library.database_url).write() as session:
        last = max(session.exec(select(RankingDays.snapshot_date)))
        for table in (DailyRankings, RankingDays):
            session.exec(delete(table).where(table.snapshot_date != last))
    async with opened(library, (100, 30)) as it:
        await it.settle()
        assert f"{last} is the only day of these 7 with snapshots" in it.text
        await go_to_trends(it)
        assert f"{last} is the only day of these 7 with snapshots" in it.text
        assert "Nothing moved" not in it.text
