"""The frame around the screens: tabs, bar, keys, notices, dialogs, themes."""

import time
from dataclasses import replace
from types import SimpleNamespace

import pytest

from catlog.config import THEMES, Settings
from catlog.demo.titles import load_titles
from catlog.tui.app import CatLogApp
from catlog.tui.chrome.notices import LINES_OF_TOASTS
from catlog.tui.chrome.topbar import TABS
from catlog.tui.screens.search.screen import SearchScreen
from catlog.tui.terminal.capabilities import Terminal
from catlog.tui.terminal.notice import Notice
from tests.tui.harness import golden, opened

SIZES = ((60, 15), (80, 24), (200, 60))


@pytest.mark.parametrize("size", SIZES)
async def test_the_bar_and_the_keys_fit_every_size(library: Settings, size: tuple[int, int]) -> None:
    async with opened(library, size) as it:
        first, *_, last = it.text.splitlines()
        assert all(f"{number} {words}" in first for number, (_, words, _) in enumerate(TABS, 1))
        assert last.endswith("? help")
        assert it.app.glyphs.ok in first


async def test_digits_brackets_and_clicks_go_from_tab_to_tab(library: Settings) -> None:
    async with opened(library) as it:
        for number, (mode, *_) in enumerate(TABS, 1):
            await it.press(f"f{number}")
            assert it.app.current_mode == mode
        await it.press("right_square_bracket")
        assert it.app.current_mode == "home"
        await it.press("left_square_bracket")
        assert it.app.current_mode == "ops"
        column = it.text.splitlines()[0].index("4 Stats")
        await it.pilot.click(offset=(column + 1, 0))
        await it.settle()
        assert it.app.current_mode == "stats"


async def test_a_small_window_is_covered_and_nothing_is_lost(shared_folder: Settings) -> None:
    async with opened(shared_folder, (80, 24)) as it:
        await it.type("mika")
        await it.resize(20, 5)
        assert "Too small" in it.text
        await it.press("x", "escape")
        await it.resize(80, 24)
        assert "Too small" not in it.text
        assert "mika" in it.text
        assert "mikax" not in it.text


async def test_ascii_alone_means_ascii_alone(library: Settings) -> None:
    named = set("".join(title.title for title in load_titles()))
    async with opened(library, (100, 30), Terminal(ascii=True)) as it:
        for key in ("question_mark", "escape", "colon"):
            await it.press(key)
            assert {sign for sign in it.text if not sign.isascii()} <= named, "only titles have other signs"


@pytest.mark.parametrize("theme", THEMES)
async def test_every_theme_has_a_colour_for_every_role(library: Settings, theme: str) -> None:
    from catlog.tui.themes import ROLES

    async with opened(replace(library, theme=theme)) as it:
        for role in ROLES:
            assert (it.app.tone(role).color is None) == (theme == "mono")


def test_a_status_has_the_same_hue_in_the_app_and_in_charts_of_256_colours() -> None:
    from rich.color import Color
    from textual.color import Color as AppColor
    from textual.color import rgb_to_lab

    from catlog.charts.palettes import PALETTES
    from catlog.charts.picture import PALETTE, Tone

    def apart(one: str, other: str) -> float:
        first, second = rgb_to_lab(AppColor.parse(one)), rgb_to_lab(AppColor.parse(other))
        return ((first.L - second.L) ** 2 + (first.a - second.a) ** 2 + (first.b - second.b) ** 2) ** 0.5

    dark, statuses = PALETTES["dark"], ("watching", "completed", "planned", "on-hold", "dropped")
    for name in statuses:
        chart = Color.from_ansi(PALETTE[Tone(name.replace("-", " "))]).get_truecolor().hex
        nearest = min(statuses, key=lambda status: apart(chart, dark[status]))
        assert nearest == name


async def test_the_help_and_the_palette_look_as_they_did(library: Settings) -> None:
    async with opened(library, (80, 24)) as it:
        await it.press("colon")
        await it.type("theme")
        await golden(it, "palette")
        await it.press("enter")
        assert it.app.theme == "light"


