"""The screen Trends: lists of movers or one page, and the chart of the titles under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from catlog.charts.scales import MONTHS
from catlog.text import counted
from catlog.tui.content import plain
from catlog.tui.deferred import deferred
from catlog.tui.editing.title_actions import TitleEditor
from catlog.tui.keys import bindings
from catlog.tui.navigation import open_details
from catlog.tui.screens.base import CatLogScreen
from catlog.tui.screens.trends.chart import RANGES, STYLES
from catlog.tui.screens.trends.course_panel import CoursePanel
from catlog.tui.screens.trends.keys import KEYS
from catlog.tui.screens.trends.lists import TrendsLists, movers_in, names_in
from catlog.tui.screens.trends.pages import PAGES, ChartSeries, TrendsRow, TrendsTable
from catlog.tui.widgets.page_line import PageLine
from catlog.tui.widgets.rows import RowList

if TYPE_CHECKING:
    from catlog.tui.screens.trends import queries
    from catlog.tui.screens.trends.course import TitleCourse
    from catlog.tui.widgets.rows.messages import Chosen
else:
    queries = deferred("catlog.tui.screens.trends.queries")

WINDOWS = (7, 14, 30, 90)
"""Windows of a page in days; the default windows of stage two."""

TESTED_DAYS = 30
"""The shortest window in which slopes are tested where days are missing."""

_LEAST_HEIGHT = 18
"""Lines from which there is room for a chart."""

_SETTLE = 0.08
_WORDS = {0: "all days", 365: "a year"}
_STYLE_WORDS = {"ranks": "rank", "scores": "score", "order": "order"}


class TrendsScreen(CatLogScreen):
    """What moves on the chart."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self._page = PAGES["climbers"]
        self._days = WINDOWS[0]
        self._mine = False
        self._style = STYLES[0]
        self._range = RANGES[1]
        self.editor = TitleEditor.of_rows(self, lambda: self.rows)
        self.controllers = (self.editor,)

    @property
    def rows(self) -> RowList[TrendsRow]:
        """The list with the cursor."""
        return self.lists.list_of(self._page.key)

    @property
    def lists(self) -> TrendsLists:
        """All lists."""
        return self.query_one(TrendsLists)

    @property
    def chart(self) -> CoursePanel:
        """The panel with the chart."""
        return self.query_one(CoursePanel)

    def compose_body(self) -> ComposeResult:
        """Lay out names, lists and chart."""
        yield PageLine(names_in(0))
        yield Static("", id="note")
        yield TrendsLists()
        yield CoursePanel()

    def on_mount(self) -> None:
        """Set up the timer that delays the chart until the cursor rests."""
        self._settling = self.set_timer(_SETTLE, self.draw, pause=True)

    def on_resize(self, event: events.Resize) -> None:
        """Show as many lists as there is room for."""
        self.set_class(event.size.height < _LEAST_HEIGHT, "-low")
        if self._arrange():
            self.load()

    def _arrange(self) -> bool:
        """Put in sight what belongs to the page; return whether it is something else than before."""
        width = self.app.size.width
        self.query_one(PageLine).offer(names_in(width))
        changed = self.lists.put_in_sight(self._page.key, width)
        self.set_class(self._page.key == "genres", "-no-chart")
        if self.focused is None or changed:
            self.rows.focus(scroll_visible=False)
        self._show_names()
        return changed

    def load(self) -> None:
        """Read the pages in sight."""
        keys = self.lists.keys
        self.app.pool.run(self, queries.read_pages, keys, self._days, self._mine).then(self._receive)

    # Results of queries.

    def _receive(self, tables: tuple[TrendsTable, ...]) -> None:
        if tuple(table.page for table in tables) != self.lists.keys:
            return
        for table in tables:
            self.lists.show(table)
        note = self.query_one("#note", Static)
        note.update(plain(tables[0].note, "$dim"))
        note.display = bool(tables[0].note)
        self._show_names()
        self.draw()

    @on(RowList.Highlighted)
    @on(RowList.SelectionChanged)
    def _moved(self) -> None:
        self._settling.reset()
        self._settling.resume()

    @on(events.DescendantFocus)
    def _focus_moved(self, event: events.DescendantFocus) -> None:
        """Draw what is under the cursor of the list with the focus."""
        for key in self.lists.keys:
            if event.widget is self.lists.list_of(key) and key != self._page.key:
                self._page = PAGES[key]
                self._show_names()
                self._moved()

    def draw(self) -> None:
        """Read the course of the title under the cursor, or the series of the selected ones."""
        rows = self.rows.targets()
        ids = tuple(dict.fromkeys(mal_id for row in rows for mal_id in row.mal_ids))
        if not ids or not self.app.is_open:
            self.chart.show_titles(ChartSeries(), self._style, "", hint="")
        elif len(ids) == 1:
            asked = self.app.pool.run(self, queries.read_course, ids[0], self._range, self._days)
            asked.then(self._receive_course)
        else:
            self.app.pool.run(self, queries.read_series, ids, self._range).then(self._receive_series)

    def _receive_series(self, series: ChartSeries) -> None:
        self.chart.show_titles(series, self._style, self._range_words(), hint="No course to draw.")

    def _receive_course(self, course: TitleCourse | None) -> None:
        if course is not None:
            self.chart.show_title(course, self._style, self._range_words())

    def _range_words(self) -> str:
        span = _WORDS.get(self._range, f"{self._range} days")
        return f"{_STYLE_WORDS[self._style]} {self.app.glyphs.separator} {span}"

    def _origin(self) -> str:
        table = self.lists.table_of(self._page.key)
        if table is None or table.computed_at is None:
            return ""
        computed = self.app.zone.local(table.computed_at)
        return f"{table.engine}, computed {computed.day} {MONTHS[computed.month - 1]} {computed:%H:%M}"

    def _show_names(self) -> None:
        table = self.lists.table_of(self._page.key)
        as_of = table.as_of if table is not None else None
        until = f"{as_of.day} {MONTHS[as_of.month - 1]} {as_of.year}" if as_of else ""
        parts = [self._origin(), f"top {table.top:,}" if table is not None and table.top else ""]
        if self._page.windowed:
            parts.append(counted(self._days, "day") + (f" to {until}" if until else ""))
        else:
            parts.append(until)
        parts += ["on my list"] if self._mine else []
        words = f" {self.app.glyphs.separator} ".join(part for part in parts if part)
        together = self._page.key in movers_in(self.app.size.width)
        self.query_one(PageLine).show("movers" if together else self._page.key, words)

    # Actions.

    def open(self, key: str) -> None:
        """Open a page, or the movers side by side."""
        self._page = PAGES["climbers" if key == "movers" else key]
        if self._arrange():
            self.load()
        else:
            self.rows.focus(scroll_visible=False)

    @on(PageLine.Opened)
    def _named(self, message: PageLine.Opened) -> None:
        self.open(message.page)

    def action_page(self, step: int) -> None:
        """Go to the page `step` away."""
        self.open(self.query_one(PageLine).next(step))

    def action_next_list(self) -> None:
        """Go to the next list, or to the next page where there is one list."""
        self._step_list(1)

    def action_list_before(self) -> None:
        """Go to the list or the page before."""
        self._step_list(-1)

    def _step_list(self, step: int) -> None:
        keys = self.lists.keys
        if len(keys) > 1:
            self.lists.list_of(keys[(keys.index(self._page.key) + step) % len(keys)]).focus(scroll_visible=False)
        else:
            self.action_page(step)

    def action_significance(self) -> None:
        """Open the page of trends that are no chance, of as many days as a test needs."""
        self._days = max(self._days, TESTED_DAYS)
        self.open("trends")

    def action_days(self) -> None:
        """Go to the next window of days."""
        self._days = WINDOWS[(WINDOWS.index(self._days) + 1) % len(WINDOWS)]
        self._show_names()
        self.load()

    def action_mine(self) -> None:
        """Toggle between titles on the list and all."""
        self._mine = not self._mine
        self._show_names()
        self.load()

    def action_chart(self) -> None:
        """Go to the next style of the chart."""
        self._style = STYLES[(STYLES.index(self._style) + 1) % len(STYLES)]
        self.draw()

    def action_range(self, step: int) -> None:
        """Draw fewer days or more."""
        self._range = RANGES[max(0, min(RANGES.index(self._range) + step, len(RANGES) - 1))]
        self.draw()

    @on(RowList.Chosen)
    def _chosen(self, message: Chosen[TrendsRow]) -> None:
        if ids := message.record.mal_ids:
            open_details(self.app, ids[0])
