"""The screen Search: how it looks, that its keys do what the table says, and that it asks the database little."""

import pytest
from sqlmodel import col, delete, select, update

from catlog.config import Settings
from catlog.db.models import AnimeGenre, DailyRankings, ProcessedAnime, UserAnime
from catlog.db.session import Database
from catlog.tui.screens.details.screen import DetailsScreen
from catlog.tui.screens.search import screen as module
from catlog.tui.screens.search.filter_edits import Stop
from catlog.tui.screens.search.screen import SearchScreen
from catlog.tui.screens.search.search_form import SearchInput
from catlog.tui.terminal.capabilities import Terminal
from catlog.tui.titles.panel import TitlePanel
from catlog.tui.widgets.rows import RowList
from tests.tui.harness import Driver, golden, opened, statements

SIZES = ((60, 15), (80, 24), (100, 30), (160, 48))
BLEACH, NARUTO, MUSHISHI, STEINS_GATE = 269, 20, 457, 9253
HOSTILE = "Re[/]zero [bold red]x[/] \x1b]52;c;aGk=\x07\u202eevil\x9b31m [@click=app.quit]q[/]"


async def go_to_search(it: Driver) -> SearchScreen:
    await it.press("f3")
    screen = it.app.screen
    assert isinstance(screen, SearchScreen)
    return screen


def rows(it: Driver) -> RowList:
    return it.app.screen.query_one("#rows", RowList)


def entry(settings: Settings, mal_id: int) -> UserAnime | None:
    with Database(settings.database_url).read() as session:
        return session.exec(select(UserAnime).where(UserAnime.mal_id == mal_id)).first()


async def test_it_looks_as_it_did(offline: Settings) -> None:
    async with opened(offline, SIZES[0]) as it:
        await go_to_search(it)
        for size in SIZES:
            await it.resize(*size)
            await golden(it, "search")
        await it.type("ma")
        for size in SIZES:
            await it.resize(*size)
            await golden(it, "search-hits")


async def test_nothing_found_says_what_to_do(offline: Settings) -> None:
    async with opened(offline, SIZES[0]) as it:
        await go_to_search(it)
        await it.type("qqqqxzzw")
        await it.rest()
        assert rows(it).shown == 0
        await golden(it, "search-nothing")


async def test_ascii_alone_reads_well(offline: Settings) -> None:
    async with opened(offline, (80, 24), Terminal(color=False, ascii=True)) as it:
        await go_to_search(it)
        await it.type("ste")
        await golden(it, "search-ascii")
        await it.press("escape", "f")
        await golden(it, "search-filters-ascii")
        await it.press("space")
        assert "[x]" in it.text


async def test_every_letter_searches_and_forgives(offline: Settings) -> None:
    async with opened(offline) as it:
        await go_to_search(it)
        everything = rows(it).shown
        await it.type("mus")
        assert rows(it).view.at(0).title.startswith("Mus")
        assert 0 < rows(it).shown < everything
        await it.type("hihsi")
        assert [row.mal_id for row in rows(it).view.rows] == [MUSHISHI]
        assert "1 title, none as typed" in it.text
        await it.press("escape", "escape")
        assert rows(it).shown == everything


async def test_a_half_remembered_title_is_found_by_the_words_it_has(offline: Settings) -> None:
    async with opened(offline) as it:
        await go_to_search(it)
        await it.type("something mushishi")
        await it.settle()
        assert rows(it).view.at(0).mal_id == MUSHISHI
        assert "none with all words" in it.text
        assert "no title has all words; titles with mushishi" in it.text
        await it.press("escape", "escape")
        assert "all words" not in it.text


