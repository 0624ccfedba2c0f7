"""The screen Stats: a page of figures and charts of my list, and a year in review."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from catlog.tui.content import line, plain
from catlog.tui.deferred import deferred
from catlog.tui.keys import bindings
from catlog.tui.screens.base import CatLogScreen
from catlog.tui.screens.stats import drawing
from catlog.tui.screens.stats.drawing import COLUMNS, MEASURES
from catlog.tui.screens.stats.keys import KEYS
from catlog.tui.widgets.picture import PictureView

if TYPE_CHECKING:
    from catlog.errors import CatLogError
    from catlog.statistics.groups import Measure
    from catlog.statistics.report import Statistics
    from catlog.tui.screens.stats import queries
else:
    queries = deferred("catlog.tui.screens.stats.queries")

WIDE = 132
"""Columns from which charts are side by side."""

FIRST_YEAR = 1960
"""The earliest year that can be reviewed."""


class StatsScreen(CatLogScreen):
    """The statistics. Without a year in review, the page of everything; with one, the page of that year."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)
    CSS_PATH = "screen.tcss"

    def __init__(self) -> None:
        super().__init__()
        self.year: int | None = None
        self.by: Measure = "count"
        self._figures: Statistics | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out the page and the year."""
        ascii = self.app.ascii
        yield Static(plain(f"Counting{self.app.glyphs.ellipsis}", "$dim"), id="empty")
        with VerticalScroll(id="page", can_focus=False):
            yield PictureView(ascii=ascii, id="numbers")
            with Container(id="parts"):
                for column in COLUMNS:
                    with Container(classes="column"):
                        for name in column:
                            yield PictureView(ascii=ascii, id=name)
            yield Static("", id="where")
            yield PictureView(ascii=ascii, id="year")

    def on_resize(self, event: events.Resize) -> None:
        """Show charts side by side on wide screens."""
        self.set_class(event.size.width >= WIDE, "-wide")

    def load(self) -> None:
        """Read the statistics."""
        self.app.pool.run(self, queries.read_statistics, self.year).then(self._receive, self._failed, passive=True)

    def _receive(self, figures: Statistics) -> None:
        self._figures = figures
        self._show()

    def _failed(self, error: CatLogError) -> None:
        if self._figures is None:
            self._show_message(error.with_hint)

    def _show_message(self, words: str) -> None:
        """Show a text in place of the page; "" shows the page."""
        self.set_class(bool(words), "-empty")
        self.query_one("#empty", Static).update(plain(words, "$dim"))

    def _show(self) -> None:
        figures = self._figures
        if figures is None:
            return
        if not figures.overview.titles:
            self._show_message(
                "Nothing to count yet: your list is empty. 3 finds titles to put on it; "
                "catlog list import FILE brings a list from elsewhere."
            )
            return
        self._show_message("")
        self.set_class(self.year is not None, "-year")
        if self.year is None:
            self.query_one("#numbers", PictureView).show(drawing.numbers(figures))
            for name in chain(*COLUMNS):
                self.query_one(f"#{name}", PictureView).show(drawing.part(name, figures, self.by))
        else:
            self.query_one("#where", Static).update(self._where())
            self.query_one("#year", PictureView).show(drawing.year(figures))

    def _where(self) -> Content:
        year, years = self.year or 0, self._years()
        back, on = ("<", ">") if self.app.ascii else ("◂", "▸")
        return line(
            (f"{back} {year - 1}  " if year - 1 in years else "", "$dim"),
            (f"{year}", "bold $accent"),
            (f"  {year + 1} {on}" if year + 1 in years else "", "$dim"),
        )

    def _years(self) -> range:
        """Return the years that can be reviewed: none in the future."""
        return range(FIRST_YEAR, self.app.zone.today().year + 1)

    # Actions.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable other years only in review, and other measures only outside it."""
        if action == "year":
            return self.year is not None and self.year + _step(parameters) in self._years()
        if action == "measure":
            return self.year is None
        return super().check_action(action, parameters)

    def action_measure(self) -> None:
        """Go to the next measure of genres and studios."""
        self.by = MEASURES[(MEASURES.index(self.by) + 1) % len(MEASURES)]
        if self._figures is not None:
            for name in ("genres", "studios"):
                self.query_one(f"#{name}", PictureView).show(drawing.part(name, self._figures, self.by))

    def action_review(self) -> None:
        """Show a year in review, or everything again."""
        self._go_to(self.app.zone.today().year if self.year is None else None)

    def action_year(self, step: int) -> None:
        """Go to another year; there is none after this one."""
        if self.year is not None and self.year + step in self._years():
            self._go_to(self.year + step)

    def _go_to(self, year: int | None) -> None:
        self.year = year
        self.refresh_bindings()
        self.action_first()
        self.load()

    @property
    def _page(self) -> VerticalScroll:
        return self.query_one("#page", VerticalScroll)

    def action_scroll_by(self, lines: int) -> None:
        """Scroll some lines."""
        self._page.scroll_relative(y=lines, animate=False)

    def action_page(self, pages: int) -> None:
        """Scroll some pages, two lines less than a whole one."""
        self._page.scroll_relative(y=pages * (self._page.size.height - 2), animate=False)

    def action_first(self) -> None:
        """Go to the top."""
        self._page.scroll_home(animate=False)

    def action_last(self) -> None:
        """Go to the end."""
        self._page.scroll_end(animate=False)


def _step(parameters: tuple[object, ...]) -> int:
    return parameters[0] if parameters and isinstance(parameters[0], int) else 0
