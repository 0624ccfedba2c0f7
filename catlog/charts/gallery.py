"""Every chart of Stats by name: its heading, its drawing function, and a hint for when it is empty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from catlog.charts import calendar_heatmap, overview, taste
from catlog.charts.picture import Canvas, Picture
from catlog.statistics.groups import Measure
from catlog.statistics.report import Statistics


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: its heading, its drawing, and the hint for when there is nothing to draw.

    Genres and studios are drawn by count, time or mean; the others ignore the measure.
    """

    heading: str
    draw: Callable[[Statistics, Canvas, Measure], Picture]
    hint: str


_WATCH = "log an episode with: catlog list watch ANIME"
_GROUPS = "no title on your list has what this counts"

CHARTS: dict[str, Chart] = {
    "status": Chart(
        "Status",
        lambda figures, canvas, _: overview.status(figures.overview, canvas),
        "put a title on your list with: catlog list add ANIME",
    ),
    "time": Chart(
        "Watch time",
        lambda figures, canvas, _: overview.time(figures.overview, canvas),
        f"nothing of known length was watched or is planned: {_WATCH}",
    ),
    "ratings": Chart(
        "Ratings",
        lambda figures, canvas, _: taste.ratings(figures.ratings, canvas),
        "nothing is rated yet: catlog list set ANIME --score N",
    ),
    "genres": Chart(
        "Genres",
        lambda figures, canvas, by: taste.groups(figures.genres, canvas, by, figures.ratings.mean),
        _GROUPS,
    ),
    "studios": Chart(
        "Studios",
        lambda figures, canvas, by: taste.groups(figures.studios, canvas, by, figures.ratings.mean),
        _GROUPS,
    ),
    "activity": Chart(
        "Activity",
        lambda figures, canvas, _: calendar_heatmap.months(figures.activity, canvas),
        f"no activity in these months: {_WATCH}",
    ),
    "calendar": Chart(
        "Calendar",
        lambda figures, canvas, _: calendar_heatmap.calendar(figures.activity, canvas),
        f"no activity in this year: {_WATCH}",
    ),
}
"""The charts in the order of the page."""
