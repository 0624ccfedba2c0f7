"""The screen Week: broadcasts by day in the viewer's zone, with their list status."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from catlog import clock
from catlog.access import Right, way
from catlog.tui.deferred import deferred
from catlog.tui.keys import bindings
from catlog.tui.screens.week.keys import KEYS
from catlog.tui.titles.list_screen import TitleListScreen
from catlog.tui.widgets.labels import Label, Labels
from catlog.tui.widgets.rows import Piece, RowColumn, RowList
from catlog.tui.widgets.rows import cell_renderers as draw

if TYPE_CHECKING:
    from datetime import date

    from catlog.library.schedule import Schedule, ScheduledEpisode
    from catlog.tui.glyphs import Glyphs
    from catlog.tui.screens.week import queries
    from catlog.zones import Zone
else:
    queries = deferred("catlog.tui.screens.week.queries")

_EMPTY, _AIRING = (
    "Nothing airs then, as far as the catalogue knows: {}.",
    ("F6 and a run of the airing titles bring it up to date"),
)


class WeekScreen(TitleListScreen):
    """Seven days of broadcasts."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "#rows"

    def __init__(self) -> None:
        super().__init__()
        self.begin = self.app.zone.today()
        self._mine = False

    def compose_body(self) -> ComposeResult:
        """Lay out the week and its broadcasts."""
        yield Labels(gap="   ", id="weeks")
        yield RowList(
            _columns(self.app.glyphs, lambda: self.app.zone),
            identity=lambda aired: (aired.mal_id, aired.at),
            text=lambda aired: aired.title,
            glyphs=self.app.glyphs,
            empty=f"Reading the week{self.app.glyphs.ellipsis}",
            unmatched="Nothing on your list airs then: m shows everything.",
            id="rows",
        )

    def on_mount(self) -> None:
        """Put a heading over every day."""
        self._arrange()

    def load(self) -> None:
        """Read the week."""
        if self.app.is_open:
            self.app.pool.run(self, queries.read_week, self.begin).then(self._receive)

    def _receive(self, week: Schedule) -> None:
        self.rows.empty = _EMPTY.format(way(self.app.role, Right.LOAD_CHARTS, _AIRING))
        self.rows.load(week.rows)
        self._show_week(f"{week.unplaced} more at a time nobody knows" if week.unplaced else "")

    def _arrange(self) -> None:
        def wanted(aired: ScheduledEpisode) -> bool:
            return not self._mine or aired.list_status not in (None, "DROPPED")

        self.rows.present(scope=wanted, group=lambda aired: _day(aired.day, self.app.zone.today()))
        self._show_week()

    def _show_week(self, right: str = "") -> None:
        last = self.begin + timedelta(days=6)
        week = f"{self.begin:%Y-%m-%d} {self.app.glyphs.arrow} {last:%Y-%m-%d}"
        labels = [Label("before", "week before"), Label("now", week), Label("after", "next week")]
        mine = "my list alone" if self._mine else ""
        self.query_one("#weeks", Labels).show(labels, "now", mine or right)

    @on(Labels.Picked, "#weeks")
    def _clicked(self, message: Labels.Picked) -> None:
        self.action_move({"before": -1, "now": 0, "after": 1}[message.value])

    def action_move(self, weeks: int) -> None:
        """Go to the week `weeks` away."""
        self.begin += timedelta(weeks=weeks)
        self._show_week()
        self.load()

    def action_mine(self) -> None:
        """Toggle between titles on my list and all."""
        self._mine = not self._mine
        self._arrange()


def _columns(glyphs: Glyphs, zone: Callable[[], Zone]) -> tuple[RowColumn[ScheduledEpisode], ...]:
    def episode(aired: ScheduledEpisode, _: int) -> Piece:
        of = f"/{aired.episodes}" if aired.episodes else ""
        return Piece(f"ep {aired.number}{of}" if aired.number else "", "dim")

    return (
        RowColumn("status", "", lambda aired, _: draw.status(aired.list_status, glyphs), 1, sortable=False),
        RowColumn("at", "At", lambda aired, _: f"{zone().local(aired.at):%H:%M}", 5, sortable=False),
        RowColumn("title", "Title", lambda aired, _: aired.title, 20, weight=1, max_width=70, sortable=False),
        RowColumn("episode", "Episode", episode, 12, gives_way=1, sortable=False),
        RowColumn("soon", "", lambda aired, _: _until(aired), 8, gives_way=2, sortable=False),
        RowColumn(
            "score", "Score", lambda aired, _: draw.rating(aired.score, glyphs, digits=2), 5, right=True, sortable=False
        ),
    )


def _until(aired: ScheduledEpisode) -> Piece:
    left = aired.at - clock.now()
    if left > timedelta(0):
        return draw.countdown(left)
    return Piece("was due" if aired.estimate else "aired", "dim")


def _day(day: date, today: date) -> str:
    near = {0: ", today", 1: ", tomorrow"}.get((day - today).days, "")
    return f"{_WEEKDAYS[day.weekday()]} {day:%Y-%m-%d}{near}"


# strftime depends on the locale of the process.
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
