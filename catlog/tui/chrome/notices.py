"""Notices: toasts, the banner while the database is gone, and what a terminal that is too small shows."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from catlog.tui.content import line, plain
from catlog.tui.host import Hosted

SMALLEST = (60, 15)
"""Columns and lines that the app needs."""


class Banner(Hosted, Widget):
    """One line under the bar, there only while there is something to say."""

    def render(self) -> Content:
        """Draw what the app has to say."""
        return line((f" {self.app.glyphs.offline} ", "bold"), plain(self.app.banner))


class TooSmall(Widget):
    """Covers a screen whose terminal is too small; the screen stays as it is beneath, and keys wait for it."""

    def render(self) -> Content:
        """Say how large it is and should be."""
        width, height = self.app.size
        return line(
            ("Too small a window.\n", "bold"),
            f"{width}x{height}, needs {SMALLEST[0]}x{SMALLEST[1]}.\nNothing is lost.\nctrl+q: leave.",
        )
