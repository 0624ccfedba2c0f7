"""The columns of the list: one line a title; the least important column gives way first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from rich.cells import cell_len

from catlog.library.airing import FINISHED, unwatched_episodes, upcoming_episodes
from catlog.library.numbering import number_text
from catlog.tui.day_words import date_words, left_words, time_words
from catlog.tui.glyphs import STATUS_NAMES, Glyphs
from catlog.tui.widgets.rows import Cell, Piece, RowColumn
from catlog.tui.widgets.rows import cell_renderers as draw

if TYPE_CHECKING:
    from catlog.library.airing import Broadcast
    from catlog.library.records import ListRow
    from catlog.zones import Zone

_SOON = timedelta(days=60)
_SCORED = 90
"""Columns of the list from which titles being watched have MyAnimeList's score."""

_DATED = 20
"""Cells of the next episode from which its time stands beside what is behind."""

_OF_ALL = ("status", "favorite", "title", "note", "progress", "seen", "next", "score", "mal", "end")
_BY_STATUS = {
    "WATCHING": ("favorite", "title", "note", "progress", "seen", "next", "score", "mal", "end"),
    "COMPLETED": ("favorite", "title", "note", "studio", "ended", "score", "mal", "finished", "end"),
    "PLAN_TO_WATCH": ("favorite", "title", "note", "type", "episodes", "year", "mal", "why", "end"),
    "NEXT": ("status", "title", "type", "episodes", "year", "mal", "why", "end"),
}


