"""Not more requests than a source likes, from all processes of the user on this host together.

A token bucket per host (steady rate, burst 2), a window of a minute, a rate that a 429 halves and a run of good answers
raises again, and an order: a search that somebody waits for goes before the ETL. A self-hosted source has no public
limit: there only the bucket counts, at whatever rate was asked for.
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
from catlog.jikan.errors import RateLimitedError
from catlog.jikan.instances import Instance
from catlog.net.backoff import RETRY_AFTER_CAP, Backoff, Cancel
from catlog.net.shared_state import shared_document

log = logging.getLogger(__name__)

BURST = 2.0
"""Requests that may follow each other at once after a quiet time."""

PUBLIC_RATE = 3.0
"""Requests per second to a public source that no setting can exceed."""

PER_MINUTE = 50
"""Requests to a public source within any 60 s."""

KEPT_FOR_SEARCH = 5
"""Requests of those that only searches may use, so that an ETL never makes a search wait for its minute to end."""

BULK_SECONDS = 4.0
"""Seconds between two bulk requests to a public source, as the terms of public instances ask."""

GOOD_ANSWERS_TO_RISE = 10
"""Good answers in a row after which a lowered rate rises by a quarter."""

LOWEST_SHARE = 1 / 8
"""Share of the configured rate below which no 429 pushes it."""

_MINUTE = 61.0  # a second more: what leaves here evenly may arrive there bunched
_SLICE = 0.25
_SEARCH_CLAIM = 0.1


class Priority(IntEnum):
    """Who is waiting: a person in front of a search, a run of the ETL, or a crawl through many pages."""

    SEARCH = 0
    RUN = 1
    BULK = 2


@dataclass
class _Bucket:
    """The state of one host; times are of the host's monotonic clock, in seconds."""

    tokens: float = BURST
    stamp: float = 0.0
    share: float = 1.0
    good: int = 0
    search_until: float = 0.0
    bulk_at: float = 0.0
    paused_until: float = 0.0
    recent: list[float] = field(default_factory=list)


class Limiter:
    """Gives out the right to send one request. Safe between threads and between processes."""

    def __init__(self, folder: Path, backoff: Backoff, *, rate: float) -> None:
        self._folder = folder
        self._backoff = backoff
        self._rate = rate

    def acquire(
        self, source: Instance, priority: Priority, *, cancel: Cancel = None, timeout: float | None = None
    ) -> None:
        """Wait until a request may be sent to the source.

        Raises `RateLimitedError` at once when that would take more than `patience` seconds, and
        `RequestCancelledError` when `cancel` is set meanwhile.
        """
        deadline = None if timeout is None else self._backoff.monotonic() + timeout
        while (wait := self._take(source, priority)) > 0:
            if deadline is not None and self._backoff.monotonic() + wait > deadline:
                raise RateLimitedError(f"{source.host}: the limit of requests is reached", retry_after=wait)
            log.debug("%s: %.2f s until the next request may be sent", source.host, wait)
            self._backoff.sleep(min(wait, _SLICE), cancel)

    def slow_down(self, source: Instance, pause: float) -> None:
        """Note a 429: half the rate from now on, and no request at all for `pause` seconds."""
        with self._bucket(source) as (bucket, now):
            bucket.share = max(LOWEST_SHARE, bucket.share / 2)
            bucket.good = 0
            bucket.tokens = 0.0
            bucket.paused_until = max(bucket.paused_until, now + min(pause, RETRY_AFTER_CAP))

    def record_success(self, source: Instance) -> None:
        """Note a good answer: enough of them in a row and a lowered rate rises again."""
        with self._bucket(source) as (bucket, _):
            if bucket.share < 1:
                bucket.good += 1
                if bucket.good >= GOOD_ANSWERS_TO_RISE:
                    bucket.share, bucket.good = min(1.0, bucket.share * 1.25), 0

    def rate(self, source: Instance) -> float:
        """Return the requests per second that the source is given now."""
        with self._bucket(source) as (bucket, _):
            return self._full_rate(source) * bucket.share

    def _full_rate(self, source: Instance) -> float:
        return self._rate if source.self_hosted else min(self._rate, PUBLIC_RATE)

    def _take(self, source: Instance, priority: Priority) -> float:
        """Take one token and return 0, or return the seconds after which to ask again."""
        with self._bucket(source) as (bucket, now):
            rate = self._full_rate(source) * bucket.share
            bucket.tokens = min(BURST, bucket.tokens + (now - bucket.stamp) * rate)
            bucket.stamp = now
            wait = max(bucket.paused_until - now, (1 - bucket.tokens) / rate)
            if not source.self_hosted:
                wait = max(wait, _window_wait(bucket, now, priority))
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
    def _bucket(self, source: Instance) -> Iterator[tuple[_Bucket, float]]:
        file = self._folder / f"jikan-limit-{re.sub(r'[^a-z0-9.-]', '_', source.host)}.json"
        with shared_document(file) as document:
            now = self._backoff.monotonic()
            bucket = _read(document, now)
            bucket.recent = [stamp for stamp in bucket.recent if stamp > now - _MINUTE][-PER_MINUTE:]
            yield bucket, now
            document.clear()
            document.update(asdict(bucket))


def _window_wait(bucket: _Bucket, now: float, priority: Priority) -> float:
    """Return the seconds until the minute has room and, for a bulk request, until the last one is long enough ago."""
    allowed = PER_MINUTE if priority is Priority.SEARCH else PER_MINUTE - KEPT_FOR_SEARCH
    wait = bucket.recent[-allowed] + _MINUTE - now if len(bucket.recent) >= allowed else 0.0
    if priority is Priority.BULK and bucket.bulk_at:
        wait = max(wait, bucket.bulk_at + BULK_SECONDS - now)
    return wait


def _read(document: dict[str, Any], now: float) -> _Bucket:
    """Return the stored bucket, or a fresh one when it is damaged or from before the host's last start."""
    fresh = _Bucket(stamp=now)
    try:
        bucket = _Bucket(**document)
        recent = sorted(float(stamp) for stamp in bucket.recent)
        sane = (
            0 <= bucket.stamp <= now
            and 0 <= bucket.tokens <= BURST
            and LOWEST_SHARE <= bucket.share <= 1
            and 0 <= bucket.good < GOOD_ANSWERS_TO_RISE
            and bucket.search_until <= now + 1
            and bucket.bulk_at <= now
            and bucket.paused_until <= now + RETRY_AFTER_CAP
            and (not recent or recent[-1] <= now)
        )
    except MALFORMED:
        return fresh
    bucket.recent = recent
    return bucket if sane else fresh
