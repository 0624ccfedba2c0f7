"""A chart on the screen, drawn for its size."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual.reactive import reactive

from catlog.charts.picture import NARROWEST, Canvas, Picture, note
from catlog.tui.themes import MONO
from catlog.tui.widgets.toned import TonedLines

Draw = Callable[[Canvas, int | None], Picture]
"""Draws a picture on a canvas in this many lines; None is no limit."""

QUICK_SECONDS = 0.004
"""Pictures that took longer than this are drawn in a thread."""


@dataclass(frozen=True, slots=True)
class _DrawRequest:
    """A drawing with its parameters, compared with the last one."""

    draw: Draw
    canvas: Canvas
    rows: int | None


class PictureView(TonedLines):
    """Shows the picture of a drawing function, drawn again when size or function change.

    The first drawing runs in a thread, as plotext has yet to be imported; quick functions are then called directly.
    `hint` is shown where there is no picture.
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
        self._request: _DrawRequest | None = None
        self._seconds = QUICK_SECONDS
        self.set_reactive(PictureView.ascii, ascii)

    def show(self, draw: Draw | None, *, hint: str | None = None) -> None:
        """Show another picture, or none; the old one stays until the new one is drawn."""
        self._draw = draw
        self._hint = self._hint if hint is None else hint
        self._redraw(force=True)

    def watch_ascii(self) -> None:
        """Draw in the other characters."""
        self._redraw()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self._redraw()

    def _redraw(self, *, force: bool = False) -> None:
        width = self._room
        if width < 1:
            return
        if self._draw is None:
            self._request = None
            self._show(Picture())
            return
        height = self.styles.height
        rows = None if height is None or height.is_auto else self.content_size.height
        canvas = Canvas(max(width, NARROWEST), self.ascii, color=self.app.theme != MONO)
        request = _DrawRequest(self._draw, canvas, rows)
        if request == self._request and not force:
            return
        self._request = request
        if self._seconds < QUICK_SECONDS:
            self._show(self._timed(request))
        else:
            self.run_worker(self._draw_in_thread(request), exclusive=True, group="picture")

    async def _draw_in_thread(self, request: _DrawRequest) -> None:
        drawn = await asyncio.to_thread(self._timed, request)
        if request is self._request:
            self._show(drawn)

    def _timed(self, request: _DrawRequest) -> Picture:
        start = time.perf_counter()
        drawn = request.draw(request.canvas, request.rows)
        self._seconds = time.perf_counter() - start
        return drawn

    @property
    def _room(self) -> int:
        """The cells for the picture."""
        return self.content_size.width

    def notify_style_update(self) -> None:
        """Draw anew where a theme has no colours, or has them again."""
        super().notify_style_update()
        self._redraw()

    def _show(self, drawn: Picture) -> None:
        self.set_lines(drawn.lines or note(self._hint, max(self._room, 1)))
