"""A line to type into: what is pasted comes in clean and once, and what is typed is known before the next key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import events
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from catlog.text import NOTE_LIMIT, clean
from catlog.tui.keyboard import follows

if TYPE_CHECKING:
    from catlog.tui.app import CatLogApp


class TextField(Input):
    """Textual's input, for every field of the app.

    Of a paste of several lines the breaks become spaces, and no line is sent. A secret is the first line as it is.
    """

    app: CatLogApp

    def __init__(
        self, value: str = "", placeholder: str = "", *, password: bool = False, id: str | None = None
    ) -> None:
        # `SelectsOnFocus` selects instead: the event comes after the first letters of a burst.
        super().__init__(value, placeholder, password=password, id=id, select_on_focus=False)

    def on_mount(self) -> None:
        """Stand still where motion is reduced or off."""
        self.cursor_blink = self.app.motion == "full"

    def post_message(self, message: Message) -> bool:
        """Let a change that a key brings about, and enter, be known before the next key."""
        if isinstance(message, Input.Changed | Input.Submitted) and self.check_message_enabled(message):
            return follows(self, message) or super().post_message(message)
        return super().post_message(message)

    def action_paste(self) -> None:
        """Paste what was copied in the app."""
        self.replace(self._one_line(self.app.clipboard), *self.selection)

    def _on_paste(self, event: events.Paste) -> None:
        # In place of Textual's, which is called as well unless it is prevented, and would paste a second time.
        event.stop()
        event.prevent_default()
        if text := self._one_line(event.text):
            self.replace(text, *self.selection)

    def _one_line(self, text: str) -> str:
        return clean(text, limit=NOTE_LIMIT) if not self.password else next(iter(text.splitlines()), "")


def select_field(screen: Screen[Any], before: Widget | None) -> None:
    """Select the field that has just got the focus, so that what is typed takes its place; `before` is who had it."""
    if isinstance(screen.focused, TextField) and screen.focused is not before:
        screen.focused.select_all()
