"""The message of what shows titles of Home without being a list: one was opened."""

from __future__ import annotations

from textual.message import Message


class TitleOpened(Message):
    """A title was opened, with a key or the mouse."""

    def __init__(self, mal_id: int) -> None:
        super().__init__()
        self.mal_id = mal_id
