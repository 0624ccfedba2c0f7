"""A part of a screen with a frame: a thin border with the title, a fact and the key that goes there in it.

Its child lists and pages need no scroll bar: the right border shows the part that is in sight. On narrow screens the
frame is a heading line. With the class `-bare` there is none, and the child has all its room: as a page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events, on
from textual.containers import Container, VerticalScroll
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from catlog.tui.glyphs import Glyphs
from catlog.tui.host import Hosted
from catlog.tui.widgets.rows.columns import fitted
from catlog.tui.widgets.rows.viewport import RowViewport

PANEL_WIDTH = 100
"""Columns of the screen from which panels have borders."""


class Thumb(NamedTuple):
    """The lines of the right border beside which the visible part of the content lies: `first` up to `end`."""

    first: int
    end: int


def thumb(top: float, page: int, total: int, height: int) -> Thumb | None:
    """Return the lines of a border of `height` lines for `page` lines of `total` from `top` on; None if all fit."""
    if total <= page or height < 1 or page < 1:
        return None
    length = max(1, round(page / total * height))
    room = height - length
    first = round(top / (total - page) * room)
    if 0 < top < total - page and room > 1:
        first = min(max(first, 1), room - 1)  # at the ends only when nothing is beyond
    return Thumb(first, first + length)


class Panel(Hosted, Container):
    """A frame around one child, its `title` on the left of the top border, `fact` and `key` on the right.

    The border has the accent while the focus is inside. `followed` is called when other lines of the list are in sight.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "panel--line",
        "panel--title",
        "panel--here",
        "panel--here-title",
        "panel--fact",
        "panel--key",
    }
    DEFAULT_CSS = """
    Panel {
        height: 1fr;
        & > .panel--line { color: $line; }
        & > .panel--title { color: $foreground; text-style: bold; }
        & > .panel--fact { color: $dim; }
        & > .panel--key { color: $dim; }
        & > .panel--here { color: $accent; }
        & > .panel--here-title { color: $accent; text-style: bold; }
        & > * { margin: 2 1 1 1; scrollbar-size-vertical: 0; }
        &.-bare > * { margin: 0; }
    }
    """

    def __init__(
        self,
        *children: Widget,
        title: str = "",
        key: str = "",
        fact: str = "",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(*children, id=id, classes=classes)
        self._title = title
        self._fact = fact
        self._key = key
        self._thumb: Thumb | None = None
        self._scrolled: Widget | None = None
        self.followed: Callable[[], None] | None = None

    @property
    def has_border(self) -> bool:
        """Whether the screen is wide enough for a border, and the panel is not `-bare`."""
        return self.app.size.width >= PANEL_WIDTH and not self.has_class("-bare")

    @property
    def title(self) -> str:
        """The title in the top border."""
        return self._title

    @property
    def fact(self) -> str:
        """What stands at the right of the top border."""
        return self._fact

    def caption(self, title: str | None = None, fact: str | None = None) -> None:
        """Set the title, and what stands at the right of it."""
        before = (self._title, self._fact)
        self._title = self._title if title is None else title
        self._fact = self._fact if fact is None else fact
        if before != (self._title, self._fact):
            self._draw_top()

    def on_mount(self) -> None:
        """Follow the position of the list or the page inside, or else of the child."""
        for rows in self.query(RowViewport):
            rows.scrolled = self._follow
            self._scrolled = rows
            return
        for child in self.children:
            if child.allow_vertical_scroll or child.styles.overflow_y in ("auto", "scroll"):
                self._watch_scroll(child)
        if self._scrolled is None:
            self.call_after_refresh(self._follow_page)

    def _follow_page(self) -> None:
        """Follow a page that a child has composed after the panel was there."""
        for page in self.query(VerticalScroll):
            if self._scrolled is None:
                self._watch_scroll(page)
        self._follow()

    def _watch_scroll(self, page: Widget) -> None:
        self.watch(page, "scroll_y", self._follow, init=False)
        self.watch(page, "virtual_size", self._follow, init=False)
        self._scrolled = page

    def on_resize(self) -> None:
        """Place the mark of what is in sight again."""
        self._follow()

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def _focus_moved(self) -> None:
        """Draw the frame anew, which shows where the focus is; the child draws itself."""
        self._draw_top()
        if self.has_border:
            width, height = self.size
            sides = max(height - 2, 0)
            self.refresh(Region(0, height - 1, width, 1), Region(0, 1, 1, sides), Region(width - 1, 1, 1, sides))

    def render_line(self, y: int) -> Strip:
        """Return a line of the frame; the child covers what is inside."""
        width, height = self.size
        ground = self.rich_style
        if not self.has_border:
            is_heading = y == 0 and not self.has_class("-bare")
            return self._heading(width) if is_heading else Strip.blank(width, ground)
        signs, line = self.app.glyphs, self._line_style
        heavy = self.app.no_color and self.has_focus_within
        if y == 0:
            return self._top(width, signs, heavy)
        if y == height - 1:
            left, right = ("┗", "┛") if heavy and not self.app.ascii else (signs.bottom_left, signs.bottom_right)
            rule = signs.heavy if heavy else signs.rule
            return Strip([Segment(f"{left}{rule * max(width - 2, 0)}{right}", line)], width)
        bar = signs.heavy_bar if heavy else signs.bar
        seen = self._thumb is not None and self._thumb.first <= y - 1 < self._thumb.end
        mark = line + self.app.tone("accent") if seen else line
        return Strip(
            [
                Segment(bar, line),
                Segment(" " * max(width - 2, 0), ground),
                Segment(signs.heavy_bar if seen else bar, mark),
            ],
            width,
        )

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Scroll to where the right border was clicked."""
        child = self._scrolled
        if child is not None and self._thumb is not None and event.x == self.size.width - 1:
            share = (event.y - 1) / max(self.size.height - 3, 1)
            child.scroll_to(y=round(share * child.max_scroll_y), animate=False)
            event.stop()

    def _follow(self, *_: object) -> None:
        child = self._scrolled
        before = self._thumb
        if self.followed is not None:
            self.followed()
        if child is None or not self.has_border:
            self._thumb = None
        else:
            fixed = child.heading if isinstance(child, RowViewport) else 0
            page = child.scrollable_content_region.height - fixed
            total = child.virtual_size.height - fixed
            self._thumb = thumb(child.scroll_y, page, total, self.size.height - 2)
        if before != self._thumb:
            self.refresh(Region(self.size.width - 1, 1, 1, max(self.size.height - 2, 0)))

    @property
    def _line_style(self) -> Style:
        return self.get_component_rich_style("panel--here" if self.has_focus_within else "panel--line")

    @property
    def _title_style(self) -> Style:
        return self.get_component_rich_style("panel--here-title" if self.has_focus_within else "panel--title")

    def _draw_top(self) -> None:
        self.refresh(Region(0, 0, self.size.width, 1))

    def _top(self, width: int, signs: Glyphs, heavy: bool) -> Strip:
        line, rule = self._line_style, signs.heavy if heavy else signs.rule
        left, right = ("┏", "┓") if heavy and not self.app.ascii else (signs.top_left, signs.top_right)
        facts = [Segment(right, line)]
        for text, name in ((self._key, "key"), (self._fact, "fact")):
            shown, cells = fitted(text, max(width - 12, 0), ascii=self.app.ascii)
            if cells and cells + sum(segment.cell_length for segment in facts) + 12 <= width:
                style = self.get_component_rich_style(f"panel--{name}")
                facts = [Segment(" ", line), Segment(shown, style), Segment(f" {rule}", line), *facts]
        tail = sum(segment.cell_length for segment in facts)
        title, cells = fitted(self._title, max(width - tail - 6, 0), ascii=self.app.ascii)
        head = [Segment(f"{left}{rule}{' ' if cells else rule}", line), Segment(title, self._title_style)]
        head.append(Segment(" " if cells else rule, line))
        fill = width - tail - 4 - cells
        return Strip([*head, Segment(rule * max(fill, 0), line), *facts], width).adjust_cell_length(width, line)

    def _heading(self, width: int) -> Strip:
        fact, taken = fitted(self._fact, max(width // 2, 0), ascii=self.app.ascii)
        title, cells = fitted(self._title, max(width - taken - 5, 0), ascii=self.app.ascii)
        ground = self.rich_style
        gap = " " * max(width - cells - taken - 4, 0)
        return Strip(
            [
                Segment("  ", ground),
                Segment(title, self._title_style),
                Segment(gap, ground),
                Segment(fact, self.get_component_rich_style("panel--fact")),
                Segment("  ", ground),
            ]
        ).adjust_cell_length(width, ground)
