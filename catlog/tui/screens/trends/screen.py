"""The screen Trends: a table of movers, and a chart of the selected titles."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.widgets import Static

from catlog.text import counted
from catlog.tui.content import line, plain
from catlog.tui.deferred import deferred
from catlog.tui.keys import bindings
from catlog.tui.navigation import open_details
from catlog.tui.screens.base import CatLogScreen
from catlog.tui.screens.trends.chart import RANGES, STYLES, draw_series, slopes
from catlog.tui.screens.trends.keys import KEYS
from catlog.tui.screens.trends.pages import PAGES, ChartSeries, TrendsRow, TrendsTable
from catlog.tui.widgets.page_line import PageLine
from catlog.tui.widgets.picture import PictureView
from catlog.tui.widgets.rows import RowList

if TYPE_CHECKING:
    from catlog.tui.screens.trends import queries
    from catlog.tui.widgets.rows.messages import Chosen
else:
    queries = deferred("catlog.tui.screens.trends.queries")

WIDE = 110
"""Columns from which the chart is next to the table."""

WINDOWS = (7, 14, 30, 90)
"""Windows of a page in days; the default windows of stage two."""

_SETTLE = 0.08
_WORDS = {0: "all days", 365: "a year"}


class TrendsScreen(CatLogScreen):
    """What moves on the chart."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "#rows"

    def __init__(self) -> None:
        super().__init__()
        self._page = PAGES["climbers"]
        self._days = WINDOWS[0]
        self._mine = False
        self._style = STYLES[0]
        self._range = RANGES[1]
        self._series = ChartSeries()
        self._table = TrendsTable("")

    @property
    def rows(self) -> RowList[TrendsRow]:
        """The table."""
        return self.query_one("#rows", RowList)

    def compose_body(self) -> ComposeResult:
        """Lay out names, table and chart."""
        yield PageLine([(page.key, page.name) for page in PAGES.values()])
        yield Static("", id="note")
        with Container(id="trends"):
            yield RowList(
                self._page.columns(self.app.glyphs),
                identity=lambda row: row.key,
                text=lambda row: row.text,
                glyphs=self.app.glyphs,
                empty=f"Reading the ranks{self.app.glyphs.ellipsis}",
                id="rows",
            )
            with Vertical(id="beside"):
                yield Static("", id="told")
                yield PictureView(ascii=self.app.ascii, id="picture")

    def on_mount(self) -> None:
        """Set up the timer that delays the chart until the cursor rests."""
        self.set_class(self.app.ascii, "-ascii")
        self._settling = self.set_timer(_SETTLE, self.draw, pause=True)

    def on_resize(self, event: events.Resize) -> None:
        """Show the chart next to the table on wide screens."""
        self.set_class(event.size.width >= WIDE, "-wide")

    def load(self) -> None:
        """Read the page."""
        self.app.pool.run(self, queries.read_page, self._page.key, self._days, self._mine).then(self._receive)

    # Results of queries.

    def _receive_series(self, series: ChartSeries) -> None:
        self._series = series
        self._show_picture()

    def _receive(self, table: TrendsTable) -> None:
        if table.page != self._page.key:
            return
        changed = table.page != self._table.page
        self._table = table
        if changed:
            self.rows.redraw(self._page.columns(self.app.glyphs))
            self.rows.clear_selection()
        note = self.query_one("#note", Static)
        note.update(plain(table.note, "$dim"))
        note.display = bool(table.note)
        self.rows.empty = table.empty
        self.rows.load(table.rows)
        if changed:
            self.rows.move_to(0)
        self._show_names()
        self.draw()

    @on(RowList.Highlighted, "#rows")
    @on(RowList.SelectionChanged, "#rows")
    def _moved(self) -> None:
        self._settling.reset()
        self._settling.resume()

    def draw(self) -> None:
        """Read the series of the selected titles or, without a selection, of the title under the cursor."""
        rows = self.rows.targets()
        ids = tuple(dict.fromkeys(mal_id for row in rows for mal_id in row.mal_ids))
        if ids and self.app.is_open:
            self.app.pool.run(self, queries.read_series, ids, self._range).then(self._receive_series)
        else:
            self._series = ChartSeries()
            self._show_picture()

    def _show_picture(self) -> None:
        # Genres have no series: the table takes the room.
        page = self._table.page
        self.set_class(page == "genres", "-no-picture")
        picture, text = self.query_one("#picture", PictureView), self.query_one("#told", Static)
        names = [course.name for course in self._series.ranks]
        if page == "trends" and not self.rows.selected_keys and self._table.rows:
            picture.show(slopes(self._table.rows[: max(picture.size.height - 2, 3)]))
            text.update(plain(f"places a day, with what they may be at 95 % {self._origin()}", "$dim"))
            return
        picture.show(draw_series(self._style, self._series), hint="No course to draw." if self._table.rows else "")
        span = _WORDS.get(self._range, f"{self._range} days")
        what = f"{self._style} {self.app.glyphs.separator} {span}"
        title = names[0] if len(names) == 1 else f"{len(names)} titles" if names else ""
        text.update(line((title, "bold"), ("  ", ""), (what if names else "", "$dim")))

    def _origin(self) -> str:
        answer = self._table
        if answer.computed_at is None:
            return ""
        computed = self.app.zone.local(answer.computed_at)
        return f"{self.app.glyphs.separator} {answer.engine}, computed {computed:%d %b %H:%M}"

    def _show_names(self) -> None:
        parts = [counted(self._days, "day")] if self._page.windowed else []
        parts += [str(self._table.as_of)] if self._table.as_of else []
        parts += [f"mine {self.app.glyphs.favorite}"] if self._mine else []
        self.query_one(PageLine).show(self._page.key, f" {self.app.glyphs.separator} ".join(parts))

    # Actions.

    def open(self, key: str) -> None:
        """Open a page."""
        self._page = PAGES[key]
        self._show_names()
        self.load()

    @on(PageLine.Opened)
    def _named(self, message: PageLine.Opened) -> None:
        self.open(message.page)

    def action_page(self, step: int) -> None:
        """Go to the page `step` away."""
        self.open(self.query_one(PageLine).next(step))

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
        self._show_picture()

    def action_range(self, step: int) -> None:
        """Draw fewer days or more."""
        self._range = RANGES[max(0, min(RANGES.index(self._range) + step, len(RANGES) - 1))]
        self.draw()

    @on(RowList.Chosen, "#rows")
    def _chosen(self, message: Chosen[TrendsRow]) -> None:
        if ids := message.record.mal_ids:
            open_details(self.app, ids[0])
