"""The first steps: shown once to a new user, each panel can wait, and nothing of them blocks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import delete, select
from textual import events

from catlog.config import Settings
from catlog.db.models import ActivityLog, ActivitySteps, CompanionDeeds, DailyRankings
from catlog.db.session import Database
from catlog.demo.build import USER
from catlog.tui.screens.first.screen import FirstScreen
from catlog.tui.transfer.import_dialog import ImportRows
from tests.support.jikan import JikanStandIn
from tests.tui.harness import Driver, golden, opened
from tests.tui.ops.conftest import over
from tests.tui.transfer.test_import import NEW, XML, listed

pytestmark = pytest.mark.first_steps

SIZES = [(60, 15), (80, 24), (100, 30), (160, 48)]


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Put an export where a browser puts it."""
    file = tmp_path / "user" / "Downloads" / "animelist_1763424000_-_12711.xml"
    file.parent.mkdir(parents=True)
    file.write_text(XML)
    return file


def first(it: Driver) -> FirstScreen:
    screen = it.app.screen
    assert isinstance(screen, FirstScreen)
    return screen


@pytest.mark.parametrize("size", SIZES)
async def test_the_first_steps_look_as_drawn(no_library: Settings, export: Path, size: tuple[int, int]) -> None:
    assert export.is_file()
    async with opened(no_library, size) as it:
        await golden(it, "first-steps")
        for number in ("1  Bring", "2  Get", "3  Name"):
            assert number in it.text


async def test_a_list_that_another_program_wrote_is_no_first_time(library: Settings) -> None:
    database = Database(library.database_url)
    with database.write() as session:
        for table in (ActivityLog, ActivitySteps):
            session.exec(delete(table))
    database.close()
    async with opened(library) as it:
        assert not isinstance(it.app.screen, FirstScreen)
        assert "Continue" in it.text


async def test_three_enters_bring_a_list_the_catalogue_and_a_name(source: Settings, export: Path) -> None:
    assert export.is_file()
    async with opened(source) as it:
        assert "animelist_1763424000_-_12711.xml" in it.text
        await it.press("enter", "enter")
        await it.type("Nabi")
        await it.press("enter")
        assert not isinstance(it.app.screen, FirstScreen)
        await over(it)
        assert len(listed(source)) == 1
        with Database(source.database_url).read() as session:
            assert len(session.exec(select(DailyRankings.mal_id)).all()) >= 100
            assert session.exec(select(CompanionDeeds.value)).all() == ["Nabi"]
        await it.press("u")
        assert listed(source) == set(), "one undo takes the list back"
    async with opened(source) as it:
        assert not isinstance(it.app.screen, FirstScreen), "they are shown once"


@pytest.mark.parametrize("keys", [("S",), ("escape",), ("s", "s", "tab", "S")])
async def test_skipping_is_remembered_and_the_palette_opens_them_again(
    no_library: Settings, keys: tuple[str, ...]
) -> None:
    async with opened(no_library) as it:
        first(it)
        await it.press(*keys)
        assert not isinstance(it.app.screen, FirstScreen)
    async with opened(no_library) as it:
        assert not isinstance(it.app.screen, FirstScreen)
        await it.press("colon")
        await it.type("first steps")
        await it.press("enter")
        first(it)


async def test_leaving_the_app_is_not_skipping(no_library: Settings) -> None:
    for _ in range(2):
        async with opened(no_library) as it:
            first(it)


async def test_a_list_with_entries_is_never_met_by_them(library: Settings) -> None:
    async with opened(library) as it:
        assert not isinstance(it.app.screen, FirstScreen)


async def test_each_title_can_be_looked_at_before_it_is_brought(no_library: Settings, export: Path) -> None:
    assert export.is_file()
    async with opened(no_library) as it:
        await it.press("d")
        assert isinstance(it.app.screen, ImportRows)
        assert "Brought Along" in it.text
        assert "added as Watching" in it.text
        await it.press("escape")
        first(it)
        assert listed(no_library) == set()


async def test_a_dropped_file_is_read_and_what_is_no_list_is_one_line(no_library: Settings, tmp_path: Path) -> None:
    good, bad = tmp_path / "my list.xml", tmp_path / "noise.json"
    good.write_text(XML)
    bad.write_bytes(b"\x00\xff" * 400)
    async with opened(no_library) as it:
        for text, words in ((str(bad), "noise.json"), (f"'{good}'", "my list.xml"), (XML, "the pasted text")):
            await it.app.on_event(events.Paste(text))
            await it.settle()
            assert words in it.text
        assert first(it).bring.preview is not None
        assert listed(no_library) == set()


async def test_without_a_network_one_line_says_so_and_nothing_is_blocked(no_library: Settings, export: Path) -> None:
    assert export.is_file()
    settings = replace(no_library, jikan_urls=("http://127.0.0.1:9",), jikan_backoff=0.00001)
    async with opened(settings) as it:
        await it.press("tab", "enter")
        await over(it)
        await it.press("shift+tab")
        assert "all else works without it" in it.text
        await it.press("shift+tab", "enter")
        await over(it)
        assert len(listed(settings)) == 1


async def test_a_cancelled_catalogue_leaves_everything_as_it_was(source: Settings, jikan: JikanStandIn) -> None:
    slow = replace(source, jikan_rate=0.5)
    async with opened(slow) as it:
        await it.press("tab", "enter", "shift+tab", "c")
        await over(it)
        assert "Cancelled" in it.text
        await it.press("S")
        assert not isinstance(it.app.screen, FirstScreen)
    assert jikan.url


async def test_digits_still_go_to_screens_and_back(no_library: Settings) -> None:
    async with opened(no_library) as it:
        await it.press("2")
        assert it.app.current_mode == "list"
        await it.press("1")
        first(it)


async def test_a_guest_pastes_a_list_and_sees_no_files_of_the_machine(library: Settings, export: Path) -> None:
    assert export.is_file()
    async with opened(replace(library, guest=USER)) as it:
        await it.press("colon")
        await it.type("first steps")
        await it.press("enter")
        assert "or paste it here" in it.text
        assert export.name not in it.text
        assert "the administrator looks after it" in it.text
        assert "another file" not in it.text
        await it.app.on_event(events.Paste(str(export)))
        await it.settle()
        assert first(it).bring.problem, "a path means nothing for a guest"
        await it.app.on_event(events.Paste(XML))
        await it.settle()
        await it.press("enter")
        await over(it)
        assert NEW in listed(library)
