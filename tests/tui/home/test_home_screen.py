"""The screen Home: how it looks, what its keys and the cat do, and that it asks the database little."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from sqlmodel import col, delete, select, update

from catlog import clock
from catlog.accounts.users import find_account
from catlog.companion.events import ActivityEvent
from catlog.config import Settings
from catlog.db.models import CompanionDeeds, DailyRankings, ProcessedAnime, RankingDays, UserAnime
from catlog.db.session import Database
from catlog.demo.build import USER
from catlog.library.history import LoggedChange
from catlog.tui.dialogs.accounts import AccountDialog
from catlog.tui.screens.home.screen import HomeScreen
from catlog.tui.screens.home.sidebar import CatLine, RecentChanges, Recommendations
from catlog.tui.terminal.capabilities import Terminal
from catlog.tui.widgets.cat import CatView
from catlog.tui.widgets.rows import RowList
from tests.tui.harness import NOW, Driver, golden, opened, statements, thin_out

SIZES = ((60, 15), (80, 24), (100, 30), (160, 48))
NANA, BLEACH = 877, 41467
HOSTILE = "Re[/]zero [bold red]x[/] \x1b]52;c;aGk=\x07\u202eevil\x9b31m [@click=app.quit]q[/]"


def part(it: Driver, name: str) -> RowList[Any]:
    return it.app.screen.query_one(f"#{name}", RowList)


@pytest.fixture
def patient_cat(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what the cat says stay: on a busy machine it would be gone before anybody looks."""
    monkeypatch.setattr(CatView, "_schedule_shot", lambda self, *_: None)
    monkeypatch.setattr(CatLine, "_calm", lambda self: None)


def cat(it: Driver) -> CatView:
    return next(iter(it.app.screen.query(CatView)))


def home(it: Driver) -> HomeScreen:
    assert isinstance(it.app.screen, HomeScreen)
    return it.app.screen


def entry(settings: Settings, mal_id: int) -> UserAnime:
    with Database(settings.database_url).read() as session:
        return session.exec(select(UserAnime).where(UserAnime.mal_id == mal_id)).one()


def cared(settings: Settings) -> list[str]:
    with Database(settings.database_url).read() as session:
        return list(session.exec(select(CompanionDeeds.kind).order_by(col(CompanionDeeds.id))))


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


async def test_the_cat_reacts_in_the_frame_after_a_deed_and_waits_for_who_looks_elsewhere(library: Settings) -> None:
    async with opened(replace(library, motion="full")) as it:
        it.app.publish(ActivityEvent("rated", "Nana"))
        assert "Noted. Good eye." in cat(it).text
        shown = cat(it)
        moves = [shown.is_moving]
        await it.press("f2")
        moves.append(shown.is_moving)
        it.app.screen.query_one("#rows", RowList).go_to(NANA)
        await it.press("r", "9")
        await it.press("f1")
        assert "Noted. Good eye." in cat(it).text
        moves.append(shown.is_moving)
        it.app.app_focus = False
        await it.settle()
        assert [*moves, shown.is_moving] == [True, False, True, False], "only while somebody sees it"
        await it.press("f7", "f7")
        assert shown.motion == "off"


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


async def test_who_is_not_signed_in_sees_the_chart(library: Settings) -> None:
    account = find_account(Database(library.database_url), USER)
    assert account is not None
    for file in (library.paths.state / "tokens").glob("*"):
        file.unlink()
    async with opened(library, (100, 30)) as it:
        assert isinstance(it.app.screen, AccountDialog)
        await it.press("escape")
        assert "F9 signs in" in it.text
        assert "Moving on the chart" in it.text
        await it.press("p", "y", "plus")
        assert it.app.is_running


async def test_it_looks_as_it_did_and_asks_little_whatever_it_shows(library: Settings) -> None:
    async with opened(library, SIZES[0]) as it:
        for size in SIZES:
            await it.resize(*size)
            golden(it.app, "home")
        with statements(it.app.pool) as sent:
            it.app.list_changed()
            await it.settle()
        assert len(sent["read_home"]) <= 18
        assert len(sent["read_movers"]) <= 7
        assert "read_recommended" not in sent, "as many titles are on the list as before"
        assert "in 6 d" in it.text
        with clock.stopped_at(NOW + timedelta(days=6, hours=13, minutes=10)):
            home(it)._tick()
            await it.settle()
            assert "in 20 min" in it.text, "countdowns count while nothing may move"


