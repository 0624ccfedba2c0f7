"""Text that changes often, of which only the lines are painted that differ: a panel beside a moving cursor."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Region, Size
from textual.widget import Widget


class DiffStatic(Widget):
    """Shows text, wrapped to its width. It is at least as high as what it is in."""

    DEFAULT_CSS = "DiffStatic { height: auto; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._content = Content("")
        self._least = 0

    def show(self, content: Content) -> None:
        """Show another text. A layout paints much more than the text: it waits for one that needs another height."""
        before, self._content = self._render_cache, content
        width, height = self.size
        if not width or before.size != self.size or self._needed(width) != height:
            self.refresh(layout=True)
            return
        self._render_content()
        after = self._render_cache.lines
        changed = [y for y in range(height) if before.lines[y : y + 1] != after[y : y + 1]]
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))
            self._dirty_regions.clear()  # what is to be painted is rendered already

    def render(self) -> Content:
        """Return the text."""
        return self._content

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        """Return the lines that the text takes, or those there are."""
        self._least = container.height
        return self._needed(width)

    def _needed(self, width: int) -> int:
        return max(self._content.get_height({}, width), self._least)
