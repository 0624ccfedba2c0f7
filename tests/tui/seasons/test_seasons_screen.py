"""The season browser, the week and what fits my list: how they look, and that their keys do what the table says."""

import pytest
from sqlmodel import col, select, update
from textual.widgets import Static

from catlog.config import Settings
from catlog.db.models import ProcessedAnime, UserAnime
from catlog.db.session import Database
from catlog.tui.screens.details.screen import DetailsScreen
from catlog.tui.screens.for_me.screen import ForMeScreen
from catlog.tui.screens.seasons.screen import SeasonsScreen
from catlog.tui.screens.week.screen import WeekScreen
from catlog.tui.titles.panel import TitlePanel
from catlog.tui.titles.tiles import TileList
from catlog.tui.widgets.rows import RowList
from catlog.tui.widgets.toned import TonedLines
from tests.support.jikan import JikanStandIn
from tests.tui.harness import Driver, golden, opened, statements

SIZES = ((60, 15), (80, 24), (100, 30), (160, 48))
HOSTILE = "Re[/]zero [bold red]x[/] \x1b]52;c;aGk=\x07\u202eevil\x9b31m [@click=app.quit]q[/]"


async def go_to(it: Driver, key: str) -> RowList:
    await it.press("f3", "escape", key)
    return it.app.screen.query_one("#rows", RowList)


async def looks_alike(it: Driver, name: str) -> None:
    """Compare a screen at all sizes, with what is beside the title under the cursor where there is room."""
    for size in SIZES:
        await it.resize(*size)
        for beside in it.app.screen.query(TitlePanel):
            beside.read()
        await it.settle()
        it.app.list_changed()  # what the source told beside it counts now, and not when the app next looks
        await golden(it, name)


async def test_the_seasons_look_as_they_did(offline: Settings) -> None:
    async with opened(offline, SIZES[0]) as it:
        await go_to(it, "S")
        await it.press("left", "left")
        await looks_alike(it, "seasons")


async def test_the_arrows_walk_along_the_seasons(offline: Settings) -> None:
    async with opened(offline) as it:
        await go_to(it, "S")
        screen = it.app.screen
        assert isinstance(screen, SeasonsScreen)
        assert str(screen.season) == "fall 2026"
        await it.press("left", "left", "left", "left", "left")
        assert str(screen.season) == "summer 2025"
        await it.press("l", "h", "right")
        assert str(screen.season) == "fall 2025"
        await it.press("U")
        assert screen.season is None
        assert all(title.status == "Not yet aired" for title in screen.rows.view.rows)
        await it.press("left")
        assert str(screen.season) == "fall 2026"
        place = it.text.splitlines()[1].index("Summer 2026")
        await it.pilot.click("#seasons", offset=(place + 1, 0))
        await it.settle()
        assert str(screen.season) == "summer 2026"


async def test_types_and_my_list_narrow_a_season(offline: Settings) -> None:
    async with opened(offline) as it:
        rows = await go_to(it, "S")
        await it.press("a")
        everything = rows.shown
        assert rows.record.list_status is not None
        await it.press("m")
        assert 0 < rows.shown < everything
        assert all(rows.view.at(place).list_status for place in range(rows.shown))
        await it.press("m", "tab")
        assert len({rows.view.at(place).type for place in range(rows.shown)}) == 1
        await it.press("shift+tab", "o", "t")
        titles = [rows.view.at(place) for place in range(rows.shown) if rows.view.at(place).type == "TV"]
        assert [title.title for title in titles] == sorted((title.title for title in titles), key=str.casefold)


async def test_the_source_tells_of_a_season_when_it_is_asked(sourced: Settings, jikan: JikanStandIn) -> None:
    async with opened(sourced) as it:
        rows = await go_to(it, "S")
        before = rows.total
        await it.press("O")
        assert rows.total > before
        assert "127.0.0.1, Sun 18:00" in it.text
        assert len({title.mal_id for title in rows.view.rows}) == rows.total
        await looks_alike(it, "seasons-source")
        asked = len(jikan.requests)
        await it.press("left", "right")
        assert len(jikan.requests) == asked
        assert rows.total > before, "what it told is kept"


async def test_a_dead_source_is_one_line(offline: Settings) -> None:
    async with opened(offline) as it:
        rows = await go_to(it, "S")
        before = rows.total
        await it.press("O")
        assert "127.0.0.1 does not answer; try again later" in it.text
        assert "Errno" not in it.text
        assert rows.total == before


async def test_the_week_is_laid_out_by_day(offline: Settings) -> None:
    async with opened(offline, SIZES[2]) as it:
        rows = await go_to(it, "W")
        assert isinstance(it.app.screen, WeekScreen)
        await looks_alike(it, "week")
        everything = rows.shown
        await it.press("m")
        assert 0 < rows.shown < everything
        await it.press("m", "right")
        assert "29 Nov" in it.text
        assert "Next week" in it.text
        await it.press("left", "a")
        assert all(row.list_status is not None for row in rows.view.rows if row.mal_id == rows.record.mal_id)


