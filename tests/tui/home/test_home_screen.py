"""The screen Home: how it looks, what its keys and the cat do, and that it asks the database little."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from sqlmodel import col, delete, select, update

from catlog import clock
from catlog.accounts.users import find_account
from catlog.charts.progress_bar import line_bar
from catlog.companion.events import ActivityEvent
from catlog.config import Settings
from catlog.db.models import ActivityLog, CompanionDeeds, DailyRankings, ProcessedAnime, RankingDays, UserAnime
from catlog.db.session import Database
from catlog.demo.build import USER
from catlog.library.edit_kinds import Side
from catlog.library.records import LoggedChange, ScheduledEpisode
from catlog.tui.dialogs.accounts import AccountDialog
from catlog.tui.glyphs import UNICODE
from catlog.tui.screens.home.cat_line import CatLine
from catlog.tui.screens.home.for_you import ForYou
from catlog.tui.screens.home.going import GoingList
from catlog.tui.screens.home.lately import day_above, lately_rows
from catlog.tui.screens.home.records import Home
from catlog.tui.screens.home.screen import HomeScreen
from catlog.tui.screens.home.week import WeekColumns, tonight
from catlog.tui.terminal.capabilities import Terminal
from catlog.tui.widgets.cat import CatView
from catlog.tui.widgets.rows import Piece, RowList
from catlog.zones import UTC_ZONE
from tests.tui.harness import NOW, Driver, golden, opened, statements, thin_out

SIZES = ((60, 15), (80, 24), (100, 30), (160, 48), (200, 60))
NANA, BLEACH = 877, 41467
HOSTILE = "Re[/]zero [bold red]x[/] \x1b]52;c;aGk=\x07\u202eevil\x9b31m [@click=app.quit]q[/]"


def part(it: Driver, name: str) -> RowList[Any]:
    return it.app.screen.query_one(f"#{name}", RowList)


@pytest.fixture
def patient_cat(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what the cat says stay: on a busy machine it would be gone before anybody looks."""
    monkeypatch.setattr(CatView, "_schedule_shot", lambda self, *_: None)
    monkeypatch.setattr(CatLine, "_calm", lambda self: None)


def part_of(it: Driver, name: str) -> list[Any]:
    return part(it, name).view.rows


def cat(it: Driver) -> CatView:
    return next(iter(it.app.screen.query(CatView)))


def home(it: Driver) -> HomeScreen:
    assert isinstance(it.app.screen, HomeScreen)
    return it.app.screen


def shown(it: Driver) -> Home:
    found = home(it).home
    assert found is not None
    return found


def entry(settings: Settings, mal_id: int) -> UserAnime:
    with Database(settings.database_url).read() as session:
        return session.exec(select(UserAnime).where(UserAnime.mal_id == mal_id)).one()


def cared(settings: Settings) -> list[str]:
    with Database(settings.database_url).read() as session:
        return list(session.exec(select(CompanionDeeds.kind).order_by(col(CompanionDeeds.id))))


async def test_ascii_alone_reads_well(library: Settings) -> None:
    async with opened(library, (80, 24), Terminal(color=False, ascii=True)) as it:
        assert it.text.isascii()
        await golden(it, "home-ascii")


async def test_a_plus_counts_an_episode_right_here_and_u_takes_it_back(library: Settings) -> None:
    before = entry(library, NANA).episodes_watched
    async with opened(library) as it:
        rows = part(it, "going")
        rows.go_to(NANA)
        await it.press("plus")
        assert entry(library, NANA).episodes_watched == before + 1
        assert f"{before + 1} / 47" in it.text
        assert "One more! I watched along." in cat(it).text
        assert rows.record is not None
        assert rows.record.mal_id == NANA, "it keeps its place"
        await it.press("number_sign", "3", "plus", "minus")
        assert entry(library, NANA).episodes_watched == before + 3
        await it.press("u", "u", "u")
        assert f"{before} / 47" in it.text


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
        assert part(it, "moving").total > 10, "the chart is everybody's"
        assert "Mochi" not in it.text
        await it.press("p", "y", "plus")
        assert it.app.is_running


async def test_it_looks_as_it_did_and_asks_little_whatever_it_shows(library: Settings) -> None:
    async with opened(library, SIZES[0]) as it:
        for size in SIZES:
            await it.resize(*size)
            await golden(it, "home")
        with statements(it.app.pool) as sent:
            it.app.list_changed()
            await it.settle()
        assert len(sent["read_home"]) <= 22
        assert len(sent["read_movers"]) <= 10
        assert "read_recommended" not in sent, "as many titles are on the list as before"
        assert "Sun 07:30" in it.text
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
        assert "finished! That calls for a dance." in " ".join(cat(it).text.replace("│", " ").split())
        assert going.view.position_of(BLEACH) is None


