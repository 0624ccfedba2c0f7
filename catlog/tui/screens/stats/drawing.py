"""What the panels of Stats draw, from `catlog.charts`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from catlog.charts.picture import Canvas, Picture, Tone, TonedText, picture

if TYPE_CHECKING:
    from catlog.charts.cards import Card
    from catlog.statistics.groups import Measure
    from catlog.statistics.report import Statistics

Draw = Callable[[Canvas], Picture]

MEASURES: tuple[Measure, ...] = ("count", "time", "mean")


def cards_of(figures: Statistics, *, year: bool) -> tuple[Card, ...]:
    """Return the cards of a list or of its year."""
    from catlog.charts import cards

    return cards.year_cards(figures) if year else cards.cards(figures)


def numbers(shown: tuple[Card, ...]) -> Draw:
    """Return the drawing of all cards in one line."""

    def draw(canvas: Canvas) -> Picture:
        from catlog.charts import cards

        return cards.numbers(shown, canvas)

    return draw


def chart(name: str, figures: Statistics, by: Measure, *, year: bool, completes: str = "") -> Draw:
    """Return the drawing of a chart; that of the records has the gaps above them, and the key that `completes` them."""

    def draw(canvas: Canvas) -> Picture:
        from catlog.charts import records
        from catlog.charts.gallery import CHARTS, YEAR_CHARTS

        drawn = (YEAR_CHARTS if year else CHARTS)[name].draw(figures, canvas, by)
        if name != "records":
            return drawn
        gaps = records.gaps(figures.coverage, canvas)
        if not gaps:
            return drawn
        key = (TonedText(completes, Tone.STRONG), TonedText(" completes them", Tone.DIM))
        above = [*gaps, *([key] if completes else []), ()]
        return picture([*above, *drawn.lines]).keyed([*[None] * len(above), *drawn.keys])

    return draw


def fact(name: str, figures: Statistics, by: Measure, *, year: bool) -> str:
    """Return what the numbers of a chart are."""
    from catlog.charts.gallery import CHARTS, YEAR_CHARTS

    return (YEAR_CHARTS if year else CHARTS)[name].fact(figures, by)


def hint(name: str, *, year: bool) -> str:
    """Return what a chart says where there is nothing to draw."""
    from catlog.charts.gallery import CHARTS, YEAR_CHARTS

    return (YEAR_CHARTS if year else CHARTS)[name].hint