async def test_a_plans_w_watches_and_u_takes_it_back(offline: Settings) -> None:
    async with opened(offline) as it:
        await go_to_search(it)
        await it.press("escape")
        rows(it).go_to(NARUTO)
        await it.press("a")
        planned = entry(offline, NARUTO)
        assert planned is not None
        assert planned.status == "PLAN_TO_WATCH"
        assert "u takes it back" in it.text
        assert rows(it).record.list_status == "PLAN_TO_WATCH"
        await it.press("w")
        assert entry(offline, NARUTO).status == "WATCHING"  # type: ignore[union-attr]  # it is there
        await it.press("a")
        assert entry(offline, NARUTO).status == "WATCHING"  # type: ignore[union-attr]  # it is there
        assert "stays as it is" in it.text
        await it.press("u", "u")
        assert entry(offline, NARUTO) is None
        assert rows(it).record.list_status is None


async def test_the_other_marks_reach_the_list_too(offline: Settings) -> None:
    async with opened(offline) as it:
        await go_to_search(it)
        await it.press("escape")
        rows(it).go_to(NARUTO)
        await it.press("plus")
        counted = entry(offline, NARUTO)
        assert counted is not None
        assert (counted.status, counted.episodes_watched) == ("WATCHING", 1)
        await it.press("number_sign", "4", "plus", "minus", "r", "7", "s", "h")
        changed = entry(offline, NARUTO)
        assert changed is not None
        assert (changed.status, changed.episodes_watched, changed.personal_rating) == ("ON_HOLD", 4, 7)
        await it.press("D")
        assert entry(offline, NARUTO) is None
        await it.press("r", "7")
        assert "it is not on your list" in it.text


async def test_several_selected_titles_are_one_step(offline: Settings) -> None:
    async with opened(offline) as it:
        await go_to_search(it)
        await it.press("escape")
        rows(it).go_to(NARUTO)
        await it.press("space")
        rows(it).go_to(BLEACH)
        await it.press("space", "a")
        assert entry(offline, NARUTO) is not None
        assert entry(offline, BLEACH) is not None
        assert rows(it).selected == []
        await it.press("u")
        assert entry(offline, NARUTO) is None
        assert entry(offline, BLEACH) is None


async def test_filters_beside_the_results_search_as_they_are_ticked(offline: Settings) -> None:
    async with opened(offline, (120, 40)) as it:
        screen = await go_to_search(it)
        await it.press("escape", "f")
        assert "Filters" in it.text
        await golden(it, "search-filters")
        before = rows(it).shown
        await it.press("slash")
        await it.type("drama")
        await it.press("enter", "space")
        assert screen.state.input.genres == "Drama"
        drama = screen.state.local.result.total
        assert 0 < drama < before
        assert all("Drama" in row.genres for row in rows(it).view.rows)
        assert f"{drama} titles" in it.text, "the count follows"
        await it.press("slash", "escape", "slash")
        await it.type("psycho")
        await it.press("enter", "space", "space", "slash", "escape")
        assert screen.state.input.without == "Psychological"
        assert not any("Psychological" in row.genres for row in rows(it).view.rows)
        counts = screen.filters.list.state.counts
        assert counts["Psychological"] == 0
        assert counts["Action"] == sum("Action" in row.genres for row in rows(it).view.rows)
        assert " Drama × " in it.text
        assert " not Psychological × " in it.text
        await golden(it, "search-filtered")


async def test_ranges_move_by_the_arrows_and_are_typed_after_enter(offline: Settings) -> None:
    async with opened(offline, (120, 40)) as it:
        screen = await go_to_search(it)
        await it.press("escape", "f")
        view = screen.filters
        view.list.cursor = Stop("years", "low")
        first, last = view.list.state.scale
        await it.press("right", "right")
        assert screen.state.input.years == f"{first + 2}.."
        await it.press("down", "left")
        assert screen.state.input.years == f"{first + 2}..{last - 1}"
        await it.press("left", *["up"], *["left"] * 3)
        assert screen.state.input.years == f"..{last - 2}", "an end of the scale is open"
        await it.press("enter")
        it.app.screen.query_one("#field-years").value = "20x"
        await it.press("ctrl+s")
        assert "cannot be read" in it.text
        it.app.screen.query_one("#field-years").value = "2010..2016"
        it.app.screen.query_one("#field-score").value = "8.5"
        await it.press("ctrl+s")
        assert it.app.screen is screen
        assert "2010–2016" in it.text
        assert "★ ≥ 8.5" in it.text
        found = rows(it).view.rows
        assert found
        assert all(2010 <= row.year <= 2016 and row.score >= 8.5 for row in found)


