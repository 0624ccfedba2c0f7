"""The command palette: what words find, what enter does, and what stays as it was after esc."""

from __future__ import annotations

import json

import pytest
from textual import events

from catlog.config import Settings
from catlog.saved_views import SavedViews
from catlog.tui.dialogs.palette import CommandPalette, match
from catlog.tui.screens.details.screen import DetailsScreen
from catlog.tui.screens.ops.panel import OpsPage
from catlog.tui.screens.ops.screen import OpsScreen
from tests.tui.harness import opened


@pytest.mark.parametrize(
    ("words", "text", "rank", "letters"),
    [
        ("go", "Go to my list", 0, "Go"),
        ("list", "Go to my list", 1, "list"),
        ("ist", "Go to my list", 2, "ist"),
        ("gml", "Go to my list", 3, "Gml"),
        ("list go", "Go to my list", 1, "Golist"),
    ],
)
def test_words_match_by_beginnings_then_inside_then_letter_by_letter(
    words: str, text: str, rank: int, letters: str
) -> None:
    found = match(words, text)
    assert found is not None
    assert found[0] == rank
    assert "".join(text[at] for at in sorted(found[1])) == letters


def test_letters_in_another_order_match_nothing() -> None:
    assert match("lmg", "Go to my list") is None


async def test_a_title_opens_from_any_screen_also_when_mistyped(library: Settings) -> None:
    async with opened(library) as it:
        for words in ("cowboy beb", "cowboy bebpo"):
            await it.press("f4", "colon")
            await it.type(words)
            await it.settle()
            assert "Cowboy Bebop" in it.text
            await it.press("enter")
            await it.settle()
            assert isinstance(it.app.screen, DetailsScreen)
            assert "Cowboy Bebop" in it.text
            await it.press("escape")


async def test_a_half_remembered_title_is_found_and_told_so(library: Settings) -> None:
    async with opened(library) as it:
        await it.press("colon")
        await it.type("something bebop")
        await it.settle()
        assert "Cowboy Bebop" in it.text
        assert "no title has all words; titles with bebop" in it.text


async def test_an_action_of_another_screen_goes_there_first(library: Settings) -> None:
    async with opened(library, (160, 48)) as it:
        await it.press("f2", "colon")
        await it.type("examine the database")
        await it.press("enter")
        await it.settle()
        assert it.app.current_mode == "ops"
        assert isinstance(it.app.screen, OpsScreen)
        assert it.app.screen._page is OpsPage.DOCTOR


async def test_a_theme_shows_itself_under_the_cursor_and_leaves_with_esc(library: Settings) -> None:
    async with opened(library) as it:
        before = it.app.theme
        await it.press("colon")
        await it.type("theme safe")
        await it.press("down", "up")
        assert it.app.theme == "safe"
        await it.press("escape")
        assert it.app.theme == before
        await it.press("colon")
        await it.type("theme safe")
        await it.press("enter")
        assert it.app.theme == "safe"


async def test_what_is_used_most_comes_first_and_a_spoilt_count_is_none(library: Settings) -> None:
    async with opened(library) as it:
        for motion in ("reduced", "full", "reduced", "off"):
            await it.press("colon")
            await it.type(f"motion {motion}")
            await it.press("enter")
            await it.settle()
        user = it.app.status.user
        assert SavedViews(library.paths.state, user).all("palette")["motion.reduced"] == {"uses": "2"}
        await it.press("colon")
        await it.type("motion")
        settings = [entry.name for entry, _ in it.app.screen._hits if entry.group == "Settings"]
        assert settings == ["motion.reduced", "motion.full"]
        await it.press("escape")
        spoilt = {user.casefold(): {"palette": {"motion.full": {"uses": "-many"}}}}
        (library.paths.state / "presets.json").write_text(json.dumps(spoilt))
        await it.press("colon")
        assert isinstance(it.app.screen, CommandPalette)


async def test_a_megabyte_pasted_is_one_line_and_hangs_nothing(library: Settings) -> None:
    async with opened(library) as it:
        await it.press("colon")
        await it.app.on_event(events.Paste("motion off\n" * 100_000))
        await it.settle()
        assert isinstance(it.app.screen, CommandPalette)
        assert it.app.bug is None
        await it.press("escape")
        assert not isinstance(it.app.screen, CommandPalette)
