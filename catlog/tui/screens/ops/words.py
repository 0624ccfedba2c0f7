"""Formats of instants and durations."""

from __future__ import annotations

from datetime import UTC, datetime

from catlog.zones import Zone


def took(seconds: float) -> str:
    """Format a duration in s: 4.2 s, 1 min 20 s, 1 h 05 min."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    return f"{minutes // 60} h {minutes % 60:02} min"


def about(seconds: float) -> str:
    """Format an estimated duration: 12 s, 3 min, 1 h 20 min."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02} min"


def when(at: datetime, now: datetime, zone: Zone) -> str:
    """Format an instant in the user's zone: today 06:10, yesterday 06:10, 18 Nov 06:10, 2025-11-18."""
    local, today = zone.local(at), zone.day_of(now)
    days = (today - local.date()).days
    if days in (0, 1):
        return f"{('today', 'yesterday')[days]} {local:%H:%M}"
    return f"{local.day} {local:%b} {local:%H:%M}" if local.year == today.year else f"{local:%Y-%m-%d}"


def ago(at: datetime, now: datetime) -> str:
    """Format the age of an instant: 3 s ago, 12 min ago."""
    return f"{about(max(0.0, (now.astimezone(UTC) - at.astimezone(UTC)).total_seconds()))} ago"


def rate(per_second: float) -> str:
    """Format a rate in the unit where it is not a small fraction: 120/s, 1.5/s, 15/min."""
    if per_second >= 1:
        return f"{per_second:,.0f}/s" if per_second >= 10 else f"{per_second:.1f}/s"
    return f"{per_second * 60:.0f}/min"
