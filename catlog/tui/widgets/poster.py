"""A cover on the screen, in half-blocks, in shades without colour, or in pixels; it is loaded in the background."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from catlog.tui.widgets.poster_image import (
    LETTERS,
    SHADES,
    decoded,
    fitted_size,
    half_blocks,
    shaded,
)

if TYPE_CHECKING:
    from PIL.Image import Image

LoadCover = Callable[[threading.Event], "bytes | None"]
"""Returns the bytes of a cover, in a thread; the event is set when they are no longer needed."""

_SETTLE_SECONDS = 0.15
"""Seconds before a cover is loaded: a held key loads none of the titles it passes."""


class PosterView(Widget):
    """Shows the cover last given to `show`, as large as fits; empty without one.

    `mode` is the setting `posters`; `graphics` the widget of `poster_graphics.detect_graphics`, for that mode.
    """

    DEFAULT_CSS: ClassVar[str] = """
    PosterView { width: 1fr; height: auto; color: $dim; }
    """

    def __init__(
        self,
        *,
        mode: str = "half-block",
        ascii: bool = False,
        color: bool = True,
        graphics: type[Widget] | None = None,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, markup=False)
        self._graphics = graphics if mode == "graphics" and not ascii else None
        self._ramp = LETTERS if ascii else "" if color else SHADES
        self._image: Image | None = None
        self._drawn: tuple[tuple[int, int], list[Strip]] = ((0, 0), [])
        self._cancelled = threading.Event()
        self._is_on = mode != "off"
        self.display = self._is_on

    @property
    def is_shown(self) -> bool:
        """Whether there is a cover on the screen."""
        return self._image is not None

    def show(self, find: LoadCover | None) -> None:
        """Load another cover; the old one is removed at once, as it belongs to another title."""
        self._cancelled.set()
        self._cancelled = threading.Event()
        self._set(None)
        if find is not None and self._is_on:
            self.run_worker(self._load(find, self._cancelled), exclusive=True, group="poster")

    def on_unmount(self) -> None:
        """Cancel a running load."""
        self._cancelled.set()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        """Return the lines of the cover at this width."""
        if self._image is None:
            return 0
        return fitted_size(self._image, max(width, 1), None)[1]

    def render_line(self, y: int) -> Strip:
        """Return one line of the cover."""
        width, height = self.content_size
        plain = self.rich_style
        if self._drawn[0] != (width, height):
            self._drawn = ((width, height), self._draw(width, height, plain))
        lines = self._drawn[1]
        return lines[y].adjust_cell_length(width, plain) if y < len(lines) else Strip.blank(width, plain)

    def notify_style_update(self) -> None:
        """Drop what was drawn in the old colours."""
        self._drawn = ((0, 0), [])
        super().notify_style_update()

    async def _load(self, find: LoadCover, unwanted: threading.Event) -> None:
        await asyncio.sleep(_SETTLE_SECONDS)
        image = await asyncio.to_thread(_load_image, find, unwanted)
        if not unwanted.is_set() and image is not None:
            self._set(image)

    def _set(self, image: Image | None) -> None:
        if image is None and self._image is None:
            return
        self._image = image
        self._drawn = ((0, 0), [])
        if self._graphics is not None:
            self.remove_children()
            if image is not None:
                pixels = self._graphics(image)  # type: ignore[arg-type]  # textual-image's take the image first
                pixels.styles.width, pixels.styles.height = "100%", "auto"
                self.mount(pixels)
        self.refresh(layout=True)

    def _draw(self, width: int, height: int, plain: Style) -> list[Strip]:
        if self._image is None or not (width and height) or self._graphics is not None:
            return []
        across, down = fitted_size(self._image, width, height)
        if self._ramp:
            ramp = self._ramp if self.app.current_theme.dark else self._ramp[::-1]
            return [Strip([Segment(line, plain)]) for line in shaded(self._image, across, down, ramp)]
        return [
            Strip(
                [
                    Segment("▀", Style(color=Color.from_rgb(*cell.upper), bgcolor=Color.from_rgb(*cell.lower)))
                    for cell in row
                ]
            )
            for row in half_blocks(self._image, across, down)
        ]


def _load_image(find: LoadCover, unwanted: threading.Event) -> Image | None:
    data = find(unwanted)
    return None if data is None or unwanted.is_set() else decoded(data)
