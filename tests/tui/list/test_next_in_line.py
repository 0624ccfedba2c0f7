"""The List around its rows: what is next in line, the panel of the title, other tabs that match, the language."""

import re

from sqlmodel import select

from catlog.accounts.users import find_account
from catlog.config import Settings
from catlog.db.models import User, UserAnime
from catlog.db.session import Database
from catlog.demo.build import USER
from catlog.tui.screens.list.next_in_line import NextInLine
from catlog.tui.screens.list.screen import ListScreen
from catlog.tui.screens.list.tabs import StatusTabs
from catlog.tui.titles.panel import TitlePanel
from catlog.tui.widgets.poster_cover import Cover
from tests.tui.harness import Driver, opened

BLEACH = 41467


async def go_to_list(it: Driver) -> ListScreen:
    await it.press("f2")
    screen = it.app.screen
    assert isinstance(screen, ListScreen)
    return screen


def status_of(settings: Settings, mal_id: int) -> str:
    with Database(settings.database_url).read() as session:
        return str(session.exec(select(UserAnime.status).where(UserAnime.mal_id == mal_id)).one())


async def test_a_short_tab_shows_what_is_planned_and_others_do_not(library: Settings) -> None:
    async with opened(library, (160, 48)) as it:
        screen = await go_to_list(it)
        assert screen.line.display
        assert "Next in line" in it.text
        assert "follows Sousou no Frieren" in it.text
        assert "Out and not seen" in it.text
        assert "Tonight" in it.text
        await it.press("l")
        assert not screen.line.display, "Completed fills the screen itself"
        await it.press("l")
        assert not screen.line.display, "Planned has them already"
        assert "best rated of the planned" in it.text, "and says why now there"
        await it.press("l")
        assert screen.line.display
        await it.press("slash")
        await it.type("x")
        assert not screen.line.display, "a filter is about the open tab alone"


async def test_w_begins_the_planned_title_under_the_cursor_and_undo_takes_it_back(library: Settings) -> None:
    async with opened(library, (160, 48)) as it:
        screen = await go_to_list(it)
        await it.press("P", "down")
        planned = screen.line.rows.record
        assert planned is not None
        await it.press("w")
        assert status_of(library, planned.mal_id) == "WATCHING"
        assert screen.rows.view.position_of(planned.mal_id) is not None, "it is in the open tab at once"
        assert planned.mal_id not in {row.mal_id for row in screen.line.rows.view.rows}
        await it.press("u")
        assert status_of(library, planned.mal_id) == "PLAN_TO_WATCH"


async def test_tab_goes_round_and_the_keys_are_about_the_list_with_the_focus(library: Settings) -> None:
    async with opened(library, (160, 48)) as it:
        screen = await go_to_list(it)
        screen.rows.go_to(BLEACH)
        await it.press("tab")
        planned = screen.line.rows.record
        assert screen.line.rows.has_focus
        assert planned is not None
        await it.press("r", "7")
        with Database(library.database_url).read() as session:
            rated = session.exec(select(UserAnime.personal_rating).where(UserAnime.mal_id == planned.mal_id)).one()
        assert rated == 7
        await it.press("tab")
        assert screen.rows.has_focus
        assert screen.rows.record is not None
        assert screen.rows.record.mal_id == BLEACH
        await it.press("l", "tab")
        assert screen.arrangement.status == "PLAN_TO_WATCH", "without planned titles below, tab goes on"


async def test_every_tab_keeps_its_own_order(library: Settings) -> None:
    async with opened(library, (160, 48)) as it:
        screen = await go_to_list(it)
        assert "by next episode" in it.text.splitlines()[2]
        await it.press("l")
        assert "by finished" in it.text.splitlines()[2]
        await it.press("o", "t", "h", "l")
        assert screen.arrangement.sort == "title"
        await it.press("h")
        assert screen.arrangement.sort == "next"


