"""The catalogue's connection to its sources: one client, created on the first request, and the response cache.

Automatic requests must not make a command slow: a source is skipped for a while after it did not respond.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from catlog.config import Settings
from catlog.errors import UnavailableError
from catlog.jikan.deadline import DeadlineExceededError, DeadlineSession
from catlog.jikan.request import ApiRequest, ApiSource
from catlog.jikan.response import JikanResponse
from catlog.jikan.response_cache import ResponseCache
from catlog.net.backoff import Backoff
from catlog.net.errors import RateLimitedError, RequestNotSentError
from catlog.net.limiter import Priority
from catlog.net.shared_state import shared_document

if TYPE_CHECKING:
    from catlog.jikan.client import JikanClient, JikanSession

SKIP_SECONDS = 300.0
"""Seconds after a failed response in which automatic requests skip that source."""


class CatalogueSource:
    """The sources of the settings, for interactive requests."""

    def __init__(self, settings: Settings, *, backoff: Backoff | None = None) -> None:
        self.responses = ResponseCache(settings.paths.cache / "answers")
        self.backoff = backoff or Backoff()
        self._settings = settings
        self._silence = settings.paths.state / "jikan-silence.json"

    def open(
        self, cancel: threading.Event | None = None, *, timeout: float | None = None, automatic: bool = False
    ) -> ApiSource:
        """Return a session with one source; until its first request nothing is loaded or sent.

        `timeout` is in seconds, for all its requests together. `automatic` requests are not retried and skip
        unresponsive sources; where all are unresponsive nothing is sent (RequestNotSentError).
        """
        return _LazySession(self, cancel or threading.Event(), timeout, automatic)

    def close(self) -> None:
        """Close all connections; the next request opens new ones."""
        if "client" in self.__dict__:
            self.client.close()

    @cached_property
    def client(self) -> JikanClient:
        """The client, created on first use: it imports the HTTP library, which takes 80 ms."""
        from catlog.jikan.client import JikanClient

        return JikanClient.from_settings(self._settings)

    def unresponsive(self) -> dict[str, float]:
        """Return the URLs that automatic requests skip, each with the seconds left."""
        with shared_document(self._silence) as document:
            now = self.backoff.monotonic()
            left = {url: until - now for url, until in document.items() if isinstance(until, int | float)}
        # A larger value was written before the last reboot, which reset the monotonic clock.
        return {url: seconds for url, seconds in left.items() if 0 < seconds <= SKIP_SECONDS and url in self._urls}

    def record(self, answered: Collection[str], unresponsive: Collection[str]) -> None:
        """Record by URL which sources responded and which did not; other sources are unchanged."""
        if not (unresponsive or self.unresponsive().keys() & {*answered}):
            return
        with shared_document(self._silence) as document:
            for url in list(document):
                if url in answered or url not in self._urls:
                    del document[url]
            document.update(dict.fromkeys(unresponsive, self.backoff.monotonic() + SKIP_SECONDS))

    @property
    def _urls(self) -> tuple[str, ...]:
        return tuple(url.rstrip("/") for url in self._settings.jikan_urls)

    def refusal(self) -> RequestNotSentError | None:
        """Return the error where automatic requests skip all sources, else None."""
        skipped = self.unresponsive()
        if any(url not in skipped for url in self._urls):
            return None
        ago = int(SKIP_SECONDS - max(skipped.values())) // 60
        when = f"{ago} min ago" if ago >= 1 else "a moment ago"
        names = " and ".join(dict.fromkeys(urlsplit(url).hostname or url for url in self._urls))
        again = max(1, -(-int(min(skipped.values())) // 60))
        return RequestNotSentError(f"{names} did not answer {when}; the next try is in {again} min")


@dataclass(slots=True)
class _LazySession:
    """A session that is opened on its first request; all its requests go to one source."""

    source: CatalogueSource
    cancel: threading.Event
    timeout: float | None
    automatic: bool
    _session: JikanSession | None = None
    _api: ApiSource | None = None

    def get(self, request: ApiRequest) -> JikanResponse:
        if self.automatic and (refusal := self.source.refusal()):
            raise refusal
        session = self._opened()
        try:
            response = session.get(request)
        except UnavailableError as problem:
            raise self._recorded(problem) from None
        self.source.record([response.source], self._unresponsive())
        return response

    def _recorded(self, problem: UnavailableError) -> UnavailableError:
        """Record the sources that failed, and return the error that names them."""
        requested = self._session.requested if self._session is not None else None
        if not isinstance(problem, DeadlineExceededError):
            self.source.record([], self._unresponsive())
            return problem
        self.source.record([], self._unresponsive() | ({requested.url} if requested is not None else set()))
        if requested is None:
            return RequestNotSentError(
                f"no request sent: the limit of {self.timeout:g} s ended while other requests waited"
            )
        return DeadlineExceededError(
            problem.message, plain=f"{urlsplit(requested.url).hostname}: no answer within {self.timeout:g} s"
        )

    def _unresponsive(self) -> set[str]:
        """Return the sources that failed in this session; a rate limit is no failure."""
        failures = self._session.failures if self._session is not None else {}
        return {
            source.url
            for source, problem in failures.items()
            if isinstance(problem, UnavailableError) and not isinstance(problem, RateLimitedError)
        }

    def _opened(self) -> ApiSource:
        if self._api is None:
            self._session = self.source.client.open_session(
                Priority.SEARCH,
                cancel=self.cancel,
                tries=1 if self.automatic else None,
                excluded=self.source.unresponsive() if self.automatic else (),
            )
            self._api = self._session
            if self.timeout is not None:
                self._api = DeadlineSession(self._session, self.timeout, self.cancel)
        return self._api
