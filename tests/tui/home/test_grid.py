"""The grid of Home: what gives way, in which order, and that nothing overlaps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catlog.tui.screens.home.grid import CLOSE, LEAST_TITLES, PICTURE, ROW, Grid, Place, grid

WIDTHS, HEIGHTS = st.integers(60, 240), st.integers(11, 90)


def placed(it: Grid) -> dict[str, Place]:
    return {name: place for name in Grid._fields if isinstance(place := getattr(it, name), Place)}


def test_a_wide_screen_has_three_columns_as_drawn() -> None:
    it = grid(160, 45, titles=6, episodes=5)
    assert it.density == PICTURE
    assert placed(it) == {
        "going": Place(40, 0, 70, 27),
        "cat": Place(0, 0, 40, 17),
        "lately": Place(0, 17, 40, 28),
        "for_you": Place(40, 27, 70, 18),
        "week": Place(110, 0, 50, 21),
        "movers": Place(110, 21, 50, 24),
    }


def test_lines_beyond_the_drawn_ones_go_to_continue_and_lately() -> None:
    drawn, taller = grid(160, 45, 12, 5), grid(160, 57, 12, 5)
    assert taller.going.height - drawn.going.height == 12
    assert taller.lately is not None
    assert taller.lately.height == 40


def test_two_columns_have_what_moves_below_the_cat() -> None:
    it = grid(100, 28, titles=6, episodes=5)
    assert placed(it) == {
        "going": Place(38, 0, 62, 15),
        "cat": Place(0, 0, 38, 13),
        "movers": Place(0, 13, 38, 15),
        "week": Place(38, 15, 62, 13),
    }
    assert it.density == CLOSE


def test_one_column_has_the_whole_cat_from_80_columns_on() -> None:
    wide, narrow = grid(80, 22, 6, 5), grid(79, 26, 6, 5)
    assert wide.cat == Place(0, 0, 80, 7)
    assert wide.face is None
    assert narrow.cat is None
    assert narrow.face == Place(0, 0, 79, 1)
    assert narrow.movers is not None
    assert narrow.week is not None
    assert narrow.movers.y > narrow.week.y
    assert grid(60, 13, 6, 5).movers is None
    assert wide.going.height == 7
    assert wide.week is not None
    assert wide.movers is not None
    assert wide.week.y == wide.movers.y == 15


@pytest.mark.parametrize("width", [160, 132])
def test_a_lower_screen_gives_up_for_you_then_lately_then_covers(width: int) -> None:
    gone: list[str] = []
    for height in range(60, 12, -1):
        it = grid(width, height, 6, 5)
        missing = [name for name in ("for_you", "lately") if getattr(it, name) is None]
        missing += ["covers"] if not it.density.cover else []
        gone += [name for name in missing if name not in gone]
    assert gone == ["for_you", "lately", "covers"]


@given(WIDTHS, HEIGHTS, st.integers(0, 40), st.integers(0, 20))
def test_continue_has_three_titles_at_every_size(width: int, height: int, titles: int, episodes: int) -> None:
    it = grid(width, height, titles, episodes)
    frame = 3 if width >= 100 else 1
    if height >= 11:
        assert it.density.height(min(titles, LEAST_TITLES)) <= it.going.height - frame
    assert it.density == ROW or width >= 100


@given(WIDTHS, HEIGHTS, st.integers(0, 40), st.integers(0, 20))
def test_no_panels_overlap_and_all_are_on_the_screen(width: int, height: int, titles: int, episodes: int) -> None:
    places = list(placed(grid(width, height, titles, episodes)).values())
    taken: set[tuple[int, int]] = set()
    for place in places:
        assert place.x >= 0 <= place.y
        assert place.x + place.width <= width
        assert place.y + place.height <= height
        cells = {(x, y) for x in range(place.x, place.x + place.width) for y in range(place.y, place.y + place.height)}
        assert cells
        assert not cells & taken
        taken |= cells


def test_a_week_with_little_in_it_leaves_its_lines_to_the_movers() -> None:
    full, little = grid(160, 45, 6, 5, premieres=3), grid(160, 45, 6, 2, premieres=0)
    assert full.week is not None
    assert little.week is not None
    assert (full.week.height, little.week.height) == (21, 13)
    assert little.movers == Place(110, 13, 50, 32)


@given(st.integers(0, 60), st.integers(0, 12))
def test_what_is_next_in_line_fits_below_the_titles_in_progress(room: int, titles: int) -> None:
    spare = PICTURE.spare(room, titles)
    used = titles * 4 + (1 + spare * 4 - 1 if spare else 0)
    assert used <= max(room, titles * 4)
    assert spare == 0 or used + 4 > room


@pytest.mark.parametrize(("width", "height", "left"), [(160, 45, "lately"), (100, 28, "movers")])
def test_without_a_cat_its_lines_go_to_what_stands_below_it(width: int, height: int, left: str) -> None:
    it = grid(width, height, 0, 0, has_cat=False)
    assert it.cat is None
    assert it.face is None
    assert getattr(it, left).y == 0
    assert getattr(it, left).height == height
    assert grid(80, 22, 0, 0, has_cat=False).going.y == 1
