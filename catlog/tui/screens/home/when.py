"""Instants in as few letters as tell them: in 34 h, Sun 07:30, 12 Nov, Jun 2024."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from catlog.zones import Zone

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_HOURS_TOLD = timedelta(hours=36)
_WEEK = timedelta(days=7)
_NEAR_DAYS = 200


def until(at: datetime, now: datetime, zone: Zone) -> str:
    """Return when something to come is: by hours, by its day of the week, or by its date."""
    left = at - now
    if left < timedelta(hours=1):
        return f"in {max(int(left.total_seconds() // 60), 0)} min"
    if left < _HOURS_TOLD:
        return f"in {int(left.total_seconds() // 3600)} h"
    local = zone.local(at)
    return f"{DAYS[local.weekday()]} {local:%H:%M}" if left < _WEEK else day_text(local.date(), zone.day_of(now))


def since(at: datetime, now: datetime, zone: Zone) -> str:
    """Return the day since which something is: today, yesterday, a day of the week, or a date."""
    day, today = zone.day_of(at), zone.day_of(now)
    days = (today - day).days
    if days <= 1:
        return "yesterday" if days == 1 else "today"
    return FULL_DAYS[day.weekday()] if days < 7 else day_text(day, today)


def day_text(day: date, today: date) -> str:
    """Return a day of about this year as 12 Nov, another as Jun 2024."""
    near = day.year == today.year or abs((day - today).days) < _NEAR_DAYS
    return f"{day.day} {MONTHS[day.month - 1]}" if near else f"{MONTHS[day.month - 1]} {day.year}"


FULL_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
