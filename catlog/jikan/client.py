"""The client: a session tries the instances in order until one answers, and then stays with it.

So all pages of a snapshot come from one instance.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from catlog.config import Settings
from catlog.errors import CatLogError, UnavailableError
from catlog.jikan.errors import RequestRejectedError, UnknownToSourceError
from catlog.jikan.exchange import Exchange, Rules
from catlog.jikan.instances import OPEN_SECONDS, Health, Instance, Instances
from catlog.jikan.request import ApiRequest
from catlog.jikan.response import JikanResponse
from catlog.jikan.service import JIKAN
from catlog.net.backoff import Backoff, Cancel
from catlog.net.errors import BadResponseError, RateLimitedError, RequestNotSentError, SourceUnavailableError
from catlog.net.limiter import Limiter, Priority
from catlog.net.service import Timeouts
from catlog.net.transport import Transport

TRIES = 5
"""The most times that one request is sent."""

SEARCH_TRIES = 3
"""The same for a search; each instance but the last gets one try."""


class JikanClient:
    """One per process: its sessions share connections; limits and breakers are shared by all processes of the user."""

    def __init__(
        self,
        urls: tuple[str, ...],
        state: Path,
        *,
        rate: float = 1.0,
        first_wait: float = 1.0,
        backoff: Backoff | None = None,
        timeouts: Timeouts | None = None,
        urls_from: str = "",
    ) -> None:
        """`state` is the folder of shared files, `rate` in requests per second, `first_wait` that wait's cap in s.

        `urls_from` is where the user has set the URLs, for errors; "" where nobody has. The breaker of a failing
        instance opens for 60 s, times `first_wait` where that is below 1 s.
        """
        backoff = backoff or Backoff()
        self.instances = Instances(urls, state, backoff, open_seconds=OPEN_SECONDS * min(1.0, first_wait))
        self.limiter = Limiter(JIKAN, state, backoff, rate=rate)
        self._rules = Rules(self.limiter, self.instances, backoff, first_wait)
        self._service = replace(JIKAN, timeouts=timeouts) if timeouts else JIKAN
        self._transports: dict[Instance, Transport] = {}
        self.urls_from = urls_from
        self._lock = threading.Lock()

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Return the client for these settings."""
        state = settings.paths.state
        origin = settings.origins.get("jikan_urls", "default")
        return cls(
            settings.jikan_urls,
            state,
            rate=settings.jikan_rate,
            first_wait=settings.jikan_backoff,
            urls_from="" if origin == "default" else origin,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            for transport in self._transports.values():
                transport.close()
            self._transports.clear()

    def open_session(
        self,
        priority: Priority = Priority.RUN,
        *,
        bound_to: str | None = None,
        cancel: Cancel = None,
        tries: int | None = None,
        excluded: Collection[str] = (),
    ) -> JikanSession:
        """Open a session for a run or a search; nothing is sent yet.

        `bound_to` is the `source` of an earlier response, to continue there. Setting `cancel` ends the session's
        current request with `RequestCancelledError`. `tries` is the most times that a request is sent to one instance;
        `excluded` are the URLs of instances that get no request.
        """
        bound = self.instances.by_url(bound_to) if bound_to is not None else None
        return JikanSession(self, priority, bound, cancel, tries or TRIES, excluded)

    def exchange(
        self, source: Instance, priority: Priority, cancel: Cancel, on_sent: Callable[[Instance], None]
    ) -> Exchange:
        """Return the exchange with one instance; `on_sent` is called for each request that the limiter passes."""
        with self._lock:
            if source not in self._transports:
                # The proxy of the environment leads out of the network of a private instance.
                self._transports[source] = Transport(self._service, trust_env=not source.self_hosted)
            return Exchange(source, self._transports[source], self._rules, priority, cancel, on_sent)


class JikanSession:
    """All requests of one run or search, to one instance. For one thread at a time.

    `failures` are the instances that failed so far, each with its last error; `requested` is the one that the current
    request was last sent to, for a caller in another thread that stops waiting; `sent` counts all that were sent.
    """

    def __init__(
        self,
        client: JikanClient,
        priority: Priority,
        bound: Instance | None,
        cancel: Cancel,
        tries: int = TRIES,
        excluded: Collection[str] = (),
    ) -> None:
        self._client = client
        self._priority = priority
        self._bound = bound
        self._cancel = cancel
        self.failures: dict[Instance, CatLogError] = {}
        self.requested: Instance | None = None
        self.sent = 0
        self._passed_over = frozenset(source for source in client.instances.ordered if source.url in excluded)
        self._tries = min(tries, SEARCH_TRIES) if priority is Priority.SEARCH else tries

    @property
    def source(self) -> Instance | None:
        """The instance of this session; None before the first response, unless it was bound from the start."""
        return self._bound

    def get(self, request: ApiRequest) -> JikanResponse:
        """Send a request and return the response unparsed, so that it can be stored first.

        Raises `SourceUnavailableError` (`RateLimitedError` after 429s) when no instance answers, `SourceRefusedError`,
        `RequestRejectedError`, `UnknownToSourceError`, `BadResponseError`, and `RequestCancelledError`.
        """
        self.requested = None
        try:
            if self._bound is None:
                return self._try_in_order(request)
            return self._exchanged(self._bound, request, self._tries)
        except (UnavailableError, BadResponseError) as problem:
            if (
                self._client.urls_from
                and problem.hint
                and not isinstance(problem, RateLimitedError | RequestNotSentError)
            ):
                problem.hint += f"; its URL is from {self._client.urls_from}"
            raise

    def _try_in_order(self, request: ApiRequest) -> JikanResponse:
        failures: dict[Instance, CatLogError] = {}
        instances = self._client.instances
        most = len(set(instances.ordered) - self._passed_over)
        while len(failures) < most:
            try:
                health = instances.pick({*failures, *self._passed_over})
            except RequestNotSentError as problem:
                raise _combined([*failures.values(), problem]) from None
            try:
                tries = self._tries_at(health, last=len(failures) + 1 == most)
                response = self._exchanged(health.instance, request, tries)
            except (UnavailableError, BadResponseError) as problem:
                failures[health.instance] = problem
            except (RequestRejectedError, UnknownToSourceError):
                self._bound = health.instance  # it did answer
                raise
            else:
                self._bound = health.instance
                return response
        raise _combined(list(failures.values()))

    def _exchanged(self, instance: Instance, request: ApiRequest, tries: int) -> JikanResponse:
        exchange = self._client.exchange(instance, self._priority, self._cancel, self._on_sent)
        try:
            response = exchange.send(request, tries)
        except (UnavailableError, BadResponseError) as problem:
            self.failures[instance] = problem
            raise
        self.failures.pop(instance, None)
        return response

    def _on_sent(self, instance: Instance) -> None:
        self.requested = instance
        self.sent += 1

    def _tries_at(self, health: Health, *, last: bool) -> int:
        if health.half_open:
            return 1
        return self._tries if last or self._priority is not Priority.SEARCH else 1


def _combined(errors: list[CatLogError]) -> CatLogError:
    """Return the one error to raise when no instance answered: a RateLimitedError if one of them is."""
    if len(errors) == 1:
        return errors[0]
    message = "no source answered: " + "; ".join(error.message for error in errors)
    limited = [error.retry_after for error in errors if isinstance(error, RateLimitedError)]
    if limited:
        return RateLimitedError(message, retry_after=min(limited))
    hint = next((error.hint for error in errors if error.hint), "")
    return SourceUnavailableError(message, hint=hint, plain="no data source responds")