async def test_titles_that_moved_are_mine_first_or_alone_and_come_on_the_list(library: Settings) -> None:
    async with opened(library, (160, 48)) as it:
        moved, going = part(it, "moving"), part(it, "going")
        changes = [row.change for row in moved.view.rows]
        assert changes == [
            *sorted((change for change in changes if change > 0), reverse=True),
            *sorted(change for change in changes if change < 0),
        ]
        fitting = moved.total
        assert fitting == moved.size.height - 1, "no line is empty but the one that parts climbers and fallers"
        others = [row for row in moved.view.rows if row.status is None]
        assert 0 < len(others) < fitting
        await it.press("m")
        assert moved.total
        assert all(row.status for row in moved.view.rows)
        assert "mine, 7 days" in it.text
        await it.press("m", "M")
        assert it.app.screen.focused is moved
        moved.go_to(others[0].mal_id)
        await it.press("plus")
        assert "is not on your list" in it.text
        await it.press("s", "w")
        assert entry(library, others[0].mal_id).status == "WATCHING"
        assert going.view.position_of(others[0].mal_id) is not None
        count = len(shown(it).in_progress)
        await it.press("R")
        assert "Chance says" in it.text
        await it.press("w")
        assert len(shown(it).in_progress) == count + 1


async def test_details_open_from_every_panel_by_key_and_mouse(library: Settings) -> None:
    from catlog.tui.screens.details.screen import DetailsScreen

    async with opened(library, (160, 48)) as it:
        for letter in "CWMOL":
            await it.press(letter, "enter")
            assert isinstance(it.app.screen, DetailsScreen), letter
            await it.press("escape")
        offers = home(it).query_one(ForYou)
        await it.press("O", "right")
        assert offers.cursor == 1
        second = offers.offers[1]
        assert second.title.split()[0] in it.text
        await it.pilot.click(ForYou, offset=(4, 3))
        await it.settle()
        assert offers.cursor == 0
        second_title = part_of(it, "going")[1].title
        await it.pilot.click(GoingList, offset=(12, 5), times=2)
        await it.settle()
        assert isinstance(it.app.screen, DetailsScreen)
        assert second_title in it.text


async def test_the_letters_go_to_panels_and_the_tabulator_goes_round(library: Settings) -> None:
    async with opened(library, (160, 48)) as it:
        screen = home(it)
        round_trip = []
        for _ in range(6):
            assert screen.focused is not None
            round_trip.append(screen.focused.id)
            await it.press("tab")
        assert round_trip == ["going", "for-you", "week", "moving", "cat", "lately"]
        assert screen.focused is part(it, "going")
        await it.press("L")
        await it.resize(100, 30)
        assert screen.focused is part(it, "going"), "a panel without room keeps no focus"
        await it.press("L")
        assert screen.focused is part(it, "going")
        await it.press("O")
        assert it.app.screen.__class__.__name__ == "ForMeScreen", "it opens where it has no room"


async def test_what_moves_is_of_the_last_whole_chart_and_says_so(library: Settings) -> None:
    async with opened(library, (160, 48)) as it:
        before = part(it, "moving").view.rows
        thin_out(library)
        await it.press("ctrl+l")
        assert f"7 days to {NOW.date() - timedelta(days=1)}" in it.text
        assert "ranks 1 d old" in it.text.splitlines()[0]
        assert part(it, "moving").view.rows != before


