"""A rate limit per host, shared by all processes of the user on this host.

It has a token bucket, a window of a minute, a rate that a 429 halves and a run of successes raises again, and
priorities: a search goes before the ETL. A private host has no public limits: there only the bucket counts, at the rate
of the settings.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any

from catlog.atomic_files import MALFORMED
from catlog.net.backoff import RETRY_AFTER_CAP, Backoff, Cancel
from catlog.net.errors import RateLimitedError
from catlog.net.service import RateLimits, Service, is_private
from catlog.net.shared_state import shared_document

log = logging.getLogger(__name__)

SUCCESSES_TO_RISE = 10
"""Successes in a row after which a lowered rate rises by a quarter."""

LOWEST_SHARE = 1 / 8
"""Share of the configured rate below which no 429 pushes it."""

_MINUTE = 61.0  # one second more: requests may arrive closer together than they were sent
_SLICE = 0.25
_SEARCH_CLAIM = 0.1


class Priority(IntEnum):
    """The sender of a request: a search that a person waits for, a run of the ETL, or a crawl through many pages."""

    SEARCH = 0
    RUN = 1
    BULK = 2


@dataclass
class _Bucket:
    """The stored state of one host; times are of the monotonic clock, in seconds."""

    tokens: float
    stamp: float = 0.0
    share: float = 1.0
    good: int = 0
    search_until: float = 0.0
    bulk_at: float = 0.0
    paused_until: float = 0.0
    recent: list[float] = field(default_factory=list)


class Limiter:
    """Lets requests through, one at a time. Safe between threads and between processes."""

    def __init__(self, service: Service, folder: Path, backoff: Backoff, *, rate: float) -> None:
        """`folder` holds the shared state; `rate` is in requests per second, before any 429."""
        self._service = service
        self._folder = folder
        self._backoff = backoff
        self._rate = rate

    def acquire(self, host: str, priority: Priority, *, cancel: Cancel = None, timeout: float | None = None) -> None:
        """Wait until a request may be sent to `host` (see `catlog.net.service.host_of`).

        Raises `RateLimitedError` at once when that would take more than `timeout` seconds, and
        `RequestCancelledError` when `cancel` is set meanwhile.
        """
        deadline = None if timeout is None else self._backoff.monotonic() + timeout
        while (wait := self._take(host, priority)) > 0:
            if deadline is not None and self._backoff.monotonic() + wait > deadline:
                raise RateLimitedError(f"{host}: the limit of requests is reached", retry_after=wait)
            log.debug("%s: %.2f s until the next request may be sent", host, wait)
            self._backoff.sleep(min(wait, _SLICE), cancel)

    def slow_down(self, host: str, pause: float) -> None:
        """Record a 429: halve the rate, and send nothing for `pause` seconds."""
        with self._bucket(host) as (bucket, now):
            bucket.share = max(LOWEST_SHARE, bucket.share / 2)
            bucket.good = 0
            bucket.tokens = 0.0
            bucket.paused_until = max(bucket.paused_until, now + min(pause, RETRY_AFTER_CAP))

    def record_success(self, host: str) -> None:
        """Record a success: after enough of them in a row a lowered rate rises."""
        with self._bucket(host) as (bucket, _):
            if bucket.share < 1:
                bucket.good += 1
                if bucket.good >= SUCCESSES_TO_RISE:
                    bucket.share, bucket.good = min(1.0, bucket.share * 1.25), 0

    def rate(self, host: str) -> float:
        """Return the requests per second that the host gets now."""
        with self._bucket(host) as (bucket, _):
            return self._full_rate(host) * bucket.share

    def estimate(self, host: str, priority: Priority, requests: int) -> float:
        """Return the seconds until the last of so many requests may be sent, if nobody else sends any."""
        with self._bucket(host) as (bucket, now):
            rate = self._full_rate(host) * bucket.share
            tokens = min(self._service.rates.burst, bucket.tokens + (now - bucket.stamp) * rate)
            seconds = max(0.0, bucket.paused_until - now) + max(0.0, requests - tokens) / rate
            if not is_private(host):
                allowed = self._service.rates.per_minute - (
                    0 if priority is Priority.SEARCH else self._service.rates.reserved
                )
                last = len(bucket.recent) + max(0, requests - 1)
                since = now - bucket.recent[0] if bucket.recent else 0.0
                seconds = max(seconds, last // allowed * _MINUTE + last % allowed / rate - since)
                if priority is Priority.BULK:
                    seconds = max(seconds, (requests - 1) * self._service.rates.bulk_interval)
            return max(0.0, seconds)

    def _full_rate(self, host: str) -> float:
        return self._rate if is_private(host) else min(self._rate, self._service.rates.max_rate)

    def _take(self, host: str, priority: Priority) -> float:
        """Take one token and return 0, or return the seconds until the next attempt."""
        with self._bucket(host) as (bucket, now):
            rate = self._full_rate(host) * bucket.share
            bucket.tokens = min(self._service.rates.burst, bucket.tokens + (now - bucket.stamp) * rate)
            bucket.stamp = now
            wait = max(bucket.paused_until - now, (1 - bucket.tokens) / rate)
            if not is_private(host):
                wait = max(wait, _window_wait(self._service.rates, bucket, now, priority))
            if priority is not Priority.SEARCH:
                wait = max(wait, bucket.search_until - now)
            if wait > 1e-6:
                if priority is Priority.SEARCH:
                    bucket.search_until = now + min(wait, _SLICE) + _SEARCH_CLAIM
                return wait
            bucket.tokens = max(0.0, bucket.tokens - 1)
            bucket.recent.append(now)
            if priority is Priority.SEARCH:
                bucket.search_until = 0.0
            elif priority is Priority.BULK:
                bucket.bulk_at = now
            return 0.0

    @contextmanager
    def _bucket(self, host: str) -> Iterator[tuple[_Bucket, float]]:
        file = self._folder / f"{self._service.name}-limit-{re.sub(r'[^a-z0-9.-]', '_', host)}.json"
        with shared_document(file) as document:
            now = self._backoff.monotonic()
            bucket = _read(document, self._service.rates.burst, now)
            recent = [stamp for stamp in bucket.recent if stamp > now - _MINUTE]
            bucket.recent = recent[-self._service.rates.per_minute :]
            yield bucket, now
            document.clear()
            document.update(asdict(bucket))


def _window_wait(rates: RateLimits, bucket: _Bucket, now: float, priority: Priority) -> float:
    """Return the seconds until the minute has room and, for a bulk request, the interval is over."""
    allowed = rates.per_minute - (0 if priority is Priority.SEARCH else rates.reserved)
    wait = bucket.recent[-allowed] + _MINUTE - now if len(bucket.recent) >= allowed else 0.0
    if priority is Priority.BULK and bucket.bulk_at:
        wait = max(wait, bucket.bulk_at + rates.bulk_interval - now)
    return wait


def _read(document: dict[str, Any], burst: float, now: float) -> _Bucket:
    """Return the stored bucket, or a fresh one when it is damaged or from before the host's last start."""
    fresh = _Bucket(burst, now)
    try:
        bucket = _Bucket(**document)
        recent = sorted(float(stamp) for stamp in bucket.recent)
        sane = (
            0 <= bucket.stamp <= now
            and 0 <= bucket.tokens <= burst
            and LOWEST_SHARE <= bucket.share <= 1
            and 0 <= bucket.good < SUCCESSES_TO_RISE
            and bucket.search_until <= now + 1
            and bucket.bulk_at <= now
            and bucket.paused_until <= now + RETRY_AFTER_CAP
            and (not recent or recent[-1] <= now)
        )
    except MALFORMED:
        return fresh
    bucket.recent = recent
    return bucket if sane else fresh
