"""What holds for every chart, whatever it shows."""

import ast
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from catlog.charts import calendar_heatmap, overview
from catlog.charts.activity_line import months
from catlog.charts.bars import Bar, bars, bars_around
from catlog.charts.gallery import CHARTS
from catlog.charts.picture import NARROWEST, PALETTE, Canvas, Tone
from catlog.errors import InvalidArgumentError
from catlog.library.entries import Status
from catlog.statistics.activity import LoggedEdit, activity, by_day
from catlog.statistics.report import statistics
from tests.statistics.generated import STUDIOS, TODAY, row
from tests.statistics.goldens import figures_of
from tests.support.isolation import ROOT

FIGURES = figures_of(None)
IN_NAMES = {ord(char): None for char in "".join(STUDIOS) if not char.isascii()}
MEASURES = ("count", "time", "mean")
WIDTHS = (30, 31, 37, 44, 57, 58, 59, 60, 61, 79, 80, 81, 100, 110, 111, 160, 201)


@pytest.mark.parametrize("by", MEASURES)
@pytest.mark.parametrize("width", WIDTHS)
def test_no_line_is_wider_than_asked_or_ends_in_spaces(width: int, by: str) -> None:
    for name, chart in CHARTS.items():
        for ascii in (False, True):
            drawn = chart.draw(FIGURES, Canvas(width, ascii), by)
            lines = drawn.text().splitlines()
            assert max(map(cell_len, lines)) == drawn.width <= width, (name, ascii)
            assert not [line for line in lines if line != line.rstrip()], (name, ascii)


@pytest.mark.parametrize("by", MEASURES)
def test_in_ascii_only_names_are_not(by: str) -> None:
    for width in (30, 80, 160):
        for name, chart in CHARTS.items():
            drawn = chart.draw(FIGURES, Canvas(width, ascii=True), by).text()
            assert drawn.translate(IN_NAMES).isascii(), name


@pytest.mark.parametrize("by", MEASURES)
def test_colour_only_adds(by: str) -> None:
    for name, chart in CHARTS.items():
        for ascii in (False, True):
            drawn = chart.draw(FIGURES, Canvas(80, ascii), by)
            assert "\x1b" not in drawn.text()
            assert "\x1b[38;5;" in drawn.text(color=True), name
            assert Text.from_ansi(drawn.text(color=True)).plain == drawn.text()


def test_no_two_tones_have_one_colour() -> None:
    assert len(set(PALETTE.values())) == len(PALETTE)


def test_every_chart_of_nothing_is_empty_and_says_what_to_do() -> None:
    nothing = statistics([], {}, [], today=TODAY)
    for chart in CHARTS.values():
        for by in MEASURES:
            assert chart.draw(nothing, Canvas(80), by).lines == ()
        assert chart.hint


def test_a_chart_needs_some_room() -> None:
    with pytest.raises(InvalidArgumentError):
        Canvas(NARROWEST - 1)


def test_charts_drawn_at_once_do_not_mix() -> None:
    kinds = [("activity", width) for width in (40, 60, 80, 100)] * 8

    def draw(kind: tuple[str, int]) -> str:
        return CHARTS[kind[0]].draw(FIGURES, Canvas(kind[1]), "count").text(color=True)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(draw, kinds)) == [draw(kind) for kind in kinds]


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=5), st.integers(30, 200))
def test_the_statuses_share_the_whole_line_and_none_is_lost(parts: list[int], length: int) -> None:
    given = overview.shares(parts, length)
    assert sum(given) == length
    assert min(given) >= 1
    ordered = sorted(zip(parts, given, strict=True))
    assert all(x <= y for (a, x), (b, y) in pairwise(ordered) if a < b)


@given(st.lists(st.tuples(st.text(max_size=40), st.floats(0, 1e9), st.floats(0, 1e9)), max_size=6), st.integers(30, 99))
def test_bars_fit_and_show_what_is_above_nothing(rows: list[tuple[str, float, float]], width: int) -> None:
    told = [Bar(name, value, f"{value:.0f}", ("8.4",), Tone.CHART, more) for name, value, more in rows]
    for ascii in (False, True):
        drawn = bars(Canvas(width, ascii), told)
        assert drawn.width <= width
        for bar, line in zip(told, drawn.lines, strict=False):
            drawn_as = [span.tone for span in line if span.text.strip()]
            assert (Tone.CHART in drawn_as) == bool(bar.value)
            assert Tone.REST in drawn_as or bar.value, "what is ahead, or a dot for nothing"
            assert f" {bar.count}" in "".join(span.text for span in line) or not (bar.value + bar.more)


@given(st.lists(st.integers(-90_000, 90_000).map(lambda n: n / 10_000), max_size=6), st.integers(30, 99), st.booleans())
def test_bars_around_a_line_fit_on_both_sides(values: list[float], width: int, ascii: bool) -> None:
    drawn = bars_around(Canvas(width, ascii), [Bar("a name", value, numbers=("1",)) for value in values])
    assert drawn.width <= width
    lines = drawn.text().splitlines()
    assert len({line.index(":" if ascii else "┊") for line in lines}) <= 1


def test_the_rating_that_is_commonest_has_the_longest_line_with_its_count_at_the_end() -> None:
    lines = CHARTS["ratings"].draw(FIGURES, Canvas(80), "count").text().splitlines()[:10]
    assert [int(line.split()[0]) for line in lines] == list(range(10, 0, -1))
    longest = max(lines, key=len)
    most = max(FIGURES.ratings.distribution)
    assert int(longest.split()[0]) == FIGURES.ratings.distribution.index(most) + 1
    assert longest.endswith(f"━ {most}")


