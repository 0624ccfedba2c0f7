"""What a list tells its owner. Handlers are called `on_row_list_...`, or take `@on(RowList.Chosen, "#id")`."""

from __future__ import annotations

from typing import Generic

from textual.message import Message
from textual.widget import Widget

from catlog.tui.widgets.rows.columns import R


class RowMessage(Message, bubble=True):
    """Any message of a list; `control` is the list."""

    def __init__(self, rows: Widget) -> None:
        super().__init__()
        self.rows = rows

    @property
    def control(self) -> Widget:
        """The list that sent it."""
        return self.rows


class Highlighted(RowMessage, Generic[R], namespace="row_list"):
    """The cursor is on another record; None when the list is empty."""

    def __init__(self, rows: Widget, record: R | None, position: int) -> None:
        super().__init__(rows)
        self.record = record
        self.position = position


class Chosen(RowMessage, Generic[R], namespace="row_list"):
    """A record was opened, with enter or two clicks; `count` is the number typed before, or None."""

    def __init__(self, rows: Widget, record: R, count: int | None) -> None:
        super().__init__(rows)
        self.record = record
        self.count = count


class SelectionChanged(RowMessage, namespace="row_list"):
    """Other records are selected: `count` of them."""

    def __init__(self, rows: Widget, count: int) -> None:
        super().__init__(rows)
        self.count = count


class RepeatAsked(RowMessage, Generic[R], namespace="row_list"):
    """The last edit shall be made again, on the selected records or else the one under the cursor."""

    def __init__(self, rows: Widget, records: list[R], count: int | None) -> None:
        super().__init__(rows)
        self.records = records
        self.count = count


class SortAsked(RowMessage, namespace="row_list"):
    """A heading was clicked."""

    def __init__(self, rows: Widget, column: str) -> None:
        super().__init__(rows)
        self.column = column


class CountTyped(RowMessage, namespace="row_list"):
    """A number is being typed before a key; None when it was used or dropped."""

    def __init__(self, rows: Widget, count: int | None) -> None:
        super().__init__(rows)
        self.count = count


class EndReached(RowMessage, namespace="row_list"):
    """The end of a list that may have more is in sight; told once for each length. `shown` records are there."""

    def __init__(self, rows: Widget, shown: int) -> None:
        super().__init__(rows)
        self.shown = shown
