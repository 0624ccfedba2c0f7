"""Petting and feeding the cat of Home."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from catlog.companion.events import LEVEL, ActivityEvent
from catlog.tui.deferred import deferred

if TYPE_CHECKING:
    from catlog.tui.screens.base import CatLogScreen
    from catlog.tui.screens.home import queries
    from catlog.tui.screens.home.records import Home
else:
    queries = deferred("catlog.tui.screens.home.queries")


class Care:
    """The cat's actions. `home` returns what the screen shows."""

    def __init__(self, screen: CatLogScreen, home: Callable[[], Home | None]) -> None:
        self._screen = screen
        self._home = home

    def action_pet(self) -> None:
        """Pet the cat."""
        self._do("pet")

    def action_feed(self) -> None:
        """Feed the cat."""
        self._do("feed")

    def _do(self, kind: str) -> None:
        home, app = self._home(), self._screen.app
        if home is None or home.cat is None:
            return
        app.publish(ActivityEvent(kind))
        app.pool.submit(self._screen, queries.care, kind).then(self._done)

    def _done(self, level_rose: bool) -> None:
        if level_rose:
            self._screen.app.publish(ActivityEvent(LEVEL))
