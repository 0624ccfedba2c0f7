"""The panels of Stats: which chart each one shows, and under which key it is reached."""

from __future__ import annotations

from typing import NamedTuple

CARDS = ("card-1", "card-2", "card-3", "card-4", "card-5")
"""The ids of the cards of numbers."""


class ChartPanel(NamedTuple):
    """A panel with a chart: the id of the panel, the name of the chart, its title, and its key, if it has one."""

    id: str
    chart: str
    title: str
    key: str = ""
    left: int = 2
    right: int = 2


LIST_PANELS = (
    ChartPanel("calendar", "calendar", "Calendar", "", 1, 0),
    ChartPanel("status", "status", "Status", "S"),
    ChartPanel("ratings", "ratings", "Ratings", "R"),
    ChartPanel("genres", "genres", "Genres"),
    ChartPanel("studios", "studios", "Studios"),
    ChartPanel("months", "activity", "Months", "M", 1, 1),
    ChartPanel("apart", "apart", "Most apart from MAL", "A"),
    ChartPanel("records", "records", "Gaps and records"),
)
"""The panels of the whole list, in the order of tab."""

YEAR_PANELS = (
    ChartPanel("year-calendar", "calendar", "Calendar", "", 1, 0),
    ChartPanel("highlights", "highlights", "Highlights"),
    ChartPanel("best", "best", "Best of what was finished"),
    ChartPanel("finished", "finished", "Genres of what was finished"),
    ChartPanel("year-months", "activity", "Months", "M", 1, 1),
)
"""The panels of a year in review."""

KEYED = {panel.key: panel.id for panel in LIST_PANELS if panel.key}
"""The panel of the whole list by its key."""
