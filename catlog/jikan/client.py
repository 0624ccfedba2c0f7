"""The client: sessions that ask the sources in order until one answers, and then stay with that one.

All pages of a snapshot come from one source; which one is decided by health between runs and between searches.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from pathlib import Path
from types import TracebackType
from typing import Self

from catlog import __version__
from catlog.config import Settings
from catlog.errors import CatLogError, InvalidArgumentError, UnavailableError
from catlog.jikan.errors import (
    BadResponseError,
    RateLimitedError,
    RequestNotSentError,
    RequestRejectedError,
    SourceUnavailableError,
    UnknownToSourceError,
)
from catlog.jikan.exchange import ApiRequest, Exchange, Rules
from catlog.jikan.instances import OPEN_SECONDS, Health, Instance, Instances
from catlog.jikan.request import Parameters, as_text
from catlog.jikan.response import RawResponse, Validators
from catlog.net.backoff import Backoff, Cancel
from catlog.net.limiter import Limiter, Priority
from catlog.net.transport import Timeouts, Transport

PURPOSE = "anime lists and ranking history in the terminal"
"""What the owner of a source reads in a request beside the name and the version of the program."""

USER_AGENT = f"CatLog/{__version__} ({PURPOSE})"

TRIES = 5
"""Times one request is sent at most."""

SEARCH_TRIES = 3
"""The same for a search, where somebody is waiting; one for each source as long as there is another to ask."""


class JikanClient:
    """One per process: its sessions share connections, and everything else with every process of the user."""

    def __init__(
        self,
        urls: tuple[str, ...],
        state: Path,
        *,
        rate: float = 1.0,
        first_wait: float = 1.0,
        backoff: Backoff | None = None,
        timeouts: Timeouts | None = None,
    ) -> None:
        """`state` is the folder of shared files, `rate` in requests per second, `backoff` the first wait's cap in s.

        A failing source is left alone for 60 s, or for as many times less as `backoff` is below 1 s.
        """
        backoff = backoff or Backoff()
        self.instances = Instances(urls, state, backoff, open_seconds=OPEN_SECONDS * min(1.0, first_wait))
        self.limiter = Limiter(state, backoff, rate=rate)
        self._rules = Rules(self.limiter, self.instances, backoff, first_wait)
        self._timeouts = timeouts or Timeouts()
        self._transports: dict[Instance, Transport] = {}
        self._lock = threading.Lock()

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Return the client of these settings."""
        state = settings.paths.state
        return cls(settings.jikan_urls, state, rate=settings.jikan_rate, first_wait=settings.jikan_backoff)

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
        """Begin a run or a search; nothing is sent yet.

        `bound_to` is the `source` of an earlier answer, to go on where that came from. Setting `cancel` ends whatever
        the session is doing with `RequestCancelledError`. `tries` is how often a request is sent to one source at
        most, where that is to be less than usual; `passed_over` are the URLs of sources that are not to be asked.
        """
        bound = self.instances.by_url(bound_to) if bound_to is not None else None
        return JikanSession(self, priority, bound, cancel, tries or TRIES, excluded)

    def exchange(
        self, source: Instance, priority: Priority, cancel: Cancel, sent: Callable[[Instance], None]
    ) -> Exchange:
        """Return the way to ask one source; `sent` is called when the limiter let a request through."""
        with self._lock:
            if source not in self._transports:
                # The proxy of the environment leads out of the network that an own instance stands in.
                self._transports[source] = Transport(
                    trust_env=not source.self_hosted, user_agent=USER_AGENT, timeouts=self._timeouts
                )
            return Exchange(source, self._transports[source], self._rules, priority, cancel, sent)


class JikanSession:
    """All requests of one run or of one search, to one source. For one thread at a time.

    `failures` are the sources that failed so far, each with its last error; `asked` is the one that the last request of
    the current question was sent to: whoever stops waiting for the answer looks it up, from another thread.
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
        self._passed_over = frozenset(source for source in client.instances.ordered if source.url in excluded)
        self._most = min(tries, SEARCH_TRIES) if priority is Priority.SEARCH else tries

    @property
    def source(self) -> Instance | None:
        """The source this session is bound to; None before the first answer, unless it was bound from the start."""
        return self._bound

    def get(
        self,
        path: str,
        params: Parameters | None = None,
        *,
        page: int | None = None,
        of_id: bool = False,
        since: Validators | None = None,
    ) -> RawResponse:
        """Ask for `path` ("/top/anime") and return the answer unparsed, so that it can be stored first.

        `of_id`: the path names one anime. `since`: the `validators` of an earlier answer; the new one may then be
        `not_modified`. Raises `SourceUnavailableError` (`RateLimitedError` after 429s) when no source answers,
        `SourceRefusedError`, `RequestRejectedError`, `UnknownToSourceError`, `BadResponseError`, and
        `RequestCancelledError` when `cancel` is set.
        """
        if not path.startswith("/") or any(part in path for part in ("//", "..", "?", "#")):
            raise InvalidArgumentError(f"not a path of the API: {path[:80]!r}")
        self.requested = None
        question = ApiRequest(path, as_text({**(params or {}), "page": page}), page, of_id, since)
        if self._bound is None:
            return self._ask_in_order(question)
        return self._exchanged(self._bound, question, self._most)

    def _ask_in_order(self, question: ApiRequest) -> RawResponse:
        failures: dict[Instance, CatLogError] = {}
        sources = self._client.instances
        most = len(set(sources.ordered) - self._passed_over)
        while len(failures) < most:
            try:
                health = sources.pick({*failures, *self._passed_over})
            except RequestNotSentError as problem:
                raise _combined([*failures.values(), problem]) from None
            try:
                tries = self._tries(health, last=len(failures) + 1 == most)
                answer = self._exchanged(health.instance, question, tries)
            except (UnavailableError, BadResponseError) as problem:
                failures[health.instance] = problem
            except (RequestRejectedError, UnknownToSourceError):
                self._bound = health.instance  # it answered, only not with what was hoped for
                raise
            else:
                self._bound = health.instance
                return answer
        raise _combined(list(failures.values()))

    def _exchanged(self, source: Instance, question: ApiRequest, tries: int) -> RawResponse:
        exchange = self._client.exchange(source, self._priority, self._cancel, self._sent)
        try:
            answer = exchange.send(question, tries)
        except (UnavailableError, BadResponseError) as problem:
            self.failures[source] = problem
            raise
        self.failures.pop(source, None)
        return answer

    def _sent(self, source: Instance) -> None:
        self.requested = source

    def _tries(self, health: Health, *, last: bool) -> int:
        if health.half_open:
            return 1
        return self._most if last or self._priority is not Priority.SEARCH else 1


def _combined(errors: list[CatLogError]) -> CatLogError:
    """Return the one error to raise when no source answered; one that only asks for patience decides its kind."""
    if len(errors) == 1:
        return errors[0]
    message = "no source answered: " + "; ".join(error.message for error in errors)
    limited = [error.retry_after for error in errors if isinstance(error, RateLimitedError)]
    if limited:
        return RateLimitedError(message, retry_after=min(limited))
    hint = next((error.hint for error in errors if error.hint), "")
    return SourceUnavailableError(message, hint=hint, plain="none of the sources answers")
