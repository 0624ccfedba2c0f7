"""Updates of the screen that paint and lay out less than Textual would: lines instead of widgets, no layout at all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from textual._compositor import ChopsUpdate, Compositor
from textual.content import Content
from textual.geometry import Region, Size
from textual.screen import Screen
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget


class PartialCompositor(Compositor):
    """Requests from widgets only the lines that are to be painted, and none from those that others cover there.

    Textual's compositor requests all lines of every widget between the first and the last change, and drops most of
    them: a third of the cost of an arrow key, and half of it where two widgets change. It requests them from the
    containers behind a widget as well. An argument of `_get_renders` with the regions, instead of the one around them,
    would make this unnecessary.
    """

    _changed: tuple[Region, ...] = ()

    def render_partial_update(self) -> ChopsUpdate | None:
        """Render the changed regions."""
        self._changed = tuple(self._dirty_regions)
        try:
            return super().render_partial_update()
        finally:
            self._changed = ()

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        """Yield each widget's region, its rendered part and the lines of that part, front to back."""
        if crop is None:
            yield from super()._get_renders()
            return
        uncovered = self._changed or (crop,)
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip)
            changed = [part for each in uncovered if (part := seen.intersection(each))]
            # Columns stay whole: lines are cut where widgets begin and end, and nowhere else.
            if changed:
                top, bottom = min(part.y for part in changed), max(part.bottom for part in changed)
                part = Region(seen.x, top, seen.width, bottom - top)
                yield region, part, widget.render_lines(part.translate((-region.x, -region.y)))
                uncovered = tuple(each for each in uncovered if not seen.contains_region(each))


def compose_partially(screen: Screen[Any]) -> None:
    """Give a new screen the `PartialCompositor`."""
    screen._compositor = PartialCompositor()


def set_content_height(view: ScrollView, lines: int) -> None:
    """Set how many lines a view scrolls over, without a layout: the widget itself stays as large as it is."""
    view.set_reactive(Widget.virtual_size, Size(0, lines))
    if view.is_attached:
        view._scroll_update(view.virtual_size)


class DiffStatic(Widget):
    """Text wrapped to its width that repaints only the lines that differ. At least as high as its container."""

    DEFAULT_CSS = "DiffStatic { height: auto; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._content = Content("")
        self._min_height = 0

    def show(self, content: Content) -> None:
        """Show another text; lay out only when the height changes, as a layout paints far more than the text."""
        before, self._content = self._render_cache, content
        width, height = self.size
        if not width or before.size != self.size or self._height_at(width) != height:
            self.refresh(layout=True)
            return
        self._render_content()
        after = self._render_cache.lines
        changed = [y for y in range(height) if before.lines[y : y + 1] != after[y : y + 1]]
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))
            self._dirty_regions.clear()  # the lines to paint are rendered already

    def render(self) -> Content:
        """Return the text."""
        return self._content

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        """Return the height of the text or of the container, whichever is larger."""
        self._min_height = container.height
        return self._height_at(width)

    def _height_at(self, width: int) -> int:
        return max(self._content.get_height({}, width), self._min_height)
