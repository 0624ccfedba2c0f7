import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from textual.pilot import Pilot

from catlog.tui.glyphs import ASCII
from catlog.tui.widgets.rows import RowList
from tests.tui.widgets.rows.stage import Show, Stage, shows, staged

Act = Callable[[Stage, RowList[Show], Pilot[None]], Awaitable[object]]


def acted(act: Act, records: Sequence[Show] | None = None) -> Any:  # noqa: ANN401 - whatever `act` returns
    async def run() -> object:
        async with staged(shows(10) if records is None else records) as (app, rows, pilot):
            return await act(app, rows, pilot)

    return asyncio.run(run())


def test_the_owner_hears_where_the_cursor_is_and_what_was_opened() -> None:
    async def act(app: Stage, rows: RowList[Show], pilot: Pilot[None]) -> object:
        await pilot.press("j", "number_sign", "3", "enter", "k", "k")
        return [(said.record.mal_id, said.position) for said in app.heard(RowList.Highlighted)], [
            (said.record.mal_id, said.count) for said in app.heard(RowList.Chosen)
        ]

    assert acted(act) == ([(1, 1), (0, 0)], [(1, 3)])


def test_numbers_are_told_while_they_are_typed() -> None:
    async def act(app: Stage, rows: RowList[Show], pilot: Pilot[None]) -> object:
        await pilot.press("number_sign", "1", "2", "j")
        return [said.count for said in app.heard(RowList.CountTyped)]

    assert acted(act) == [1, 12, None]


def test_space_selects_and_goes_on() -> None:
    async def act(app: Stage, rows: RowList[Show], pilot: Pilot[None]) -> object:
        await pilot.press("space", "space", "k", "space")
        return rows.selected_keys, rows.record, [said.count for said in app.heard(RowList.SelectionChanged)]

    assert acted(act) == ({0}, Show(2, "title 002"), [1, 2, 1])


def test_a_range_grows_and_shrinks_with_the_cursor_until_it_ends() -> None:
    async def act(app: Stage, rows: RowList[Show], pilot: Pilot[None]) -> object:
        await pilot.press("j", "v", "G", "k", "k", "v", "g")
        return rows.selected_keys

    assert acted(act, shows(6)) == {1, 2, 3}


def test_shift_selects_as_long_as_it_is_held() -> None:
    async def act(app: Stage, rows: RowList[Show], pilot: Pilot[None]) -> object:
        await pilot.press("shift+down", "shift+down", "down", "down", "shift+up")
        return rows.selected_keys

    assert acted(act) == {0, 1, 2, 3, 4}


def test_all_and_invert_concern_what_is_shown_and_escape_clears() -> None:
    async def act(app: Stage, rows: RowList[Show], pilot: Pilot[None]) -> object:
        found = []
        await pilot.press("space")
        rows.narrow("00")
        for key in ("ctrl+a", "!", "!", "escape", "escape"):
            if key == "!" and not found[1:]:
                rows.narrow("003")
            await pilot.press("exclamation_mark" if key == "!" else key)
            found.append(len(rows.selected_keys))
        return found

    assert acted(act) == [10, 9, 10, 0, 0]


def test_repeat_is_asked_for_the_selection_or_the_cursor() -> None:
    async def act(app: Stage, rows: RowList[Show], pilot: Pilot[None]) -> object:
        await pilot.press("full_stop", "space", "space", "full_stop")
        return [[show.mal_id for show in said.records] for said in app.heard(RowList.RepeatRequested)]

    assert acted(act) == [[0], [0, 1]]


def test_the_mouse_moves_opens_selects_and_sorts() -> None:
    async def act(app: Stage, rows: RowList[Show], pilot: Pilot[None]) -> object:
        await pilot.click(rows, offset=(10, 4))
        await pilot.click(rows, offset=(10, 6), control=True)
        await pilot.click(rows, offset=(10, 8), times=2)
        await pilot.click(rows, offset=(5, 0))
        await pilot.click(rows, offset=(0, 0))
        await pilot.click(rows, offset=(10, 20))
        return (
            rows.record,
            rows.selected_keys,
            [said.record.mal_id for said in app.heard(RowList.Chosen)],
            [said.column for said in app.heard(RowList.SortRequested)],
        )

    assert acted(act) == (Show(7, "title 007"), {5}, [7], ["title"])


