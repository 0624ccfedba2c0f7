"""Sparklines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catlog.charts.sparkline import sparkline


def test_a_rising_series_climbs_from_the_lowest_to_the_highest_block() -> None:
    assert sparkline(range(8)) == "▁▂▃▄▅▆▇█"
    assert sparkline([5, 1, 9]) == "▅▁█"


def test_unknown_values_are_gaps() -> None:
    assert sparkline([1, None, 2, float("nan")]) == "▁ █ "
    assert sparkline([None, None]) == "  "
    assert sparkline([]) == ""


def test_a_series_that_never_changes_stays_at_mid_height() -> None:
    assert sparkline([3, 3, 3]) == "▅▅▅"


def test_ascii_uses_ascii_alone() -> None:
    line = sparkline([1, 2, None, 8], ascii=True)
    assert line.isascii()
    assert line[0] == "_"
    assert line[3] == "#"


def test_a_long_series_is_averaged_into_the_width() -> None:
    assert sparkline([0, 0, 1, 1, None, None, 7, 7], width=4) == "▁▂ █"
    assert sparkline([1, 2], width=10) == "▁█"


@given(st.lists(st.none() | st.floats()), st.integers(1, 20))
def test_any_series_gives_one_character_a_cell(values: list[float | None], width: int) -> None:
    assert len(sparkline(values)) == len(values)
    assert len(sparkline(values, width=width)) == min(len(values), width)


@pytest.mark.parametrize("values", [[1e308, -1e308], [5e-324, 0.0]])
def test_extreme_values_reach_both_ends(values: list[float | None]) -> None:
    assert sorted(sparkline(values)) == ["▁", "█"]