@pytest.mark.parametrize("rows", range(1, 40))
@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_with_a_height_ends_with_its_foot_at_the_last_line(name: str, rows: int) -> None:
    drawn = CHARTS[name].draw(FIGURES, Canvas(60, rows=rows), "count")
    least = {"calendar": 9, "ratings": 10, "status": 6, "time": 6, "activity": 4, "apart": 3}.get(name, 1)
    assert len(drawn.lines) <= max(rows, least)
    assert len(drawn.keys) <= len(drawn.lines)
    if name in ("genres", "studios", "ratings", "status", "apart") and rows > 14:
        assert len(drawn.lines) == rows
        assert drawn.lines[-1], "the foot"
        assert not drawn.lines[-2], "the air above it"


def test_the_lines_of_a_chart_tell_what_they_are_about() -> None:
    ratings = CHARTS["ratings"].draw(FIGURES, Canvas(60), "count")
    assert ratings.keys == tuple(range(10, 0, -1))
    for by in MEASURES:
        genres = CHARTS["genres"].draw(FIGURES, Canvas(60), by)
        for key, line in zip(genres.keys, genres.lines, strict=False):
            assert line[0].text.startswith(str(key))
    apart = CHARTS["apart"].draw(FIGURES, Canvas(60), "count")
    shown = {one.mal_id: one for side in ("higher", "lower") for one in getattr(FIGURES.ratings.against, side)}
    for key, line in zip(apart.keys, apart.lines, strict=False):
        if key is not None:
            assert f"{shown[int(key)].difference:+.2f}" in "".join(span.text for span in line)


def test_mine_and_the_score_stand_where_they_are_on_one_scale() -> None:
    against = FIGURES.ratings.against
    assert against is not None
    for line in CHARTS["apart"].draw(FIGURES, Canvas(80, ascii=True), "count").text().splitlines():
        if "o" in line[40:] and ":" in line:
            higher = "+" in line.split()[-1]
            assert (line.rindex("o") > line.index(":", 30)) is higher


@pytest.mark.parametrize(("year", "weeks"), [(2025, 53), (2024, 53), (2012, 54), (2026, 53)])
def test_a_year_has_a_column_for_each_of_its_weeks(year: int, weeks: int) -> None:
    done = [LoggedEdit(date(year, 1, 1), 1, 0), LoggedEdit(date(year, 12, 31), 1, 0)]
    figures = activity(by_day(done, {}), today=TODAY, year=year)
    lines = calendar_heatmap.calendar(figures, Canvas(80, ascii=True)).text().splitlines()[1:8]
    past = min(date(year, 12, 31), TODAY)
    assert sum(line[4:].count(".") + line[4:].count("-") for line in lines) == (past - date(year, 1, 1)).days + 1
    assert lines[date(year, 1, 1).weekday()][4] == "-"
    if past == date(year, 12, 31):
        assert max(map(len, lines)) == 4 + weeks
        assert lines[date(year, 12, 31).weekday()][3 + weeks] == "-"
    roomy = calendar_heatmap.calendar(figures, Canvas(120, ascii=True)).text().splitlines()[1:8]
    assert [line[4::2].rstrip() for line in roomy] == [line[4:].rstrip() for line in lines]


def test_the_shades_of_a_calendar_differ_in_shape_where_there_is_no_colour() -> None:
    for canvas, signs in (
        (Canvas(120), set("·░▒▓█")),
        (Canvas(120, ascii=True), set(".-+*#")),
        (Canvas(120, color=True), {"■"}),
    ):
        lines = calendar_heatmap.calendar(FIGURES.activity, canvas).lines[1:8]
        cells = [span for line in lines for span in line[1:] if span.text.strip()]
        assert {sign for span in cells for sign in span.text if sign != " "} == signs
        assert len({span.tone for span in cells}) == 5


def test_one_busy_day_does_not_leave_the_others_pale() -> None:
    assert calendar_heatmap.full_shade([1, 2, 2, 3]) == 4
    assert calendar_heatmap.full_shade([5] * 20 + [10] * 5 + [900]) == 10
    assert calendar_heatmap.full_shade([2]) == 4


def test_one_title_is_a_whole_status_bar() -> None:
    figures = statistics([row(1, Status.WATCHING)], {}, [], today=TODAY)
    lines = CHARTS["status"].draw(figures, Canvas(30, ascii=True), "count").text().splitlines()
    assert lines[:3] == [">" * 30, "", "> Watching  1  100 %"]


def test_the_line_of_months_ends_with_the_last_one_that_is_over() -> None:
    done = [LoggedEdit(date(2026, month, 5), 1, 10 + month) for month in range(1, 12)]
    figures = activity(by_day(done, {}), today=date(2026, 11, 22), year=2026)
    lines = months(figures, Canvas(80, ascii=True)).lines
    assert [span.text.split() for span in lines[-1]] == [[str(10 + month) for month in range(1, 11)], ["21"]]
    assert lines[-1][1].tone is Tone.DIM
    assert max(len(line[0].text.rstrip()) for line in lines[:-3] if line) <= 9 * 6 + 2


def test_plotext_is_imported_by_one_module_and_by_that_only_when_it_draws() -> None:
    importers = {
        path.relative_to(ROOT).as_posix() for path in (ROOT / "catlog").rglob("*.py") if "plotext" in _imported(path)
    }
    assert importers == {"catlog/charts/activity_line.py"}
    code = "import sys, catlog.charts.gallery, catlog.cli.stats; sys.exit('plotext' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def _imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found
