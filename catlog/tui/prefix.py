"""A key that waits for the next one, as `r` for the digit of a rating."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from textual.screen import Screen


@dataclass(frozen=True, slots=True)
class Prefix:
    """What a pressed key waits for, on one screen.

    `label` is what it does, `target` to what, and `choices` are the keys that may follow with their labels, for the
    line of keys; `effect` says when such a key acts. `take` gets the character that follows and returns whether it
    means something here. Esc only cancels; any other key cancels too and then acts as itself.
    """

    screen: Screen[Any]
    label: str
    choices: tuple[tuple[str, str], ...]
    take: Callable[[str], bool]
    target: str = ""
    effect: str = ""
