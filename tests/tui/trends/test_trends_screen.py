"""The screen Trends: how its pages look, what its keys do, and what it says where nothing was computed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import delete, select

from catlog.analytics.movers import climbers
from catlog.analytics.records import HistoryDay
from catlog.analytics.results.records import Trend
from catlog.charts.picture import Canvas
from catlog.config import Settings
from catlog.db.models import DailyRankings, RankingDays
from catlog.db.session import Database
from catlog.tui.glyphs import UNICODE
from catlog.tui.screens.trends.course import TitleCourse, fact_pairs, sentence, slope_lines
from catlog.tui.screens.trends.pages import MOVERS, PAGES
from catlog.tui.screens.trends.screen import TrendsScreen
from catlog.tui.terminal.capabilities import Terminal
from tests.tui.harness import NOW, Driver, golden, longest, opened, statements, thin_out

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
            await golden(it, "trends-climbers")
        await it.press("space", "space", "space", "c", "c")
        await drawn(it)
        await golden(it, "trends-compared")
        await it.press("escape")
        await it.resize(80, 24)
        for page in ("fallers", "momentum", "new", "streaks"):
            await it.press("right")
            await drawn(it)
            await golden(it, f"trends-{page}")


async def test_ascii_alone_reads_well(library: Settings) -> None:
    async with opened(library, (80, 24), Terminal(color=False, ascii=True)) as it:
        await go_to_trends(it)
        await golden(it, "trends-ascii")
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
        assert longest(sent["read_pages"]) <= 10
        async with opened(library, (160, 48)) as wide:
            with statements(wide.app.pool) as together:
                await go_to_trends(wide)
        assert longest(together["read_pages"]) <= 32
        assert longest(together["read_course"]) <= 10


async def test_lists_stand_side_by_side_and_the_chart_follows_the_cursor(library: Settings) -> None:
    async with opened(library, (160, 48)) as it:
        screen = await go_to_trends(it)
        assert screen.lists.keys == MOVERS
        seen = []
        for key in MOVERS:
            assert screen.focused is screen.lists.list_of(key)
            await drawn(it)
            record = screen.rows.record
            assert record is not None
            assert screen.chart.title == record.title
            seen.append(screen.chart.picture.text)
            await it.press("tab")
        assert screen.focused is screen.lists.list_of("climbers")
        await it.press("j")
        await drawn(it)
        record = screen.rows.record
        assert record is not None
        assert screen.chart.title == record.title
        change = record.record.change
        assert f"7 days  ▲ {change}" in it.text, "rising is positive, in the list as in the facts"
        assert f"now     #{record.record.rank}" in it.text
        await it.resize(100, 30)
        assert screen.lists.keys == MOVERS[:2]
        await it.resize(80, 24)
        assert screen.lists.keys == ("climbers",)
        await it.press("tab")
        assert screen.lists.keys == ("fallers",)
        await it.press("x")
        assert screen.lists.keys == ("trends",)


async def test_a_title_is_planned_from_the_list_and_has_its_sign(library: Settings) -> None:
    async with opened(library, (100, 30)) as it:
        screen = await go_to_trends(it)
        row = next(row for row in screen.rows.view.rows if not row.mine)
        screen.rows.go_to(row.key)
        await it.press("a")
        await drawn(it)
        again = screen.rows.record
        assert again is not None
        assert (again.mal_id, again.list_status) == (row.mal_id, "PLAN_TO_WATCH")


def test_a_course_tells_its_facts_with_rising_positive() -> None:
    days = tuple(
        HistoryDay(1, "One", date(2026, 11, day), 60 - day, 8.0, 1000 + day, None, None, 1 if day > 1 else None, None)
        for day in range(1, 31)
    )
    jump = replace(days[22], rank_change=20)
    trend = Trend(
        1, "One", "rank", 30, 30, -1.0, None, None, None, -1.0, -1.0, 0.1, None, 0.0, -1.4, -0.6, 0.003, "rising"
    )
    course = TitleCourse(1, "One", None, date(2026, 11, 22), (*days[:22], jump, *days[23:]), None, 7, trend.gained, 3.9)
    told = {label: "".join(span.text for span in value) for label, value in fact_pairs(course, UNICODE)}
    assert told == {
        "now": "#30", "best": "#30, today", "worst": "#59", "7 days": "▲ 7", "30 days": "▲ 29", "score": "8.00",
        "votes": "+7", "z": "3.9",
    }  # fmt: skip
    lines = ["".join(span.text for span in line) for line in slope_lines(course, Canvas(40))]
    assert lines[1].index("┊") < lines[1].index("├") < lines[1].index("●") < lines[1].index("┤")
    assert [word for word in lines[2].split() if word] == ["0", "+0.6", "+1.4"]
    assert lines[-1] == "q 0.003  it rises, not by chance"
    assert sentence(course) == "Rose 20 places on 23 Nov, as it began to air."
    assert [line[0].text for line in slope_lines(replace(course, trend=None), Canvas(40), "No slope.")] == ["No slope."]
    falling = replace(trend, drift=1.0, ci_low=0.6, ci_high=1.4)
    assert slope_lines(replace(course, trend=falling.gained), Canvas(40))[-1][1].text == "  it falls, not by chance"
    assert fact_pairs(replace(course, days=()), UNICODE) == []


async def test_a_first_day_is_not_called_one_on_which_nothing_moved(library: Settings) -> None:
    with Database(library.database_url).write() as session:
        last = max(session.exec(select(RankingDays.snapshot_date)))
        for table in (DailyRankings, RankingDays):
            session.exec(delete(table).where(table.snapshot_date != last))
    async with opened(library, (100, 30)) as it:
        await it.settle()
        assert "Nothing moved" not in it.text
        screen = await go_to_trends(it)
        assert f"{last} is the only day of these 7 with snapshots" in screen.rows.empty
        assert f"{last} is the only day" in it.text
        assert "Nothing moved" not in it.text
