"""The wait before a retry: full jitter, Retry-After, and a sleep that can be cancelled or simulated."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

from catlog import clock
from catlog.net.errors import RequestCancelledError

Cancel = threading.Event | None
"""An event that, once set, ends every wait of a request with `RequestCancelledError`."""

WAIT_CAP = 60.0
"""The longest wait in seconds between two tries, Retry-After aside."""

RETRY_AFTER_CAP = 300.0
"""The longest Retry-After in seconds that is respected."""


def check(cancel: Cancel) -> None:
    """Raise `RequestCancelledError` when `cancel` is set."""
    if cancel is not None and cancel.is_set():
        raise RequestCancelledError


def _pause(seconds: float, cancel: Cancel) -> None:
    if cancel is None:
        time.sleep(seconds)
    else:
        cancel.wait(seconds)


def _full_jitter(cap: float) -> float:
    return random.uniform(0.0, cap)


@dataclass(frozen=True, slots=True)
class Backoff:
    """The clock, sleep and jitter of a client, so that a test can simulate an hour of waiting.

    `monotonic` is in seconds and common to all processes of the host, `pause` waits until the time is over or `cancel`
    is set, and `jitter` picks a wait between 0 and its cap.
    """

    monotonic: Callable[[], float] = time.monotonic
    pause: Callable[[float, Cancel], None] = _pause
    jitter: Callable[[float], float] = _full_jitter

    def sleep(self, seconds: float, cancel: Cancel = None) -> None:
        """Wait. Raises `RequestCancelledError` as soon as `cancel` is set."""
        check(cancel)
        if seconds > 0:
            self.pause(seconds, cancel)
            check(cancel)

    def before_retry(self, failed: int, first_wait: float, retry_after: float) -> float:
        """Return the seconds to wait after `failed` tries: jitter under a doubling cap, at least `retry_after`."""
        return max(retry_after, self.jitter(min(WAIT_CAP, first_wait * 2.0 ** (failed - 1))))


def read_retry_after(headers: Mapping[str, str]) -> float:
    """Return Retry-After in seconds, at most `RETRY_AFTER_CAP`; 0 without one.

    Both forms of RFC 9110 count: seconds, and a date, which is measured against the response's Date where there is
    one. `headers` have lower-case names.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal():
        return min(RETRY_AFTER_CAP, float(text[:10]))
    try:
        until = parsedate_to_datetime(text)
        start = parsedate_to_datetime(headers["date"]) if "date" in headers else clock.now()
        seconds = (
            until.replace(tzinfo=until.tzinfo or UTC) - start.replace(tzinfo=start.tzinfo or UTC)
        ).total_seconds()
    except (ValueError, OverflowError):
        return 0.0
    return min(RETRY_AFTER_CAP, max(0.0, seconds))
