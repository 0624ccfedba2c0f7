"""Notices: toasts, the banner while the database is gone, and what a terminal that is too small shows."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from textual.content import Content
from textual.notifications import Notification
from textual.widget import Widget

from catlog.tui.content import line, plain

if TYPE_CHECKING:
    from catlog.tui.app import CatLogApp

SMALLEST = (60, 15)
"""Columns and lines that the app needs."""


_LEAST_SECONDS = 0.05
"""How long a toast is shown at least."""


@dataclass
class Notice(Notification):
    """What a toast shows, for `timeout` seconds of a clock that nobody sets.

    A screen that opens makes toasts anew, and gives each a timer of the seconds that are left. Of a toast that ends in
    that very moment these are below zero, and with such a timer Textual's loop never gets to anything else.
    """

    ends_at: float = field(init=False)

    def __post_init__(self) -> None:
        self.ends_at = time.monotonic() + self.timeout

    @property
    def time_left(self) -> float:
        """Seconds that a toast which is made now stays."""
        return max(self.ends_at - time.monotonic(), _LEAST_SECONDS)

    @property
    def has_expired(self) -> bool:
        """Whether its time is over."""
        return time.monotonic() >= self.ends_at


class Banner(Widget):
    """One line under the bar, there only while there is something to say."""

    app: CatLogApp

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
