"""Charts of rank and score of one title over a range of days."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from catlog.access import Right, way
from catlog.tui.host import Hosted
from catlog.tui.widgets.labels import Label, Labels
from catlog.tui.widgets.picture import PictureView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catlog.catalogue.details import RankDay

RANGES = {7: "7 d", 30: "30 d", 90: "90 d", 0: "all"}
"""Labels by range in days; 0 is all days."""

_HINT, _LOADS = "No ranks are known of these days: {}.", "F6 loads the ranking, day by day"


class RanksView(Hosted, Vertical):
    """The line of ranges above both charts."""

    def __init__(self) -> None:
        super().__init__(id="chart")
        self.days = 90
        self._history: Sequence[RankDay] = ()
        self._title = ""

    def compose(self) -> ComposeResult:
        """Lay out ranges and charts."""
        yield Labels(id="ranges")
        with Horizontal(id="charts"):
            hint = _HINT.format(way(self.app.role, Right.LOAD_CHARTS, _LOADS))
            yield PictureView(hint=hint, ascii=self.app.ascii, id="rank-chart")
            yield PictureView(hint="", ascii=self.app.ascii, id="score-chart")

    def show(self, title: str, history: Sequence[RankDay]) -> None:
        """Show the history of a title, oldest day first."""
        if (self._title, self._history) != (title, history):
            self._title, self._history = title, history
            self.redraw()

    def set_range(self, days: int) -> None:
        """Show a range of days, 0 for all."""
        self.days = days
        self.redraw()

    def redraw(self) -> None:
        """Draw the chosen range."""
        from catlog.charts.line_chart import TimeSeries
        from catlog.tui.widgets import charts

        taken = self._in_range()
        self.query_one("#ranges", Labels).show(
            [Label(str(days), words) for days, words in RANGES.items()], str(self.days), self._describe(taken)
        )
        ranks = TimeSeries(self._title, tuple((day.day, day.rank) for day in taken))
        scores = TimeSeries(self._title, tuple((day.day, day.score) for day in taken))
        self.query_one("#rank-chart", PictureView).show(charts.ranks([ranks]) if ranks.known else None)
        self.query_one("#score-chart", PictureView).show(charts.scores([scores]) if scores.known else None)

    def _in_range(self) -> Sequence[RankDay]:
        if not self.days or not self._history:
            return self._history
        first = self._history[-1].day - timedelta(days=self.days)
        return [day for day in self._history if day.day >= first]

    def _describe(self, taken: Sequence[RankDay]) -> str:
        ranks = [day.rank for day in taken if day.rank is not None]
        scores = [day.score for day in taken if day.score is not None]
        arrow, said = self.app.glyphs.arrow, []
        if ranks:
            said.append(f"rank {ranks[0]:,} {arrow} {ranks[-1]:,}, best {min(ranks):,}")
        if scores:
            said.append(f"score {scores[0]:.2f} {arrow} {scores[-1]:.2f}")
        return f"  {self.app.glyphs.separator}  ".join(said)
