"""Toasts whose time runs by a clock that nobody sets, and that can be withdrawn."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import Any

from textual.notifications import Notification
from textual.screen import Screen
from textual.widgets._toast import Toast, ToastHolder

_MIN_SECONDS = 0.05
"""How long a toast is shown at least."""


@dataclass
class Notice(Notification):
    """The content of a toast, shown for `timeout` seconds of the monotonic clock.

    A screen that opens creates all toasts again, each with a timer of the seconds left. Textual may compute a negative
    number for a toast that ends at that moment, and its loop then never leaves the timer.
    """

    told_at: float = field(init=False)
    ends_at: float = field(init=False)

    def __post_init__(self) -> None:
        self.told_at = time.monotonic()
        self.ends_at = self.told_at + self.timeout

    @property
    def is_problem(self) -> bool:
        """Whether it tells of a problem, and so stays for its time."""
        return self.severity != "information"

    def withdraw(self) -> None:
        """End its time now: the next look at the toasts takes it away."""
        self.ends_at = -math.inf

    @property
    def time_left(self) -> float:
        """Seconds that a toast created now stays; always positive."""
        return max(self.ends_at - time.monotonic(), _MIN_SECONDS)

    @property
    def has_expired(self) -> bool:
        """Whether its time is over."""
        return time.monotonic() >= self.ends_at


def remove_withdrawn(screen: Screen[Any]) -> None:
    """Remove the toasts of withdrawn notices; Textual would leave the holder around each of them behind."""
    for holder in screen.query(ToastHolder):
        if all(toast._notification.has_expired for toast in holder.query(Toast)):
            holder.remove()
