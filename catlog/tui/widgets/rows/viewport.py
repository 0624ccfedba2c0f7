"""The list on the screen: draws the lines in sight, and repaints only those that change."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import ClassVar, Generic

from textual.geometry import Region
from textual.scroll_view import ScrollView
from textual.strip import Strip

from catlog.tui.glyphs import UNICODE, Glyphs
from catlog.tui.terminal.partial_updates import set_content_height
from catlog.tui.widgets.rows import styles
from catlog.tui.widgets.rows.columns import R, RowColumn
from catlog.tui.widgets.rows.messages import EndReached, Highlighted
from catlog.tui.widgets.rows.model import RowModel
from catlog.tui.widgets.rows.renderer import RowRenderer


class RowViewport(ScrollView, Generic[R], can_focus=True, inherit_bindings=False):
    """A scrolling `RowModel`, drawn line by line. `smooth` scrolls by one line at the edge instead of half a page.

    Half a page repaints everything once in a while; single lines would repaint everything with every key.
    `heading` is the number of lines above the first record that do not scroll: 0 without headings, 2 with air below
    them. `scrolled` is called when other lines are in sight, or their number changes.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = set(styles.CLASSES)
    DEFAULT_CSS = (
        """
    RowViewport {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 0;
        & > .rows--heading { color: $dim; }
        & > .rows--rule { color: $dim; }
        & > .rows--strong { color: $bright; text-style: bold; }
        & > .rows--selected { background: $accent 10%; }
        & > .rows--pointer { color: $dim; }
        &:focus > .rows--cursor { background: $raised; text-style: $block-cursor-text-style; }
        &:focus > .rows--pointer { color: $accent; }
        & > .rows--match, & > .rows--chosen-match { color: $accent; }
        &:focus > .rows--chosen-match { color: $accent; text-style: bold; }
        &:focus > .rows--chosen { color: $bright; text-style: bold; }
    """
        + styles.CSS
        + "}"
    )

    def __init__(
        self,
        columns: Sequence[RowColumn[R]],
        *,
        identity: Callable[[R], Hashable],
        text: Callable[[R], str] = str,
        glyphs: Glyphs = UNICODE,
        empty: str = "Nothing here yet.",
        unmatched: str = "Nothing matches.",
        smooth: bool = False,
        heading: int = 1,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.view: RowModel[R] = RowModel(identity, text)
        self.smooth = smooth
        self.heading = heading
        self.scrolled: Callable[[], None] | None = None
        self.empty = empty
        self.unmatched = unmatched
        self._palette = styles.RowStyles(self)
        self._renderer: RowRenderer[R] = RowRenderer(columns, self._palette.style, glyphs)
        self._arrow = ("", False)
        self._more = False
        self._end_posted_at = -1

    @property
    def page(self) -> int:
        """Lines of records that fit on the screen."""
        return max(self.scrollable_content_region.height - self.heading, 1)

    @property
    def cursor_line(self) -> int | None:
        """The line of the terminal that the cursor is on, if any."""
        if self.view.cursor < 0:
            return None
        top = self.content_region.y + self.heading
        return top + self.view.lines.line_of(self.view.cursor) - self.scroll_offset.y

    def render_line(self, y: int) -> Strip:
        """Return a line: the headings, a record, the heading of a group, or a text when there are no records."""
        painter = self._renderer
        painter.resize(self.scrollable_content_region.width)
        if y < self.heading:
            if y:
                return painter.blank()
            return painter.heading(self._arrow[0], descending=self._arrow[1])
        line, lines = y - self.heading + self.scroll_offset.y, self.view.lines
        if line >= len(lines):
            if len(lines) or y == self.heading:
                return painter.blank()
            return painter.text_line(self._empty_text(), y - self.heading - 1, self.page - 1)
        found = lines.at(line)
        if isinstance(found, str):
            return painter.rule(found)
        view = self.view
        index = view.hits[found]
        record = view.rows[index]
        selected = bool(view.selection.keys) and view.identity(record) in view.selection.keys
        return painter.row(index, record, cursor=found == view.cursor, selected=selected)

    def notify_style_update(self) -> None:
        """Draw everything again after a change of theme or focus."""
        self._palette.clear()
        self._renderer.invalidate()
        super().notify_style_update()

    def position_at(self, y: int) -> int | None:
        """Return the position of the record in a line of the widget; None for a heading, and below the last one."""
        line = y - self.heading + self.scroll_offset.y
        found = self.view.lines.at(line) if line < len(self.view.lines) else ""
        return None if isinstance(found, str) else found

    def _empty_text(self) -> str:
        return self.unmatched if self.view.rows else self.empty

    def _update_height(self) -> None:
        """Tell Textual the number of lines, without a layout."""
        set_content_height(self, self.heading + len(self.view.lines))
        if self.scrolled is not None:
            self.scrolled()

    def _repaint_records(self, first: int, last: int) -> None:
        """Repaint the lines of these positions that are in sight."""
        top = self.scroll_offset.y
        begin = max(self.view.lines.line_of(max(first, 0)) - top, 0)
        end = min(self.view.lines.line_of(max(last, 0)) - top + 1, self.page)
        if begin < end:
            self.refresh(Region(0, self.heading + begin, self.scrollable_content_region.width, end - begin))

    def _repaint_all(self) -> None:
        self.refresh(self.scrollable_content_region.size.region)

    def _scroll_to_cursor(self, page: int = 0) -> None:
        """Scroll until the cursor is in sight, and by `page` lines at least."""
        if self.view.cursor < 0 or not self.size:
            return
        line, top, height = self.view.lines.line_of(self.view.cursor), self.scroll_offset.y + page, self.page
        room = 0 if self.smooth or page else height // 2
        if line < top:
            top = line - room
            # The heading of the first group is shown with its first record.
            top = 0 if self.view.cursor == 0 else top
        elif line >= top + height:
            top = line - height + 1 + room
        if top != self.scroll_offset.y:
            self.scroll_to(y=min(max(top, 0), self.max_scroll_y), animate=False)

    def _post_moved(self, was: R | None) -> None:
        """Post `Highlighted` when the cursor has left the record `was`, and `EndReached` when the end is in sight."""
        view = self.view
        if view.record is not was:
            self.post_message(Highlighted(self, view.record, view.cursor))
        self._post_end()

    def _post_end(self) -> None:
        count, view = len(self.view.rows), self.view
        near = view.cursor >= len(view.hits) - 1 or self.scroll_offset.y + self.page >= len(view.lines)
        if self._more and count != self._end_posted_at and near:
            self._end_posted_at = count
            self.post_message(EndReached(self, count))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Post `EndReached` when the wheel reaches the end."""
        super().watch_scroll_y(old_value, new_value)
        if self.scrolled is not None:
            self.scrolled()
        self._post_end()

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self._renderer.resize(self.scrollable_content_region.width)
        self._scroll_to_cursor()

    def _column_at(self, x: int) -> RowColumn[R] | None:
        for column, start, width in self._renderer.placed:
            if start <= x < start + width:
                return column
        return None
