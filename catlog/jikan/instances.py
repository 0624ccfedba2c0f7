"""The ordered list of sources, and which of them is well: a circuit breaker per source, shared by all processes."""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from catlog.jikan.errors import RequestNotSentError
from catlog.net.backoff import Backoff
from catlog.net.shared_state import shared_document

FAILURES_TO_OPEN = 5
"""Failures in a row after which a source is left alone."""

OPEN_SECONDS = 60.0
"""Seconds it is left alone, before one request may try whether it is back."""

_OWN_ENDINGS = (".local", ".lan", ".internal", ".home.arpa", ".localhost")


@dataclass(frozen=True)
class Instance:
    """One Jikan instance: `url` is its base with the base path, `host` names it in records and messages."""

    url: str

    @cached_property
    def host(self) -> str:
        """The host with its port, as it stands in the URL."""
        return urlsplit(self.url).netloc.lower()

    @cached_property
    def self_hosted(self) -> bool:
        """Whether it runs on this host or in a private network: nobody's public limit then has to be respected.

        Told from the name alone, without asking a name server: loopback and private addresses, names without a dot
        and names of private zones.
        """
        name = (urlsplit(self.url).hostname or "").rstrip(".")
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return "." not in name or name.endswith(_OWN_ENDINGS)
        return address.is_loopback or address.is_private


@dataclass(frozen=True, slots=True)
class Health:
    """What is known of one source: failures in a row, and for how many seconds it is left alone (0: it is not)."""

    instance: Instance
    failures: int
    suspended_for: float

    @property
    def half_open(self) -> bool:
        """Whether it failed too often, was left alone long enough, and may be tried once."""
        return self.failures >= FAILURES_TO_OPEN and self.suspended_for == 0


class Instances:
    """The sources in order of preference. Health picks one between runs and between searches, never within."""

    def __init__(
        self, urls: Sequence[str], folder: Path, backoff: Backoff, *, open_seconds: float = OPEN_SECONDS
    ) -> None:
        self.ordered = tuple(Instance(url.rstrip("/")) for url in dict.fromkeys(urls))
        self._file = folder / "jikan-health.json"
        self._backoff = backoff
        self._open_seconds = open_seconds

    def pick(self, excluded: Collection[Instance] = ()) -> Health:
        """Return the first source that may be asked, without those passed over; a trial is given to one caller only.

        Raises `RequestNotSentError` when every one of them is left alone for now.
        """
        with shared_document(self._file) as document:
            known = [self._health(source, document) for source in self.ordered if source not in excluded]
            for health in known:
                if health.suspended_for == 0:
                    if health.half_open:
                        self._store(document, health.instance, health.failures)
                    return health
        names = ", ".join(health.instance.host for health in known)
        wait = math.ceil(min((health.suspended_for for health in known), default=0.0))
        raise RequestNotSentError(
            f"not asked: {names} failed {FAILURES_TO_OPEN} times in a row", hint=f"try again in {wait} s"
        )

    def by_url(self, url: str) -> Instance:
        """Return the source with that URL, also when it is no longer in the list: a run resumes where it began."""
        return next((source for source in self.ordered if source.url == url.rstrip("/")), Instance(url.rstrip("/")))

    def record_success(self, source: Instance) -> None:
        """Note an answer: the failures in a row are over."""
        with shared_document(self._file) as document:
            document.pop(source.url, None)

    def record_failure(self, source: Instance) -> None:
        """Note a failure; enough of them in a row, or one on trial, and the source is left alone."""
        with shared_document(self._file) as document:
            self._store(document, source, self._health(source, document).failures + 1)

    def health(self) -> tuple[Health, ...]:
        """Return what is known of every source, in order."""
        with shared_document(self._file) as document:
            return tuple(self._health(source, document) for source in self.ordered)

    def _health(self, source: Instance, document: dict[str, Any]) -> Health:
        match document.get(source.url):
            case {"failures": int(failures), "until": int() | float() as until} if failures > 0:
                left = float(until) - self._backoff.monotonic()
                # More than it can be: written before the host's last start, by a clock that began anew.
                return Health(source, failures, left if 0 < left <= self._open_seconds else 0.0)
        return Health(source, 0, 0.0)

    def _store(self, document: dict[str, Any], source: Instance, failures: int) -> None:
        opened = failures >= FAILURES_TO_OPEN
        until = self._backoff.monotonic() + self._open_seconds if opened else 0.0
        document[source.url] = {"failures": min(failures, 1000), "until": until}
