"""Line charts, bump charts and intervals: what they may never do, and what they must show."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from catlog.charts.bump import bump
from catlog.charts.intervals import Interval, intervals
from catlog.charts.line_chart import LINES, TimeSeries, place_labels, ranks, scores
from catlog.charts.picture import Canvas, Picture, Tone
from catlog.charts.scales import day_ticks, rank_scale, score_scale

START = date(2026, 1, 1)


def course(name: str, *values: float | None, every: int = 1) -> TimeSeries:
    return TimeSeries(name, tuple((START + timedelta(days=every * i), value) for i, value in enumerate(values)))


RANKS = st.lists(st.none() | st.integers(1, 40_000), min_size=1, max_size=60)
NAMES = st.text(alphabet="ab 銀魂ｶﾞ\u0301", max_size=30)


def lines_of(drawn: Picture) -> list[str]:
    return drawn.text().splitlines()


@given(st.lists(st.tuples(NAMES, RANKS), max_size=8), st.integers(30, 200), st.booleans(), st.integers(3, 20))
def test_lines_stay_within_their_room(
    told: list[tuple[str, list[int | None]]], width: int, ascii: bool, height: int
) -> None:
    courses = [course(name, *values) for name, values in told]
    for draw in (ranks, scores):
        drawn = draw(Canvas(width, ascii), courses, height=height)
        known = any(one.known for one in courses)
        assert len(drawn.lines) == (height + 2 if known else 0)
        assert all(cell_len(line) <= width and line == line.rstrip() for line in lines_of(drawn))


@given(st.lists(st.tuples(NAMES, RANKS), max_size=8), st.integers(30, 200), st.booleans())
def test_a_bump_chart_has_a_lane_for_each_title(
    told: list[tuple[str, list[int | None]]], width: int, ascii: bool
) -> None:
    courses = [course(name, *values) for name, values in told]
    there = [one for one in courses if one.known]
    drawn = bump(Canvas(width, ascii), courses)
    assert len(drawn.lines) == (2 * len(there) - 1 + 2 if there else 0)
    assert all(cell_len(line) <= width for line in lines_of(drawn))


def test_the_better_rank_is_higher_and_so_is_the_better_score() -> None:
    climbing = [100 - day for day in range(40)]
    by_rank = lines_of(ranks(Canvas(60, ascii=True), [course("a", *climbing)]))
    by_score = lines_of(scores(Canvas(60, ascii=True), [course("a", *(8 - rank / 100 for rank in climbing))]))
    for drawn in (by_rank, by_score):
        first, last = (next(row for row, line in enumerate(drawn) if "*" in line[a:b]) for a, b in ((6, 12), (46, 60)))
        assert last < first
    assert by_rank[0].rstrip().endswith("61")


def test_an_unknown_day_and_a_long_silence_are_gaps() -> None:
    whole = ranks(Canvas(60, ascii=True), [course("a", *[9] * 30)]).text()
    hole = ranks(Canvas(60, ascii=True), [course("a", *[9] * 10, *[None] * 10, *[9] * 10)]).text()
    silence = ranks(Canvas(60, ascii=True), [course("a", 9, 9, every=8)]).text()
    assert whole.count("*") > hole.count("*") > 20
    assert silence.count("*") == 2


def test_several_lines_are_told_apart_without_colour_by_their_letters() -> None:
    drawn = ranks(Canvas(70, ascii=True), [course("One", *[3] * 9), course("Two", *[30] * 9)])
    assert "a" * 20 in drawn.text()
    assert "b" * 20 in drawn.text()
    [one] = [line for line in drawn.lines if line and line[-1].text == " 3 One"]
    assert one[-1].tone is LINES[0]


def test_lines_cross_where_one_title_overtakes_another() -> None:
    drawn = lines_of(bump(Canvas(70), [course("Sinking", *range(1, 31)), course("Rising", *reversed(range(1, 31)))]))
    assert drawn[0].startswith(" 1 ")
    assert drawn[2].startswith("30 ")
    assert drawn[0].endswith(" 1 Rising")
    assert drawn[2].endswith(" 30 Sinking")
    assert drawn[1].strip()


@given(st.lists(st.integers(0, 11), max_size=12))
def test_every_label_has_a_row_of_its_own_in_the_order_of_their_wishes(wanted: list[int]) -> None:
    given = place_labels(wanted, 12)
    assert len(set(given)) == len(given)
    assert all(0 <= row < 12 for row in given)
    ordered = sorted(range(len(wanted)), key=lambda index: wanted[index])
    assert [given[index] for index in ordered] == sorted(given)


def test_ranks_far_apart_have_a_scale_by_logarithm() -> None:
    assert rank_scale([1, 5000], 12).logarithmic
    assert not rank_scale([40, 61], 12).logarithmic
    assert rank_scale([40, 61], 12).ticks == (40, 50, 60)
    assert score_scale([8.01, 8.13], 6).ticks == (8.05, 8.1)


@pytest.mark.parametrize("days", [0, 1, 6, 29, 89, 364, 800])
@pytest.mark.parametrize("width", [8, 20, 57, 150])
def test_the_names_of_days_do_not_touch_and_the_last_day_has_one(days: int, width: int) -> None:
    ticks = day_ticks(START, START + timedelta(days=days), width)
    assert ticks[-1].at == (width - 1 if days else 0)
    for before, after in pairwise(ticks):
        assert before.start + len(before.name) < after.start
    assert all(tick.start + len(tick.name) <= max(width, len(tick.name)) for tick in ticks)


def test_an_interval_says_on_which_side_of_zero_it_lies() -> None:
    rows = [
        Interval("up", ("+2",), 1, 2, 3),
        Interval("down", ("-2",), -3, -2, -1),
        Interval("either", ("0.5",), -1, 0.5, 2),
        Interval("nobody knows", ("",), None, None, None),
    ]
    drawn = intervals(Canvas(60), rows, unit="a day")
    tones = [{span.tone for span in line} & {Tone.UP, Tone.DOWN, Tone.DIM} for line in drawn.lines[:4]]
    assert tones == [{Tone.UP}, {Tone.DOWN}, {Tone.DIM}, set()]
    up, down, either, unknown, axis = lines_of(drawn)
    zero = unknown.index("┊")
    assert up[zero] == down[zero] == "┊"
    assert either[zero] == "┼"
    assert axis[zero] == "0"
    assert zero < up.index("├") < up.index("●") < up.index("┤")


def test_one_wide_interval_leaves_room_for_the_others() -> None:
    rows = [Interval(f"{number}", (), 0.5, 1, 1.5) for number in range(5)]
    wide = intervals(Canvas(60), [*rows, Interval("wide", (), -500, 1, 500)])
    assert lines_of(wide)[0] == lines_of(intervals(Canvas(60), [*rows, Interval("wide", (), 0.5, 1, 1.5)]))[0]
    assert "◂" in lines_of(wide)[-2]
    assert lines_of(wide)[-2].endswith("▸")


FLOATS = st.floats(-1e6, 1e6)


@given(st.lists(st.tuples(NAMES, FLOATS, FLOATS, FLOATS), max_size=8), st.integers(30, 160), st.booleans())
def test_intervals_stay_within_their_room(told: list[tuple[str, float, float, float]], width: int, ascii: bool) -> None:
    rows = [Interval(name, (f"{values[0]:.1f}",), *sorted(values)) for name, *values in told]
    drawn = intervals(Canvas(width, ascii), rows, unit="points")
    assert all(cell_len(line) <= width for line in lines_of(drawn))
    points = [line.count("o" if ascii else "●") for line in lines_of(drawn)[:-1]]
    assert ascii or points == [1] * len(rows)


@pytest.mark.parametrize("draw", [ranks, scores, bump])
def test_nothing_known_is_no_picture(draw: object) -> None:
    assert draw(Canvas(60), []).lines == ()  # type: ignore[operator]  # all three are called alike
    assert draw(Canvas(60), [course("a", None, None)]).lines == ()  # type: ignore[operator]  # as above