async def test_completed_has_a_heading_for_each_year_before_this_one(library: Settings) -> None:
    async with opened(library, (160, 48)) as it:
        await go_to_list(it)
        await it.press("l")
        assert re.findall(r"^│ +(\d{4}) ─", it.text, re.MULTILINE)[:2] == ["2025", "2024"]
        await it.press("o", "m")
        assert not re.findall(r"^│ +(\d{4}) ─", it.text, re.MULTILINE), "in another order years say nothing"


async def test_nothing_found_names_the_tabs_where_something_is(library: Settings) -> None:
    async with opened(library, (100, 30)) as it:
        await go_to_list(it)
        await it.press("slash")
        await it.type("cowboy bebop")
        assert "0 of 4" in it.text
        assert "Nothing here matches. Completed has 1." in it.text


async def test_the_panel_follows_the_cursor_only_when_it_rests(library: Settings) -> None:
    async with opened(library, (160, 48)) as it:
        screen = await go_to_list(it)
        panel = screen.query_one(TitlePanel)
        panel.read()
        await it.settle()
        before = panel.facts
        assert before is not None
        shown = it.text
        await it.press("down")
        assert panel.facts is before, "a held key reads no title"
        assert [line[112:] for line in it.text.splitlines()[3:47]] == [line[112:] for line in shown.splitlines()[3:47]]
        panel.read()
        await it.settle()
        assert panel.facts is not None
        assert panel.facts.mal_id != before.mal_id
        assert panel.title == panel.facts.title


async def test_the_panel_takes_the_form_that_the_width_allows(library: Settings) -> None:
    async with opened(library, (160, 48)) as it:
        screen = await go_to_list(it)
        panel = screen.query_one(TitlePanel)
        for size, form in (((160, 48), (48, 44)), ((100, 30), (100, 6)), ((80, 24), (80, 3))):
            await it.resize(*size)
            panel.read()
            await it.settle()
            assert (panel.region.width, panel.region.height) == form
            assert panel.query_one("#title-cover", Cover).display == (size[0] == 160)
        await it.resize(60, 15)
        assert not panel.display


async def test_t_shows_titles_in_the_next_language_and_the_account_keeps_it(library: Settings) -> None:
    async with opened(library, (160, 48)) as it:
        screen = await go_to_list(it)
        assert "titles romaji" in it.text
        await it.press("T")
        assert "titles english" in it.text
        row = screen.rows.view.rows[screen.rows.view.index_of(BLEACH) or 0]
        assert row.title == "Bleach: Thousand-Year Blood War"
        assert "Bleach: Sennen Kessen-hen" in row.titles, "it is still found by its main title"
        await it.press("slash")
        await it.type("sennen")
        assert "Bleach: Thousand-Year Blood War" in it.text
    database = Database(library.database_url)
    account = find_account(database, USER)
    assert account is not None
    with database.read() as session:
        assert session.exec(select(User.title_language).where(User.id == account.id)).one() == "english"
    database.close()
    async with opened(library, (160, 48)) as it:
        await go_to_list(it)
        assert "Bleach: Thousand-Year Blood War" in it.text


async def test_a_click_on_a_tab_opens_it_at_every_width(library: Settings) -> None:
    async with opened(library, (160, 48)) as it:
        screen = await go_to_list(it)
        for width in (160, 100, 60):
            await it.resize(width, 30)
            for status in ("COMPLETED", "", "WATCHING"):
                tabs = screen.query_one(StatusTabs)
                count = f"{tabs.counted(status):,}"
                line = tabs.render().plain
                await it.pilot.click(
                    StatusTabs, offset=(line.rindex(count) if not status else _at(line, status, it), 0)
                )
                await it.settle()
                assert screen.arrangement.status == status
        assert screen.query_one(NextInLine)


def _at(line: str, status: str, it: Driver) -> int:
    return line.index(it.app.glyphs.status(status))
