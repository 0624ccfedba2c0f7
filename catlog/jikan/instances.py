"""The Jikan instances in order of preference, with a circuit breaker for each, shared by all processes."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from catlog.net.backoff import Backoff
from catlog.net.errors import RequestNotSentError
from catlog.net.service import host_of, is_private
from catlog.net.shared_state import shared_document

FAILURES_TO_OPEN = 5
"""Failures in a row that open the breaker of an instance."""

OPEN_SECONDS = 60.0
"""Seconds that a breaker stays open, before one request may try the instance."""


@dataclass(frozen=True)
class Instance:
    """One Jikan instance: `url` is its base with the base path, `host` names it in records and messages."""

    url: str

    @cached_property
    def host(self) -> str:
        """The host with its port, as it stands in the URL."""
        return host_of(self.url)

    @cached_property
    def self_hosted(self) -> bool:
        """Whether it runs on this host or in a private network, where no public limit applies."""
        return is_private(self.host)


@dataclass(frozen=True, slots=True)
class Health:
    """The state of one breaker: failures in a row, and the seconds it stays open (0: it is closed)."""

    instance: Instance
    failures: int
    suspended_for: float

    @property
    def half_open(self) -> bool:
        """Whether the breaker was open long enough, so that one request may try the instance."""
        return self.failures >= FAILURES_TO_OPEN and self.suspended_for == 0


class Instances:
    """The instances in order of preference. One is picked for each run or search, never during it."""

    def __init__(
        self, urls: Sequence[str], folder: Path, backoff: Backoff, *, open_seconds: float = OPEN_SECONDS
    ) -> None:
        self.ordered = tuple(Instance(url.rstrip("/")) for url in dict.fromkeys(urls))
        self._file = folder / "jikan-health.json"
        self._backoff = backoff
        self._open_seconds = open_seconds

    def pick(self, excluded: Collection[Instance] = ()) -> Health:
        """Return the first instance with a closed breaker, outside `excluded`; only one caller gets a half-open one.

        Raises `RequestNotSentError` when every breaker is open.
        """
        with shared_document(self._file) as document:
            states = [self._health(instance, document) for instance in self.ordered if instance not in excluded]
            for health in states:
                if health.suspended_for == 0:
                    if health.half_open:
                        self._store(document, health.instance, health.failures)
                    return health
        names = ", ".join(health.instance.host for health in states)
        wait = math.ceil(min((health.suspended_for for health in states), default=0.0))
        raise RequestNotSentError(
            f"no request sent: {names} failed {FAILURES_TO_OPEN} times in a row", hint=f"try again in {wait} s"
        )

    def by_url(self, url: str) -> Instance:
        """Return the instance with that URL, also when it is no longer in the list: a run resumes where it began."""
        return next(
            (instance for instance in self.ordered if instance.url == url.rstrip("/")), Instance(url.rstrip("/"))
        )

    def record_success(self, instance: Instance) -> None:
        """Record a response: close the breaker."""
        with shared_document(self._file) as document:
            document.pop(instance.url, None)

    def record_failure(self, instance: Instance) -> None:
        """Record a failure; enough of them in a row, or one while half open, open the breaker."""
        with shared_document(self._file) as document:
            self._store(document, instance, self._health(instance, document).failures + 1)

    def health(self) -> tuple[Health, ...]:
        """Return the state of every breaker, in order."""
        with shared_document(self._file) as document:
            return tuple(self._health(instance, document) for instance in self.ordered)

    def _health(self, instance: Instance, document: dict[str, Any]) -> Health:
        match document.get(instance.url):
            case {"failures": int(failures), "until": int() | float() as until} if failures > 0:
                left = float(until) - self._backoff.monotonic()
                # A longer wait was written before the host's last start, by another monotonic clock.
                return Health(instance, failures, left if 0 < left <= self._open_seconds else 0.0)
        return Health(instance, 0, 0.0)

    def _store(self, document: dict[str, Any], instance: Instance, failures: int) -> None:
        opened = failures >= FAILURES_TO_OPEN
        until = self._backoff.monotonic() + self._open_seconds if opened else 0.0
        document[instance.url] = {"failures": min(failures, 1000), "until": until}
