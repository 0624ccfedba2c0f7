"""The only source of "now"; tests and `CATLOG_NOW` set it.

It knows no "today": a snapshot's is `utc_today`, a person's is that of their zone (`catlog.zones`).
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
    """Return what the machine's own clock says, aware, in UTC, whatever `now` was set to."""
    return datetime.now(UTC)


def utc_today() -> date:
    """Return the current day in UTC: that of snapshots, runs, backups and all else that belongs to no person."""
    return now().date()


def set_source(source: Callable[[], datetime] | None) -> None:
    """Make `now` ask `source` (aware datetimes), or the machine's clock again when None."""
    global _source
    _source = source


@contextmanager
def stopped_at(instant: datetime) -> Iterator[None]:
    """Hold the clock at `instant` (aware) inside a with block."""
    previous = _source
    set_source(lambda: instant.astimezone(UTC))
    try:
        yield
    finally:
        set_source(previous)


def iso(instant: datetime) -> str:
    """Write an instant as the project writes all of them: ISO 8601 to the second, UTC, with Z."""
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