async def test_words_stay_for_their_own_moment_whatever_was_said_before(
    library: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    timers: list[Mock] = []

    def set_timer(_line: CatLine, _seconds: float, _then: object) -> Mock:
        timers.append(Mock())
        return timers[-1]

    async with opened(library, (60, 15)) as it:
        monkeypatch.setattr(CatLine, "set_timer", set_timer)
        said = it.app.screen.query_one(CatLine)
        said.react("pet", "Purr...")
        said.react("feed", "Nom nom")
        assert [timer.stop.called for timer in timers] == [True, False]


@pytest.mark.usefixtures("patient_cat")
async def test_petting_and_feeding_are_kept_by_key_and_click_and_said_in_one_line(library: Settings) -> None:
    before = cared(library)
    async with opened(library) as it:
        await it.press("p")
        assert "Purr..." in cat(it).text
        await it.press("f")
        assert cared(library) == [*before, "pet", "feed"]
        ears = next(number for number, text in enumerate(it.text.splitlines()) if "/\\_/\\" in text)
        await it.pilot.click(offset=(8, ears + 1))
        await it.settle()
        assert cared(library) == [*before, "pet", "feed", "pet"]
        await it.resize(60, 15)
        assert it.app.screen.query_one(CatLine).region.height == 1
        await it.press("f")
        assert "Nom nom" in it.text


@pytest.mark.usefixtures("patient_cat")
async def test_what_the_cat_suggests_is_a_key_away_and_a_finished_title_is_celebrated(library: Settings) -> None:
    before = entry(library, NANA).episodes_watched
    async with opened(library) as it:
        going = part(it, "going")
        assert "episodes of Nana are" in cat(it).text
        assert going.record is not None
        assert going.record.mal_id != NANA, "wherever the cursor is"
        await it.press("y")
        assert entry(library, NANA).episodes_watched == before + 1
        going.go_to(BLEACH)
        await it.press("number_sign", "1", "2", "plus")
        assert entry(library, BLEACH).status == "COMPLETED"
        assert "finished! That calls for a dance." in cat(it).text
        assert going.view.position_of(BLEACH) is None


async def test_titles_that_moved_are_all_or_mine_and_come_on_the_list(library: Settings) -> None:
    async with opened(library, (160, 48)) as it:
        moved, going = part(it, "moving"), part(it, "going")
        everything = moved.total
        assert any(row.status is None for row in moved.view.rows)
        assert {row.change > 0 for row in moved.view.rows} == {True, False}
        await it.press("m")
        assert 0 < moved.total < everything
        assert all(row.status for row in moved.view.rows)
        await it.press("m")
        assert moved.total == everything
        moved.focus()
        new = next(row for row in moved.view.rows if row.status is None)
        moved.go_to(new.mal_id)
        await it.press("plus")
        assert "is not on your list" in it.text
        await it.press("s", "w")
        assert entry(library, new.mal_id).status == "WATCHING"
        assert going.view.position_of(new.mal_id) is not None
        count = going.total
        await it.press("R")
        assert "Chance says" in it.text
        await it.press("w")
        assert going.total == count + 1


async def test_details_open_from_every_list_and_from_what_is_recommended(library: Settings) -> None:
    from catlog.tui.screens.details.screen import DetailsScreen

    async with opened(library) as it:
        for keys in (("enter",), ("tab", "enter"), ("o",)):
            await it.press(*keys)
            assert isinstance(it.app.screen, DetailsScreen), keys
            await it.press("escape")
        place = home(it).query_one(Recommendations).region
        await it.pilot.click(offset=(place.x + 5, place.y + 1))
        await it.settle()
        assert isinstance(it.app.screen, DetailsScreen)


async def test_what_moves_is_of_the_last_whole_chart_and_says_so(library: Settings) -> None:
    async with opened(library, (160, 48)) as it:
        assert "Moving on the chart" in it.text
        moved = part(it, "moving").total
        thin_out(library)
        await it.press("ctrl+l")
        assert f"Moving to {NOW.date() - timedelta(days=1)}" in it.text
        assert "ranks 1 d old" in it.text.splitlines()[0]
        assert abs(part(it, "moving").total - moved) < 20 < moved


async def test_with_an_empty_list_and_no_ranks_it_says_what_to_do(library: Settings) -> None:
    with Database(library.database_url).write() as session:
        session.exec(delete(UserAnime))
    async with opened(library, (80, 24)) as it:
        golden(it.app, "home-empty-list")
        assert "import FILE brings a list" in it.text
        with Database(library.database_url).write() as session:
            session.exec(delete(DailyRankings))
            session.exec(delete(RankingDays))
        await it.press("ctrl+l")
        assert "No ranks yet: 6 and then r loads those of today." in it.text
        await it.press("y")
        assert it.app.current_mode == "search", "which is what the cat suggests"


async def test_an_edit_of_several_titles_is_one_line_of_lately(library: Settings) -> None:
    at = datetime(2026, 1, 5, 12, tzinfo=UTC)
    changes = [LoggedChange(id_, 7, at, "import", id_, f"Title {id_}", "import", None, {}, None) for id_ in (3, 2)]
    async with opened(library, (120, 40)) as it:
        it.app.screen.query_one(RecentChanges).show(changes, {7: 1_077}, at)
        await it.settle()
        assert it.text.count("List imported") == 1
        assert "1,077 titles" in it.text
        assert "Title 3" not in it.text
