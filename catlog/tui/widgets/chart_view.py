"""A chart in a panel: drawn for the room it has, with a cursor on the lines that stand for something."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import ClassVar

from rich.segment import Segment
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from catlog.charts.picture import Canvas, Picture
from catlog.tui.host import Hosted
from catlog.tui.widgets.picture import PictureView


class ChartView(Hosted, PictureView, can_focus=True):
    """Shows a chart that fills its room; `margin` cells at its left hold the cursor.

    With the focus, the cursor goes over the lines that have a key, and `Opened` is posted for the one that is chosen.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"chart--cursor", "chart--pointer"}
    DEFAULT_CSS: ClassVar[str] = """
    ChartView {
        height: 1fr;
        & > .chart--cursor { background: $raised; }
        & > .chart--pointer { color: $accent; }
    }
    """

    class Opened(Message):
        """A line was chosen; `key` is what it is about."""

        def __init__(self, view: ChartView, key: int | str) -> None:
            super().__init__()
            self.view = view
            self.key = key

        @property
        def control(self) -> ChartView:
            """The chart."""
            return self.view

    def __init__(self, *, left: int = 2, right: int = 2, id: str | None = None) -> None:
        super().__init__(id=id)
        self._left, self._right = left, right
        self._keys: Mapping[int, int | str] = {}
        self._cursor: int | None = None

    def on_mount(self) -> None:
        """Draw with the signs of the app."""
        self.set_reactive(PictureView.ascii, self.app.ascii)

    @property
    def key(self) -> int | str | None:
        """What the line under the cursor is about."""
        return self._keys.get(self._cursor) if self._cursor is not None else None

    @property
    def has_keys(self) -> bool:
        """Whether there is a line to go to."""
        return bool(self._keys)

    def show_chart(self, draw: Callable[[Canvas], Picture], *, hint: str = "") -> None:
        """Show another chart."""
        self.show(lambda canvas, rows: draw(replace(canvas, rows=rows)), hint=hint)

    def move(self, step: int) -> None:
        """Move the cursor by some lines with a key."""
        rows = sorted(self._keys)
        if not rows:
            return
        at = rows.index(self._cursor) if self._cursor in rows else 0
        self._point_at(rows[min(max(at + step, 0), len(rows) - 1)])

    def choose(self) -> None:
        """Open what the line under the cursor is about."""
        if self.key is not None:
            self.post_message(self.Opened(self, self.key))

    def on_click(self, event: object) -> None:
        """Put the cursor on the line that was clicked; a second click opens it."""
        place = event.get_content_offset(self) if hasattr(event, "get_content_offset") else None
        if place is None or place.y not in self._keys:
            return
        if place.y == self._cursor:
            self.choose()
        else:
            self._point_at(place.y)

    def on_focus(self) -> None:
        """Show the cursor."""
        self._draw_cursor()

    def on_blur(self) -> None:
        """Hide the cursor."""
        self._draw_cursor()

    def render_line(self, y: int) -> Strip:
        """Return one line with its margin, raised under the cursor."""
        width = self.content_size.width
        here = self.has_focus and y == self._cursor
        line = super().render_line(y).adjust_cell_length(max(width - self._left - self._right, 0), self.rich_style)
        sign = self.app.glyphs.cursor if here else " "
        pointer = self.get_component_rich_style("chart--pointer") if here else self.rich_style
        head = Segment(sign, pointer), Segment(" " * max(self._left - 1, 0), self.rich_style)
        strip = Strip([*(head if self._left else ()), *line]).adjust_cell_length(width, self.rich_style)
        return strip.apply_style(self.get_component_rich_style("chart--cursor", partial=True)) if here else strip

    @property
    def _room(self) -> int:
        return self.content_size.width - self._left - self._right

    def _show(self, drawn: Picture) -> None:
        self._keys = {row: key for row, key in enumerate(drawn.keys) if key is not None}
        if self._cursor not in self._keys:
            self._cursor = min(self._keys, default=None)
        super()._show(drawn)

    def _point_at(self, row: int) -> None:
        self._draw_cursor()
        self._cursor = row
        self._draw_cursor()

    def _draw_cursor(self) -> None:
        if self._cursor is not None:
            self.refresh(Region(0, self._cursor, self.content_size.width, 1))
