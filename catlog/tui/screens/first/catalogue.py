"""The panel of the first steps that gets the catalogue: the present season and the top 100, in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

from catlog import clock
from catlog.access import Right
from catlog.charts.progress_bar import line_bar
from catlog.errors import BusyError
from catlog.tui.content import line, lines, plain
from catlog.tui.host import Hosted
from catlog.tui.operations.operation import Operation, OperationKind, OperationState
from catlog.tui.operations.work import AIRING, first_catalogue
from catlog.tui.screens.first.bring import BAR, COUNTS

if TYPE_CHECKING:
    from collections.abc import Iterator

SEASON_PAGES, RANK_PAGES = 12, 4
"""Pages of 25 titles that a season has at most, and those of the top 100."""

FASTEST = 3.0
"""Requests per second that a public source is sent at most."""


class GetCatalogue(Hosted, Widget, can_focus=True):
    """What is fetched, how long that takes, and how far it is. `titles` of a list were brought, which lack facts."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.season = "this season"
        self.titles = 0
        self._operation: Operation | None = None
        self._skipped = False

    @property
    def fact(self) -> str:
        """What stands in the border: the time that it takes."""
        if not self.app.may(Right.LOAD_CHARTS) or self._is_here or self._skipped:
            return ""
        operation = self._operation
        if operation is not None and not operation.is_running:
            return ""
        left = operation.step.left(self.app.operations.now()) if operation is not None and operation.step else None
        if operation is not None and left is not None:
            return f"{_span(left)} left, goes on behind"
        seconds = (SEASON_PAGES + RANK_PAGES) / min(self.app.settings.jikan_rate, FASTEST)
        return f"up to {_span(seconds)}, goes on behind"

    def get(self) -> None:
        """Start it, unless it runs, is here already, or somebody else looks after it."""
        running = self._operation is not None and self._operation.is_running
        if running or self._is_done or self._is_here or not self.app.may(Right.LOAD_CHARTS):
            return
        try:
            title = "the first catalogue"
            self._operation = self.app.operations.start(OperationKind.SNAPSHOT, title, first_catalogue())
        except BusyError as error:
            self.app.show_error(error)
        self._skipped = False
        self.refresh()

    def skip(self) -> None:
        """Leave it for later, unless it has begun."""
        self._skipped = self._operation is None
        self.refresh()

    def cancel(self) -> None:
        """Cancel it."""
        if self._operation is not None:
            self.app.operations.cancel(self._operation)

    def render(self) -> Content:
        """Draw the state for the room there is."""
        return lines([*self._lines()][: max(self.size.height, 1)])

    @property
    def completes(self) -> bool:
        """Whether what the brought titles lack can be fetched now."""
        return bool(self.titles) and self.app.may(Right.FETCH_TITLES) and (self._is_here or self._is_done)

    @property
    def _is_done(self) -> bool:
        return self._operation is not None and self._operation.state is OperationState.DONE

    @property
    def _is_here(self) -> bool:
        return self._operation is None and self.app.status.ranks_day == clock.utc_today()

    def _lines(self) -> Iterator[Content]:
        operation = self._operation
        source = self.app.status.source or "the source"
        if not self.app.may(Right.LOAD_CHARTS):
            yield plain("It is here: the administrator looks after it.", "$dim")
        elif self._is_here:
            yield line((f"{self.app.glyphs.completed} ", "$completed"), "The ranks of today are here.")
            if self.completes:
                yield line(("enter", "bold $bright"), (f" fetch {self._lacking}", "$dim"))
        elif self._skipped:
            yield plain("Skipped. r on the screen Ops gets it later.", "$dim")
        elif operation is None:
            yield line(
                (self.season, "$bright"), (" and the ", "$dim"), ("top 100", "$bright"), (f", from {source}: ", "$dim")
            )
            yield line(("enter", "bold $bright"), (" get them", "$dim"))
        elif operation.is_running:
            yield from self._progress(operation)
        elif operation.outcome is not None:
            yield line((f"{self.app.glyphs.completed} ", "$completed"), plain(operation.outcome.summary))
            if self.completes:
                yield line(("enter", "bold $bright"), (f" fetch {self._lacking}", "$dim"))
        elif operation.error is not None:
            yield plain(operation.error.message, "$dropped")
            yield line(("enter", "bold $bright"), (" try again; all else works without it", "$dim"))
        else:
            yield plain("Cancelled. enter begins again.", "$dim")

    def _progress(self, operation: Operation) -> Iterator[Content]:
        step = operation.step
        total = step.total if step is not None and step.total else 0
        done = step.done if step is not None else 0
        drawn, left = line_bar(
            done / total if total else 0.0, max(8, min(BAR, self.size.width - COUNTS)), ascii=self.app.ascii
        )
        in_season = step is None or step.name.startswith(AIRING)
        words = f"{self.season}, top 100 next" if in_season else f"{self.season} done, top 100"
        pages = (f"{done:,}", "bold $bright"), (f" of {total:,} pages  " if total else " pages  ", "$dim")
        yield line((drawn, "$accent"), (left, "$rest"), "  ", *pages, (words, "$dim"))
        later = f"   Lengths, genres and covers of your {self.titles:,} titles can follow." if self.titles else ""
        yield line(("c", "bold $bright"), (f" cancel{later}", "$dim"))

    @property
    def _lacking(self) -> str:
        return f"lengths, genres and covers of your {self.titles:,} titles, most useful first"


def _span(seconds: float) -> str:
    minutes, rest = divmod(max(1, round(seconds)), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
