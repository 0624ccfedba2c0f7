"""What a screen showed last: read for the first frame, and stored for the next one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from catlog.atomic_files import MALFORMED
from catlog.plain_records import from_plain

if TYPE_CHECKING:
    from catlog.tui.backend import Backend
    from catlog.tui.screens.base import CatLogScreen

STORE_AFTER = 1.0
"""Seconds without anything new after which what is shown is stored."""


class LastRecord(Protocol):
    """What a screen showed, in the time zone of the account; None for that of the settings."""

    @property
    def zone(self) -> str | None:
        """The name of the zone."""


Record = TypeVar("Record", bound=LastRecord)


class LastShown(Generic[Record]):
    """The record of a screen under its name.

    `kind` returns its class, `shown` what the screen shows, None where that is not to be stored, and `store` is the
    query that stores it.
    """

    def __init__(
        self,
        screen: CatLogScreen,
        name: str,
        kind: Callable[[], type[Record]],
        shown: Callable[[], Record | None],
        store: Callable[[Backend, Record], None],
    ) -> None:
        self._screen = screen
        self._name = name
        self._kind = kind
        self._shown = shown
        self._store_query = store
        self._timer = screen.set_interval(STORE_AFTER, self._store, pause=True)

    def read(self) -> Record | None:
        """Return what is shown until the library has answered; None where the app waits for that, or it is damaged."""
        app = self._screen.app
        if not app.shows_last or app.is_open or self._name not in app.last_shown:
            return None
        try:
            last: Record = from_plain(self._kind(), app.last_shown[self._name])
        except MALFORMED:
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
            pool.run(self._screen, self._store_query, last).then(failed=lambda _: True, passive=True)
