"""A line to type into: what is pasted comes in clean, and the cursor blinks only where things may move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.widgets import Input

from catlog.text import clean

if TYPE_CHECKING:
    from catlog.tui.app import CatLogApp


class TextField(Input):
    """Textual's input, for every field of the app."""

    app: CatLogApp

    def on_mount(self) -> None:
        """Stand still where motion is reduced or off."""
        self.cursor_blink = self.app.motion == "full"

    def _on_paste(self, event: events.Paste) -> None:
        event.text = clean(event.text)
        super()._on_paste(event)
