"""The screen Home: how it looks, what its keys and the cat do, and that it asks the database little."""

from dataclasses import replace
from datetime import timedelta

from sqlmodel import col, delete, select, update

from catlog import clock
from catlog.accounts.users import find_account
from catlog.config import Settings
from catlog.db.models import CompanionDeeds, DailyRankings, ProcessedAnime, UserAnime
from catlog.db.session import Database
from catlog.demo.build import USER
from catlog.tui.deeds import Deed
from catlog.tui.dialogs.accounts import WhoDialog
from catlog.tui.screens.home.beside import CatLine, ForYou
from catlog.tui.screens.home.screen import HomeScreen
from catlog.tui.terminal import Terminal
from catlog.tui.widgets.cat import CatView
from catlog.tui.widgets.rows import RowList
from tests.tui.harness import NOW, Driver, golden, opened, statements

SIZES = ((60, 15), (80, 24), (100, 30), (160, 48))
NANA, BLEACH = 877, 41467
HOSTILE = "Re[/]zero [bold red]x[/] \x1b]52;c;aGk=\x07\u202eevil\x9b31m [@click=app.quit]q[/]"


def part(it: Driver, name: str) -> RowList:
    return it.app.screen.query_one(f"#{name}", RowList)


def cat(it: Driver) -> CatView:
    return next(iter(it.app.screen.query(CatView)))


def entry(settings: Settings, mal_id: int) -> UserAnime:
    with Database(settings.database_url).read() as session:
        return session.exec(select(UserAnime).where(UserAnime.mal_id == mal_id)).one()


def cared(settings: Settings) -> list[str]:
    with Database(settings.database_url).read() as session:
        return list(session.exec(select(CompanionDeeds.kind).order_by(col(CompanionDeeds.id))))


def empty_list(settings: Settings) -> None:
    with Database(settings.database_url).write() as session:
        session.exec(delete(UserAnime))


async def test_it_looks_as_it_did(library: Settings) -> None:
    async with opened(library, SIZES[0]) as it:
        for size in SIZES:
            await it.resize(*size)
            golden(it.app, "home")


async def test_ascii_alone_reads_well(library: Settings) -> None:
    async with opened(library, (80, 24), Terminal(color=False, ascii=True)) as it:
        assert it.text.isascii()
        golden(it.app, "home-ascii")


async def test_a_plus_counts_an_episode_right_here_and_u_takes_it_back(library: Settings) -> None:
    before = entry(library, NANA).episodes_watched
    async with opened(library) as it:
        rows = part(it, "going")
        rows.go_to(NANA)
        await it.press("plus")
        assert entry(library, NANA).episodes_watched == before + 1
        assert f"{before + 1}/47" in it.text
        assert "One more! I watched along." in cat(it).text
        assert rows.record is not None
        assert rows.record.mal_id == NANA, "it keeps its place"
        await it.press("number_sign", "3", "plus", "minus")
        assert entry(library, NANA).episodes_watched == before + 3
        await it.press("u", "u", "u")
        assert f"{before}/47" in it.text


async def test_the_last_episode_is_celebrated_and_the_title_has_gone_from_what_is_under_way(library: Settings) -> None:
    async with opened(library, (100, 30)) as it:
        part(it, "going").go_to(BLEACH)
        await it.press("number_sign", "1", "2", "plus")
        assert entry(library, BLEACH).status == "COMPLETED"
        assert "finished! That calls for a dance." in cat(it).text
        assert part(it, "going").view.position_of(BLEACH) is None


async def test_the_cat_reacts_in_the_frame_after_a_deed_and_waits_for_who_looks_elsewhere(library: Settings) -> None:
    async with opened(replace(library, motion="full")) as it:
        it.app.did(Deed("rated", "Nana"))
        assert "Noted. Good eye." in cat(it).text
        assert cat(it).is_moving
        home = cat(it)
        await it.press("f2")
        assert not home.is_moving, "nobody sees it"
        it.app.screen.query_one("#rows", RowList).go_to(NANA)
        await it.press("9")
        await it.press("f1")
        assert "Noted. Good eye." in cat(it).text
        assert home.is_moving
        it.app.app_focus = False
        await it.settle()
        assert not home.is_moving
        await it.press("f7", "f7")
        assert home.motion == "off"


async def test_petting_and_feeding_are_kept_by_key_and_click(library: Settings) -> None:
    before = cared(library)
    async with opened(library) as it:
        await it.press("p")
        assert "Purr..." in cat(it).text
        await it.press("f")
        assert cared(library) == [*before, "pet", "feed"]
        lines = it.text.splitlines()
        ears = next(number for number, text in enumerate(lines) if "/\\_/\\" in text)
        await it.pilot.click(offset=(8, ears + 1))
        await it.settle()
        assert cared(library) == [*before, "pet", "feed", "pet"]
        before_watched = entry(library, NANA).episodes_watched
        assert "episodes of Nana" in cat(it).text or "Purr" in cat(it).text


async def test_what_the_cat_suggests_is_a_key_away_wherever_the_cursor_is(library: Settings) -> None:
    before = entry(library, NANA).episodes_watched
    async with opened(library) as it:
        assert "episodes of Nana are" in cat(it).text
        assert part(it, "going").record.mal_id != NANA  # type: ignore[union-attr]  # there is one
        await it.press("y")
        assert entry(library, NANA).episodes_watched == before + 1


