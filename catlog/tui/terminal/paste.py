"""An input that pastes clean text."""

from __future__ import annotations

from textual import events
from textual.widgets import Input


class PasteInput(Input):
    """An input that pastes what `pasted` returns, once."""

    def pasted(self, text: str) -> str:
        """Return the characters to insert for a pasted text."""
        return text

    def _on_paste(self, event: events.Paste) -> None:
        # Textual calls the handler of each class unless that is prevented: its own would paste a second time.
        event.stop()
        event.prevent_default()
        if text := self.pasted(event.text):
            self.replace(text, *self.selection)
