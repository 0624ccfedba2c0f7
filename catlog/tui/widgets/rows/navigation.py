"""Keys and mouse of a list: moving the cursor, typing a count, selecting."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Generic

from textual import events

from catlog.tui.keyboard import post_in_order
from catlog.tui.keys import bindings
from catlog.tui.widgets.rows.columns import R
from catlog.tui.widgets.rows.keys import KEYS
from catlog.tui.widgets.rows.messages import Chosen, CountTyped, RepeatRequested, SelectionChanged, SortRequested
from catlog.tui.widgets.rows.viewport import RowViewport

_MAX_COUNT = 9_999_999
"""The largest count."""


class Navigation(RowViewport[R], Generic[R]):
    """A list with bindings. A count before a key is typed after `#`: digits alone have other bindings."""

    BINDINGS = bindings(KEYS)

    _count: int | None = None
    _counting = False

    @property
    def count(self) -> int | None:
        """The count typed so far."""
        return self._count

    def take_count(self) -> int | None:
        """Return the count for the key that is being handled, and reset it."""
        taken, self._count, self._counting = self._count, None, False
        if taken is not None:
            self.post_message(CountTyped(self, None))
        return taken

    def push_digit(self, digit: int) -> None:
        """Append a digit to the count."""
        self._count = min((self._count or 0) * 10 + digit, _MAX_COUNT)
        self.post_message(CountTyped(self, self._count))

    def on_key(self, event: events.Key) -> None:
        """Read the digits of a count."""
        digit = event.character or ""
        if not self._counting or not (digit.isascii() and digit.isdigit()):
            return
        if digit == "0" and self._count is None:
            return
        self.push_digit(int(digit))
        event.stop()
        event.prevent_default()

    def action_count(self) -> None:
        """Read the following digits as a count."""
        self._counting = True

    def on_blur(self) -> None:
        """Drop the count, unless the focus is back by now."""
        if self.screen.focused is not self:
            self.take_count()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the key of `clear` to ancestors when there is nothing to clear."""
        if action == "clear":
            return self._count is not None or self.view.selection.anchor is not None or bool(self.view.selection.keys)
        return super().check_action(action, parameters)

    def move_to(self, position: int, *, stretch: bool = False, page: int = 0) -> None:
        """Move the cursor to a position and show it; only the changed lines are painted."""
        view = self.view
        was, before = view.record, view.cursor
        with self._selecting():
            view.move(position, stretch=stretch)
        if view.cursor != before or page:
            if view.selection.anchor is None:
                self._repaint_records(before, before)
                self._repaint_records(view.cursor, view.cursor)
            else:
                self._repaint_records(min(before, view.cursor), max(before, view.cursor))
            self._scroll_to_cursor(page)
        self._post_moved(was)

    def action_up(self) -> None:
        """Go up."""
        self.move_to(self.view.cursor - (self.take_count() or 1))

    def action_down(self) -> None:
        """Go down."""
        self.move_to(self.view.cursor + (self.take_count() or 1))

    def action_page(self, pages: float) -> None:
        """Go this many pages down or, below 0, up; the cursor keeps its place on the screen."""
        lines = int(self.page * pages) * (self.take_count() or 1)
        self.move_to(self.view.cursor + lines, page=lines)

    def action_first(self) -> None:
        """Go to the first record, or to the one that the count names."""
        self.move_to((self.take_count() or 1) - 1)

    def action_last(self) -> None:
        """Go to the last record, or to the one that the count names."""
        self.move_to((self.take_count() or len(self.view.hits)) - 1)

    def action_choose(self) -> None:
        """Open the record under the cursor."""
        if (record := self.view.record) is not None:
            post_in_order(self, Chosen(self, record, self.take_count()))

    def action_repeat(self) -> None:
        """Post `RepeatRequested`: the last edit applies to the targets too."""
        if records := self.targets():
            post_in_order(self, RepeatRequested(self, records, self.take_count()))

    def targets(self) -> list[R]:
        """Return the records of an edit: the selected ones or, without any, the one under the cursor."""
        record = self.view.record
        return self.view.selected() or ([] if record is None else [record])

    def action_select(self) -> None:
        """Toggle as many records as the count says, and move behind them."""
        view, first = self.view, self.view.cursor
        if first < 0:
            return
        count = min(self.take_count() or 1, len(view.hits) - first)
        with self._selecting():
            view.selection.end()
            view.selection.toggle(view.between(first, first + count - 1))
        self._repaint_records(first, first + count - 1)
        self.move_to(first + count)

    def action_range(self) -> None:
        """Begin a range that grows with the cursor, or end it."""
        selection = self.view.selection
        if selection.sticky:
            selection.end()
        elif self.view.cursor >= 0:
            with self._selecting():
                selection.begin(self.view.cursor, sticky=True)
                selection.extend(self.view.cursor, self.view.cursor, self.view.between)
            self._repaint_records(self.view.cursor, self.view.cursor)

    def action_extend_up(self) -> None:
        """Select, and go up."""
        self.move_to(self.view.cursor - (self.take_count() or 1), stretch=True)

    def action_extend_down(self) -> None:
        """Select, and go down."""
        self.move_to(self.view.cursor + (self.take_count() or 1), stretch=True)

    def action_select_all(self) -> None:
        """Select all records that are shown."""
        self._select(lambda keys, shown: keys.update(shown))

    def action_invert(self) -> None:
        """Invert the selection of all records that are shown."""
        self._select(lambda keys, shown: keys.symmetric_difference_update(shown))

    def action_clear(self) -> None:
        """Drop the count or, without one, the range or, without one, the selection."""
        if self.take_count() is None:
            if self.view.selection.anchor is not None:
                self.view.selection.end()
            else:
                self.clear_selection()

    def clear_selection(self) -> None:
        """Select nothing."""
        with self._selecting():
            self.view.selection.clear()
        self._repaint_all()

    async def on_click(self, event: events.Click) -> None:
        """Move to a record; shift or control select it, two clicks open it. A click on a heading requests to sort."""
        place = event.get_content_offset(self)
        if place is None:
            return
        event.stop()
        if place.y < self.heading:
            column = self._column_at(place.x)
            if column is not None and column.sortable:
                self.post_message(SortRequested(self, column.key))
            return
        found = self.position_at(place.y)
        if found is None:
            return
        self.move_to(found, stretch=event.shift)
        if event.ctrl:
            with self._selecting():
                self.view.selection.toggle(self.view.between(found, found))
            self._repaint_records(found, found)
        elif event.chain == 2:
            self.action_choose()

    def _select(self, change: Callable[[set[Hashable], Iterator[Hashable]], None]) -> None:
        view = self.view
        with self._selecting():
            view.selection.end()
            change(view.selection.keys, view.between(0, len(view.hits) - 1))
        self._repaint_all()

    @contextmanager
    def _selecting(self) -> Iterator[None]:
        before = len(self.view.selection.keys)
        yield
        if len(self.view.selection.keys) != before:
            self.post_message(SelectionChanged(self, len(self.view.selection.keys)))
