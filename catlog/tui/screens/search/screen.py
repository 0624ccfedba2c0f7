"""The screen Search."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from catlog.tui.keys import bindings
from catlog.tui.screens.search.keys import KEYS
from catlog.tui.screens.base import CatLogScreen


class SearchScreen(CatLogScreen):
    """A place for what is to come."""

    BINDINGS = bindings(KEYS)
    CSS_PATH = "screen.tcss"

    def compose_body(self) -> ComposeResult:
        """Say which screen this is."""
        yield Static("Search is not built yet.", id="empty")
