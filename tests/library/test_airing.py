"""The next episodes, with time zones and daylight saving right."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from catlog.library.airing import Broadcast, aired, coming, first_slot, slot, slots_until
from catlog.library.entries import Status

FRIDAYS = Broadcast(
    52991,
    "Sousou no Frieren",
    Status.WATCHING,
    watched=5,
    episodes=12,
    airing_status="Currently Airing",
    first_day=date(2026, 10, 2),
    weekday="Fridays",
    clock_time="23:00",
    zone="Asia/Tokyo",
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_the_next_slot_is_told_with_its_episode_and_how_far_one_is_behind() -> None:
    now = at("2026-11-22T18:00")
    (airing,) = coming([FRIDAYS], now=now, until=now + timedelta(days=7))
    assert (airing.at, airing.episode, airing.behind) == (at("2026-11-27T14:00"), 9, 3)
    assert aired(FRIDAYS, now) == 8


def test_a_slot_that_is_just_now_has_aired() -> None:
    moment = at("2026-11-27T14:00")
    assert aired(FRIDAYS, moment) == 9
    assert aired(FRIDAYS, moment - timedelta(seconds=1)) == 8
    assert coming([FRIDAYS], now=moment, until=moment + timedelta(days=7))[0].episode == 10


def test_a_premiere_outside_the_slot_counts_as_the_slot_after_it() -> None:
    first = first_slot(replace(FRIDAYS, first_day=date(2026, 9, 29)))
    assert first is not None
    assert first.astimezone(UTC) == at("2026-10-02T14:00")


def test_the_last_episode_is_the_last() -> None:
    now = at("2026-12-18T14:00")
    assert coming([FRIDAYS], now=now, until=now + timedelta(days=60)) == []
    assert aired(FRIDAYS, now + timedelta(days=60)) == 12


def test_nobody_guesses_where_the_slot_is_unknown() -> None:
    now = at("2026-11-22T18:00")
    for unknown in (
        replace(FRIDAYS, weekday=None),
        replace(FRIDAYS, clock_time=None),
        replace(FRIDAYS, clock_time="late"),
        replace(FRIDAYS, weekday="Not scheduled once per week"),
        replace(FRIDAYS, first_day=None),
    ):
        assert aired(unknown, now) is None
        assert coming([unknown], now=now, until=now + timedelta(days=30)) == []


def test_a_finished_title_has_all_its_episodes_and_no_next_one() -> None:
    over = replace(FRIDAYS, airing_status="Finished Airing")
    assert aired(over, at("2026-11-22T18:00")) == 12
    assert coming([over], now=at("2026-11-22T18:00"), until=at("2027-11-22T18:00")) == []


def test_a_broadcast_keeps_its_time_on_the_clock_over_the_change_of_the_hour() -> None:
    london = replace(FRIDAYS, zone="Europe/London", first_day=date(2026, 10, 16))
    now = at("2026-10-16T00:00")
    times = [airing.at for airing in coming([london], now=now, until=now + timedelta(days=21))]
    assert times == [at("2026-10-16T22:00"), at("2026-10-23T22:00"), at("2026-10-30T23:00")]


def test_a_viewer_sees_the_local_time_of_each_day() -> None:
    now = at("2026-10-16T00:00")
    airings = coming([replace(FRIDAYS, episodes=None)], now=now, until=now + timedelta(days=21))
    berlin = [airing.at.astimezone(ZoneInfo("Europe/Berlin")).strftime("%a %H:%M") for airing in airings]
    assert berlin == ["Fri 16:00", "Fri 16:00", "Fri 15:00"]


def test_an_unknown_zone_is_taken_for_japan() -> None:
    assert first_slot(replace(FRIDAYS, zone="Nowhere/Else")) == first_slot(FRIDAYS)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(["Asia/Tokyo", "Europe/London", "America/New_York", "Australia/Sydney"]),
)
def test_slots_are_counted_as_they_fall(now: datetime, zone: str) -> None:
    first = first_slot(replace(FRIDAYS, zone=zone, first_day=date(2022, 3, 4)))
    assert first is not None
    assert slots_until(first, now) == sum(slot(first, number) <= now for number in range(500))
