"""Days and times in few cells: `12 Nov` in this year and `Jun 2024` else, `Sun 07:30` within a week."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from catlog.charts.scales import MONTHS
from catlog.library.partial_date import PartialDate
from catlog.zones import Zone

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
"""The days of the week; `strftime` depends on the locale of the process."""

_WEEK = 7


def day_words(day: date, today: date) -> str:
    """Return a day as 12 Nov, or 12 Nov 2024 of another year."""
    words = f"{day.day} {MONTHS[day.month - 1]}"
    return words if day.year == today.year else f"{words} {day.year}"


def date_words(value: PartialDate, today: date, *, whole: bool = False) -> str:
    """Return a date of a list: 12 Nov in this year, Jun 2024 else, or 9 Jun 2024 when `whole`."""
    year, month, day = value.parts
    name = MONTHS[month - 1] if month else ""
    if year == today.year and day and month:
        return f"{day} {name}"
    parts = (str(day) if whole and day and month else "", name, str(year or ""))
    return " ".join(part for part in parts if part) or str(value)


def span_words(first: PartialDate | None, last: PartialDate | None, today: date) -> str:
    """Return two dates as one: 2 to 25 May 2026, since 17 Oct, until May 2024."""
    if first is None or last is None:
        known = first or last
        return "" if known is None else f"{'since' if first else 'until'} {date_words(known, today, whole=True)}"
    if first == last:
        return date_words(last, today, whole=True)
    end = date_words(last, today, whole=True)
    begin = date_words(first, today, whole=True)
    if first.year == last.year and first.day and last.day:
        month = f" {MONTHS[first.month - 1]}" if first.month and first.month != last.month else ""
        begin = f"{first.day}{month}"
    return f"{begin} to {end}"


def time_words(at: datetime, now: datetime, zone: Zone) -> str:
    """Return an instant as `Sun 07:30` within a week of `now`, else as its day."""
    local, today = zone.local(at), zone.day_of(now)
    if abs((local.date() - today).days) < _WEEK:
        return f"{WEEKDAYS[local.weekday()]} {local:%H:%M}"
    return day_words(local.date(), today)


def since_words(at: datetime, now: datetime, zone: Zone) -> str:
    """Return a past instant as its weekday within a week, else as its day."""
    local, today = zone.local(at), zone.day_of(now)
    days = (today - local.date()).days
    if days < _WEEK:
        return "today" if not days else WEEKDAYS[local.weekday()]
    return day_words(local.date(), today)


def left_words(left: timedelta) -> str:
    """Return the time that is left: in 6 d, in 34 h, in 20 min, now."""
    minutes = int(left.total_seconds()) // 60
    if minutes < 1:
        return "now"
    if minutes < 2 * 60:
        return f"in {minutes} min"
    hours = minutes // 60
    return f"in {hours} h" if hours < 2 * 24 else f"in {hours // 24} d"
