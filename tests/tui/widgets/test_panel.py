"""The frame of a part of a screen: its words, its state, and the part of the border that tells the position."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from textual.app import ComposeResult
from textual.containers import Horizontal

from catlog.config import Settings
from catlog.tui.screens.base import CatLogScreen
from catlog.tui.terminal.capabilities import Terminal
from catlog.tui.widgets.panel import Panel, thumb
from catlog.tui.widgets.rows import RowColumn, RowList
from tests.tui.harness import Driver, opened


def numbers(id: str) -> RowList[int]:
    return RowList(
        (RowColumn("number", "Number", lambda number, _: f"number {number}", 12),), identity=lambda n: n, id=id
    )


class Two(CatLogScreen):
    """Two panels side by side: one with many lines, one with few."""

    def compose_body(self) -> ComposeResult:
        with Horizontal():
            yield Panel(numbers("many"), title="Many", fact="200 numbers", key="M", id="left")
            yield Panel(numbers("few"), title="Few [b]not bold[/b]", id="right")


async def shown(it: Driver) -> Two:
    screen = Two()
    await it.app.push_screen(screen)
    screen.query_one("#many", RowList).load(range(200))
    screen.query_one("#few", RowList).load(range(3))
    await it.settle()
    return screen


async def test_the_words_are_in_the_border(library: Settings) -> None:
    async with opened(library, (120, 30)) as it:
        await shown(it)
        top = it.text.splitlines()[1]
        assert top.startswith("╭─ Many ──")
        assert "── 200 numbers ─ M ─╮╭─ Few [b]not bold[/b] ──" in top
        assert top.endswith("╮")
        assert it.text.splitlines()[-2].startswith("╰──")
        assert it.text.splitlines()[-2].endswith("──╯")


async def test_the_right_border_shows_what_is_in_sight(library: Settings) -> None:
    async with opened(library, (120, 30)) as it:
        screen = await shown(it)

        def marks() -> list[int]:
            return [at for at, row in enumerate(it.text.splitlines()) if row[59:60] == "┃"]

        begin = marks()
        assert begin[0] == 2, "nothing is above the first line"
        screen.set_focus(screen.query_one("#many", RowList))
        await it.press("G")
        end = marks()
        assert end[-1] == 27, "nothing is below the last line"
        assert len(end) == len(begin)
        assert all(row[119:120] != "┃" for row in it.text.splitlines()), "three lines need no mark"
        await it.pilot.mouse_down("#left", offset=(59, 1))
        await it.settle()
        assert marks() == begin


async def test_the_focus_is_in_the_colour_of_where_one_is(library: Settings) -> None:
    async with opened(library, (120, 30)) as it:
        screen = await shown(it)
        left, right = screen.query_one("#left", Panel), screen.query_one("#right", Panel)
        accent, line = it.app.tone("accent").color, it.app.tone("line").color
        for panel, other in ((left, right), (right, left)):
            screen.set_focus(panel.query_one(RowList))
            await it.settle()
            [first, *_] = panel.render_line(0)
            assert first.style is not None
            assert first.style.color == accent
            [first, *_] = other.render_line(0)
            assert first.style is not None
            assert first.style.color == line


async def test_without_colour_the_focused_border_is_heavy(library: Settings) -> None:
    async with opened(library, (120, 30), Terminal(color=False)) as it:
        screen = await shown(it)
        screen.set_focus(screen.query_one("#few", RowList))
        await it.settle()
        top = it.text.splitlines()[1]
        assert top.startswith("╭─ Many")
        assert "╮┏━ Few" in top
        assert top.endswith("━┓")


async def test_below_100_columns_it_is_a_heading(library: Settings) -> None:
    async with opened(library, (80, 24)) as it:
        await shown(it)
        assert it.text.splitlines()[1].startswith("  Many")
        assert "╭" not in it.text
        assert it.text.splitlines()[2].startswith("  Number")


async def test_in_ascii_the_border_is_ascii(library: Settings) -> None:
    async with opened(replace(library, ascii=True), (120, 30), Terminal(ascii=True)) as it:
        await shown(it)
        assert it.text.splitlines()[1].startswith("+- Many --")
        assert it.text.isascii()


@given(st.integers(1, 500), st.integers(1, 100_000), st.integers(1, 100), st.floats(0, 1))
def test_the_mark_is_inside_and_touches_the_ends_only_there(page: int, total: int, height: int, share: float) -> None:
    top = round(share * max(total - page, 0))
    mark = thumb(top, page, total, height)
    if total <= page:
        assert mark is None
        return
    assert mark is not None
    assert 0 <= mark.first < mark.end <= height
    if top == 0:
        assert mark.first == 0
    if top == total - page:
        assert mark.end == height
    if 0 < top < total - page and height - (mark.end - mark.first) > 1:
        assert mark.first > 0
        assert mark.end < height