def _told(lines: TonedLines) -> str:
    return " ".join(" ".join("".join(part.text for part in line) for line in lines.lines).split())


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_a_reason_is_whole_in_the_panel_and_in_details(offline: Settings, size: tuple[int, int]) -> None:
    async with opened(offline, size) as it:
        rows = await go_to(it, "M")
        assert isinstance(it.app.screen, ForMeScreen)
        reason = it.app.screen.found[rows.record.mal_id].reason
        panel = it.app.screen.query_one(TitlePanel)
        panel.read()
        await it.settle()
        assert panel.facts is not None
        assert panel.facts.reason == reason
        words = " ".join(_told(lines) for lines in panel.query(TonedLines).results(TonedLines))
        assert f"For you: {reason if size[0] > 80 else reason[:40]}" in words
        await it.press("enter")
        assert isinstance(it.app.screen, DetailsScreen)
        assert f"For you: {reason[:30]}" in _told(it.app.screen.query_one("#told", TonedLines))
        assert reason in str(it.app.screen.query_one("#about", Static).content)
        await it.press("w")
        assert "For you: " not in _told(it.app.screen.query_one("#told", TonedLines)), "it has begun"


async def test_what_fits_my_list_has_its_reasons(offline: Settings) -> None:
    async with opened(offline, SIZES[2]) as it:
        rows = await go_to(it, "M")
        assert isinstance(it.app.screen, ForMeScreen)
        await looks_alike(it, "for-me")
        first = rows.record.mal_id
        assert it.app.screen.found[first].brief
        await it.press("a")
        with Database(offline.database_url).read() as session:
            planned = session.exec(select(UserAnime.status).where(UserAnime.mal_id == first)).one()
        assert planned == "PLAN_TO_WATCH"
        assert first not in [row.mal_id for row in rows.view.rows], "what is on the list is recommended no more"
        await it.press("enter")
        assert isinstance(it.app.screen, DetailsScreen)
        await it.press("escape", "escape")
        assert it.app.current_mode == "search"


async def test_covers_side_by_side_have_their_own_arrows(offline: Settings) -> None:
    async with opened(offline, (160, 48)) as it:
        rows = await go_to(it, "M")
        assert isinstance(rows, TileList)
        assert rows.across == 3
        await it.press("right", "down")
        assert rows.view.cursor == 4
        await it.press("left", "up", "up")
        assert rows.view.cursor == 0
        await it.press("end")
        last = rows.record
        assert last is not None
        assert last.title in it.text, "the cursor stays in sight"
        await it.press("home")
        place = next(n for n, line in enumerate(it.text.splitlines()) if rows.view.at(2).title in line)
        column = it.text.splitlines()[place].index(rows.view.at(2).title)
        await it.pilot.click(offset=(column, place))
        await it.settle()
        assert rows.view.cursor == 2
        await it.press("space", "left", "space", "a")
        assert rows.selected == [], "both are planned, and gone"
        await it.resize(100, 30)
        assert "Because" in it.text, "rows where covers have no room"
        before = rows.view.cursor
        await it.press("down")
        assert rows.view.cursor == before + 1


async def test_seasons_and_week_have_covers_and_keep_their_arrows(offline: Settings) -> None:
    async with opened(offline, (160, 48)) as it:
        rows = await go_to(it, "S")
        assert isinstance(rows, TileList)
        assert rows.is_tiled
        screen = it.app.screen
        assert isinstance(screen, SeasonsScreen)
        season = screen.season
        assert season is not None
        await it.press("left", "down")
        assert screen.season == season.moved(-1)
        assert rows.view.cursor == 1
        await it.press("escape", "W")
        assert it.app.screen.query_one("#rows", TileList).is_tiled
        assert "Today, Sun 22 Nov" in it.text
        await it.press("right")
        assert "Next week" in it.text


@pytest.mark.parametrize("key", ["S", "W", "M"])
async def test_nothing_hostile_reaches_the_cells(offline: Settings, key: str) -> None:
    with Database(offline.database_url).write() as session:
        session.exec(update(ProcessedAnime).where(col(ProcessedAnime.mal_id) > 0).values(title=HOSTILE))
    async with opened(offline, SIZES[2]) as it:
        await go_to(it, key)
        await it.press("down", "s", "escape", "a")
        assert "Re[/]zero" in it.text
        assert not set("\x1b\x07\u202e\x9b") & set(it.text)
        assert it.app.is_running


async def test_they_take_few_statements(offline: Settings) -> None:
    async with opened(offline) as it:
        with statements(it.app.pool) as sent:
            await go_to(it, "S")
            await it.press("escape", "W")
            await it.press("escape", "M")
        assert len(sent["read_season"]) <= 8
        assert len(sent["read_week"]) <= 3
        assert len(sent["recommend"]) <= 16
