"""The cat at one instant, as screens and commands show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from catlog.companion.mood import CatState
from catlog.companion.suggestions import Suggestion


@dataclass(frozen=True, slots=True)
class Cat:
    """The cat at one instant: its name, its state and its suggestion; `today` is the day of its owner."""

    name: str
    state: CatState
    suggestion: Suggestion
    at: datetime
    today: date
    has_list: bool = True

    @property
    def pose(self) -> str:
        """The pose of its mood; in its box while there is no list, hungry after a week without an episode."""
        if not self.has_list:
            return "box"
        return "hungry" if self.state.is_hungry else str(self.state.mood)
