"""A text field: pastes are cleaned and inserted once, and a change is handled before the next key."""

from __future__ import annotations

from typing import Any

from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from catlog.text import NOTE_LIMIT, clean
from catlog.tui.host import Hosted
from catlog.tui.keyboard import queue_behind_key
from catlog.tui.terminal.paste import PasteInput


class TextField(Hosted, PasteInput):
    """Textual's input, for every field of the app.

    In a paste of several lines the breaks become spaces, and no line is sent. A secret is the first line as it is.
    """

    def __init__(
        self, value: str = "", placeholder: str = "", *, password: bool = False, id: str | None = None
    ) -> None:
        # `select_field` selects instead: Textual's event comes after the first letters of a burst.
        super().__init__(value, placeholder, password=password, id=id, select_on_focus=False)

    def on_mount(self) -> None:
        """Stand still where motion is reduced or off."""
        self.cursor_blink = self.app.motion == "full"

    def post_message(self, message: Message) -> bool:
        """Let changes and enter be handled before the next key."""
        if isinstance(message, Input.Changed | Input.Submitted) and self.check_message_enabled(message):
            return queue_behind_key(self, message) or super().post_message(message)
        return super().post_message(message)

    def action_paste(self) -> None:
        """Paste what was copied in the app."""
        self.replace(self.pasted(self.app.clipboard), *self.selection)

    def pasted(self, text: str) -> str:
        """Return a pasted text in one line, without control characters; of a secret its first line as it is."""
        return clean(text, limit=NOTE_LIMIT) if not self.password else next(iter(text.splitlines()), "")


def select_field(screen: Screen[Any], before: Widget | None) -> None:
    """Select the text of a field that has just got the focus, so that typing replaces it; `before` had the focus."""
    if isinstance(screen.focused, TextField) and screen.focused is not before:
        screen.focused.select_all()
