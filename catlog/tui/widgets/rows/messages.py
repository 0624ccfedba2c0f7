"""Messages of a list. Handlers are named `on_row_list_...`, or use `@on(RowList.Chosen, "#id")`."""

from __future__ import annotations

from typing import Generic

from textual.message import Message
from textual.widget import Widget

from catlog.tui.widgets.rows.columns import R


class RowMessage(Message, bubble=True):
    """Base of all messages; `control` is the list."""

    def __init__(self, rows: Widget) -> None:
        super().__init__()
        self.rows = rows

    @property
    def control(self) -> Widget:
        """The list that sent it."""
        return self.rows


class Highlighted(RowMessage, Generic[R], namespace="row_list"):
    """The cursor is on another record; `record` is None when the list is empty."""

    def __init__(self, rows: Widget, record: R | None, position: int) -> None:
        super().__init__(rows)
        self.record = record
        self.position = position


class Chosen(RowMessage, Generic[R], namespace="row_list"):
    """A record was opened, with enter or two clicks; `count` is the count typed before, or None."""

    def __init__(self, rows: Widget, record: R, count: int | None) -> None:
        super().__init__(rows)
        self.record = record
        self.count = count


class SelectionChanged(RowMessage, namespace="row_list"):
    """The selection has changed; `count` records are selected."""

    def __init__(self, rows: Widget, count: int) -> None:
        super().__init__(rows)
        self.count = count


class RepeatRequested(RowMessage, Generic[R], namespace="row_list"):
    """The last edit shall be repeated on `records`: the selected ones, or else the one under the cursor."""

    def __init__(self, rows: Widget, records: list[R], count: int | None) -> None:
        super().__init__(rows)
        self.records = records
        self.count = count


class SortRequested(RowMessage, namespace="row_list"):
    """A heading was clicked: the list shall be sorted by `column`."""

    def __init__(self, rows: Widget, column: str) -> None:
        super().__init__(rows)
        self.column = column


class CountTyped(RowMessage, namespace="row_list"):
    """A count is being typed; None when it was used or dropped."""

    def __init__(self, rows: Widget, count: int | None) -> None:
        super().__init__(rows)
        self.count = count


class EndReached(RowMessage, namespace="row_list"):
    """The end of a list with `more` records is in sight; posted once for each length, `shown` records."""

    def __init__(self, rows: Widget, shown: int) -> None:
        super().__init__(rows)
        self.shown = shown
