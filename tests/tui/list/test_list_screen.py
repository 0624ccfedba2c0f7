"""The screen List: how it looks, that its keys do what the table says, and that it asks the database little."""

from sqlmodel import col, select, update

from catlog.accounts.users import find_account
from catlog.config import Settings
from catlog.db.models import ActivitySteps, ProcessedAnime, UserAnime
from catlog.db.session import Database
from catlog.demo.build import USER
from catlog.library.edits import Rate, SetNotes
from catlog.library.entries import Origin
from catlog.library.sorting import SORT_KEYS
from catlog.library.writer import edit
from catlog.tui.glyphs import UNICODE
from catlog.tui.screens.list import sorting
from catlog.tui.screens.list.columns import ListColumns
from catlog.tui.screens.list.sorting import NEXT
from catlog.tui.terminal.capabilities import Terminal
from catlog.tui.titles.panel import TitlePanel
from catlog.tui.widgets.rows import RowList
from catlog.zones import UTC_ZONE
from tests.tui.harness import Driver, golden, opened, statements

SIZES = ((60, 15), (80, 24), (100, 30), (160, 48), (200, 60))
BLEACH = 41467
HOSTILE = "Re[/]zero [bold red]x[/] \x1b]52;c;aGk=\x07\u202eevil\x9b31m [@click=app.quit]q[/]"


async def go_to_list(it: Driver) -> RowList:
    await it.press("f2")
    await it.rest()
    return it.app.screen.query_one("#rows", RowList)


def entry(settings: Settings, mal_id: int) -> UserAnime:
    with Database(settings.database_url).read() as session:
        return session.exec(select(UserAnime).where(UserAnime.mal_id == mal_id)).one()


def steps(settings: Settings) -> int:
    with Database(settings.database_url).read() as session:
        return len(session.exec(select(ActivitySteps.step)).all())


async def test_it_looks_as_it_did(library: Settings) -> None:
    async with opened(library, SIZES[1]) as it:
        await go_to_list(it)
        await it.press("down")
        for size in SIZES:
            await it.resize(*size)
            await golden(it, "list")
        await it.resize(*SIZES[3])
        await it.press("l")
        await golden(it, "list-completed")
        await it.press("slash")
        await it.type("score>=9 genre:drama")
        await it.press("enter", "space", "space")
        await golden(it, "list-filtered")


async def test_ascii_alone_reads_well(library: Settings) -> None:
    async with opened(library, (80, 24), Terminal(color=False, ascii=True)) as it:
        await go_to_list(it)
        assert it.text.isascii()
        await golden(it, "list-ascii")


async def test_a_plus_counts_an_episode_and_u_takes_it_back(library: Settings) -> None:
    before = entry(library, BLEACH).episodes_watched
    async with opened(library) as it:
        rows = await go_to_list(it)
        rows.go_to(BLEACH)
        await it.press("plus")
        assert entry(library, BLEACH).episodes_watched == before + 1
        assert f"{before + 1}/13" in it.text
        assert "u takes it back" in it.text
        await it.press("u")
        assert entry(library, BLEACH).episodes_watched == before
        assert f"{before}/13" in it.text
        await it.press("ctrl+r")
        assert entry(library, BLEACH).episodes_watched == before + 1


async def test_a_number_before_the_plus_counts_so_many(library: Settings) -> None:
    before = entry(library, BLEACH).episodes_watched
    async with opened(library) as it:
        rows = await go_to_list(it)
        rows.go_to(BLEACH)
        await it.press("number_sign", "3", "plus")
        assert entry(library, BLEACH).episodes_watched == before + 3


async def test_a_digit_after_r_rates_and_alone_goes_to_a_screen(library: Settings) -> None:
    async with opened(library) as it:
        rows = await go_to_list(it)
        rows.go_to(BLEACH)
        was = entry(library, BLEACH).personal_rating
        await it.press("r")
        waiting = it.text.splitlines()[-1].strip()
        assert waiting.startswith("rate Bleach: Sennen")
        assert waiting.endswith(":  1-9   0 ten   x none   esc   saved at once")
        await it.press("escape")
        assert "saved at once" not in it.text.splitlines()[-1]
        await it.press("r", "j")
        assert rows.record is not None
        assert rows.record.mal_id != BLEACH
        await it.press("r", "escape", "1")
        assert it.app.current_mode == "home"
    assert entry(library, BLEACH).personal_rating == was


