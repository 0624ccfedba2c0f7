"""What Home showed last: read for the first frame, and stored for the next one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from catlog.atomic_files import MALFORMED
from catlog.plain_records import from_plain
from catlog.tui.deferred import deferred
from catlog.tui.screens.home.records import LastHome

if TYPE_CHECKING:
    from catlog.tui.screens.base import CatLogScreen
    from catlog.tui.screens.home import queries
else:
    queries = deferred("catlog.tui.screens.home.queries")

STORE_AFTER = 1.0
"""Seconds without anything new after which what is shown is stored."""


class LastShown:
    """The record of a screen. `shown` returns what it shows, None where that is not to be stored."""

    def __init__(self, screen: CatLogScreen, shown: Callable[[], LastHome | None]) -> None:
        self._screen = screen
        self._shown = shown
        self._timer = screen.set_interval(STORE_AFTER, self._store, pause=True)

    def read(self) -> LastHome | None:
        """Return what is shown until the library has answered; None where the app waits for that, or it is damaged."""
        app = self._screen.app
        if not app.shows_last:
            return None
        try:
            last: LastHome = from_plain(LastHome, app.last_shown["home"])
        except MALFORMED:
            app.shows_last = False
            return None
        app.backend.expect_zone(last.zone)
        return last

    def store_soon(self) -> None:
        """Store what is shown, once nothing more has come for a moment."""
        self._timer.reset()
        self._timer.resume()

    def _store(self) -> None:
        self._timer.pause()
        if (last := self._shown()) is not None:
            pool = self._screen.app.pool
            pool.run(self._screen, queries.store_last, last).then(failed=lambda _: True, passive=True)