def test_a_click_on_the_heading_of_a_group_does_nothing() -> None:
    async def act(app: Stage, rows: RowList[Show], pilot: Pilot[None]) -> object:
        rows.present(group=lambda show: "" if show.mal_id < 2 else "+ 8 from afar")
        await pilot.pause()
        await pilot.click(rows, offset=(10, 3))
        before = rows.view.cursor
        await pilot.click(rows, offset=(10, 4))
        return before, rows.record, app.lines()[3].split()

    before, record, words = acted(act)
    assert (before, record) == (0, Show(2, "title 002"))
    assert words[:-1] == ["+", "8", "from", "afar"], "and a rule behind it"


def test_the_wheel_scrolls_and_leaves_the_cursor() -> None:
    async def act(app: Stage, rows: RowList[Show], pilot: Pilot[None]) -> object:
        rows.scroll_down(animate=False)
        await pilot.pause()
        return rows.scroll_offset.y > 0, rows.view.cursor

    assert acted(act, shows(100)) == (True, 0)


def test_the_end_of_a_list_that_has_more_is_told_once() -> None:
    async def act(app: Stage, rows: RowList[Show], pilot: Pilot[None]) -> object:
        found = []
        rows.load(shows(50), more=True)
        for change in (None, lambda: rows.append(shows(60)[50:], more=True), lambda: rows.append([])):
            if change:
                change()
            rows.action_last()
            rows.action_up()
            rows.action_last()
            await pilot.pause()
            found.append([said.shown for said in app.heard(RowList.EndReached)])
        return found

    assert acted(act) == [[50], [60], []]


def test_what_is_empty_says_what_to_do_and_what_matches_nothing_says_so() -> None:
    async def act(app: Stage, rows: RowList[Show], pilot: Pilot[None]) -> object:
        empty = app.lines()
        rows.load(shows(3))
        rows.narrow("zzz")
        unmatched = app.lines()
        rows.narrow("")
        return [" ".join(lines[1:]).split() for lines in (empty, unmatched)], app.lines()[1].split()[0]

    assert acted(act, []) == ([["No", "titles", "yet:", "press", "a."], ["No", "title", "matches."]], "▌")


def test_filtering_and_sorting_need_no_layout_of_the_screen() -> None:
    async def act(app: Stage, rows: RowList[Show], pilot: Pilot[None]) -> object:
        layouts = []
        app.screen.screen_layout_refresh_signal.subscribe(rows, layouts.append)
        rows.narrow("00")
        rows.present(lambda records: list(records)[::-1], arrow="title", descending=True)
        rows.narrow("001")
        await pilot.pause()
        return layouts, rows.max_scroll_y, rows.shown

    assert acted(act, shows(100)) == ([], 0, 1)


def test_records_taken_out_and_going_to_one() -> None:
    async def act(app: Stage, rows: RowList[Show], pilot: Pilot[None]) -> object:
        rows.drop(1, 2)
        return rows.shown, rows.total, rows.go_to(5), rows.record, rows.go_to(1)

    assert acted(act) == (8, 8, True, Show(5, "title 005"), False)


def test_preparing_a_filter_happens_between_other_work() -> None:
    async def act(app: Stage, rows: RowList[Show], pilot: Pilot[None]) -> object:
        rows.prepare_filter()
        first = len(rows.view.haystacks._folded)
        await pilot.pause()
        return first < 9_000 == len(rows.view.haystacks._folded)

    assert acted(act, shows(9_000))


def test_another_theme_and_other_signs_are_drawn_anew() -> None:
    async def act(app: Stage, rows: RowList[Show], pilot: Pilot[None]) -> object:
        def style() -> object:
            return next(iter(rows.render_line(3))).style

        dark, before = style(), app.lines()[1]
        app.theme = "light"
        await pilot.pause()
        light = style()
        rows.redraw(glyphs=ASCII)
        return dark != light, before[0], app.lines()[1][0]

    assert acted(act) == (True, "▌", ASCII.cursor)


def test_the_cursor_is_another_one_when_the_focus_is_elsewhere() -> None:
    async def act(app: Stage, rows: RowList[Show], pilot: Pilot[None]) -> object:
        focused = rows.render_line(1)._segments[0].style
        app.set_focus(None)
        await pilot.pause()
        return focused != rows.render_line(1)._segments[0].style

    assert acted(act)
