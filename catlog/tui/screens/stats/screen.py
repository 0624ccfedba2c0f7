"""The screen Stats: numbers, and panels with charts of my list or of a year."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from catlog.access import Right
from catlog.tui.content import line, plain
from catlog.tui.deferred import deferred
from catlog.tui.keys import bindings
from catlog.tui.navigation import open_details, open_list
from catlog.tui.screens.base import CatLogScreen
from catlog.tui.screens.stats import drawing
from catlog.tui.screens.stats.cards import CardView
from catlog.tui.screens.stats.drawing import MEASURES
from catlog.tui.screens.stats.keys import KEYS
from catlog.tui.screens.stats.layout import CARDS, KEYED, LIST_PANELS, YEAR_PANELS
from catlog.tui.widgets.chart_view import ChartView
from catlog.tui.widgets.panel import Panel

if TYPE_CHECKING:
    from catlog.errors import CatLogError
    from catlog.statistics.groups import Measure
    from catlog.statistics.report import Statistics
    from catlog.tui.screens.stats import queries
else:
    queries = deferred("catlog.tui.screens.stats.queries")

WIDE = 132
"""Columns from which numbers are cards, and three panels stand side by side."""

FIELDS = {"ratings": "score", "genres": "genre", "finished": "genre", "studios": "studio"}
"""The field of the filter that the lines of a chart are values of."""

FIRST_YEAR = 1960
"""The earliest year that can be reviewed."""


class StatsScreen(CatLogScreen):
    """The statistics. Without a year in review, those of everything; with one, those of that year."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self.year: int | None = None
        self.by: Measure = "count"
        self._figures: Statistics | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out numbers and panels."""
        yield Static(plain(f"Counting{self.app.glyphs.ellipsis}", "$dim"), id="empty")
        yield Static("", id="where")
        yield ChartView(left=1, right=1, id="numbers")
        with VerticalScroll(id="page", can_focus=False):
            with Container(id="cards"):
                for number in CARDS:
                    yield Panel(CardView(id=number), id=f"panel-{number}", classes="card")
            for name, panels in (("list", LIST_PANELS), ("year", YEAR_PANELS)):
                with Container(id=name):
                    for one in panels:
                        view = ChartView(left=one.left, right=one.right, id=one.id)
                        yield Panel(view, title=one.title, key=one.key, id=f"panel-{one.id}")

    def on_mount(self) -> None:
        """Leave the numbers out of the way of tab."""
        self._view("numbers").can_focus = False

    def on_resize(self, event: events.Resize) -> None:
        """Show cards and three columns on wide screens, two columns on those with borders."""
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
        year = self.year is not None
        first = self.focused is None and self.has_class("-wide")
        self.set_class(year, "-year")
        cards = drawing.cards_of(figures, year=year)
        self._view("numbers").show_chart(drawing.numbers(cards))
        for name, one in zip(CARDS, cards, strict=True):
            self.query_one(f"#panel-{name}", Panel).caption(one.title)
            self.query_one(f"#{name}", CardView).show(one)
        for panel in YEAR_PANELS if year else LIST_PANELS:
            self._draw(panel.id, panel.chart, figures, year=year)
        if year:
            self.query_one("#where", Static).update(self._where())
        if first:
            self._view("best" if year else "ratings").focus(scroll_visible=False)

    def _draw(self, name: str, chart: str, figures: Statistics, *, year: bool) -> None:
        self.query_one(f"#panel-{name}", Panel).caption(fact=drawing.fact(chart, figures, self.by, year=year))
        completes = self.app.key_of("complete", self) if self.app.may(Right.FETCH_TITLES) else ""
        drawn = drawing.chart(chart, figures, self.by, year=year, completes=completes)
        self._view(name).show_chart(drawn, hint=drawing.hint(chart, year=year))

    def _view(self, name: str) -> ChartView:
        return self.query_one(f"#{name}", ChartView)

    def _where(self) -> Content:
        year, years = self.year or 0, self._years()
        back, on = ("<", ">") if self.app.ascii else ("◂", "▸")
        return line(
            (f"{back} {year - 1}  " if year - 1 in years else "", "$dim"),
            (f"{year} in review", "bold $accent"),
            (f"  {year + 1} {on}" if year + 1 in years else "", "$dim"),
        )

    def _years(self) -> range:
        """Return the years that can be reviewed: none in the future."""
        return range(FIRST_YEAR, self.app.zone.today().year + 1)

    # Actions.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable what the role permits, other years only in review, and other measures and panels only outside it."""
        right = KEYS.right_of(action, parameters)
        if right is not None and not self.app.may(right):
            return False
        if action == "year":
            return self.year is not None and self.year + _step(parameters) in self._years()
        if action in ("measure", "panel"):
            return self.year is None
        return super().check_action(action, parameters)

    def action_measure(self) -> None:
        """Go to the next measure of genres and studios."""
        self.by = MEASURES[(MEASURES.index(self.by) + 1) % len(MEASURES)]
        if self._figures is not None:
            for name in ("genres", "studios"):
                self._draw(name, name, self._figures, year=False)

    def action_review(self) -> None:
        """Show a year in review, or everything again."""
        self._go_to(self.app.zone.today().year if self.year is None else None)

    def action_year(self, step: int) -> None:
        """Go to another year; there is none after this one."""
        if self.year is not None and self.year + step in self._years():
            self._go_to(self.year + step)

    def _go_to(self, year: int | None) -> None:
        if (year is None) != (self.year is None):
            self.set_focus(None)
        self.year = year
        self.refresh_bindings()
        self.action_first()
        self.load()

    def action_panel(self, key: str) -> None:
        """Go to a panel."""
        self._view(KEYED[key]).focus()

    def action_next_panel(self) -> None:
        """Go to the next panel."""
        self.focus_next(ChartView)

    def action_panel_before(self) -> None:
        """Go to the panel before."""
        self.focus_previous(ChartView)

    def action_open_row(self) -> None:
        """Open what the line under the cursor is about."""
        if isinstance(self.focused, ChartView):
            self.focused.choose()

    @on(ChartView.Opened)
    async def _opened(self, message: ChartView.Opened) -> None:
        """Open the title that a line is about, or the List with the titles that it counts."""
        name, key = message.view.id or "", message.key
        if name == "status":
            await open_list(self.app, "", str(key))
        elif name in FIELDS:
            await open_list(self.app, f"{FIELDS[name]}={_quoted(key)}")
        elif isinstance(key, int):
            open_details(self.app, key)

    def action_files(self) -> None:
        """Write the statistics as a picture or a page."""
        from catlog.tui.transfer.picture_dialog import PictureForm

        if self._figures is not None and self._figures.overview.titles:
            self.app.push_screen(PictureForm(self.app, self.year, self.by))

    @property
    def _page(self) -> VerticalScroll:
        return self.query_one("#page", VerticalScroll)

    def action_scroll_by(self, lines: int) -> None:
        """Move the cursor of the panel with the focus, or scroll some lines."""
        if isinstance(self.focused, ChartView) and self.focused.has_keys:
            self.focused.move(1 if lines > 0 else -1)
        else:
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


def _quoted(key: int | str) -> str:
    """Return a value of a filter that may hold anything."""
    if isinstance(key, int):
        return str(key)
    return '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _step(parameters: tuple[object, ...]) -> int:
    return parameters[0] if parameters and isinstance(parameters[0], int) else 0
