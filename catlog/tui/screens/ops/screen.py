"""The screen Ops."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from catlog.tui.keys import bindings
from catlog.tui.screens.ops.keys import KEYS
from catlog.tui.screens.base import CatLogScreen


class OpsScreen(CatLogScreen):
    """A place for what is to come."""

    BINDINGS = bindings(KEYS)
    CSS_PATH = "screen.tcss"

    def compose_body(self) -> ComposeResult:
        """Say which screen this is."""
        yield Static("Ops is not built yet.", id="empty")
