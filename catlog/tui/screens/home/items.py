"""A list of Home: records of one or more lines each, with air and headings between them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable, Sequence
from textwrap import wrap
from typing import ClassVar, Generic

from textual.geometry import Region
from textual.strip import Strip

from catlog.tui.glyphs import UNICODE, Glyphs
from catlog.tui.terminal.partial_updates import set_content_height
from catlog.tui.widgets.rows import Piece, RowColumn, RowList
from catlog.tui.widgets.rows.columns import R
from catlog.tui.widgets.rows.renderer import MARGIN, RowRenderer, Styles

_SELECTING = ("select", "range", "select_all", "invert", "extend_up", "extend_down")

Above = Callable[[R | None, R], Sequence[str]]
"""Returns the lines above a record, given the one before it: headings, and "" for air."""


def edge() -> RowColumn[R]:
    """Return the column at the right end that keeps the air there: none of its own, but the gap before it."""
    return RowColumn("edge", "", lambda _row, _width: "", 0)


class ItemRenderer(RowRenderer[R], Generic[R]):
    """Draws records of several lines: the columns of each line are laid out by themselves."""

    def __init__(self, lines: Sequence[Sequence[RowColumn[R]]], styles: Styles, glyphs: Glyphs) -> None:
        super().__init__(lines[0], styles, glyphs)
        self._below = [RowRenderer(columns, styles, glyphs) for columns in lines[1:]]

    @property
    def count(self) -> int:
        """The lines of a record."""
        return 1 + len(self._below)

    def lay_out(self, lines: Sequence[Sequence[RowColumn[R]]]) -> None:
        """Give records other lines."""
        self._below = [RowRenderer(columns, self._styles, self.glyphs) for columns in lines[1:]]
        for painter in self._below:
            painter.resize(self.width)
        super().rebuild(lines[0], self.glyphs)

    def resize(self, width: int) -> None:
        """Set the width of the lines."""
        super().resize(width)
        for painter in self._below:
            painter.resize(width)

    def rebuild(self, columns: Sequence[RowColumn[R]], glyphs: Glyphs) -> None:
        """Draw all lines again."""
        super().rebuild(columns, glyphs)
        for painter in self._below:
            painter.rebuild(painter.columns, glyphs)

    def invalidate(self, index: int | None = None) -> None:
        """Drop the cached lines of one record, or of all."""
        super().invalidate(index)
        for painter in self._below:
            painter.invalidate(index)

    def line(self, number: int, index: int, record: R, *, cursor: bool, selected: bool) -> Strip:
        """Return one line of a record."""
        painter = self._below[number - 1] if number else self
        return painter.row(index, record, cursor=cursor, selected=selected)

    def text(self, words: str, style: str) -> Strip:
        """Return a line of words at the left."""
        return self._strip("row", [Piece(" " * MARGIN), Piece(words, style)])


class ItemList(RowList[R], Generic[R]):
    """One list of Home: nothing can be selected in it. `lines` are the columns of each line of a record.

    `gap` lines stay empty below each record; `above` names the lines above it. The cursor shows from its first focus
    on.
    """

    DEFAULT_CSS: ClassVar[str] = """
    ItemList.-items:focus > .rows--cursor { background: $background; text-style: none; }
    """

    def __init__(
        self,
        lines: Sequence[Sequence[RowColumn[R]]],
        *,
        identity: Callable[[R], Hashable],
        glyphs: Glyphs = UNICODE,
        gap: int = 0,
        above: Above[R] | None = None,
        empty: str = "",
        id: str | None = None,
    ) -> None:
        super().__init__(lines[0], identity=identity, glyphs=glyphs, empty=empty, smooth=True, heading=0, id=id)
        self._items: ItemRenderer[R] = ItemRenderer(lines, self._palette.style, glyphs)
        self._renderer = self._items
        self._gap = gap
        self._above = above
        self._was_focused = False
        self._heads: list[Sequence[str]] = []
        self._tops: list[int] = []
        self._mark()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable the actions that select."""
        return False if action in _SELECTING else super().check_action(action, parameters)

    def lay_out(self, lines: Sequence[Sequence[RowColumn[R]]], gap: int = 0) -> None:
        """Give records other lines."""
        self._items.lay_out(lines)
        self._gap = gap
        self._mark()
        self._update_height()
        self._scroll_to_cursor()
        self._repaint_all()

    @property
    def page(self) -> int:
        """Lines that fit on the screen."""
        return max(self.scrollable_content_region.height, 1)

    def render_line(self, y: int) -> Strip:
        """Return a line: of a record, above one, or of the text where there are none."""
        painter = self._items
        painter.resize(self.scrollable_content_region.width)
        if not self._tops:
            return painter.text(self._empty_line(y), "dim")
        line = y + self.scroll_offset.y
        position = max(bisect_right(self._tops, line) - 1, 0)
        inside = line - self._tops[position]
        if inside < 0:
            return self._above_line(position, inside)
        if inside < painter.count:
            return self._drawn(position, inside)
        if position + 1 < len(self._tops):
            return self._above_line(position + 1, line - self._tops[position + 1])
        return painter.blank()

    def position_at(self, y: int) -> int | None:
        """Return the position of the record in a line of the widget."""
        line = y + self.scroll_offset.y
        position = bisect_right(self._tops, line) - 1
        return position if position >= 0 and line - self._tops[position] < self._items.count else None

    def action_page(self, pages: float) -> None:
        """Go this many pages down or, below 0, up."""
        count = int(self.page * pages / (self._items.count + self._gap)) * (self.take_count() or 1)
        self.move_to(self.view.cursor + (count or (1 if pages > 0 else -1)))

    def on_focus(self) -> None:
        """Show the cursor from now on."""
        self._was_focused = True

    def _drawn(self, position: int, line: int) -> Strip:
        """Return one line of a record."""
        view = self.view
        index, cursor = view.hits[position], self._was_focused and position == view.cursor
        return self._items.line(line, index, view.rows[index], cursor=cursor, selected=False)

    def _above_line(self, position: int, before: int) -> Strip:
        """Return a line above a record, `before` it by so many lines, counted below 0; none without the record."""
        heads = self._heads[position]
        if self._tops[position] >= self.scroll_offset.y + self.page:
            return self._items.blank()
        words = heads[before] if -before <= len(heads) else ""
        return self._items.text(words, "dim") if words else self._items.blank()

    def _empty_line(self, y: int) -> str:
        width = self.scrollable_content_region.width - MARGIN - 2
        text = [line for part in self.empty.split("\n") for line in wrap(part, max(width, 8)) or [""]]
        return text[y] if y < len(text) else ""

    def _mark(self) -> None:
        self.set_class(self._items.count > 1, "-items")

    def _update_height(self) -> None:
        """Find the first line of each record, and tell Textual the number of lines, without a layout."""
        self._heads, self._tops = [], []
        line, before = 0, None
        for index in self.view.hits:
            record = self.view.rows[index]
            heads = self._above(before, record) if self._above is not None else ()
            line += len(heads)
            self._heads.append(heads)
            self._tops.append(line)
            line += self._items.count + self._gap
            before = record
        set_content_height(self, max(line - self._gap, 0))
        if self.scrolled is not None:
            self.scrolled()

    def _repaint_records(self, first: int, last: int) -> None:
        """Repaint the lines of these positions that are in sight."""
        if not 0 <= max(first, 0) < len(self._tops):
            return
        top = self.scroll_offset.y
        begin = max(self._tops[max(first, 0)] - top, 0)
        end = min(self._tops[min(max(last, 0), len(self._tops) - 1)] - top + self._items.count, self.page)
        if begin < end:
            self.refresh(Region(0, begin, self.scrollable_content_region.width, end - begin))

    def _scroll_to_cursor(self, page: int = 0) -> None:
        """Scroll until the record under the cursor is in sight, and what stands above the first one."""
        cursor = self.view.cursor
        if not 0 <= cursor < len(self._tops) or not self.size:
            return
        top, height = self.scroll_offset.y + page, self.page
        first = self._tops[cursor] - len(self._heads[cursor])
        end = self._tops[cursor] + self._items.count
        if end > top + height:
            top = end - height
        top = min(top, first)
        if top != self.scroll_offset.y:
            self.scroll_to(y=min(max(top, 0), self.max_scroll_y), animate=False)