async def test_choices_are_ticked_side_by_side(offline: Settings) -> None:
    async with opened(offline, (120, 40)) as it:
        screen = await go_to_search(it)
        await it.press("escape", "f")
        screen.filters.list.cursor = Stop("type", "TV")
        await it.press("space", "right", "space")
        assert screen.state.input.type == "TV, Movie"
        assert {row.type for row in rows(it).view.rows} == {"TV", "Movie"}
        assert "TV or Movie" in it.text
        screen.filters.list.cursor = Stop("season", "winter")
        await it.press("space", "right", "space")
        assert screen.state.input.season == "spring", "a title has one season"
        screen.filters.list.cursor = Stop("mine", "seen")
        await it.press("space")
        assert {row.list_status for row in rows(it).view.rows} == {"COMPLETED"}
        screen.filters.list.cursor = Stop("order")
        await it.press("right", "space")
        assert screen.state.input.order == "-score"
        scores = [row.score for row in rows(it).view.rows]
        assert scores == sorted(scores)
        assert "by score, turned" in it.text


async def test_chips_go_by_click_backspace_and_f(offline: Settings) -> None:
    async with opened(offline, (120, 40)) as it:
        screen = await go_to_search(it)
        await it.press("escape")
        screen.search_for(SearchInput(genres="Drama", years="2010..", score="8"))
        await it.settle()
        line = next(n for n, text in enumerate(it.text.splitlines()) if "Drama ×" in text)
        await it.pilot.click(offset=(it.text.splitlines()[line].index("Drama"), line))
        await it.settle()
        assert (screen.state.input.genres, screen.state.input.years) == ("", "2010..")
        await it.press("backspace")
        assert screen.state.input == SearchInput(years="2010..")
        screen.search_for(SearchInput(words="made", genres="Drama", years="2010..", order="score"))
        await it.settle()
        assert "F clears all" in it.text
        await it.press("F")
        assert screen.state.input == SearchInput(words="made")


async def test_f_opens_goes_there_and_closes(offline: Settings) -> None:
    async with opened(offline, (80, 24)) as it:
        screen = await go_to_search(it)
        await it.press("escape", "f")
        await golden(it, "search-filters")
        assert not rows(it).region, "below 100 columns they take the place of the results"
        await it.resize(120, 40)
        assert rows(it).region
        await it.press("tab")
        assert it.app.screen.focused is rows(it)
        await it.press("f")
        assert screen.filters.has_focus_within
        await it.press("f")
        assert screen.filters is None
        assert it.app.screen.focused is rows(it)
        await it.resize(60, 15)
        screen.search_for(SearchInput(genres="Drama", score="8"))
        await it.settle()
        assert "2 filters" in it.text, "chips are a count where there is no room"


async def test_letters_that_match_are_marked(offline: Settings) -> None:
    async with opened(offline) as it:
        await go_to_search(it)
        await it.type("made in aby")
        strip = rows(it).render_line(1)
        accent = it.app.tone("accent").color
        marked = "".join(part.text for part in strip if part.style and part.style.color == accent)
        assert marked == "Made in Aby"


async def test_what_is_on_the_list_can_be_asked_for_and_left_out(offline: Settings) -> None:
    async with opened(offline) as it:
        screen = await go_to_search(it)
        screen.search_for(screen.state.input._replace(mine="not on my list"))
        await it.settle()
        assert rows(it).shown
        assert all(row.list_status is None for row in rows(it).view.rows)
        screen.search_for(screen.state.input._replace(mine="on my list"))
        await it.settle()
        assert rows(it).shown == 98


