"""Weekly slots on the clock of their broadcast, over the changes of the hour."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catlog.library.weekly import WeeklySlot, weekly_slot

PREMIERE = date(2026, 10, 2)  # a Friday


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def fridays(zone: str | None = "Asia/Tokyo", day: date = PREMIERE) -> WeeklySlot:
    slot = weekly_slot(day, "Fridays", "23:00", zone)
    assert slot is not None
    return slot


def test_the_first_slot_is_the_one_on_or_after_the_day() -> None:
    assert fridays().at(0) == at("2026-10-02T14:00")
    assert fridays(day=date(2026, 9, 29)).at(0) == at("2026-10-02T14:00")
    assert [fridays().on_or_after(date(2026, 10, day)) for day in (1, 2, 3, 9, 10)] == [0, 0, 1, 1, 2]


def test_a_slot_keeps_its_time_on_the_clock_over_the_change_of_the_hour() -> None:
    london = fridays("Europe/London", date(2026, 10, 16))
    assert [london.at(number) for number in (0, 1, 2)] == [
        at("2026-10-16T22:00"),
        at("2026-10-23T22:00"),
        at("2026-10-30T23:00"),
    ]


@pytest.mark.parametrize(
    "unknown", [(None, "Fridays", "23:00"), (PREMIERE, None, "23:00"), (PREMIERE, "Fridays", None)]
)
def test_nobody_guesses_a_slot(unknown: tuple[date | None, str | None, str | None]) -> None:
    assert weekly_slot(*unknown, "Asia/Tokyo") is None
    assert weekly_slot(PREMIERE, "Not scheduled once per week", "23:00", None) is None
    assert weekly_slot(PREMIERE, "Fridays", "late", None) is None


def test_an_unknown_zone_is_taken_for_japan() -> None:
    assert fridays("Nowhere/Else") == fridays() == fridays(None)


def test_a_day_is_that_of_the_nearest_slot() -> None:
    days = [PREMIERE + timedelta(days=number) for number in range(-4, 8)]
    assert [fridays().nearest(day) for day in days] == [-1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1]


def test_an_episode_beside_the_day_of_the_slot_is_in_it_and_a_moved_one_on_its_own_day() -> None:
    assert fridays().on(date(2026, 10, 1)) == fridays().on(date(2026, 10, 3)) == at("2026-10-02T14:00")
    assert fridays().on(date(2026, 10, 5)) == at("2026-10-05T14:00")


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(["Asia/Tokyo", "Europe/London", "America/New_York", "Australia/Sydney"]),
)
def test_slots_are_counted_as_they_fall(now: datetime, zone: str) -> None:
    slot = fridays(zone, date(2022, 3, 4))
    number = slot.last_until(now)
    assert slot.at(number) <= now < slot.at(number + 1)