class ListColumns:
    """The columns, with the data that a row lacks: broadcasts, the time, pending edits, why a planned title is next."""

    def __init__(self, glyphs: Glyphs, zone: Zone) -> None:
        self.glyphs = glyphs
        self.zone = zone
        self.broadcasts: Mapping[int, Broadcast] = {}
        self.why: Mapping[int, str] = {}
        self.now = datetime.min
        self.waiting: frozenset[int] = frozenset()
        self._today = date.min
        self._next: dict[tuple[int, bool], Cell] = {}

    def know(self, broadcasts: Mapping[int, Broadcast], now: datetime, zone: Zone) -> None:
        """Set the broadcasts, the current time and the user's zone."""
        self.broadcasts, self.now, self.zone = broadcasts, now, zone
        self._today = zone.day_of(now)
        self.forget()

    def forget(self) -> None:
        """Drop the cached cells, after rows have changed."""
        self._next.clear()

    def of(self, status: str) -> tuple[RowColumn[ListRow], ...]:
        """Return the columns that tell most about titles of a status, those of the whole list, or of `NEXT` in line."""
        columns = {column.key: column for column in self.all()}
        if status in ("WATCHING", ""):
            columns["mal"] = replace(columns["mal"], min_list_width=_SCORED)
        if status == "NEXT":
            columns["title"] = replace(columns["title"], gap=2)
        return tuple(columns[key] for key in _BY_STATUS.get(status, _OF_ALL))

    def all(self) -> tuple[RowColumn[ListRow], ...]:
        """Return every column. The name of a sortable column is its sort key in `library.sorting`."""
        glyphs = self.glyphs
        return (
            RowColumn("status", "", lambda row, _: draw.status(row.status, glyphs), 1, sortable=False, gap=1),
            RowColumn("favorite", "", self._favorite, 2, sortable=False, gap=0),
            RowColumn("title", "Title", self._title, 24, weight=8, gap=1),
            RowColumn("note", "", self._note, 1, gives_way=7, sortable=False, gap=1),
            RowColumn("studio", "Studio", _studio, 17, min_list_width=96, gives_way=8, sortable=False),
            RowColumn(
                "progress", "Progress", self._progress, 8, weight=3, max_width=12, gives_way=1, min_list_width=64
            ),
            RowColumn("seen", "", self._seen, 11, right=True, sortable=False),
            RowColumn("ended", "Ep", self._seen, 6, right=True, sortable=False),
            RowColumn("type", "Type", lambda row, _: Piece(row.type or "", "dim"), 7, gives_way=5, min_list_width=72),
            RowColumn("episodes", "Ep", self._episodes, 5, right=True, gives_way=2),
            RowColumn(
                "next", "Next", self._next_or_finished, 12, weight=4, max_width=21, gives_way=4, min_list_width=72
            ),
            RowColumn("year", "Aired", self._aired, 11, gives_way=4, min_list_width=64),
            RowColumn("score", "My", lambda row, _: draw.rating(row.rating, glyphs), 2, right=True, gives_way=3),
            RowColumn(
                "mal", "MAL", lambda row, _: draw.rating(row.mal_score, glyphs, digits=2), 5, right=True, gives_way=6
            ),
            RowColumn("finished", "Finished", self._finished_at, 11, right=True, gives_way=1),
            RowColumn(
                "why", "Why now", self._why, 28, weight=2, max_width=44, gives_way=9, min_list_width=96, sortable=False
            ),
            RowColumn("end", "", lambda _row, _width: "", 0, sortable=False),
        )

    def _note(self, row: ListRow, _: int) -> Cell:
        return Piece(self.glyphs.note, "dim") if row.notes else ""

    def _episodes(self, row: ListRow, _: int) -> Cell:
        return Piece(f"{row.episodes:,}" if row.episodes else "?", "" if row.episodes else "dim")

    def _title(self, row: ListRow, width: int) -> Cell:
        title = Piece(row.title, "title")
        if row.mal_id in self.waiting:
            return title, Piece(f" {self.glyphs.running} waits", "dim")
        tags = ("again", *row.tags) if row.rewatching else row.tags
        told = "".join(f" #{tag}" for tag in tags)
        room = width - cell_len(row.title) - 1 if tags else 0
        return (title, Piece(f" {told}", "dim")) if 0 < cell_len(told) <= room else title

    def _favorite(self, row: ListRow, _: int) -> Cell:
        return Piece(self.glyphs.favorite, "favorite") if row.favorite else ""

    def _progress(self, row: ListRow, width: int) -> Cell:
        if row.episodes and row.episodes_watched >= row.episodes:
            return ""
        return draw.progress(row.episodes_watched, row.episodes, width, self.glyphs, STATUS_NAMES[row.status])

    def _seen(self, row: ListRow, width: int) -> Cell:
        return draw.seen(row.episodes_watched, row.episodes, width, self.glyphs)

    def _why(self, row: ListRow, _: int) -> Cell:
        return Piece(self.why.get(row.mal_id, ""), "dim")

    def _aired(self, row: ListRow, _: int) -> Cell:
        recent = row.season and row.year and row.year >= self._today.year - 1
        season = row.season.capitalize() if recent and row.season else ""
        return Piece(f"{season} {row.year or ''}".strip(), "dim")

    def _next_or_finished(self, row: ListRow, width: int) -> Cell:
        # Cached: the next broadcast takes the arithmetic of two time zones, and the cursor passes often.
        if row.mal_id in self.broadcasts:
            key = row.mal_id, width >= _DATED
            if key not in self._next:
                self._next[key] = self._airing(_as_shown(self.broadcasts[row.mal_id], row), row, dated=key[1])
            return self._next[key]
        return self._finished(row)

    def _finished(self, row: ListRow) -> Cell:
        return Piece(date_words(row.finish_date, self._today), "dim") if row.finish_date is not None else ""

    def _finished_at(self, row: ListRow, _: int) -> Cell:
        if row.finish_date is None:
            return ""
        # The heading of the year says it too, but not for a date of last year's end next to one of this year.
        last_year = row.finish_date.year == self._today.year - 1
        return Piece(date_words(row.finish_date, self._today, whole=last_year), "dim")

    def _airing(self, broadcast: Broadcast, row: ListRow, *, dated: bool) -> Cell:
        if broadcast.airing_status == FINISHED:
            over = row.status == "WATCHING" and row.episodes is not None and row.episodes_watched < row.episodes
            return Piece("all out", "dim") if over else self._finished(row)
        unseen = unwatched_episodes(broadcast, self.now)
        following = upcoming_episodes([broadcast], now=self.now, until=self.now + _SOON)
        at = time_words(following[0].at, self.now, self.zone) if following else ""
        if row.status == "WATCHING" and unseen and unseen.number:
            late = draw.behind(unseen)
            return (late, Piece(f"  {at}", "dim")) if at and dated else late
        if not following:
            return self._finished(row)
        number = number_text(following[0].episode, estimate=following[0].estimate)
        if not dated:
            return Piece(at if len(at) <= 9 else left_words(following[0].at - self.now))
        return (Piece(f"{number} ", "dim"), Piece(at)) if number else Piece(at)


def _studio(row: ListRow, _: int) -> Cell:
    return Piece(row.studios[0] if row.studios else "", "dim")


def _as_shown(broadcast: Broadcast, row: ListRow) -> Broadcast:
    """Return the broadcast with the row's own progress, to which pending edits are applied."""
    return broadcast._replace(watched=row.episodes_watched, offset=row.episode_offset)
