"""The chart under the lists: the history of one title or of several."""

from __future__ import annotations

from catlog.tui.screens.trends.pages import ChartSeries
from catlog.tui.widgets import charts
from catlog.tui.widgets.picture import Draw

STYLES = ("ranks", "scores", "order")
"""Styles of a chart: ranks, scores, and the order of the titles."""

RANGES = (30, 90, 365, 0)
"""Days of a chart; 0 is all days."""


def draw_series(style: str, series: ChartSeries) -> Draw | None:
    """Return the drawing of series; None without at least two points."""
    shown = series.scores if style == "scores" else series.ranks
    if not any(len(course.known) > 1 for course in shown):
        return None
    if style == "order" and len(shown) > 1:
        return charts.order(shown)
    return charts.scores(shown) if style == "scores" else charts.ranks(shown)
