"""The charts of the screens, as what a `PictureView` draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from catlog.charts import line_chart
from catlog.charts.bump import bump
from catlog.charts.intervals import Interval, intervals
from catlog.charts.line_chart import TimeSeries
from catlog.charts.picture import Canvas, Picture
from catlog.tui.widgets.picture import Draw

if TYPE_CHECKING:
    from catlog.statistics.groups import Measure
    from catlog.statistics.report import Statistics

_AXIS = 2
_LEAST = 3


def ranks(titles: Sequence[TimeSeries], *, height: int = 12) -> Draw:
    """Return the drawing of ranks; `height` is what it takes where its place does not say."""
    return lambda canvas, rows: line_chart.ranks(canvas, titles, height=_field(rows, height))


def scores(titles: Sequence[TimeSeries], *, height: int = 8) -> Draw:
    """Return the drawing of scores; `height` is what it takes where its place does not say."""
    return lambda canvas, rows: line_chart.scores(canvas, titles, height=_field(rows, height))


def order(titles: Sequence[TimeSeries]) -> Draw:
    """Return the drawing of who was ahead of whom."""
    return lambda canvas, _: bump(canvas, titles)


def slopes(rows: Sequence[Interval], *, unit: str = "") -> Draw:
    """Return the drawing of intervals around zero."""
    return lambda canvas, _: intervals(canvas, rows, unit=unit)


def of_statistics(name: str, figures: Statistics, by: Measure = "count") -> tuple[Draw, str]:
    """Return the drawing of a chart of the gallery, and the hint for when there is nothing to draw."""
    from catlog.charts.gallery import CHARTS

    chart = CHARTS[name]

    def draw(canvas: Canvas, _rows: int | None) -> Picture:
        return chart.draw(figures, canvas, by)

    return draw, chart.hint


def _field(rows: int | None, height: int) -> int:
    return height if rows is None else max(rows - _AXIS, _LEAST)