async def test_the_titles_that_moved_are_all_or_mine(library: Settings) -> None:
    async with opened(library, (160, 48)) as it:
        moved = part(it, "moving")
        everything = moved.total
        assert any(row.status is None for row in moved.view.rows)
        assert {row.change > 0 for row in moved.view.rows} == {True, False}
        await it.press("m")
        assert 0 < moved.total < everything
        assert all(row.status for row in moved.view.rows)
        await it.press("m")
        assert moved.total == everything


async def test_a_title_that_moved_comes_on_the_list_with_a_status(library: Settings) -> None:
    async with opened(library) as it:
        moved = part(it, "moving")
        moved.focus()
        new = next(row for row in moved.view.rows if row.status is None)
        moved.go_to(new.mal_id)
        await it.press("plus")
        assert "is not on your list" in it.text
        await it.press("s", "w")
        assert entry(library, new.mal_id).status == "WATCHING"
        assert part(it, "going").view.position_of(new.mal_id) is not None


async def test_chance_picks_a_planned_title_and_asks(library: Settings) -> None:
    async with opened(library) as it:
        await it.press("R")
        assert "Chance says" in it.text
        assert "begin to watch it" in it.text
        going = len(it.app.get_screen_stack("home")) and part_of_home(it).total
        await it.press("w")
        assert part_of_home(it).total == going + 1


def part_of_home(it: Driver) -> RowList:
    home = next(screen for screen in it.app.screen_stack if isinstance(screen, HomeScreen))
    return home.query_one("#going", RowList)


async def test_countdowns_count_while_nothing_may_move(library: Settings) -> None:
    async with opened(library) as it:
        assert "in 6 d" in it.text
        with clock.stopped_at(NOW + timedelta(days=6, hours=13, minutes=10)):
            home = it.app.screen
            assert isinstance(home, HomeScreen)
            home._tick()
            await it.settle()
            assert "in 20 min" in it.text


async def test_enter_opens_the_details_of_whatever_has_the_cursor(library: Settings) -> None:
    from catlog.tui.screens.details.screen import DetailsScreen

    async with opened(library) as it:
        for keys in (("enter",), ("tab", "enter"), ("tab", "enter"), ("o",)):
            await it.press(*keys)
            assert isinstance(it.app.screen, DetailsScreen), keys
            await it.press("escape")
            assert isinstance(it.app.screen, HomeScreen)


async def test_nothing_hostile_reaches_the_cells(library: Settings) -> None:
    with Database(library.database_url).write() as session:
        session.exec(update(ProcessedAnime).values(title=HOSTILE))
    async with opened(library) as it:
        for size in SIZES:
            await it.resize(*size)
            assert "Re[/]zero" in it.text
            assert not set("\x1b\x07\u202e\x9b") & set(it.text)
        await it.press("plus", "s", "escape", "R")
        assert "Re[/]zero" in it.text
        assert it.app.is_running


async def test_it_takes_few_statements_whatever_it_shows(library: Settings) -> None:
    async with opened(library) as it:
        with statements(it.app.store) as sent:
            it.app.list_changed()
            await it.settle()
        assert len(sent["read_home"]) <= 18
        assert len(sent["read_moving"]) <= 7
        assert "read_recommended" not in sent, "as many titles are on the list as before"


async def test_an_empty_list_says_what_to_do_and_the_chart_is_there(library: Settings) -> None:
    empty_list(library)
    async with opened(library, (80, 24)) as it:
        golden(it.app, "home-empty-list")
        assert "Your list is empty" in it.text
        assert "import FILE brings a list" in it.text
        assert part(it, "moving").total > 0
        await it.press("y")
        assert it.app.current_mode == "search", "which is what the cat suggests"


async def test_no_ranks_say_which_keys_load_them(library: Settings) -> None:
    with Database(library.database_url).write() as session:
        session.exec(delete(DailyRankings))
    async with opened(library, (80, 24)) as it:
        assert "No ranks yet: 6 and then r loads those of today." in it.text


async def test_who_is_not_signed_in_sees_the_chart(library: Settings) -> None:
    account = find_account(Database(library.database_url), USER)
    assert account is not None
    for file in (library.paths.state / "tokens").glob("*"):
        file.unlink()
    async with opened(library, (100, 30)) as it:
        assert isinstance(it.app.screen, WhoDialog)
        await it.press("escape")
        assert "F9 signs in" in it.text
        assert "Moving on the chart" in it.text
        await it.press("p", "y", "plus")
        assert it.app.is_running


async def test_a_small_window_has_the_cat_in_one_line(library: Settings) -> None:
    async with opened(library, (60, 15)) as it:
        assert it.app.screen.query_one(CatLine).region.height == 1
        assert "Press y to log one." in it.text
        await it.press("p")
        assert "=^.^= Purr..." in it.text


async def test_a_click_opens_what_is_recommended(library: Settings) -> None:
    from catlog.tui.screens.details.screen import DetailsScreen

    async with opened(library, (160, 48)) as it:
        place = it.app.screen.query_one(ForYou).region
        await it.pilot.click(offset=(place.x + 5, place.y + 1))
        await it.settle()
        assert isinstance(it.app.screen, DetailsScreen)
