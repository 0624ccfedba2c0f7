import asyncio
from collections.abc import Awaitable, Callable

import pytest

from catlog.tui.widgets.rows import RowList
from tests.tui.widgets.rows.stage import Show, shows, staged


def places(*keys: str, records: int = 100) -> list[int]:
    """Return the cursor's position after each of the keys, on a screen with 23 lines of records."""

    async def pressed() -> list[int]:
        async with staged(shows(records)) as (_app, rows, pilot):
            found = []
            for key in keys:
                await pilot.press(key)
                found.append(rows.view.cursor)
            return found

    return asyncio.run(pressed())


def test_arrows_and_vim_keys_move_by_one_and_stop_at_the_ends() -> None:
    assert places("up", "down", "j", "k", "down") == [0, 1, 2, 1, 2]
    assert places("end", "down", "home", "G", "g") == [99, 99, 0, 99, 0]


def test_pages_and_half_pages() -> None:
    assert places("pagedown", "pagedown", "pageup", "ctrl+d", "ctrl+u") == [23, 46, 23, 34, 23]
    assert places("pagedown", "pageup", records=5) == [4, 0]


def test_a_number_before_a_key_counts() -> None:
    assert places("number_sign", "5", "j")[-1] == 5
    assert places("number_sign", "1", "2", "G", "number_sign", "3", "k") == [0, 0, 0, 11, 11, 11, 8]
    assert places("number_sign", "1", "0", "j", "j") == [0, 0, 0, 10, 11]
    assert places("number_sign", "9", "9", "9", "9", "G")[-1] == 99


def test_digits_are_keys_of_others_without_the_sign_of_a_number() -> None:
    assert places("5", "j") == [0, 1]
    assert places("number_sign", "0", "j") == [0, 0, 1]


def test_escape_drops_the_number() -> None:
    assert places("number_sign", "5", "escape", "j")[-1] == 1


def test_nothing_moves_in_an_empty_list() -> None:
    assert places("down", "G", "pagedown", "space", "v", "enter", records=0) == [-1] * 6


def on_screen(act: Callable[[RowList[Show]], Awaitable[None]], records: int = 100) -> list[tuple[int, int]]:
    """Return the lines painted by an action, each with the position of the record in it or -1."""

    async def acted() -> list[tuple[int, int]]:
        async with staged(shows(records)) as (app, rows, pilot):
            await act(rows)
            await pilot.pause()
            top = rows.scroll_offset.y
            return [(y, y - 1 + top) for y in sorted(set().union(*app.painted))]

    return asyncio.run(acted())


def test_a_step_of_the_cursor_paints_two_lines() -> None:
    async def step(rows: RowList[Show]) -> None:
        rows.action_down()

    assert on_screen(step) == [(1, 0), (2, 1)]


def test_a_changed_record_paints_its_own_line() -> None:
    async def change(rows: RowList[Show]) -> None:
        assert rows.update(Show(7, "changed"), Show(70, "out of sight"), Show(700, "unknown")) == 2

    assert on_screen(change) == [(8, 7)]


def test_a_step_that_cannot_be_made_paints_nothing() -> None:
    async def step(rows: RowList[Show]) -> None:
        rows.action_up()

    assert on_screen(step) == []


def test_the_list_scrolls_half_a_page_at_the_edge_and_not_before() -> None:
    async def scrolled() -> list[float]:
        async with staged(shows(100)) as (_app, rows, _pilot):
            found = []
            for place in (22, 23, 24, 34, 35, 23, 22):
                rows.move_to(place)
                found.append(rows.scroll_offset.y)
            return found

    assert asyncio.run(scrolled()) == [0, 12, 12, 12, 24, 12, 12]


def test_a_smooth_list_scrolls_line_by_line() -> None:
    async def scrolled() -> list[float]:
        async with staged(shows(100)) as (_app, rows, _pilot):
            rows.smooth = True
            found = []
            for place in (22, 23, 24, 2, 1):
                rows.move_to(place)
                found.append(rows.scroll_offset.y)
            return found

    assert asyncio.run(scrolled()) == [0, 1, 2, 2, 1]


def test_a_page_keeps_the_cursor_at_its_place_on_the_screen() -> None:
    async def paged() -> list[tuple[int, int]]:
        async with staged(shows(100)) as (_app, rows, _pilot):
            rows.move_to(5)
            found = []
            for pages in (1, 1, -1):
                rows.action_page(pages)
                found.append((rows.view.cursor, rows.scroll_offset.y))
            return found

    assert asyncio.run(paged()) == [(28, 23), (51, 46), (28, 23)]


@pytest.mark.parametrize("height", [3, 2, 1])
def test_a_list_of_a_line_or_none_still_works(height: int) -> None:
    async def moved() -> int:
        async with staged(shows(10), size=(20, height)) as (_app, rows, pilot):
            await pilot.press("j", "j", "pagedown")
            return rows.view.cursor

    assert asyncio.run(moved()) >= 2


def test_the_cursor_stays_in_sight_when_the_terminal_shrinks() -> None:
    async def shrunk() -> bool:
        async with staged(shows(100)) as (_app, rows, pilot):
            rows.move_to(20)
            await pilot.resize_terminal(80, 10)
            await pilot.pause()
            return rows.scroll_offset.y <= 20 < rows.scroll_offset.y + rows.page

    assert asyncio.run(shrunk())