async def test_digits_rate_and_x_takes_the_rating_away(library: Settings) -> None:
    async with opened(library) as it:
        rows = await go_to_list(it)
        rows.go_to(BLEACH)
        await it.press("r", "0")
        assert entry(library, BLEACH).personal_rating == 10
        await it.press("r", "7")
        assert entry(library, BLEACH).personal_rating == 7
        await it.press("r", "x")
        assert entry(library, BLEACH).personal_rating is None


async def test_the_last_edit_is_repeated_on_the_next_title(library: Settings) -> None:
    async with opened(library) as it:
        rows = await go_to_list(it)
        await it.press("r", "9", "down", "full_stop")
        assert rows.record is not None
        assert entry(library, rows.record.mal_id).personal_rating == 9


async def test_several_titles_are_shown_before_they_change_and_are_one_step(library: Settings) -> None:
    before = steps(library)
    async with opened(library) as it:
        rows = await go_to_list(it)
        await it.press("space", "space", "s", "h")
        assert "Change 2 titles?" in it.text
        assert "status Watching → On Hold" in it.text
        await it.press("n")
        assert steps(library) == before, "nothing happens unless it is agreed to"
        await it.press("s", "h", "y")
        assert steps(library) == before + 1
        assert rows.selected == []
        await it.press("u")
        assert "On Hold 1 " in it.text


async def test_removing_asks_nothing_and_can_be_undone(library: Settings) -> None:
    async with opened(library) as it:
        rows = await go_to_list(it)
        rows.go_to(BLEACH)
        await it.press("D")
        assert "Bleach" not in "\n".join(it.text.splitlines()[2:-8])
        await it.press("u")
        assert rows.go_to(BLEACH)


async def test_the_form_changes_what_was_changed_in_it(library: Settings) -> None:
    was = entry(library, BLEACH)
    async with opened(library, (100, 40)) as it:
        rows = await go_to_list(it)
        rows.go_to(BLEACH)
        await it.press("e")
        it.app.screen.query_one("#field-rating").value = "11"
        await it.press("ctrl+s")
        assert "a rating is 1 to 10" in it.text or entry(library, BLEACH) == was
        await it.press("escape", "e")
        it.app.screen.query_one("#field-rating").value = "8"
        it.app.screen.query_one("#field-started").value = "2024-05"
        it.app.screen.query_one("#field-tags").value = "tonight, with Mika"
        await it.press("ctrl+s")
    now = entry(library, BLEACH)
    assert (now.personal_rating, now.start_date, now.tags) == (8, "2024-05", ["tonight", "with Mika"])
    assert (now.episodes_watched, now.notes) == (was.episodes_watched, was.notes)


async def test_what_another_session_changed_meanwhile_is_asked_about(library: Settings) -> None:
    database = Database(library.database_url)
    async with opened(library, (100, 40)) as it:
        rows = await go_to_list(it)
        rows.go_to(BLEACH)
        await it.press("n")
        it.app.screen.query_one("#field-notes").value = "mine"
        edit(database, it.app.pool.backend.owner(), BLEACH, SetNotes("theirs"), origin=Origin.CLI)
        await it.press("ctrl+s")
        assert "Changed elsewhere meanwhile" in it.text
        assert entry(library, BLEACH).notes == "theirs"
        await it.press("y")
        assert entry(library, BLEACH).notes == "mine"
    database.close()


async def test_an_edit_made_elsewhere_comes_in_with_the_next_reading_alone(library: Settings) -> None:
    database = Database(library.database_url)
    async with opened(library) as it:
        rows = await go_to_list(it)
        edit(database, it.app.pool.backend.owner(), BLEACH, Rate(3), origin=Origin.CLI)
        with statements(it.app.pool) as sent:
            it.app.list_changed()
            await it.settle()
        row = next(row for row in rows.view.rows if row.mal_id == BLEACH)
        assert row.rating == 3
        assert any(".version > " in statement for statement in sent["read_list"]), "only what changed is read"
    database.close()


