"""The parts of the page as drawings of a `PictureView`, from `catlog.charts.stats_page`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catlog.charts.names import CHART_NAMES, RIGHT_COLUMN
from catlog.charts.picture import Canvas, Picture, Tone, TonedText
from catlog.tui.widgets.picture import Draw

if TYPE_CHECKING:
    from catlog.statistics.groups import Measure
    from catlog.statistics.report import Statistics

COLUMNS = (tuple(name for name in CHART_NAMES if name not in RIGHT_COLUMN), RIGHT_COLUMN)
"""The charts in the order of the page; the two columns are side by side on wide screens."""

MEASURES: tuple[Measure, ...] = ("count", "time", "mean")

_MEASURED = {"genres", "studios"}
_WORDS = {"count": "by titles", "time": "by time watched", "mean": "by mean rating"}


def numbers(figures: Statistics) -> Draw:
    """Return the drawing of the big numbers."""

    def draw(canvas: Canvas, _rows: int | None) -> Picture:
        from catlog.charts import stats_page

        return stats_page.numbers(figures, canvas)

    return draw


def part(name: str, figures: Statistics, by: Measure) -> Draw:
    """Return the drawing of a chart under its heading."""

    def draw(canvas: Canvas, _rows: int | None) -> Picture:
        from catlog.charts import stats_page

        head = stats_page.heading(name)
        if name in _MEASURED:
            head = (*head, TonedText(f"  {_WORDS[by]}", Tone.DIM))
        return Picture((head, *stats_page.part(name, figures, canvas, by).lines))

    return draw


def year(figures: Statistics) -> Draw:
    """Return the drawing of a year in review."""

    def draw(canvas: Canvas, _rows: int | None) -> Picture:
        from catlog.charts import stats_page

        return stats_page.year_page(figures, canvas)

    return draw
