"""The confirmation before the app ends while an operation runs."""

from __future__ import annotations

from typing import ClassVar

from catlog.access import Right
from catlog.tui.content import plain
from catlog.tui.dialogs.confirm import Confirm


class Leave(Confirm):
    """Asks whether to cancel the running operation named `title`."""

    RIGHT: ClassVar[Right] = Right.READ_CATALOGUE

    def __init__(self, title: str) -> None:
        super().__init__(f"{title} is under way. Cancel it and leave?", plain("Everything stays as it was before."))
