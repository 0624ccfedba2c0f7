"""Every chart of Stats by name: its heading, its measure, its drawing function, and a hint for when it is empty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from catlog.charts import activity_line, calendar_heatmap, overview, records, taste
from catlog.charts.apart import apart
from catlog.charts.bars import Bar, bars
from catlog.charts.picture import Canvas, Picture
from catlog.charts.records import day_name
from catlog.statistics.activity import ActivityReport
from catlog.statistics.groups import Measure
from catlog.statistics.report import Statistics

Draw = Callable[[Statistics, Canvas, Measure], Picture]
Tell = Callable[[Statistics, Measure], str]


def _nothing(_figures: Statistics, _by: Measure) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: its heading, its drawing, the hint for when there is nothing to draw, and what its numbers are.

    Genres and studios are drawn by count, time or mean; the others ignore the measure.
    """

    heading: str
    draw: Draw
    hint: str
    fact: Tell = _nothing


_WATCH = "log an episode with: catlog list watch ANIME"
_RATE = "nothing is rated yet: catlog list set ANIME --score N"
_GROUPS = "no title on your list has what this counts"
_MEASURES: dict[Measure, str] = {"count": "titles, my mean", "time": "time, my mean", "mean": "my mean"}

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
        _RATE,
        lambda figures, _: f"{figures.ratings.rated:,} rated",
    ),
    "genres": Chart(
        "Genres",
        lambda figures, canvas, by: taste.groups(
            figures.genres, canvas, by, figures.ratings.mean, figures.coverage.genres
        ),
        _GROUPS,
        lambda _, by: _MEASURES[by],
    ),
    "studios": Chart(
        "Studios",
        lambda figures, canvas, by: taste.groups(
            figures.studios, canvas, by, figures.ratings.mean, figures.coverage.studios
        ),
        _GROUPS,
        lambda _, by: _MEASURES[by],
    ),
    "activity": Chart(
        "Months",
        lambda figures, canvas, _: activity_line.months(figures.activity, canvas),
        f"no episode was logged in these months: {_WATCH}",
        lambda _figures, _by: "episodes",
    ),
    "calendar": Chart(
        "Calendar",
        lambda figures, canvas, _: calendar_heatmap.calendar(figures.activity, canvas),
        f"no activity in this year: {_WATCH}",
        lambda figures, _: _span(figures.activity),
    ),
    "apart": Chart(
        "Most apart from MAL",
        lambda figures, canvas, _: apart(figures.ratings.against, canvas),
        f"no rated title has a score to compare with: {_RATE}",
        lambda _figures, _by: "mine against MAL",
    ),
    "records": Chart(
        "Records",
        lambda figures, canvas, _: records.records(figures.records, canvas, figures.activity.end),
        f"nothing to remember yet: {_WATCH}",
    ),
}
"""The charts in the order of the page."""

YEAR_CHARTS: dict[str, Chart] = {
    "calendar": CHARTS["calendar"],
    "highlights": Chart(
        "Highlights",
        lambda figures, canvas, _: records.highlights(figures.review, canvas),
        "nothing happened in this year",
    ),
    "best": Chart(
        "Best of what was finished",
        lambda figures, canvas, _: records.best(figures.review, canvas),
        "nothing that was finished in this year is rated",
        lambda _figures, _by: "mine, MAL",
    ),
    "finished": Chart(
        "Genres of what was finished",
        lambda figures, canvas, _: _finished(figures, canvas),
        "nothing was finished in this year, by the dates on your list",
        lambda _figures, _by: "titles",
    ),
    "activity": CHARTS["activity"],
}
"""The charts of a year in review, in the order of its page."""


def _finished(figures: Statistics, canvas: Canvas) -> Picture:
    return bars(canvas, [Bar(one.name, one.titles, f"{one.titles:,}") for one in figures.review.genres[: canvas.rows]])


def _span(figures: ActivityReport) -> str:
    years = (f" {figures.start.year}", f" {figures.end.year}")
    if years[0] == years[1]:
        years = ("", years[1])
    return f"{day_name(figures.start)}{years[0]} to {day_name(figures.end)}{years[1]}"