async def test_the_filter_narrows_says_what_is_wrong_and_goes_away(library: Settings) -> None:
    async with opened(library) as it:
        rows = await go_to_list(it)
        await it.press("left")
        assert rows.shown == rows.total == 98
        await it.press("slash")
        await it.type("genre:drama")
        some = rows.shown
        assert 0 < some < 98
        await it.type(" mal>=")
        assert "a value is missing" in it.text
        assert rows.shown == some, "what stands before it holds"
        await it.press("enter", "escape")
        assert rows.shown == 98


async def test_headings_and_the_dialog_sort_and_the_same_again_turns_it_round(library: Settings) -> None:
    async with opened(library) as it:
        rows = await go_to_list(it)
        await it.press("left", "o", "m")
        best = rows.view.at(0)
        await it.press("o", "m")
        worst = rows.view.at(0)
    assert best.mal_score is not None
    assert worst.mal_score is not None
    assert best.mal_score > worst.mal_score


async def test_a_view_that_is_kept_comes_back(library: Settings) -> None:
    async with opened(library) as it:
        rows = await go_to_list(it)
        await it.press("l", "slash")
        await it.type("mal>=9")
        await it.press("enter", "o", "m", "V", "k")
        await it.type("best")
        await it.press("enter")
        shown = [row.mal_id for row in rows.view.selected()] or rows.shown
        await it.press("escape", "h")
        assert rows.shown != shown
        await it.press("V", "1")
        assert rows.shown == shown
        assert "Completed" in it.text


async def test_nothing_hostile_reaches_the_cells(library: Settings) -> None:
    with Database(library.database_url).write() as session:
        session.exec(update(ProcessedAnime).where(col(ProcessedAnime.mal_id) == BLEACH).values(title=HOSTILE))
        session.exec(update(UserAnime).where(col(UserAnime.mal_id) == BLEACH).values(notes=HOSTILE, tags=[HOSTILE]))
    for size in SIZES:
        async with opened(library, size) as it:
            rows = await go_to_list(it)
            rows.go_to(BLEACH)
            await it.rest()
            await it.press("e", "escape", "plus")
            assert "Re[/]zero" in it.text
            assert not set("\x1b\x07\u202e\x9b") & set(it.text)
            assert it.app.is_running


async def test_it_takes_few_statements_whatever_it_shows(library: Settings) -> None:
    async with opened(library) as it:
        with statements(it.app.pool) as sent:
            await go_to_list(it)
        assert len(sent["read_list"]) <= 6
        assert len(sent["read_title_facts"]) <= 16 * 2, "asked twice: by the cursor and by this test"


async def test_an_empty_list_says_what_to_do(library: Settings) -> None:
    database = Database(library.database_url)
    account = find_account(database, USER)
    assert account is not None
    with database.write() as session:
        for row in session.exec(select(UserAnime).where(UserAnime.user_id == account.id)):
            session.delete(row)
    async with opened(library) as it:
        await go_to_list(it)
        assert "Your list is empty." in it.text
        assert it.app.screen.query_one(TitlePanel).region.height == 6
    database.close()


async def test_next_or_finished_never_shows_when_a_title_was_begun(library: Settings) -> None:
    with Database(library.database_url).write() as session:
        session.exec(update(UserAnime).values(start_date="2019-02-03", completed_date=None))
    async with opened(library, (160, 120)) as it:
        await go_to_list(it)
        await it.press("h")
        await it.rest()
        assert "Next" in it.text.splitlines()[5]
        left = [line[:110] for line in it.text.splitlines()]
        assert not [line for line in left if "2019-02-03" in line]


def test_every_sortable_column_has_a_sort_key() -> None:
    assert {column.key for column in ListColumns(UNICODE, UTC_ZONE).all() if column.sortable} <= {*SORT_KEYS, NEXT}


def test_the_dialog_offers_every_order_that_a_reader_would_ask_for() -> None:
    assert {*sorting.LABELS, "watched", "id"} == {*SORT_KEYS, NEXT}
    assert set(sorting.FIRST_SORTS.values()) <= sorting.LABELS.keys()
