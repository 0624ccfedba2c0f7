"""Lists that share the lines of one column."""

from hypothesis import given
from hypothesis import strategies as st

from catlog.tui.screens.home.layout import SizeHint, distribute

wishes = st.lists(st.builds(SizeHint, st.integers(0, 60), st.integers(1, 12)), max_size=6)


def test_the_first_are_served_first_and_the_last_go_without() -> None:
    assert distribute(10, [SizeHint(6, 5), SizeHint(9, 3), SizeHint(4, 3)]) == [6, 3, 0]


def test_all_get_what_they_would_fill_where_there_is_room() -> None:
    assert distribute(40, [SizeHint(5, 5), SizeHint(9, 3), SizeHint(4, 3)]) == [5, 9, 4]


def test_a_part_that_has_nothing_takes_no_line() -> None:
    assert distribute(20, [SizeHint(0, 5), SizeHint(9, 3)]) == [0, 9]


@given(st.integers(0, 80), wishes)
def test_nobody_gets_too_much_or_too_little_to_be_worth_it(room: int, asked: list[SizeHint]) -> None:
    given_lines = distribute(room, asked)
    used = [lines for lines in given_lines if lines]
    assert sum(used) + max(len(used) - 1, 0) <= room
    for lines, wish in zip(given_lines, asked, strict=True):
        assert lines == 0 or min(wish.least, wish.most) <= lines <= wish.most
