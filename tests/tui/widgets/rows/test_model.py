from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from catlog.tui.widgets.rows.filtering import words
from catlog.tui.widgets.rows.model import Lines, RowModel, headings
from tests.tui.widgets.rows.stage import Show, shows


def viewed(records: Sequence[Show]) -> RowModel[Show]:
    view = RowModel(lambda show: show.mal_id, lambda show: show.title)
    view.load(records)
    return view


def by_title(records: Sequence[Show]) -> list[Show]:
    return sorted(records, key=lambda show: show.title)


def ids(view: RowModel[Show]) -> list[int]:
    return [view.rows[index].mal_id for index in view.hits]


NAMES = st.lists(st.text("abc", min_size=1, max_size=4), min_size=1, max_size=20)


@given(NAMES, st.integers(0, 30), st.booleans())
def test_the_cursor_stays_on_its_record_when_the_order_changes(names: list[str], place: int, backwards: bool) -> None:
    view = viewed([Show(number, name) for number, name in enumerate(names)])
    view.move(place)
    record = view.record
    view.arrange(lambda records: by_title(records)[:: -1 if backwards else 1])
    assert view.record is record
    assert [view.at(i).title for i in range(len(names))] == sorted(names, reverse=backwards)


def test_the_cursor_returns_to_its_record_when_the_filter_shows_it_again() -> None:
    view = viewed([Show(1, "Monster"), Show(2, "Mushishi"), Show(3, "Nana")])
    view.move(1)
    view.narrow(words("m"))
    assert view.record.mal_id == 2
    view.narrow(words("mo"))
    assert view.record.mal_id == 1
    view.narrow(words("moz"))
    assert view.record is None
    view.narrow(words(""))
    assert view.record.mal_id == 2


def test_new_data_leaves_cursor_and_selection_with_their_records() -> None:
    view = viewed(shows(5))
    view.move(3)
    view.selection.toggle([1, 3])
    view.load([Show(3, "renamed"), Show(9, "new"), Show(4, "title 004")])
    assert view.record == Show(3, "renamed")
    assert view.selected() == [Show(3, "renamed")]


def test_a_changed_record_stays_where_it_is_until_the_list_is_arranged_again() -> None:
    view = viewed([Show(1, "Monster"), Show(2, "Nana")])
    view.arrange(by_title)
    view.narrow(words("n"))
    assert view.replace(Show(1, "Xenon")) == 0
    assert view.replace(Show(7, "unknown")) is None
    assert ids(view) == [1, 2]
    view.rearrange()
    assert ids(view) == [2, 1]


def test_a_filter_after_a_change_sees_the_change() -> None:
    view = viewed([Show(1, "Monster"), Show(2, "Nana")])
    view.narrow(words("m"))
    view.replace(Show(2, "Mana"))
    view.narrow(words("ma"))
    assert ids(view) == [2]


def test_a_record_that_is_taken_out_leaves_the_cursor_in_its_place() -> None:
    view = viewed(shows(4))
    view.move(2)
    view.remove([2])
    assert view.record.mal_id == 3
    view.remove([3])
    assert view.record.mal_id == 1
    view.remove([0, 1])
    assert view.record is None
    assert view.cursor == -1


def test_scope_and_filter_both_hold_and_more_records_obey_them() -> None:
    view = viewed(shows(10))
    view.arrange(None, lambda show: show.mal_id % 2 == 0)
    view.narrow(words("00"))
    view.append([Show(20, "title 0020"), Show(21, "title 0021"), Show(22, "other")])
    assert ids(view) == [0, 2, 4, 6, 8, 20]


def test_selected_records_come_in_the_order_shown_and_hidden_ones_last() -> None:
    view = viewed(shows(6))
    view.arrange(lambda records: list(records)[::-1])
    view.selection.toggle([1, 2, 5])
    assert [show.mal_id for show in view.selected()] == [5, 2, 1]
    view.narrow(words("001"))
    assert [show.mal_id for show in view.selected()] == [1, 2, 5]


@given(st.integers(0, 9), st.lists(st.integers(0, 9), max_size=8), st.sets(st.integers(0, 9)))
def test_a_range_is_what_lies_between_anchor_and_cursor_and_what_was_selected_before(
    start: int, moves: list[int], before: set[int]
) -> None:
    view = viewed(shows(10))
    view.selection.toggle(before)
    view.move(start)
    for place in moves:
        view.move(place, stretch=True)
    if moves:
        assert view.selection.keys == before | set(range(min(start, moves[-1]), max(start, moves[-1]) + 1))
    view.move(0)
    assert view.selection.anchor is None


def test_headings_stand_where_a_group_begins() -> None:
    view = viewed(shows(5))
    view.arrange(None, None, lambda show: "" if show.mal_id < 2 else "from afar")
    assert [view.lines.at(line) for line in range(len(view.lines))] == [0, 1, "from afar", 2, 3, 4]
    assert [view.lines.line_of(position) for position in range(5)] == [0, 1, 3, 4, 5]


@given(st.lists(st.sampled_from(["", "a", "b"]), max_size=20))
def test_every_record_has_the_line_that_has_the_record(groups: list[str]) -> None:
    lines = Lines(len(groups), headings(groups))
    assert [lines.at(lines.line_of(position)) for position in range(len(groups))] == list(range(len(groups)))
    assert sum(isinstance(lines.at(line), str) for line in range(len(lines))) == len(headings(groups))
