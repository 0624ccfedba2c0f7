"""The columns of the list: one line a title; the least important column gives way first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from catlog.tui.glyphs import STATUS_NAMES, Glyphs
from catlog.tui.widgets.rows import Cell, Piece, RowColumn
from catlog.tui.widgets.rows import cell_renderers as draw

if TYPE_CHECKING:
    from catlog.library.airing import Broadcast
    from catlog.library.listing import ListRow

_SOON = timedelta(days=60)

_OF_ALL = ("status", "favorite", "title", "note", "progress", "seen", "next", "score", "mal", "tags")
_BY_STATUS = {
    "WATCHING": ("favorite", "title", "note", "progress", "seen", "next", "score", "mal", "tags"),
    "COMPLETED": ("favorite", "title", "note", "studio", "ended", "score", "mal", "finished", "tags"),
    "PLAN_TO_WATCH": ("favorite", "title", "note", "type", "episodes", "year", "mal", "tags"),
}


class ListColumns:
    """The columns, with the data that a row lacks: broadcasts, the time, pending edits."""

    def __init__(self, glyphs: Glyphs) -> None:
        self.glyphs = glyphs
        self.broadcasts: dict[int, Broadcast] = {}
        self.now = datetime.min
        self.waiting: frozenset[int] = frozenset()
        self._next: dict[int, Cell] = {}

    def know(self, broadcasts: dict[int, Broadcast], now: datetime) -> None:
        """Set the broadcasts and the current time."""
        self.broadcasts, self.now = broadcasts, now
        self.forget()

    def forget(self) -> None:
        """Drop the cached cells, after rows have changed."""
        self._next.clear()

    def of(self, status: str) -> tuple[RowColumn[ListRow], ...]:
        """Return the columns that tell most about titles of a status, or those of the whole list for no status."""
        columns = {column.key: column for column in self.all()}
        return tuple(columns[key] for key in _BY_STATUS.get(status, _OF_ALL))

    def all(self) -> tuple[RowColumn[ListRow], ...]:
        """Return every column. The name of a sortable column is its sort key in `library.sorting`."""
        glyphs = self.glyphs
        return (
            RowColumn("status", "", lambda row, _: draw.status(row.status, glyphs), 1, sortable=False, gap=1),
            RowColumn("favorite", "", self._favorite, 2, sortable=False, gap=0),
            RowColumn("title", "Title", self._title, 24, weight=1),
            RowColumn("note", "", self._note, 1, gives_way=3, sortable=False, gap=1),
            RowColumn("studio", "Studio", _studio, 16, min_list_width=96, gives_way=4, sortable=False),
            RowColumn("progress", "Progress", self._progress, 12, gives_way=1),
            RowColumn("seen", "", self._seen, 11, right=True, sortable=False),
            RowColumn("ended", "Ep", self._seen, 6, right=True, sortable=False),
            RowColumn("type", "Type", lambda row, _: Piece(row.type or "", "dim"), 7, gives_way=4),
            RowColumn("episodes", "Ep", self._episodes, 5, right=True, gives_way=3),
            RowColumn("next", "Next / finished", self._next_or_finished, 19, gives_way=2, sortable=False),
            RowColumn("year", "Aired", _aired, 11, gives_way=2),
            RowColumn("score", "My", lambda row, _: draw.rating(row.rating, glyphs), 2, right=True),
            RowColumn(
                "mal", "MAL", lambda row, _: draw.rating(row.mal_score, glyphs, digits=2), 4, right=True, gives_way=2
            ),
            RowColumn("finished", "Finished", lambda row, _: self._finished(row), 10, gives_way=1),
            RowColumn("tags", "Tags", self._tags, 16, min_list_width=96, gives_way=5, sortable=False),
        )

    def _note(self, row: ListRow, _: int) -> Cell:
        return Piece(self.glyphs.note, "dim") if row.notes else ""

    def _episodes(self, row: ListRow, _: int) -> Cell:
        return Piece(f"{row.episodes:,}" if row.episodes else "?", "" if row.episodes else "dim")

    def _title(self, row: ListRow, _: int) -> Cell:
        title = Piece(row.title, "title")
        return (title, Piece(f" {self.glyphs.running} waits", "dim")) if row.mal_id in self.waiting else title

    def _favorite(self, row: ListRow, _: int) -> Cell:
        return Piece(self.glyphs.favorite, "favorite") if row.favorite else ""

    def _progress(self, row: ListRow, width: int) -> Cell:
        if row.episodes and row.episodes_watched >= row.episodes:
            return ""
        return draw.progress(row.episodes_watched, row.episodes, width, self.glyphs, STATUS_NAMES[row.status])

    def _seen(self, row: ListRow, width: int) -> Cell:
        return draw.seen(row.episodes_watched, row.episodes, width, self.glyphs)

    def _tags(self, row: ListRow, _: int) -> Cell:
        again = ("again",) if row.rewatching else ()
        return Piece(" ".join((*again, *row.tags)), "dim")

    def _next_or_finished(self, row: ListRow, _: int) -> Cell:
        # Cached: the next broadcast takes the arithmetic of two time zones, and the cursor passes often.
        if row.mal_id in self.broadcasts:
            if row.mal_id not in self._next:
                self._next[row.mal_id] = self._airing(_as_shown(self.broadcasts[row.mal_id], row), row)
            return self._next[row.mal_id]
        return self._finished(row)

    def _finished(self, row: ListRow) -> Cell:
        return Piece(str(row.finish_date), "dim") if row.finish_date is not None else ""

    def _airing(self, broadcast: Broadcast, row: ListRow) -> Cell:
        from catlog.library.airing import unwatched_episodes, upcoming_episodes
        from catlog.library.numbering import number_text

        unseen = unwatched_episodes(broadcast, self.now)
        following = upcoming_episodes([broadcast], now=self.now, until=self.now + _SOON)
        late = draw.behind(unseen) if row.status == "WATCHING" and unseen and following else Piece("")
        if not following:
            return self._finished(row)
        soon = draw.countdown(following[0].at - self.now)
        if late.text:
            return late, Piece(f" {self.glyphs.separator} ", "dim"), soon._replace(text=soon.text.removeprefix("in "))
        number = number_text(following[0].episode, estimate=following[0].estimate)
        return (Piece(f"ep {number} ", "dim"), soon) if number else soon


def _studio(row: ListRow, _: int) -> Cell:
    return Piece(", ".join(row.studios), "dim")


def _aired(row: ListRow, _: int) -> Cell:
    return Piece(f"{(row.season or '').capitalize()} {row.year or ''}".strip(), "dim")


def _as_shown(broadcast: Broadcast, row: ListRow) -> Broadcast:
    """Return the broadcast with the row's own progress, to which pending edits are applied."""
    return broadcast._replace(watched=row.episodes_watched, offset=row.episode_offset)
