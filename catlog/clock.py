"""The only source of the current time; tests and `CATLOG_NOW` set it.

There are two kinds of days: snapshots have `utc_today`, users the day of their time zone (`catlog.zones`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

_source: Callable[[], datetime] | None = None


def now() -> datetime:
    """Return the current instant, aware, in UTC."""
    return _source() if _source is not None else machine_now()


def machine_now() -> datetime:
    """Return the time of the machine's clock, aware, in UTC, whatever `now` is set to."""
    return datetime.now(UTC)


def utc_today() -> date:
    """Return the current day in UTC, for snapshots, runs, backups and all else that belongs to no person."""
    return now().date()


def set_source(source: Callable[[], datetime] | None) -> None:
    """Make `now` read `source` (aware datetimes), or the machine's clock when None."""
    global _source
    _source = source


@contextmanager
def stopped_at(instant: datetime) -> Iterator[None]:
    """Stop the clock at `instant` (aware) inside a with block."""
    previous = _source
    set_source(lambda: instant.astimezone(UTC))
    try:
        yield
    finally:
        set_source(previous)


def iso(instant: datetime) -> str:
    """Return an instant as ISO 8601 text, to the second, in UTC, with Z."""
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
