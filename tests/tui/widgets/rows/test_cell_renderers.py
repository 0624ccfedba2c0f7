from collections.abc import Iterable
from datetime import timedelta

import pytest
from rich.cells import cell_len

from catlog.library.numbering import EpisodeTotal
from catlog.tui.glyphs import ASCII, UNICODE
from catlog.tui.widgets.rows import Piece, cell_renderers


def text(pieces: Iterable[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def test_progress_is_a_thin_bar_and_dots_where_the_end_is_unknown() -> None:
    assert text(cell_renderers.progress(6, 12, 12, UNICODE)) == "━━━━━━──────"
    assert text(cell_renderers.progress(24, 24, 12, UNICODE)) == "━" * 12
    assert set(text(cell_renderers.progress(1152, None, 12, UNICODE))) == {"·", " "}
    assert text(cell_renderers.progress(3, 6, 12, ASCII)).isascii()


def test_progress_keeps_its_width_whatever_is_counted() -> None:
    for width in range(1, 40):
        for watched, total in ((0, None), (5, None), (1126, 1200), (12, 0), (30, 24)):
            assert cell_len(text(cell_renderers.progress(watched, total, width, UNICODE))) == width


def test_what_is_done_has_another_colour_than_what_is_left() -> None:
    assert [piece.style for piece in cell_renderers.progress(4, 24, 20, UNICODE, "on-hold")] == ["on-hold", "rest"]


def test_figures_of_what_is_seen_fit_and_a_finished_title_has_its_sign() -> None:
    assert text(cell_renderers.seen(7, 12, 11, UNICODE)) == "7 / 12"
    assert text(cell_renderers.seen(1152, None, 11, UNICODE)) == "1,152 / ?"
    assert text(cell_renderers.seen(24, 24, 11, UNICODE)) == "✓ 24"
    assert text(cell_renderers.seen(1152, 1200, 9, UNICODE)) == "1152/1200"


def test_ratings_changes_and_statuses_read_without_colour() -> None:
    assert cell_renderers.rating(9, UNICODE).text == "9"
    assert cell_renderers.rating(8.75, UNICODE, digits=2).text == "8.75"
    assert cell_renderers.rating(None, ASCII).text == "-"
    assert cell_renderers.change(-3, UNICODE).text == "▼3"
    assert cell_renderers.change(0, ASCII).text == "."
    assert cell_renderers.status("WATCHING", UNICODE, "Watching") == Piece("▸ Watching", "watching")
    assert cell_renderers.status(None, UNICODE) == Piece(" ")


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=3, hours=4), "in 3 d"),
        (timedelta(hours=2, minutes=59), "in 2 h"),
        (timedelta(minutes=40), "in 40 min"),
        (timedelta(seconds=59), "now"),
        (timedelta(seconds=-5), "now"),
        (None, ""),
    ],
)
def test_a_countdown_is_told_in_its_largest_unit(left: timedelta | None, words: str) -> None:
    assert cell_renderers.countdown(left).text == words


def test_behind_is_told_only_when_somebody_is() -> None:
    assert cell_renderers.behind(EpisodeTotal(2, estimate=False)).text == "2 behind"
    assert cell_renderers.behind(EpisodeTotal(2, estimate=True)).text == "~2 behind"
    assert cell_renderers.behind(EpisodeTotal(0, estimate=False)).text == ""


def test_a_course_is_one_line_of_dots_with_gaps_where_nothing_is_known() -> None:
    assert cell_renderers.sparkline([0, 1, 2, 3], 2, UNICODE).text == "⡠⠊"
    assert cell_renderers.sparkline([5, 5], 2, UNICODE).text in ("⠒⠒", "⠤⠤")
    assert cell_renderers.sparkline([0, None, None, 3], 2, UNICODE).text == "⡀⠈"
    assert cell_renderers.sparkline([None], 4, UNICODE).text == ""
    assert cell_renderers.sparkline([0, 1, 2, 9], 4, ASCII).text.isascii()
    assert len(cell_renderers.sparkline(range(300), 12, UNICODE).text) == 12
