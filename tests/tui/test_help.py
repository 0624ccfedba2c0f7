"""The help: what comes first, and what the signs mean."""

from __future__ import annotations

import pytest

from catlog.config import Settings
from catlog.tui.dialogs.help import Help
from catlog.tui.keymap import SECTIONS
from tests.tui.harness import golden, opened


async def test_the_help_begins_with_the_present_screen_and_explains_the_signs(library: Settings) -> None:
    async with opened(library, (80, 120)) as it:
        await it.press("f5", "question_mark")
        places = ("Here", "Look back 7, 14, 30", "Everywhere", "Leave CatLog", "a note of yours", "Other screens")
        at = [it.text.index(words) for words in places]
        assert at == sorted(at)


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (100, 30)])
async def test_the_help_looks_as_drawn(library: Settings, size: tuple[int, int]) -> None:
    async with opened(library, size) as it:
        await it.press("f2")
        await it.rest()
        await it.press("question_mark")
        await golden(it, "help")


@pytest.mark.parametrize("size", [(60, 15), (100, 30)])
async def test_letters_find_a_key_and_enter_does_it(library: Settings, size: tuple[int, int]) -> None:
    async with opened(library, size) as it:
        await it.press("question_mark")
        await it.type("next theme")
        assert "Change to the next theme" in it.text
        assert "Leave CatLog" not in it.text
        await it.press("enter")
        assert it.app.theme == "light"
        assert not isinstance(it.app.screen, Help)


async def test_enter_does_the_action_of_another_screen_there(library: Settings) -> None:
    async with opened(library, (100, 30)) as it:
        await it.press("question_mark")
        await it.type("save a backup")
        await it.press("backspace")
        assert "save a backu" in it.text
        assert "save a backup" not in it.text
        await it.press("escape")
        assert isinstance(it.app.screen, Help), "the first esc forgets what was typed"
        await it.type("examine the database")
        await it.press("enter")
        await it.settle()
        assert it.app.current_mode == "ops"


async def test_arrows_walk_the_columns_and_a_second_question_mark_closes(library: Settings) -> None:
    async with opened(library, (100, 30)) as it:
        await it.press("question_mark")
        shown = it.app.screen
        assert isinstance(shown, Help)
        starts = [shown._page.rows[shown._cursor][1].start]
        await it.press("right")
        starts.append(shown._page.rows[shown._cursor][1].start)
        await it.press("left", "down", "down")
        starts.append(shown._page.rows[shown._cursor][1].start)
        assert starts[1] > starts[0] == starts[2]
        await it.press("question_mark")
        assert not isinstance(it.app.screen, Help)


async def test_every_action_of_the_table_is_in_the_help(library: Settings) -> None:
    async with opened(library, (80, 24)) as it:
        await it.press("question_mark")
        shown = it.app.screen
        assert isinstance(shown, Help)
        named = {row.name for row, _ in shown._page.rows}
        wanted = {section.full_name(action) for section in SECTIONS for action in section.actions}
        moves = {f"app.{name}" for name in ("next_tab", "last_tab", "home")}
        assert wanted - named <= moves
