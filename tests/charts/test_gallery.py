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
from catlog.charts.bars import Bar, bars, bars_around
from catlog.charts.column_chart import columns
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
    kinds = [(name, width) for name in ("ratings", "activity") for width in (40, 60, 80, 100)] * 4

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


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=12), st.integers(30, 200), st.booleans())
def test_columns_fit_and_show_what_is_above_nothing(values: list[int], width: int, ascii: bool) -> None:
    drawn = columns(Canvas(width, ascii), values, [str(number) for number in range(1, len(values) + 1)])
    if not any(values):
        assert drawn.lines == ()
        return
    assert drawn.width <= width
    painted = sum(len(span.text) for span in drawn.lines[-2] if span.tone is Tone.CHART)
    slot = min(10, width // len(values))
    assert painted == sum(map(bool, values)) * (slot - 2 if slot > 4 else max(1, slot - 1))


@given(st.lists(st.tuples(st.text(max_size=40), st.floats(0, 1e9), st.floats(0, 1e9)), max_size=6), st.integers(30, 99))
def test_bars_fit_and_show_what_is_above_nothing(rows: list[tuple[str, float, float]], width: int) -> None:
    told = [Bar(name, (f"{value:.0f}",), value, Tone.CHART, more) for name, value, more in rows]
    for ascii in (False, True):
        drawn = bars(Canvas(width, ascii), told)
        assert drawn.width <= width
        for bar, line in zip(told, drawn.lines, strict=False):
            assert any(span.tone is Tone.CHART for span in line) == bool(bar.value or bar.more)


@given(st.lists(st.integers(-90_000, 90_000).map(lambda n: n / 10_000), max_size=6), st.integers(30, 99), st.booleans())
def test_bars_around_a_line_fit_on_both_sides(values: list[float], width: int, ascii: bool) -> None:
    drawn = bars_around(Canvas(width, ascii), [Bar("a name", ("1",), value) for value in values])
    assert drawn.width <= width
    lines = drawn.text().splitlines()
    assert len({line.index(":" if ascii else "┊") for line in lines}) <= 1


def test_the_rating_that_is_commonest_is_the_highest_column() -> None:
    lines = CHARTS["ratings"].draw(FIGURES, Canvas(80), "count").text().splitlines()
    commonest = FIGURES.ratings.distribution.index(max(FIGURES.ratings.distribution)) + 1
    at = lines[-2].index(f" {commonest} ") + 1
    assert str(max(FIGURES.ratings.distribution)) in lines[0][at - 3 : at + 3]


@pytest.mark.parametrize(("year", "weeks"), [(2025, 53), (2024, 53), (2012, 54), (2040, 54)])
def test_a_year_has_a_column_for_each_of_its_weeks(year: int, weeks: int) -> None:
    done = [LoggedEdit(date(year, 1, 1), 1, 0), LoggedEdit(date(year, 12, 31), 1, 0)]
    figures = activity(by_day(done, {}), today=TODAY, year=year)
    lines = calendar_heatmap.calendar(figures, Canvas(80, ascii=True)).text().splitlines()[1:8]
    assert max(map(len, lines)) == 4 + weeks
    assert sum(line[4:].count(".") + line[4:].count("-") for line in lines) == (366 if year % 4 == 0 else 365)
    assert lines[date(year, 1, 1).weekday()][4] == "-"
    assert lines[date(year, 12, 31).weekday()][3 + weeks] == "-"


def test_one_busy_day_does_not_leave_the_others_pale() -> None:
    assert calendar_heatmap.full_shade([1, 2, 2, 3]) == 4
    assert calendar_heatmap.full_shade([5] * 20 + [10] * 5 + [900]) == 10
    assert calendar_heatmap.full_shade([2]) == 4


def test_one_title_is_a_whole_status_bar() -> None:
    figures = statistics([row(1, Status.WATCHING)], {}, [], today=TODAY)
    assert (
        CHARTS["status"].draw(figures, Canvas(30, ascii=True), "count").text() == "=" * 30 + "\n= Watching 1 (100%)\n"
    )


def test_plotext_is_imported_by_one_module_and_by_that_only_when_it_draws() -> None:
    importers = {
        path.relative_to(ROOT).as_posix() for path in (ROOT / "catlog").rglob("*.py") if "plotext" in _imported(path)
    }
    assert importers == {"catlog/charts/column_chart.py"}
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