async def test_searches_are_remembered_and_kept_under_names(offline: Settings) -> None:
    async with opened(offline) as it:
        screen = await go_to_search(it)
        await it.type("steins")
        await it.press("down", "enter")
        assert isinstance(it.app.screen, DetailsScreen)
        await it.press("escape", "V")
        assert "steins" in it.text
        await it.press("k")
        await it.type("gates")
        await it.press("enter", "escape")
        assert screen.state.input.words == ""
        await it.press("escape", "V")
        await it.press("1")
        assert screen.state.input.words == "steins"
        assert rows(it).view.at(0).mal_id == STEINS_GATE


async def test_chance_opens_a_planned_title(offline: Settings) -> None:
    async with opened(offline) as it:
        await go_to_search(it)
        await it.press("escape", "R")
        screen = it.app.screen
        assert isinstance(screen, DetailsScreen)
        picked = entry(offline, screen.mal_id)
        assert picked is not None
        assert picked.status == "PLAN_TO_WATCH"


async def test_the_end_of_the_list_brings_more(offline: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catlog.tui.screens.search.queries.FIRST", 40)
    monkeypatch.setattr(module, "MORE", 30)
    async with opened(offline) as it:
        await go_to_search(it)
        assert rows(it).shown == 40
        await it.press("escape", "end")
        assert rows(it).shown == 70
        await it.press("end", "end")
        assert rows(it).shown == 129
        assert len({row.mal_id for row in rows(it).view.rows}) == 129


async def test_nothing_hostile_reaches_the_cells(offline: Settings) -> None:
    with Database(offline.database_url).write() as session:
        hostile = {"title": HOSTILE, "title_english": HOSTILE, "synopsis": HOSTILE, "studios": [HOSTILE]}
        session.exec(update(ProcessedAnime).where(col(ProcessedAnime.mal_id) == NARUTO).values(**hostile))
        session.exec(update(AnimeGenre).where(col(AnimeGenre.mal_id) == NARUTO).values(kind="theme"))
    async with opened(offline) as it:
        await go_to_search(it)
        await it.press("escape")
        rows(it).go_to(NARUTO)
        for size in SIZES:
            await it.resize(*size)
            await it.rest()
            assert "Re[/]zero" in it.text
            assert not set("\x1b\x07\u202e\x9b") & set(it.text)
        await it.press("s", "escape", "a", "slash")
        await it.type("[b]x[/")
        assert it.app.is_running
        assert not set("\x1b\x07\u202e\x9b") & set(it.text)


async def test_it_takes_few_statements_whatever_it_shows(offline: Settings) -> None:
    async with opened(offline) as it:
        with statements(it.app.pool) as sent:
            await go_to_search(it)
            await it.type("s")
            await it.rest()
        assert len(sent["search_catalogue"]) <= 16, "reading the catalogue once, and a page of titles with each letter"
        with statements(it.app.pool) as sent:
            await it.type("t")
            await it.press("escape", "a")
            await it.rest()
        assert len(sent["search_catalogue"]) <= 8
        assert len(sent.get("read_rows", [])) <= 6


async def test_an_empty_catalogue_says_what_to_do(offline: Settings) -> None:
    with Database(offline.database_url).write() as session:
        for model in (DailyRankings, UserAnime, AnimeGenre, ProcessedAnime):
            session.exec(delete(model))
    async with opened(offline) as it:
        await go_to_search(it)
        assert "The catalogue is empty." in it.text


async def test_beside_no_titles_there_is_no_title(offline: Settings) -> None:
    async with opened(offline, (120, 40)) as it:
        await go_to_search(it)
        await it.type("bleach")
        await it.rest()
        panel = it.app.screen.query_one(TitlePanel)
        assert panel.facts is not None
        assert panel.facts.mal_id == BLEACH
        await it.type("zqx")
        await it.rest()
        assert rows(it).view.record is None
        assert panel.facts is None
