"""What composes a screen of its widgets: Textual's own, but that a small change is small work."""

from __future__ import annotations

from collections.abc import Iterable

from textual._compositor import Compositor
from textual.geometry import Region
from textual.strip import Strip


class PartialCompositor(Compositor):
    """Asks widgets only for the lines that are to be painted.

    Textual's asks every widget whose container the change touches for all its lines, and drops most: a third of what an
    arrow key costs.
    """

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        """Yield where each widget is, the part of it that was rendered, and its lines there; the front comes first."""
        if crop is None:
            yield from super()._get_renders()
            return
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip)
            top, bottom = max(seen.y, crop.y), min(seen.bottom, crop.bottom)
            # Columns stay whole: lines are cut where widgets begin and end, and nowhere else.
            if seen.width and top < bottom:
                part = Region(seen.x, top, seen.width, bottom - top)
                yield region, part, widget.render_lines(part.translate((-region.x, -region.y)))
