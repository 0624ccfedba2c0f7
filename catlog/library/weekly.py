"""A weekly slot in the time zone of its broadcast: weekday and time of day, and the instants of its weeks.

Slots are numbered: 0 is the first one on or after a given day, earlier ones are negative.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

WEEK = timedelta(days=7)
WEEKDAYS = ("mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays")
DEFAULT_ZONE = "Asia/Tokyo"
"""The zone of a broadcast that has none."""

_NEAR = 3
"""Days that an episode may be early or late and still belong to a slot: half a week."""


@dataclass(frozen=True, slots=True)
class WeeklySlot:
    """The slot whose number 0 is `first`, aware and in the zone of the broadcast."""

    first: datetime

    def at(self, number: int) -> datetime:
        """Return the instant of a slot in UTC: the same time on the clock of the broadcast each week."""
        return (self.first + number * WEEK).astimezone(UTC)  # aware arithmetic in one zone is arithmetic on its clock

    def last_until(self, now: datetime) -> int:
        """Return the number of the last slot at or before `now`."""
        number = (now - self.first) // WEEK
        if self.at(number + 1) <= now:  # an hour was put forward or back meanwhile
            return number + 1
        return number - 1 if self.at(number) > now else number

    def day(self, number: int) -> date:
        """Return the day of a slot in the zone of the broadcast."""
        return self.first.date() + number * WEEK

    def on_or_after(self, day: date) -> int:
        """Return the number of the first slot that falls on `day` or later, in the zone of the broadcast."""
        return -((self.first.date() - day).days // 7)

    def nearest(self, day: date) -> int:
        """Return the number of the slot whose day, in the zone of the broadcast, is nearest to `day`."""
        return ((day - self.first.date()).days + _NEAR) // 7

    def on(self, day: date) -> datetime:
        """Return when an episode of `day` begins, in UTC.

        A day next to the slot's is the slot: to a television guide the small hours of a Saturday are Friday night. On
        any other day the episode was moved and airs at the slot's time.
        """
        slot = self.first + self.nearest(day) * WEEK
        if abs((day - slot.date()).days) <= 1:
            return slot.astimezone(UTC)
        return datetime.combine(day, slot.timetz()).astimezone(UTC)


def weekly_slot(day: date | None, weekday: str | None, clock_time: str | None, zone: str | None) -> WeeklySlot | None:
    """Return the weekly slot that begins on or after `day`, or None where unknown.

    `weekday` is a word of `WEEKDAYS` in any case, `clock_time` as in 23:30; an unknown zone counts as Japan's.
    """
    name, at = (weekday or "").lower(), _clock_time(clock_time)
    if day is None or name not in WEEKDAYS or at is None:
        return None
    later = (WEEKDAYS.index(name) - day.weekday()) % 7
    return WeeklySlot(datetime.combine(day + timedelta(days=later), at, zone_of(zone)))


def zone_of(name: str | None) -> ZoneInfo:
    """Return the zone of a broadcast."""
    try:
        return ZoneInfo(name or DEFAULT_ZONE)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(DEFAULT_ZONE)


def _clock_time(text: str | None) -> time | None:
    try:
        return time.fromisoformat(text) if text else None
    except ValueError:
        return None
