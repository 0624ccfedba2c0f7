"""Drawing functions of the screens' charts, for `PictureView`."""

from __future__ import annotations

from collections.abc import Sequence

from catlog.charts import line_chart
from catlog.charts.bump import bump
from catlog.charts.intervals import Interval, intervals
from catlog.charts.line_chart import TimeSeries
from catlog.tui.widgets.picture import Draw

_AXIS = 2
_MIN_FIELD = 3


def ranks(titles: Sequence[TimeSeries], *, height: int = 12) -> Draw:
    """Return a drawing of ranks; `height` applies where the layout gives none."""
    return lambda canvas, rows: line_chart.ranks(canvas, titles, height=_field(rows, height))


def scores(titles: Sequence[TimeSeries], *, height: int = 8) -> Draw:
    """Return a drawing of scores; `height` applies where the layout gives none."""
    return lambda canvas, rows: line_chart.scores(canvas, titles, height=_field(rows, height))


def order(titles: Sequence[TimeSeries]) -> Draw:
    """Return a bump chart of the titles' order."""
    return lambda canvas, _: bump(canvas, titles)


def slopes(rows: Sequence[Interval], *, unit: str = "") -> Draw:
    """Return a drawing of intervals around zero."""
    return lambda canvas, _: intervals(canvas, rows, unit=unit)


def _field(rows: int | None, height: int) -> int:
    return height if rows is None else max(rows - _AXIS, _MIN_FIELD)