async def test_a_bar_grows_by_half_cells_and_ends_exactly_where_it_belongs(
    library: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    timers: list[float] = []

    def set_interval(_list: GoingList, seconds: float, *_: object, **__: object) -> Mock:
        timers.append(seconds)
        return Mock()

    monkeypatch.setattr(GoingList, "set_interval", set_interval)
    async with opened(replace(library, motion="full"), (160, 48)) as it:
        rows = part(it, "going")
        rows.go_to(NANA)
        seen = part_of(it, "going")[rows.view.cursor].watched

        def bar() -> str:
            line = next(number for number, text in enumerate(it.text.splitlines()) if "Nana" in text[40:110])
            return it.text.splitlines()[line + 1][50:86]

        before = bar()
        await it.press("number_sign", "9", "plus")
        grown = []
        assert 0.05 <= timers[0] < 0.3, "half a cell at a time"
        for _ in range(8):
            grown.append(bar())
            home(it).query_one(GoingList)._grow_on()
            await it.settle()
        lengths = [text.count("━") * 2 + text.count("╸") for text in grown]
        assert lengths == sorted(lengths)
        assert len(set(lengths)) > 3
        assert lengths[0] < lengths[-1]
        assert bar() == "".join(line_bar((seen + 9) / 47, 36)) != before
        await it.press("f7", "plus")
        assert bar() == "".join(line_bar((seen + 10) / 47, 36)), "without motion it is there at once"


async def test_with_an_empty_list_and_no_ranks_it_says_what_to_do(library: Settings) -> None:
    with Database(library.database_url).write() as session:
        session.exec(delete(UserAnime))
    async with opened(library, (80, 24)) as it:
        await golden(it, "home-empty-list")
        assert "3 finds titles for it" in it.text
        assert "2 and then I brings a list from elsewhere." in it.text
        with Database(library.database_url).write() as session:
            session.exec(delete(DailyRankings))
            session.exec(delete(RankingDays))
            session.exec(delete(ActivityLog))
        await it.press("ctrl+l")
        assert "No ranks yet: 6" in it.text
        await it.resize(160, 48)
        await golden(it, "home-new")
        assert "What fits your list comes here" in it.text
        await it.press("y")
        assert it.app.current_mode == "search", "which is what the cat suggests"


def test_lately_tells_steps_in_few_words() -> None:
    at = datetime(2026, 1, 5, 12, tzinfo=UTC)

    def change(
        number: int, mal_id: int, before: Side, after: Side, action: str = "watch", step: int = 0
    ) -> LoggedChange:
        origin = "import" if action == "import" else "app"
        when = at - timedelta(days=9 - number)
        return LoggedChange(number, step or number, when, origin, mal_id, f"Title {mal_id}", action, before, after, 12)

    log = [
        change(9, 1, {"episodesWatched": 6}, {"episodesWatched": 8}),
        change(8, 2, {"status": "WATCHING", "episodesWatched": 11}, {"status": "COMPLETED", "episodesWatched": 12}),
        change(7, 3, {"rating": None}, {"rating": 9}, "rate"),
        change(6, 4, None, {"status": "PLAN_TO_WATCH", "episodesWatched": 0}, "add"),
        change(5, 5, {"status": "WATCHING", "episodesWatched": 5}, {"status": "DROPPED"}, "status"),
        change(4, 6, {"favorite": False}, {"favorite": True}, "favorite"),
        change(3, 7, None, {"status": "COMPLETED"}, "import", 3),
        change(2, 8, None, {"status": "COMPLETED"}, "import", 3),
    ]
    sizes = {change.step: 1 for change in log} | {3: 1_077}
    rows = list(lately_rows(log, sizes, {1: "WATCHING"}, UTC_ZONE, UNICODE))
    assert [(row.sign, row.told) for row in rows] == [
        ("WATCHING", "ep 6 → 8"),
        ("COMPLETED", "done"),
        ("rating", "rated 9"),
        ("PLAN_TO_WATCH", "planned"),
        ("DROPPED", "at ep 5"),
        ("favorite", "favourite"),
        ("import", "1,077 titles"),
    ]
    assert [row.mal_id for row in rows] == [1, 2, 3, 4, 5, 6, 0]
    assert rows[0].status == "WATCHING"
    assert day_above(at.date(), None, rows[0]) == ("Today",)
    assert day_above(at.date(), rows[0], rows[1]) == ("", "Yesterday")
    assert day_above(at.date(), rows[1], rows[2]) == ("", "Sat 3 Jan")


NOBODY = ScheduledEpisode(
    mal_id=1, title="Kaze", at=NOW, day=NOW.date(), weekday="sunday", episode=8, episodes=12, score=None,
    list_status="WATCHING", as_of=NOW, estimate=True, source_episode=8,
)  # fmt: skip


@pytest.mark.parametrize(
    ("episode", "source", "estimate", "shown"),
    [(8, 8, True, "~8"), (20, 8, False, "20"), (None, None, True, "?"), (None, 8, False, ""), (None, 8, True, "")],
)
def test_only_a_number_that_nobody_knows_is_a_question(
    episode: int | None, source: int | None, estimate: bool, shown: str
) -> None:
    columns = WeekColumns(UNICODE)
    (column,) = (one for one in columns.columns(each_day=True) if one.key == "episode")
    columns.know(NOW - timedelta(hours=1), UTC_ZONE)
    row = replace(NOBODY, episode=episode, source_episode=source, estimate=estimate)
    assert column.cell(row, 5) == Piece(shown)


def test_the_week_says_plainly_whether_something_airs_tonight() -> None:
    now = datetime(2026, 12, 1, 20, tzinfo=UTC)

    def airs(day: int, hour: int) -> ScheduledEpisode:
        at = datetime(2026, 12, day, hour, tzinfo=UTC)
        return replace(NOBODY, at=at, day=at.date())

    assert tonight([airs(1, 18), airs(1, 22), airs(1, 23)], now, UTC_ZONE) == "2 tonight, 22:00"
    assert tonight([airs(1, 18), airs(6, 9), airs(3, 7)], now, UTC_ZONE) == "not tonight, next Thu 07:00"
    assert tonight([airs(3, 7)], now, UTC_ZONE, short=True) == "nothing tonight"
    assert tonight([airs(1, 18)], now, UTC_ZONE) == "nothing tonight"
    assert tonight([], now, UTC_ZONE) == ""


async def test_a_list_without_airing_dates_is_not_told_that_nothing_airs(library: Settings) -> None:
    with Database(library.database_url).write() as session:
        lacking = {"status": None, "broadcast_day": None, "broadcast_time": None, "aired_from": None}
        session.exec(update(ProcessedAnime).values(**lacking))
    async with opened(library, (160, 48)) as it:
        assert "not known yet" in it.text
        assert "Nothing of your list airs" not in it.text
