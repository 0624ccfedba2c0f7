"""The screen Stats: how it looks, what its keys do, and that it asks the database little."""

from pathlib import Path

from sqlmodel import col, delete, update

from catlog.config import Settings
from catlog.db.models import AnimeGenre, ProcessedAnime, UserAnime
from catlog.db.session import Database
from catlog.tui.dialogs.accounts import AccountDialog
from catlog.tui.dialogs.confirm import Confirm
from catlog.tui.screens.details.screen import DetailsScreen
from catlog.tui.screens.list.screen import ListScreen
from catlog.tui.screens.stats.screen import StatsScreen
from catlog.tui.terminal.capabilities import Terminal
from catlog.tui.transfer.picture_dialog import PictureForm
from catlog.tui.widgets.chart_view import ChartView
from catlog.tui.widgets.choice import ChoiceField
from catlog.tui.widgets.panel import Panel
from catlog.tui.widgets.text_field import TextField
from tests.tui.harness import Driver, golden, opened, statements

SIZES = ((80, 24), (100, 30), (160, 48))
HOSTILE = "Re[/]zero [bold red]x[/] \x1b]52;c;aGk=\x07\u202eevil\x9b31m"


async def go_to_stats(it: Driver) -> StatsScreen:
    await it.press("f4")
    await it.rest()
    screen = it.app.screen
    assert isinstance(screen, StatsScreen)
    return screen


async def test_it_looks_as_it_did_and_asks_one_bounded_question(library: Settings) -> None:
    async with opened(library, SIZES[0]) as it:
        with statements(it.app.pool) as sent:
            await go_to_stats(it)
        assert len(sent["read_statistics"]) <= 7
        for size in SIZES:
            await it.resize(*size)
            await golden(it, "stats")
        await it.resize(*SIZES[0])
        await it.press("G")
        await it.rest()
        assert "Oldest plan" in it.text
        await golden(it, "stats-end")
        await it.press("g", "y")
        for size in SIZES:
            await it.resize(*size)
            await golden(it, "stats-year")


async def test_on_a_wide_screen_everything_is_in_sight_and_on_a_narrow_one_the_numbers_stay(library: Settings) -> None:
    async with opened(library, (160, 48)) as it:
        screen = await go_to_stats(it)
        assert screen.query_one("#page").max_scroll_y == 0
        panels = [panel for panel in screen.query(Panel) if panel.display and panel.region.height]
        assert {panel.title for panel in panels} >= {"Titles", "Time", "Calendar", "Status", "Gaps and records"}
        assert all(screen.region.contains_region(panel.region) for panel in panels)
        await it.resize(60, 15)
        await it.rest()
        await it.press("G")
        assert "98 titles" in it.text
        assert "Dropped at" in it.text


async def test_the_keys_measure_scroll_and_go_through_the_years(library: Settings) -> None:
    async with opened(library, (80, 50)) as it:
        screen = await go_to_stats(it)
        genres, fact = screen.query_one("#genres", ChartView), screen.query_one("#panel-genres", Panel)
        seen = set()
        for words in ("titles, my mean", "time, my mean", "my mean"):
            assert fact.fact == words
            seen.add(genres.text)
            await it.press("t")
            await it.rest()
        assert len(seen) == 3
        assert fact.fact == "titles, my mean"
        page = screen.query_one("#page")
        await it.press("space")
        assert page.scroll_y == min(page.size.height - 2, page.max_scroll_y)
        await it.press("k", "g", "j")
        assert page.scroll_y == 2
        await it.press("y")
        await it.rest()
        assert page.scroll_y == 0
        assert "2026 in review" in it.text
        assert "2027" not in it.text, "that year is yet to come"
        assert "year after" not in it.text
        await it.press("right", "left")
        await it.rest()
        assert "year after" in it.text
        assert "2025 in review" in it.text
        assert "83 episodes logged" in it.text
        await it.press("y")
        await it.rest()
        assert "2025 in review" not in it.text
        assert "98 titles" in it.text


async def test_tab_and_capitals_go_to_panels_and_enter_opens_what_the_line_is_about(library: Settings) -> None:
    async with opened(library, (160, 48)) as it:
        screen = await go_to_stats(it)
        assert screen.focused is not None
        assert screen.focused.id == "ratings", "a first key does something"
        order = []
        for _ in range(8):
            await it.press("tab")
            assert screen.focused is not None
            order.append(screen.focused.id)
        assert order == ["genres", "studios", "months", "apart", "records", "calendar", "status", "ratings"]
        await it.press("shift+tab")
        assert screen.focused.id == "status"
        for key, panel in (("R", "ratings"), ("M", "months"), ("S", "status"), ("A", "apart")):
            await it.press(key)
            assert screen.focused.id == panel
        apart = screen.query_one("#apart", ChartView)
        first = apart.key
        await it.press("j", "j")
        assert apart.key not in (first, None)
        wanted = apart.key
        await it.press("enter")
        assert isinstance(it.app.screen, DetailsScreen)
        assert it.app.screen.mal_id == wanted


