"""The screen Week: broadcasts by day in the viewer's zone, with their list status."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType

from catlog import clock
from catlog.access import Right, way
from catlog.text import counted
from catlog.tui.day_words import WEEKDAYS, day_words, left_words
from catlog.tui.deferred import deferred
from catlog.tui.keys import bindings
from catlog.tui.screens.base import TALL
from catlog.tui.screens.week.keys import KEYS
from catlog.tui.titles.list_screen import WIDE, TitleListScreen
from catlog.tui.titles.tiles import CoverOf, TileList
from catlog.tui.widgets.labels import Label, Labels
from catlog.tui.widgets.panel import Panel
from catlog.tui.widgets.poster_cover import ITEM, ROW, STRIP
from catlog.tui.widgets.rows import Piece, RowColumn
from catlog.tui.widgets.rows import cell_renderers as draw
from catlog.tui.widgets.rows.columns import title_fitted

if TYPE_CHECKING:
    from datetime import date

    from catlog.library.records import ScheduledEpisode
    from catlog.tui.glyphs import Glyphs
    from catlog.tui.screens.week import queries
    from catlog.tui.screens.week.queries import Week
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
    AUTO_FOCUS = "#rows"

    def __init__(self) -> None:
        super().__init__()
        self.begin = self.app.zone.today()
        self._mine = False
        self._unplaced = 0
        self._covers: Mapping[int, str] = {}

    def compose_body(self) -> ComposeResult:
        """Lay out the week and its broadcasts."""
        yield Labels(gap="   ", id="weeks")
        rows: TileList[ScheduledEpisode] = TileList(
            _columns(self.app.glyphs, lambda: self.app.zone),
            identity=lambda aired: (aired.mal_id, aired.at),
            cover=lambda aired: CoverOf(aired.mal_id, aired.title, self._covers.get(aired.mal_id)),
            tile=self._tile,
            sizes=(STRIP, ITEM, ROW),
            most=1,
            text=lambda aired: aired.title,
            glyphs=self.app.glyphs,
            empty=f"Reading the week{self.app.glyphs.ellipsis}",
            unmatched="Nothing on your list airs then: m shows everything.",
            id="rows",
        )
        yield from self.compose_titles(rows, "This week")

    def on_resize(self, event: events.Resize) -> None:
        """Show covers where there is room."""
        self.query_one("#rows", TileList).show_tiles(event.size.width >= WIDE and event.size.height >= TALL)

    def _tile(self, aired: ScheduledEpisode, width: int, _height: int) -> Sequence[Sequence[Piece]]:
        glyphs = self.app.glyphs
        now, time = clock.now(), f"{self.app.zone.local(aired.at):%H:%M}"
        room = width - len(time) - 4 - 11
        name, cells = title_fitted(aired.title, room, ascii=self.app.ascii)
        until = _until(aired)
        head = [
            Piece(f"{time}  ", "dim" if aired.at <= now else ""),
            draw.status(aired.list_status, glyphs),
            Piece(" "),
            Piece(name, "title"),
            Piece(" " * (room - cells) + until.text.rjust(11), until.style),
        ]
        below = [Piece(" " * (len(time) + 4))]
        if aired.number:
            of = f" / {aired.episodes}" if aired.episodes else " / ?"
            below += [Piece("episode ", "dim"), Piece(aired.number), Piece(f"{of}   ", "dim")]
        if aired.score:
            below += [Piece(f"{glyphs.score} ", "dim"), Piece(f"{aired.score:.2f}")]
        return [head, below]

    def on_mount(self) -> None:
        """Put a heading over every day."""
        self._arrange()

    def load(self) -> None:
        """Read the week."""
        if self.app.is_open:
            self.app.pool.run(self, queries.read_week, self.begin).then(self._receive)

    def _receive(self, week: Week) -> None:
        self.rows.empty = _EMPTY.format(way(self.app.role, Right.LOAD_CHARTS, _AIRING))
        self._covers = week.covers
        self.rows.load(week.schedule.rows)
        self._unplaced = week.schedule.unplaced
        self._show_week()

    def _arrange(self) -> None:
        def wanted(aired: ScheduledEpisode) -> bool:
            return not self._mine or aired.list_status not in (None, "DROPPED")

        self.rows.present(scope=wanted, group=lambda aired: _day(aired.day, self.app.zone.today()))
        self._show_week()

    def _show_week(self) -> None:
        today, last = self.app.zone.today(), self.begin + timedelta(days=6)
        span = f"{day_words(self.begin, today)} {self.app.glyphs.dash} {day_words(last, today)}"
        weeks = (self.begin - today).days // 7
        name = {0: "This week", 1: "Next week", -1: "Last week"}.get(weeks, span)
        labels = [Label("before", "earlier"), Label("now", span), Label("after", "later")]
        unplaced = f"{self._unplaced} more at a time nobody knows" if self._unplaced else ""
        self.query_one("#weeks", Labels).show(labels, "now", unplaced)
        shown = self.rows.shown
        self.query_one("#list", Panel).caption(
            name, ("my list, " if self._mine else "") + counted(shown, "episode") if shown else ""
        )

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
    def episode(aired: ScheduledEpisode, _: int) -> tuple[Piece, ...]:
        if not aired.number:
            return (Piece(""),)
        return Piece(aired.number), Piece(f" / {aired.episodes}" if aired.episodes else " / ?", "dim")

    def at(aired: ScheduledEpisode, _: int) -> Piece:
        return Piece(f"{zone().local(aired.at):%H:%M}", "dim" if aired.at <= clock.now() else "")

    def name(aired: ScheduledEpisode, _: int) -> Piece:
        return Piece(aired.title, "title" if aired.at > clock.now() or aired.list_status else "dim")

    return (
        RowColumn("at", "At", at, 5, sortable=False),
        RowColumn("status", "", lambda aired, _: draw.status(aired.list_status, glyphs), 1, gap=1, sortable=False),
        RowColumn("title", "Title", name, 20, weight=1, sortable=False),
        RowColumn("episode", "Episode", episode, 9, gives_way=1, sortable=False),
        RowColumn("soon", "", lambda aired, _: _until(aired), 8, right=True, gives_way=2, sortable=False),
        RowColumn(
            "score", "MAL", lambda aired, _: draw.rating(aired.score, glyphs, digits=2), 5, right=True, sortable=False
        ),
    )


def _until(aired: ScheduledEpisode) -> Piece:
    left = aired.at - clock.now()
    if left > timedelta(0):
        return Piece(left_words(left), "strong" if left < _SOON else "")
    return Piece("was due" if aired.estimate else "is out", "dim")


def _day(day: date, today: date) -> str:
    near = {0: "Today, ", 1: "Tomorrow, ", -1: "Yesterday, "}.get((day - today).days, "")
    return f"{near}{WEEKDAYS[day.weekday()]} {day_words(day, today)}"


_SOON = timedelta(hours=24)