async def test_two_apps_in_one_process_share_nothing(library: Settings, no_library: Settings) -> None:
    async with opened(library) as one:
        other = CatLogApp(library, Terminal(color=False))
        assert other.theme != one.app.theme
        assert other.pool is not one.app.pool
        other.pool.close()


async def test_a_toast_that_ends_while_a_screen_makes_its_own_of_it_stops_nothing(
    library: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(library) as it:
        it.app.tell("saved")
        await it.settle()
        later = it.app.NOTIFICATION_TIMEOUT + 0.5
        monkeypatch.setattr(Notice, "has_expired", False)  # as it was a moment ago, when the screen looked
        monkeypatch.setattr(
            "catlog.tui.terminal.notice.time", SimpleNamespace(monotonic=lambda: time.monotonic() + later)
        )
        await it.press("f2")
        assert it.app.current_mode == "list"


async def test_a_toast_goes_with_its_screen_and_is_replaced_by_the_next_one(library: Settings) -> None:
    async with opened(library) as it:
        await it.press("f2", "plus")
        assert "u takes it back" in it.text
        await it.press("u")
        await it.settle()
        assert "taken back" in it.text
        assert "u takes it back" not in it.text
        it.app.tell("the disk is full", problem=True)
        await it.press("f1")
        await it.settle()
        assert "taken back" not in it.text
        assert "the disk is full" in it.text
        await it.press("f2")
        await it.settle()
        assert "taken back" not in it.text


async def test_a_toast_does_not_cover_the_line_of_the_cursor(library: Settings) -> None:
    async with opened(library, (80, 24)) as it:
        await it.press("f2", "plus")
        await it.settle()
        assert "u takes it back" in it.text.splitlines()[-2]
        await it.press("f3", "escape", "G", "s", "p")
        await it.settle()
        screen, lines = it.app.screen, it.text.splitlines()
        assert isinstance(screen, SearchScreen)
        assert screen.cursor_line is not None
        told = [number for number, line in enumerate(lines) if "u takes it back" in line]
        assert told == [1 if screen.cursor_line >= len(lines) - LINES_OF_TOASTS else len(lines) - 2]
        screen.set_focus(None)
        assert screen.cursor_line is None


async def test_a_toast_comes_on_top_where_the_cursor_is_in_the_last_lines(
    library: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catlog.tui.screens.base.CatLogScreen.cursor_line", 22)
    async with opened(library, (80, 24)) as it:
        await it.press("f2", "plus")
        await it.settle()
        assert "u takes it back" in it.text.splitlines()[1]
        monkeypatch.setattr("catlog.tui.screens.base.CatLogScreen.cursor_line", 20)
        await it.press("plus")
        await it.settle()
        assert "u takes it back" in it.text.splitlines()[-2]


async def test_ctrl_c_says_which_key_leaves(library: Settings) -> None:
    async with opened(library) as it:
        await it.press("ctrl+c")
        await it.settle()
        assert "leaves CatLog; everything is saved" in it.text


@pytest.mark.parametrize(
    ("keys", "first"),
    [
        (("f1",), "+ log   enter open   r rate   s status   / find   u undo"),
        (("f2",), "+ log   enter open   r rate   s status   / filter"),
        (("f2", "enter"), "+ log   enter open   r rate   s status   tab next page   esc back"),
        (("f3", "escape"), "enter open   a plan   w watch   s status   / words"),
        (("f3", "escape", "S"), "enter open   a plan   tab type   ← → season"),
        (("f5",), "enter open"),
    ],
    ids="-".join,
)
async def test_the_line_of_keys_begins_with_what_is_pressed_most(
    library: Settings, keys: tuple[str, ...], first: str
) -> None:
    async with opened(library) as it:
        await it.press(*keys)
        await it.settle()
        told = it.text.splitlines()[-1].strip()
        assert told.startswith(first)
        assert told.endswith(": command   ? help")


def test_a_toast_has_some_time_left_until_it_is_gone() -> None:
    notice = Notice("saved", timeout=0)
    assert notice.has_expired
    assert notice.time_left > 0
    assert Notice("saved", timeout=60).time_left == pytest.approx(60, abs=30)
