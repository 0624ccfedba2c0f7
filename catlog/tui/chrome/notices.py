"""The banner while the database is gone, and the notice of a terminal that is too small."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from catlog.tui.content import line, plain
from catlog.tui.host import Hosted

MIN_SIZE = (60, 15)
"""Columns and lines that the app needs."""

LINES_OF_TOASTS = 3
"""Lines at the bottom that toasts may cover, with the line of keys."""


class Banner(Hosted, Widget):
    """One line below the top bar, shown only while it has a text."""

    def render(self) -> Content:
        """Draw the app's banner."""
        return line((f" {self.app.glyphs.offline} ", "bold"), plain(self.app.banner))


class TooSmall(Widget):
    """Covers the screen while the terminal is too small; the screen stays as it is beneath, and keys wait."""

    def render(self) -> Content:
        """Draw the actual and the required size."""
        width, height = self.app.size
        return line(
            ("Too small a window.\n", "bold"),
            f"{width}x{height}, needs {MIN_SIZE[0]}x{MIN_SIZE[1]}.\nNothing is lost.\nctrl+q: leave.",
        )
