"""The grid of Details: what is there fits at every size, and parts go in the order that the screen names."""

import pytest

from catlog.tui.screens.details.grid import AIR, FRAME, grid

SIZES = [(width, height) for width in (60, 79, 80, 99, 100, 131, 132, 200) for height in range(15, 71)]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_everything_fits_and_pages_have_room(width: int, height: int) -> None:
    found = grid(width, height)
    body = height - FRAME - (height >= AIR)
    names = 3 if found.is_airy else 1
    assert found.least <= found.head
    assert body - found.head - found.rank - names - found.line >= 3, "the page has a line for a heading and two rows"
    if found.cover is not None:
        assert body - found.cover.height - 1 >= 10, "the entry has room below the cover"
    if found.small_cover is not None:
        assert found.least >= found.small_cover.height


def test_the_chart_becomes_a_line_before_the_cover_goes() -> None:
    tall, low, lowest = grid(120, 40), grid(120, 30), grid(120, 24)
    assert (tall.rank > 0, tall.line) == (True, False)
    assert (low.rank, low.line, low.cover is not None) == (0, True, True)
    assert lowest.cover is None
    assert tall.cover is not None
    assert low.cover is not None
    assert tall.cover.height > low.cover.height


def test_without_covers_their_room_goes_to_the_rest() -> None:
    assert grid(80, 24).small_cover is not None
    assert grid(80, 24, covers=False).small_cover is None
    assert grid(79, 24).small_cover is None
