"""Continue: the titles in progress, each with its cover, a thin bar, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from textual.strip import Strip
from textual.timer import Timer

from catlog.charts.progress_bar import line_bar
from catlog.library.airing import FINISHED, unwatched_episodes, upcoming_episodes
from catlog.tui.glyphs import ASCII, Glyphs
from catlog.tui.host import Hosted
from catlog.tui.screens.home.grid import ROW, Density
from catlog.tui.screens.home.items import ItemList, edge
from catlog.tui.screens.home.when import since, until
from catlog.tui.widgets.poster_cover import ROW as ROW_COVER
from catlog.tui.widgets.poster_cover import CoverLines
from catlog.tui.widgets.rows import Cell, Piece, RowColumn
from catlog.tui.widgets.rows import cell_renderers as draw
from catlog.tui.widgets.rows.columns import title_fitted
from catlog.tui.widgets.rows.renderer import MARGIN
from catlog.zones import UTC_ZONE, Zone

if TYPE_CHECKING:
    import threading

    from catlog.library.airing import Airing
    from catlog.library.numbering import EpisodeTotal
    from catlog.library.records import InProgress

GROWTH_SECONDS, LEAST_STEP_SECONDS = 0.3, 0.05
"""How long a bar grows after an episode was logged, and the least time of half a cell."""

NARROWEST_DETAILS = 70
"""Columns from which a title in one line says when it goes on."""

_SOON, _PAST = timedelta(days=60), timedelta(days=120)
_LONG_AGO = timedelta(days=21)
_LONGEST_BAR = 36


class _Outlook(NamedTuple):
    """What comes of a title: its next broadcast, the aired episodes not seen, and since when the first of them is."""

    following: Airing | None
    late: EpisodeTotal | None
    out_since: datetime | None


class GoingColumns:
    """The lines of a title in progress at each density, at an instant.

    `shares` are the parts of bars that are on their way to what was logged, `bar_cells` is the length of a bar.
    """

    def __init__(self, glyphs: Glyphs) -> None:
        self.glyphs = glyphs
        self.now = datetime.min
        self.zone = UTC_ZONE
        self.shares: dict[int, float] = {}
        self.bar_cells = 0
        self._outlooks: dict[int, _Outlook] = {}

    def know(self, now: datetime, zone: Zone) -> None:
        """Set the current time and the zone."""
        self.now, self.zone = now, zone
        self._outlooks.clear()

    def forget(self, rows: Iterable[InProgress]) -> None:
        """Drop what was found for titles that have changed."""
        for row in rows:
            self._outlooks.pop(row.mal_id, None)

    def lines(self, density: Density, width: int) -> list[list[RowColumn[InProgress]]]:
        """Return the columns of each line of a title."""
        if density.lines == 1:
            return [self._row(width)]
        cover: list[RowColumn[InProgress]] = (
            [RowColumn("cover", "", lambda _row, width: " " * width, ROW_COVER.width)] if density.cover else []
        )
        title = [*cover, self._titled(), self._seen(), edge()]
        if density.lines == 2:
            bar: RowColumn[InProgress] = RowColumn("bar", "", self._bar, 12, weight=1, max_width=24)
            return [title, [bar, self._next(), self._told(), edge()]]
        return [
            title,
            [*cover, RowColumn("bar", "", self._short_bar, 12, weight=1), self._late(), edge()],
            [*cover, self._next(), self._when(), edge()],
        ]

    def _row(self, width: int) -> list[RowColumn[InProgress]]:
        has_room = width >= NARROWEST_DETAILS
        bar: RowColumn[InProgress] = RowColumn("bar", "", self._bar, 12 if has_room else 8, gap=1)
        told = [self._told()] if has_room else []
        return [self._titled(), bar, self._seen(), *told, edge()]

    def _titled(self) -> RowColumn[InProgress]:
        return RowColumn("title", "", self._title, 12, weight=1)

    def _seen(self) -> RowColumn[InProgress]:
        def cell(row: InProgress, room: int) -> Cell:
            if is_planned(row):
                return Piece(f"{row.episodes:,} ep" if row.episodes else "", "dim")
            return draw.seen(row.watched, row.episodes, room, self.glyphs)

        return RowColumn("seen", "", cell, 11, right=True, gap=1)

    def _next(self) -> RowColumn[InProgress]:
        return RowColumn("next", "", lambda row, _: Piece(self.next_text(row), "dim"), 12, weight=2)

    def _late(self) -> RowColumn[InProgress]:
        return RowColumn("late", "", lambda row, _: Piece(self.late_text(row)), 12, right=True, gap=1)

    def _when(self) -> RowColumn[InProgress]:
        return RowColumn("when", "", lambda row, _: Piece(self.when_text(row), "dim"), 10, right=True, gap=1)

    def _told(self) -> RowColumn[InProgress]:
        """Return the column that says how many episodes wait or, where none does, when the next one airs."""

        def cell(row: InProgress, _: int) -> Cell:
            late = self.late_text(row)
            return Piece(late) if late else Piece(self.when_text(row), "dim")

        return RowColumn("told", "", cell, 12, right=True, gap=2)

    def _title(self, row: InProgress, width: int) -> Cell:
        if not row.again:
            return Piece(row.title, "title")
        title, _ = title_fitted(row.title, width - 6, ascii=self.glyphs is ASCII)
        return Piece(title, "title"), Piece(" again", "dim")

    def _short_bar(self, row: InProgress, width: int) -> Cell:
        if is_planned(row):
            return Piece(f"{self.glyphs.planned} ", "planned"), Piece(row.why or "planned", "dim")
        return self._bar(row, min(width, _LONGEST_BAR))

    def _bar(self, row: InProgress, width: int) -> Cell:
        self.bar_cells = width
        share = self.shares.get(row.mal_id)
        if share is None:
            return draw.progress(row.watched, row.episodes, width, self.glyphs)
        done, left = line_bar(share, width, ascii=self.glyphs is ASCII)
        return Piece(done, "watching"), Piece(left, "rest")

    # Words.

    def late_text(self, row: InProgress) -> str:
        """Return how many aired episodes wait: 2 behind; "" where none does, or all are out."""
        outlook = self._outlook(row)
        if is_planned(row) or not outlook.late or not outlook.late.number or not (outlook.following or is_on_air(row)):
            return ""
        return f"{'~' if outlook.late.estimate else ''}{outlook.late.number:,} behind"

    def when_text(self, row: InProgress) -> str:
        """Return when the next episode airs: Sun 07:30; or that all are out."""
        following = self._outlook(row).following
        if following is not None:
            return until(following.at, self.now, self.zone)
        return "all out" if _is_over(row) and not is_planned(row) else ""

    def next_text(self, row: InProgress) -> str:
        """Return which episode comes next, and since when or until when it can be seen."""
        outlook, episode = self._outlook(row), row.watched + 1
        if is_planned(row):
            return "" if _is_over(row) else "on air" if is_on_air(row) else "has not begun"
        if row.episodes and row.watched >= row.episodes:
            return "all seen"
        number = row.broadcast.shown_number(episode) if row.broadcast is not None else episode
        name = f"ep {number:,}" if number else "the next episode"
        if self.late_text(row):
            if outlook.out_since is not None:
                return f"{name} is out since {since(outlook.out_since, self.now, self.zone)}"
            return f"{name} is out"
        if outlook.following is not None:
            return f"{name} airs next" if row.watched else "not begun to air"
        words = f"{name} any time"
        if row.seen_at is not None and self.now - row.seen_at > _LONG_AGO:
            return f"{words} {self.glyphs.separator} last seen {since(row.seen_at, self.now, self.zone)}"
        return words

    def _outlook(self, row: InProgress) -> _Outlook:
        """Return what comes of a title; cached, as the cursor passes often."""
        found = self._outlooks.get(row.mal_id)
        if found is None:
            found = self._outlooks[row.mal_id] = self._find(row)
        return found

    def _find(self, row: InProgress) -> _Outlook:
        broadcast = row.broadcast
        if broadcast is None:
            return _Outlook(None, None, None)
        late = unwatched_episodes(broadcast, self.now)
        following = next(iter(upcoming_episodes([broadcast], now=self.now, until=self.now + _SOON)), None)
        wanted = row.watched + 1
        aired = broadcast.numbering().between(self.now - _PAST, self.now) if late and late.number else ()
        out = next((showing.at for showing in aired if showing.number == wanted), None)
        return _Outlook(following, late, out)


class GoingList(Hosted, ItemList["InProgress"]):
    """The titles in progress. A bar grows when an episode is logged, where everything may move."""

    def __init__(self, columns: GoingColumns, *, empty: str, id: str) -> None:
        super().__init__(
            columns.lines(ROW, 80),
            identity=lambda row: row.mal_id,
            glyphs=columns.glyphs,
            above=next_in_line,
            empty=empty,
            id=id,
        )
        self._columns = columns
        self._density = ROW
        self._covers: CoverLines | None = None
        self._growing: dict[int, list[float]] = {}
        self._timer: Timer | None = None

    def on_mount(self) -> None:
        """Prepare the covers."""
        app = self.app
        if app.settings.posters == "off":
            return

        def find(url: str, cancel: threading.Event) -> bytes | None:
            return app.pool.backend.posters.find(url, cancel)

        self._covers = CoverLines(self, ROW_COVER, find, self._cover_loaded, ascii=app.ascii, color=app.terminal.color)

    def on_unmount(self) -> None:
        """Load no more covers."""
        if self._covers is not None:
            self._covers.cancel()

    def notify_style_update(self) -> None:
        """Draw everything again after a change of theme or focus."""
        if self._covers is not None:
            self._covers.clear()
        super().notify_style_update()

    def show_density(self, density: Density, width: int) -> None:
        """Show titles in as many lines as there is room for; `width` is the list's."""
        density = density if self._covers is not None else density._replace(cover=False)
        if density != self._density or density.lines == 1:
            self._density = density
            self.lay_out(self._columns.lines(density, width), density.gap)

    def update(self, *records: InProgress) -> int:
        """Replace titles by changed ones, and let their bars grow."""
        for record in records:
            index = self.view.index_of(record.mal_id)
            before = self.view.rows[index] if index is not None else None
            if before is not None and self.app.motion == "full":
                self._grow(before, record)
        self._columns.forget(records)
        return super().update(*records)

    def _drawn(self, position: int, line: int) -> Strip:
        strip = super()._drawn(position, line)
        if not self._density.cover or self._covers is None:
            return strip
        record = self.view.at(position)
        cover = self._covers.line(record.mal_id, record.title, record.image_url, line)
        end = MARGIN + ROW_COVER.width
        return Strip.join((strip.crop(0, MARGIN), cover, strip.crop(end, strip.cell_length)))

    def _cover_loaded(self, mal_id: int) -> None:
        position = self.view.position_of(mal_id)
        if position is not None:
            self._repaint_records(position, position)

    # The bar that grows.

    def _grow(self, before: InProgress, after: InProgress) -> None:
        if not after.episodes or after.watched <= before.watched:
            return
        cells = self._columns.bar_cells
        first, last = (round(row.watched / after.episodes * cells * 2) for row in (before, after))
        steps = [half / (2 * cells) for half in range(first, last)] if cells else []
        most = int(GROWTH_SECONDS / LEAST_STEP_SECONDS)
        if len(steps) > most:
            steps = [steps[number * len(steps) // most] for number in range(most)]
        if not steps:
            return
        self._growing[after.mal_id] = steps[1:]
        self._columns.shares[after.mal_id] = steps[0]
        if self._timer is None:
            self._timer = self.set_interval(GROWTH_SECONDS / len(steps), self._grow_on, name="bar")

    def _grow_on(self) -> None:
        """Draw the next half cell of each growing bar, and at its end the bar as it is."""
        for mal_id, steps in list(self._growing.items()):
            if steps:
                self._columns.shares[mal_id] = steps.pop(0)
            else:
                del self._growing[mal_id]
                self._columns.shares.pop(mal_id, None)
            index, position = self.view.index_of(mal_id), self.view.position_of(mal_id)
            if index is not None and position is not None:
                self._renderer.invalidate(index)
                self._repaint_records(position, position)
        if not self._growing and self._timer is not None:
            self._timer.stop()
            self._timer = None


def is_planned(row: InProgress) -> bool:
    """Say whether a title is not begun."""
    return row.status == "PLAN_TO_WATCH" and not row.again


def next_in_line(before: InProgress | None, row: InProgress) -> tuple[str, ...]:
    """Return the heading above the first planned title."""
    if not is_planned(row) or (before is not None and is_planned(before)):
        return ()
    return ("Nothing is under way. Next in line",) if before is None else ("Next in line",)


def is_on_air(row: InProgress) -> bool:
    """Say whether a title is being broadcast."""
    from catlog.catalogue.vocabulary import AIRING_STATUSES

    return row.broadcast is not None and row.broadcast.airing_status == AIRING_STATUSES["airing"]


def _is_over(row: InProgress) -> bool:
    return row.broadcast is not None and row.broadcast.airing_status == FINISHED