async def test_ascii_alone_reads_well_and_nothing_hostile_reaches_the_cells(library: Settings) -> None:
    with Database(library.database_url).write() as session:
        session.exec(update(ProcessedAnime).values(title=HOSTILE, studios=[HOSTILE]))
        session.exec(update(AnimeGenre).where(col(AnimeGenre.genre) == "Drama").values(genre=HOSTILE))
    async with opened(library, (80, 100), Terminal(color=False, ascii=True)) as it:
        await go_to_stats(it)
        for key in ("end", "y"):
            assert "Re[/]zero" in it.text
            assert it.text.isascii()
            assert not set("\x1b\x07") & set(it.text)
            await it.press(key)
            await it.rest()


async def test_an_empty_list_says_what_to_do(library: Settings) -> None:
    with Database(library.database_url).write() as session:
        session.exec(delete(UserAnime))
    async with opened(library, SIZES[0]) as it:
        await go_to_stats(it)
        await golden(it, "stats-empty")
        await it.press("t", "y", "space")
        assert "your list is empty" in it.text


async def test_who_is_not_signed_in_is_asked(library: Settings) -> None:
    for file in (library.paths.state / "tokens").glob("*"):
        file.unlink()
    async with opened(library, SIZES[0]) as it:
        assert isinstance(it.app.screen, AccountDialog)
        await it.press("escape")
        for key in ("f2", "f4"):
            await it.press(key)
            assert not isinstance(it.app.screen, AccountDialog), "asked once, not for ever"
        assert "nobody is signed in: sign in with F9" in it.text


async def test_a_line_opens_the_list_with_the_titles_that_it_counts(library: Settings) -> None:
    async with opened(library, (160, 48)) as it:
        screen = await go_to_stats(it)
        assert screen._figures is not None
        drama = screen._figures.genres[0]
        await it.press("tab", "enter")
        await it.settle()
        found = it.app.screen
        assert isinstance(found, ListScreen)
        assert (drama.name, found.rows.shown) == ("Drama", drama.titles)
        await it.press("f4", "R", "j", "enter")
        await it.settle()
        assert found.rows.shown == screen._figures.ratings.distribution[8]
        await it.press("f4", "S", "enter")
        await it.settle()
        assert found.arrangement.status == "COMPLETED"
        assert found.rows.shown == 62


async def test_a_name_with_quotes_is_a_value_of_the_filter(library: Settings) -> None:
    name = 'A "studio" \\ of or'
    with Database(library.database_url).write() as session:
        session.exec(update(ProcessedAnime).values(studios=[name]))
    async with opened(library, (160, 48)) as it:
        await go_to_stats(it)
        await it.press("tab", "tab", "enter")
        await it.settle()
        assert isinstance(it.app.screen, ListScreen)
        assert it.app.screen.rows.shown == 98


async def test_the_statistics_become_a_file_and_an_old_one_is_asked_about(library: Settings, tmp_path: Path) -> None:
    async with opened(library, (100, 30)) as it:
        await go_to_stats(it)
        for kind, start in (("svg", b"<?xml"), ("html", b"<!DOCTYPE"), ("png", b"\x89PNG")):
            file = tmp_path / f"mine.{kind}"
            file.write_bytes(b"old")
            await it.press("e")
            form = it.app.screen
            assert isinstance(form, PictureForm)
            form.query_one("#field-path", TextField).value = str(tmp_path / "mine.svg")
            choice = form.query_one(ChoiceField)
            choice.chosen = choice.options.index(kind)
            await it.settle()
            assert form.values == {"kind": kind, "path": str(file)}
            await it.press("ctrl+s")
            await it.rest()
            assert isinstance(it.app.screen, Confirm)
            assert file.read_bytes() == b"old"
            await it.press("y")
            await it.rest()
            assert file.read_bytes().startswith(start)
            assert isinstance(it.app.screen, StatsScreen)
        await it.press("y", "e")
        assert "2026 in anime" in it.text
        assert "-2026.svg" in it.text
