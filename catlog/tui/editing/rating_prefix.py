"""The keys that follow `r`: 1 to 9, 0 for 10, and x for no rating."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from catlog.tui.prefix import Prefix

if TYPE_CHECKING:
    from catlog.tui.screens.base import CatLogScreen

_CHOICES = (("1-9", ""), ("0", "ten"), ("x", "none"))


def wait_for_rating(screen: CatLogScreen, target: str, rate: Callable[[int | None], None]) -> None:
    """Let the next key rate the `target`, at once: `rate` gets 1 to 10, or None for no rating."""

    def take(character: str) -> bool:
        if character == "x":
            rate(None)
        elif character.isascii() and character.isdigit():
            rate(int(character) or 10)
        else:
            return False
        return True

    screen.app.keyboard.wait_for(Prefix(screen, "rate", _CHOICES, take, target, "saved at once"))
