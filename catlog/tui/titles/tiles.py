"""A list that on wide screens shows its records as tiles: each with its cover and a few lines beside it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, ClassVar, Generic, NamedTuple

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.geometry import Region
from textual.strip import Strip

from catlog.access import Right
from catlog.charts.cells import wrapped
from catlog.tui.glyphs import UNICODE, Glyphs
from catlog.tui.host import Hosted
from catlog.tui.keys import Action, Section, bindings
from catlog.tui.terminal.partial_updates import set_content_height
from catlog.tui.widgets.poster_cover import CoverLines, CoverSize
from catlog.tui.widgets.rows import Piece, RowColumn, RowList
from catlog.tui.widgets.rows.columns import R, fitted
from catlog.tui.widgets.rows.styles import GROUND

if TYPE_CHECKING:
    import threading

KEYS = Section(
    "tiles",
    "Covers side by side",
    Right.READ_CATALOGUE,
    (
        Action("aside", "left,h", "left", "Go to the title at the left.", shown=False, action="aside(-1)"),
        Action("aside_right", "right,l", "right", "Go to the title at the right.", shown=False, action="aside(1)"),
    ),
)
"""The keys of tiles, beside those of every list."""

_MARGIN, _AIR = 2, 2
_TEXTS = 200
"""Tiles whose lines are kept wrapped."""


class CoverOf(NamedTuple):
    """The cover of a record."""

    mal_id: int
    title: str
    url: str | None


TileText = Callable[[R, int, int], Sequence[Sequence[Piece]]]
"""Returns the lines beside a cover, for a record and so many cells and lines."""


class _TileRow(NamedTuple):
    """A row of tiles: its first line, the positions of its records, and the heading above it."""

    top: int
    first: int
    end: int
    heading: str


class TileList(Hosted, RowList[R], Generic[R]):
    """The list. `show_tiles` changes between rows and tiles, at most `most` in a row, each `least` cells wide.

    The covers have the largest of `sizes`, which begin with it, with which all tiles fit, else the smallest.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)

    def __init__(
        self,
        columns: Sequence[RowColumn[R]],
        *,
        identity: Callable[[R], Hashable],
        cover: Callable[[R], CoverOf],
        tile: TileText[R],
        sizes: Sequence[CoverSize],
        least: int = 34,
        most: int = 100,
        text: Callable[[R], str] = str,
        glyphs: Glyphs = UNICODE,
        empty: str = "",
        unmatched: str = "Nothing matches.",
        heading: int = 1,
        id: str | None = None,
    ) -> None:
        super().__init__(
            columns,
            identity=identity,
            text=text,
            glyphs=glyphs,
            empty=empty,
            unmatched=unmatched,
            heading=heading,
            id=id,
        )
        self._cover_of, self._tile, self._sizes, self._cover_size = cover, tile, tuple(sizes), sizes[-1]
        self._least, self._most, self._heading = least, most, heading
        self._tile_rows: list[_TileRow] = []
        self._covers: dict[CoverSize, CoverLines] = {}
        self._texts: dict[Hashable, tuple[R, int, int, Sequence[Sequence[Piece]]]] = {}
        self.is_tiled = False

    @property
    def across(self) -> int:
        """The tiles of a row."""
        return max(min(self.scrollable_content_region.width // self._least, self._most), 1)

    def show_tiles(self, tiled: bool) -> None:
        """Show tiles, or rows."""
        if tiled != self.is_tiled:
            self.is_tiled = tiled
            self.heading = 0 if tiled else self._heading
            self._update_height()
            self._scroll_to_cursor()
            self._repaint_all()

    def on_mount(self) -> None:
        """Prepare the covers."""
        app = self.app

        def find(url: str, cancel: threading.Event) -> bytes | None:
            return app.pool.backend.posters.find(url, cancel)

        if app.settings.posters != "off":
            options = {"ascii": app.ascii, "color": app.terminal.color}
            for size in self._sizes:
                self._covers[size] = CoverLines(self, size, find, lambda _: self._repaint_all(), **options)

    def on_unmount(self) -> None:
        """Load no more covers."""
        for covers in self._covers.values():
            covers.cancel()

    def on_resize(self) -> None:
        """Lay the tiles out for the width."""
        if self.is_tiled:
            self._update_height()
        super().on_resize()

    def notify_style_update(self) -> None:
        """Drop what was drawn in the old colours."""
        for covers in self._covers.values():
            covers.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """Return a line across all tiles of a row."""
        if not self.is_tiled or not self._tile_rows:
            return super().render_line(y)
        painter, line = self._renderer, y + self.scroll_offset.y
        painter.resize(self.scrollable_content_region.width)
        row = self._tile_rows[max(bisect_right(self._tile_rows, line, key=lambda one: one.top) - 1, 0)]
        inside = line - row.top
        if row.heading:
            inside -= 1
            if inside < 0:
                return painter.rule(row.heading)
        if inside >= self._cover_size.height:
            return painter.blank()
        parts = [self._tile_line(position, inside) for position in range(row.first, row.end)]
        return Strip.join(parts).adjust_cell_length(painter.width, self._palette.style(GROUND))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave left and right to the screen where titles are not side by side."""
        if action == "aside":
            return self.is_tiled and self.across > 1
        return super().check_action(action, parameters)

    def action_aside(self, step: int) -> None:
        """Go to the title beside."""
        self.move_to(self.view.cursor + step)

    def action_up(self) -> None:
        """Go a row up."""
        self.move_to(max(self.view.cursor - self._step, self.view.cursor % self._step if self.is_tiled else 0))

    def action_down(self) -> None:
        """Go a row down."""
        self.move_to(self.view.cursor + self._step)

    def action_page(self, pages: float) -> None:
        """Go this many pages down or, below 0, up."""
        if not self.is_tiled:
            super().action_page(pages)
            return
        rows = max(int(self.page * abs(pages) / (self._cover_size.height + 1)), 1) * (1 if pages > 0 else -1)
        self.move_to(self.view.cursor + rows * self.across * (self.take_count() or 1))

    async def on_click(self, event: events.Click) -> None:
        """Move to a tile; shift or control select it, two clicks open it."""
        place = event.get_content_offset(self)
        if not self.is_tiled or place is None:
            await super().on_click(event)
            return
        event.stop()
        event.prevent_default()
        line, column = place.y + self.scroll_offset.y, place.x * self.across // max(self._renderer.width, 1)
        for row in self._tile_rows:
            if row.top <= line < row.top + self._cover_size.height + 1 and row.first + column < row.end:
                self.move_to(row.first + column, stretch=event.shift)
                if event.ctrl:
                    self.action_select()
                elif event.chain == 2:
                    self.action_choose()

    @property
    def _step(self) -> int:
        return (self.across if self.is_tiled else 1) * (self._count or 1)

    def _update_height(self) -> None:
        """Lay the tiles out, and tell Textual the number of lines, without a layout."""
        if not self.is_tiled:
            super()._update_height()
            return
        for size in self._sizes:
            self._cover_size = size
            if self._lay_out() <= self.page:
                break
        set_content_height(self, max(self._lay_out(), 0))
        if self.scrolled is not None:
            self.scrolled()

    def _lay_out(self) -> int:
        """Place the tiles in rows, and return how many lines they take."""
        self._tile_rows = []
        lines, top, across = self.view.lines, 0, self.across
        position, count = 0, len(self.view.hits)
        while position < count:
            above = lines.at(lines.line_of(position) - 1) if lines.line_of(position) else ""
            heading = above if isinstance(above, str) else ""
            end = position + 1
            while end < min(position + across, count) and lines.line_of(end) == lines.line_of(end - 1) + 1:
                end += 1
            self._tile_rows.append(_TileRow(top, position, end, heading))
            top += self._cover_size.height + 1 + (1 if heading else 0)
            position = end
        return top - 1

    def _row_of(self, position: int) -> _TileRow:
        at = bisect_right(self._tile_rows, position, key=lambda row: row.first) - 1
        return self._tile_rows[max(at, 0)]

    def _repaint_records(self, first: int, last: int) -> None:
        """Repaint the rows of these positions that are in sight."""
        if not self.is_tiled:
            super()._repaint_records(first, last)
        elif self._tile_rows:
            offset = self.scroll_offset.y
            begin = max(self._row_of(max(first, 0)).top - offset, 0)
            end = min(self._row_of(max(last, 0)).top - offset + self._cover_size.height + 1, self.page)
            if begin < end:
                self.refresh(Region(0, begin, self.scrollable_content_region.width, end - begin))

    def _scroll_to_cursor(self, page: int = 0) -> None:
        """Scroll until the tile under the cursor is in sight."""
        if not self.is_tiled:
            super()._scroll_to_cursor(page)
            return
        if self.view.cursor < 0 or not self.size or not self._tile_rows:
            return
        row, top = self._row_of(self.view.cursor), self.scroll_offset.y
        end = row.top + self._cover_size.height + (1 if row.heading else 0)
        top = min(max(top, end - self.page), row.top)
        if top != self.scroll_offset.y:
            self.scroll_to(y=min(max(top, 0), self.max_scroll_y), animate=False)

    def _tile_line(self, position: int, y: int) -> Strip:
        view, glyphs = self.view, self._renderer.glyphs
        record = view.at(position)
        here = position == view.cursor
        selected = bool(view.selection.keys) and view.identity(record) in view.selection.keys
        width = self._renderer.width // self.across
        mark = Segment(glyphs.cursor if here else " ", self._palette.style(GROUND, "pointer"))
        dot = Segment(glyphs.selected if selected and not y else " ", self._palette.style(GROUND, "accent"))
        cover = self._cover_of(record)
        parts = [Strip([mark, dot])]
        room = width - _MARGIN - _AIR
        if (covers := self._covers.get(self._cover_size)) is not None:
            parts.append(covers.line(cover.mal_id, cover.title, cover.url, y))
            parts.append(Strip([Segment(" " * _AIR, self._palette.style(GROUND))]))
            room -= self._cover_size.width + _AIR
        lines = self._lines_beside(record, room)
        parts.append(Strip(self._segments(lines[y] if y < len(lines) else (), room, here=here)))
        return Strip.join(parts).adjust_cell_length(width, self._palette.style(GROUND))

    def _lines_beside(self, record: R, room: int) -> Sequence[Sequence[Piece]]:
        """Return the lines beside a cover; they are wrapped once, not for each line of the screen."""
        key, height = self.view.identity(record), self._cover_size.height
        known = self._texts.get(key)
        if known is None or known[0] is not record or known[1:3] != (room, height):
            if len(self._texts) >= _TEXTS:
                self._texts.clear()
            known = self._texts[key] = (record, room, height, self._tile(record, room, height))
        return known[3]

    def _segments(self, pieces: Sequence[Piece], room: int, *, here: bool) -> list[Segment]:
        found: list[Segment] = []
        for text, style in pieces:
            cut, cells = fitted(text, room, ascii=self._renderer.ascii)
            name = style if style != "title" else "strong" if here and self.has_focus else ""
            found.append(Segment(cut, self._palette.style(GROUND, name)))
            room -= cells
        return found


def tile_words(text: str, width: int, most: int, style: str, *, ascii: bool) -> list[list[Piece]]:
    """Return a text wrapped into at most `most` lines, the last one cut."""
    told = wrapped(fitted(text, max(width, 1) * most, ascii=ascii)[0], max(width, 1))
    if len(told) > most:
        told = [*told[: most - 1], fitted(" ".join(told[most - 1 :]), width, ascii=ascii)[0]] if most else []
    return [[Piece(one, style)] for one in told]
