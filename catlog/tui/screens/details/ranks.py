"""Ranks and scores of one title over a range of days: a panel, a page, and a line."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from catlog.access import Right, way
from catlog.tui.host import Hosted
from catlog.tui.widgets.labels import Label, Labels
from catlog.tui.widgets.panel import Panel
from catlog.tui.widgets.picture import PictureView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catlog.catalogue.details import RankDay
    from catlog.charts.line_chart import TimeSeries

RANGES = {7: "7 d", 30: "30 d", 90: "90 d", 0: "all"}
"""Labels by range in days; 0 is all days."""

DEFAULT_RANGE = 90
"""The range shown first."""

_HINT, _LOADS = "No ranks are known of these days: {}.", "F6 loads the ranking, day by day"


def in_range(history: Sequence[RankDay], days: int) -> Sequence[RankDay]:
    """Return the last `days` of a history, all for 0."""
    if not days or not history:
        return history
    first = history[-1].day - timedelta(days=days)
    return [day for day in history if day.day >= first]


class RankPanel(Panel):
    """The course of the ranks, with its range in the border."""

    def __init__(self) -> None:
        super().__init__(title="Rank", key="< >", id="rank-panel")

    def compose(self) -> ComposeResult:
        """Lay out the chart."""
        yield PictureView(ascii=self.app.ascii, id="rank-course")

    def show(self, title: str, history: Sequence[RankDay], days: int) -> None:
        """Show the ranks of a range."""
        from catlog.tui.widgets import charts

        ranks = _series(title, in_range(history, days))[0]
        self.query_one(PictureView).show(charts.ranks([ranks]) if ranks.known else None, hint=_hint(self))
        self.caption(fact=RANGES[days])


class RanksView(Hosted, Vertical):
    """The page of ranks: the line of ranges above both charts."""

    def __init__(self) -> None:
        super().__init__(id="ranks")

    def compose(self) -> ComposeResult:
        """Lay out ranges and charts."""
        yield Labels(id="ranges")
        with Horizontal(id="charts"):
            yield PictureView(ascii=self.app.ascii, id="rank-chart")
            yield PictureView(ascii=self.app.ascii, id="score-chart")

    def show(self, title: str, history: Sequence[RankDay], days: int) -> None:
        """Show a range of a title's history, oldest day first."""
        from catlog.tui.widgets import charts

        taken = in_range(history, days)
        ranges = [Label(str(one), words) for one, words in RANGES.items()]
        self.query_one("#ranges", Labels).show(ranges, str(days), self._describe(taken))
        ranks, scores = _series(title, taken)
        drawn = charts.ranks([ranks]) if ranks.known else None
        self.query_one("#rank-chart", PictureView).show(drawn, hint=_hint(self))
        self.query_one("#score-chart", PictureView).show(charts.scores([scores]) if scores.known else None)

    def _describe(self, taken: Sequence[RankDay]) -> str:
        ranks = [day.rank for day in taken if day.rank is not None]
        scores = [day.score for day in taken if day.score is not None]
        arrow, said = self.app.glyphs.arrow, []
        if ranks:
            said.append(f"rank {ranks[0]:,} {arrow} {ranks[-1]:,}, best {min(ranks):,}")
        if scores:
            said.append(f"score {scores[0]:.2f} {arrow} {scores[-1]:.2f}")
        return f"  {self.app.glyphs.separator}  ".join(said)


def _series(title: str, days: Sequence[RankDay]) -> tuple[TimeSeries, TimeSeries]:
    from catlog.charts.line_chart import TimeSeries

    ranks = TimeSeries(title, tuple((day.day, day.rank) for day in days))
    return ranks, TimeSeries(title, tuple((day.day, day.score) for day in days))


def _hint(widget: Hosted) -> str:
    return _HINT.format(way(widget.app.role, Right.LOAD_CHARTS, _LOADS))
