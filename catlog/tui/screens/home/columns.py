"""The columns of the lists of Home: titles under way, airing this week, and movers."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from catlog.tui.glyphs import Glyphs
from catlog.tui.screens.home.records import MoverRow
from catlog.tui.widgets.rows import Cell, Piece, RowColumn
from catlog.tui.widgets.rows import cell_renderers as draw
from catlog.zones import UTC_ZONE, Zone

if TYPE_CHECKING:
    from catlog.library.airing import Airing
    from catlog.library.in_progress import InProgress
    from catlog.library.numbering import EpisodeTotal
    from catlog.library.schedule import ScheduledEpisode

_SOON = timedelta(days=60)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class HomeColumns:
    """The columns of all three lists, and the time at which their countdowns start."""

    def __init__(self, glyphs: Glyphs) -> None:
        self.glyphs = glyphs
        self.now = datetime.min
        self.zone = UTC_ZONE
        self._next: dict[int, tuple[Airing | None, EpisodeTotal | None]] = {}

    def know(self, now: datetime, zone: Zone) -> None:
        """Set the current time and the zone."""
        self.now, self.zone = now, zone
        self._next.clear()

    def going(self) -> tuple[RowColumn[InProgress], ...]:
        """Return the columns of titles under way."""
        glyphs = self.glyphs
        return (
            RowColumn("title", "Continue", self._title, 16, weight=3, max_width=60),
            RowColumn(
                "progress", "", lambda row, width: draw.progress(row.watched, row.episodes, width, glyphs), 12,
            ),
            RowColumn("seen", "", lambda row, room: draw.seen(row.watched, row.episodes, room, glyphs), 11, right=True),
            RowColumn("at", "airs", self._airs, 9, min_list_width=70, gives_way=1),
            RowColumn("next", "", self._waits, 13),
        )  # fmt: skip

    def week(self) -> tuple[RowColumn[ScheduledEpisode], ...]:
        """Return the columns of episodes that air in the next days."""
        return (
            RowColumn("at", "This week", self._slot, 11),
            RowColumn("title", "", self._airing_title, 14, weight=1, max_width=60),
            RowColumn("episode", "", self._number, 5, right=True, gives_way=1),
            RowColumn("left", "", self._left, 9),
        )

    def moving(self, until: date | None = None) -> tuple[RowColumn[MoverRow], ...]:
        """Return the columns of movers; `until` is the last day with a whole chart, where that is not today."""
        glyphs = self.glyphs
        heading = f"Moving to {until}" if until else "Moving on the chart"
        return (
            RowColumn("title", heading, lambda row, _: row.title, 19, weight=4, max_width=60),
            RowColumn("change", "", lambda row, _: draw.change(row.change, glyphs), 4, right=True),
            RowColumn("rank", "7 days", self._ranks, 11, right=True, gives_way=1),
            RowColumn("course", "", self._course, 7, weight=1, max_width=24, gives_way=2),
            RowColumn("mine", "", lambda row, _: draw.status(row.status, glyphs), 1),
        )

    def _title(self, row: InProgress, _: int) -> Cell:
        return (Piece(row.title), Piece(" again", "dim")) if row.again else Piece(row.title)

    def _coming(self, row: InProgress) -> tuple[Airing | None, EpisodeTotal | None]:
        """Return the next episode and how many aired ones are unwatched; cached, as the cursor passes often."""
        from catlog.library.airing import unwatched_episodes, upcoming_episodes

        if row.mal_id not in self._next:
            following, late = None, None
            if row.broadcast is not None:
                late = unwatched_episodes(row.broadcast, self.now)
                following = next(iter(upcoming_episodes([row.broadcast], now=self.now, until=self.now + _SOON)), None)
            self._next[row.mal_id] = following, late
        return self._next[row.mal_id]

    def _airs(self, row: InProgress, _: int) -> Cell:
        following, _late = self._coming(row)
        if following is None:
            return ""
        local = self.zone.local(following.at)
        return Piece(f"{_DAYS[local.weekday()]} {local:%H:%M}", "dim")

    def _waits(self, row: InProgress, _: int) -> Cell:
        following, late = self._coming(row)
        if late and late.number and (following is not None or _is_on_air(row)):
            return draw.behind(late)
        if following is None:
            return Piece("any time", "dim")
        return draw.countdown(following.at - self.now)

    def _slot(self, row: ScheduledEpisode, _: int) -> Cell:
        is_today = row.day == self.zone.day_of(self.now)
        day = Piece("today" if is_today else _DAYS[row.day.weekday()].ljust(5), "strong" if is_today else "")
        return (day, Piece(f" {self.zone.local(row.at):%H:%M}"))

    def _number(self, row: ScheduledEpisode, _: int) -> Cell:
        return Piece(row.number or ("?" if row.source_episode is None else ""), "dim")

    def _airing_title(self, row: ScheduledEpisode, _: int) -> Cell:
        return Piece(row.title, "dim" if row.at <= self.now else "")

    def _left(self, row: ScheduledEpisode, _: int) -> Cell:
        if row.at > self.now:
            return draw.countdown(row.at - self.now)
        return Piece("was due" if row.estimate else "is out", "dim")

    def _ranks(self, row: MoverRow, _: int) -> Cell:
        return (Piece(f"{row.before} {self.glyphs.arrow} ", "dim"), Piece(f"{row.rank}"))

    def _course(self, row: MoverRow, width: int) -> Cell:
        piece = draw.sparkline([None if rank is None else -rank for rank in row.ranks], width, self.glyphs)
        return piece._replace(style="up" if row.change > 0 else "down")


def _is_on_air(row: InProgress) -> bool:
    from catlog.catalogue.vocabulary import AIRING_STATUSES

    return row.broadcast is not None and row.broadcast.airing_status == AIRING_STATUSES["airing"]
