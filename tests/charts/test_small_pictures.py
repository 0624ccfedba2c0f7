"""Bars of progress, gauges and dotted lines: exact in every cell they have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catlog.charts.progress_bar import gauge, line_bar, progress, solid
from catlog.charts.sparkline import dotted


@given(st.integers(0, 5000), st.none() | st.integers(0, 3000), st.integers(1, 40), st.booleans())
def test_progress_fills_its_width_and_lies_at_neither_end(
    done: int, total: int | None, width: int, ascii: bool
) -> None:
    bar = progress(done, total, width, ascii=ascii)
    assert len(bar.done) + len(bar.left) == width
    assert not ascii or (bar.done + bar.left).isascii()
    if total:
        assert (bar.done == ("=" if ascii else "━") * width) == (done >= total)
        assert (bar.done == "") == (done == 0)
    else:
        assert bar.done == ""


def test_progress_is_drawn_in_half_cells() -> None:
    assert line_bar(1 / 8, 4) == ("╸", "───")
    assert line_bar(5 / 8, 4) == ("━━╸", "─")
    assert progress(46, 74, 12) == ("━━━━━━━╸", "────")
    assert progress(46, 74, 12, ascii=True) == ("=======>", "----")
    assert progress(3, None, 4) == ("", "· · ")


@pytest.mark.parametrize(("share", "drawn"), [(-1, "────"), (0, "────"), (0.5, "━━──"), (1, "━━━━"), (7, "━━━━")])
def test_a_gauge_is_held_between_empty_and_full(share: float, drawn: str) -> None:
    assert gauge(share, 4) == drawn
    assert gauge(share, 4, ascii=True) == drawn.replace("━", "=").replace("─", "-")


@pytest.mark.parametrize(("length", "drawn"), [(0, ""), (0.01, "╸"), (1, "━"), (2.5, "━━╸")])
def test_a_counted_line_shows_every_length_above_nothing(length: float, drawn: str) -> None:
    assert solid(length, False) == drawn


def test_a_climb_is_a_line_from_bottom_to_top() -> None:
    assert dotted([1, 2, 3, 4], 2) == "⡠⠊"
    assert dotted([4, 3, 2, 1], 2) == "⠑⢄"
    assert dotted([1, None, 1], 3)[1] == " "
    assert dotted([1, 2, 3, 4], 4, ascii=True).isascii()


@given(st.lists(st.none() | st.floats()), st.integers(1, 20))
def test_a_dotted_line_fits_its_width(values: list[float | None], width: int) -> None:
    assert len(dotted(values, width)) <= width
