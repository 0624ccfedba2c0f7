"""The way of the catalogue to its sources: one client, made when the first question is asked, and the answers kept.

A command asks by itself only where that cannot make it slow: not for a while after a source stayed silent.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from catlog.config import Settings
from catlog.errors import UnavailableError
from catlog.jikan.answer import RawAnswer, Validators
from catlog.jikan.asks import Asks, Parameters
from catlog.jikan.faults import RateLimitedError, SourceUnavailableError
from catlog.jikan.hurried import Hurried
from catlog.jikan.kept import KeptAnswers
from catlog.jikan.limiter import Priority
from catlog.jikan.pace import Pace
from catlog.jikan.state import shared_document

if TYPE_CHECKING:
    from catlog.jikan.client import JikanClient

SILENCE = 300.0
"""Seconds after an unanswered question in which nothing is asked that nobody asked for."""


class CatalogueSource:
    """The sources of the settings, for all that somebody in front of a screen waits for."""

    def __init__(self, settings: Settings, *, pace: Pace | None = None) -> None:
        self.kept = KeptAnswers(settings.paths.cache / "answers")
        self.pace = pace or Pace()
        self._settings = settings
        self._silence = settings.paths.state / "jikan-silence.json"

    def open(
        self, cancel: threading.Event | None = None, *, within: float | None = None, by_itself: bool = False
    ) -> Asks:
        """Return what asks a source; until its first question nothing is loaded or sent.

        All its questions together have `within` seconds. `by_itself`: nobody asked for it, so that each is sent once,
        and a source which stayed silent lately is left alone (SourceUnavailableError).
        """
        return _Opened(self, cancel or threading.Event(), within, by_itself)

    def close(self) -> None:
        """Close all connections; another question opens new ones."""
        if "client" in self.__dict__:
            self.client.close()

    @cached_property
    def client(self) -> JikanClient:
        """The client, which brings the HTTP library in: 80 ms that nobody offline should pay."""
        from catlog.jikan.client import JikanClient

        return JikanClient.from_settings(self._settings)

    def silent_for(self) -> float:
        """Return the seconds for which nothing is asked that nobody asked for."""
        with shared_document(self._silence) as document:
            until = document.get("until")
        left = until - self.pace.monotonic() if isinstance(until, int | float) else 0.0
        return left if 0 < left <= SILENCE else 0.0  # more was written before the host's last start

    def heard(self, *, silent: bool) -> None:
        """Note that a source answered, or that none did."""
        with shared_document(self._silence) as document:
            document.clear()
            if silent:
                document["until"] = self.pace.monotonic() + SILENCE


@dataclass(slots=True)
class _Opened:
    """One search, one title's details: all its questions go to one source."""

    source: CatalogueSource
    cancel: threading.Event
    within: float | None
    by_itself: bool
    _session: Asks | None = None

    def get(
        self,
        path: str,
        params: Parameters | None = None,
        *,
        page: int | None = None,
        of_id: bool = False,
        since: Validators | None = None,
    ) -> RawAnswer:
        if self.by_itself and self.source.silent_for():
            raise SourceUnavailableError("no source answered a while ago, so none was asked")
        try:
            answer = self._opened().get(path, params, page=page, of_id=of_id, since=since)
        except RateLimitedError:
            raise
        except UnavailableError:
            self.source.heard(silent=True)
            raise
        if self.by_itself or self.source.silent_for():
            self.source.heard(silent=False)
        return answer

    def _opened(self) -> Asks:
        if self._session is None:
            tries = 1 if self.by_itself else None
            session: Asks = self.source.client.open_source(Priority.SEARCH, cancel=self.cancel, tries=tries)
            self._session = session if self.within is None else Hurried(session, self.within, self.cancel)
        return self._session
