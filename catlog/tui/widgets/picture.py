"""A chart on the screen, drawn for the room it has."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual.reactive import reactive

from catlog.charts.picture import NARROWEST, Canvas, Picture, note
from catlog.tui.widgets.toned import TonedLines

Draw = Callable[[Canvas, int | None], Picture]
"""Draws a picture for a canvas, and for so many lines; None where it may have as many as it likes."""

QUICK_SECONDS = 0.004
"""A picture that took longer than this is drawn beside the app and not in it."""


@dataclass(frozen=True, slots=True)
class _DrawRequest:
    """What is to be drawn, for comparison with what is there."""

    draw: Draw
    canvas: Canvas
    rows: int | None


class PictureView(TonedLines):
    """Shows what a drawing function makes of the widget's size; a new size or another function draws anew.

    The first drawing happens in a thread, as plotext has yet to be imported; whatever proves quick is then drawn at
    once. Where there is nothing to draw, `hint` says what to do.
    """

    DEFAULT_CSS: ClassVar[str] = "PictureView { min-height: 1; }"

    ascii: reactive[bool] = reactive(False, init=False)
    """Whether to draw with ASCII alone."""

    def __init__(
        self,
        draw: Draw | None = None,
        *,
        hint: str = "",
        ascii: bool = False,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._draw, self._hint = draw, hint
        self._wish: _DrawRequest | None = None
        self._seconds = QUICK_SECONDS
        self.set_reactive(PictureView.ascii, ascii)

    def show(self, draw: Draw | None, *, hint: str | None = None) -> None:
        """Show another picture, or none; what is there stays until the new one is drawn."""
        self._draw = draw
        self._hint = self._hint if hint is None else hint
        self._redraw(anew=True)

    def watch_ascii(self) -> None:
        """Draw in the other characters."""
        self._redraw()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self._redraw()

    def _redraw(self, *, anew: bool = False) -> None:
        width = self.content_size.width
        if not width:
            return
        if self._draw is None:
            self._wish = None
            self._show(Picture())
            return
        height = self.styles.height
        rows = None if height is None or height.is_auto else self.content_size.height
        wish = _DrawRequest(self._draw, Canvas(max(width, NARROWEST), self.ascii), rows)
        if wish == self._wish and not anew:
            return
        self._wish = wish
        if self._seconds < QUICK_SECONDS:
            self._show(self._timed(wish))
        else:
            self.run_worker(self._draw_aside(wish), exclusive=True, group="picture")

    async def _draw_aside(self, wish: _DrawRequest) -> None:
        drawn = await asyncio.to_thread(self._timed, wish)
        if wish is self._wish:
            self._show(drawn)

    def _timed(self, wish: _DrawRequest) -> Picture:
        start = time.perf_counter()
        drawn = wish.draw(wish.canvas, wish.rows)
        self._seconds = time.perf_counter() - start
        return drawn

    def _show(self, drawn: Picture) -> None:
        self.set_lines(drawn.lines or note(self._hint, max(self.content_size.width, 1)))
