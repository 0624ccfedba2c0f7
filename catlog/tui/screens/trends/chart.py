"""The chart next to the table: the history of one title or of several, or the intervals of all trends."""

from __future__ import annotations

from collections.abc import Sequence

from catlog.charts.intervals import Interval
from catlog.tui.screens.trends.pages import ChartSeries, TrendsRow
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


def slopes(rows: Sequence[TrendsRow]) -> Draw:
    """Return the drawing of trends with their intervals."""
    trends = [row.record.gained for row in rows]
    shown = [
        Interval(trend.title, (f"{trend.drift:+.2f}",), trend.ci_low, trend.drift, trend.ci_high) for trend in trends
    ]
    return charts.slopes(shown, unit="places a day")
