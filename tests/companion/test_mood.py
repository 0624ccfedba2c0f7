"""The cat's mood follows from deeds and time alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catlog.companion.mood import DEEDS_PER_LEVEL, FLOOR, Mood, MoodEvent, MoodEventKind, level, mind
from catlog.zones import UTC_ZONE

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
MOVED_IN = NOW - timedelta(days=200)


def deeds_before(*hours_and_kinds: tuple[float, MoodEventKind]) -> list[MoodEvent]:
    return sorted((MoodEvent(NOW - timedelta(hours=h), kind) for h, kind in hours_and_kinds), key=lambda deed: deed.at)


@pytest.mark.parametrize(
    ("deeds", "mood"),
    [
        ([(1, MoodEventKind.EPISODE)] * 4, Mood.EXCITED),
        ([(2, MoodEventKind.COMPLETED)], Mood.EXCITED),
        ([(20, MoodEventKind.EDIT), (1, MoodEventKind.EDIT)], Mood.HAPPY),
        ([(1, MoodEventKind.PET)], Mood.HAPPY),
        ([(20, MoodEventKind.EPISODE)], Mood.NEUTRAL),
        ([(50, MoodEventKind.EPISODE)], Mood.BORED),
        ([(200, MoodEventKind.EPISODE)], Mood.SLEEPING),
        ([(200, MoodEventKind.EPISODE), (0.1, MoodEventKind.EDIT)], Mood.GREETING),
    ],
)
def test_each_mood_has_its_cause(deeds: list[tuple[float, MoodEventKind]], mood: Mood) -> None:
    assert mind(deeds_before(*deeds), since=MOVED_IN, zone=UTC_ZONE, now=NOW).mood is mood


def test_a_cat_that_just_moved_in_greets_and_one_that_was_forgotten_sleeps() -> None:
    assert mind([], since=NOW - timedelta(hours=1), zone=UTC_ZONE, now=NOW).mood is Mood.GREETING
    assert mind([], since=MOVED_IN, zone=UTC_ZONE, now=NOW).mood is Mood.SLEEPING


def test_an_episode_that_airs_soon_is_exciting() -> None:
    deeds = deeds_before((30, MoodEventKind.EPISODE))
    soon = mind(deeds, since=MOVED_IN, zone=UTC_ZONE, now=NOW, next_airing=NOW + timedelta(hours=2))
    later = mind(deeds, since=MOVED_IN, zone=UTC_ZONE, now=NOW, next_airing=NOW + timedelta(hours=9))
    assert (soon.mood, later.mood) == (Mood.EXCITED, Mood.NEUTRAL)


HISTORIES = st.lists(
    st.builds(
        MoodEvent, at=st.integers(0, 5000).map(lambda h: NOW - timedelta(hours=h)), kind=st.sampled_from(MoodEventKind)
    )
).map(lambda deeds: sorted(deeds, key=lambda deed: deed.at))


@given(HISTORIES)
def test_the_same_deeds_give_the_same_cat_and_needs_stay_in_range(deeds: list[MoodEvent]) -> None:
    one = mind(deeds, since=MOVED_IN, zone=UTC_ZONE, now=NOW)
    assert one == mind(list(deeds), since=MOVED_IN, zone=UTC_ZONE, now=NOW)
    assert FLOOR <= one.energy <= 1
    assert FLOOR <= one.affection <= 1
    assert one.level == level(len(deeds))


@given(HISTORIES)
def test_waiting_only_lowers_needs_and_a_deed_only_raises_them(deeds: list[MoodEvent]) -> None:
    now = mind(deeds, since=MOVED_IN, zone=UTC_ZONE, now=NOW)
    later = mind(deeds, since=MOVED_IN, zone=UTC_ZONE, now=NOW + timedelta(days=3))
    petted = mind([*deeds, MoodEvent(NOW, MoodEventKind.PET)], since=MOVED_IN, zone=UTC_ZONE, now=NOW)
    assert later.energy <= now.energy <= petted.energy
    assert later.affection <= now.affection <= petted.affection
    assert later.level == now.level


def test_what_is_still_to_come_does_not_count() -> None:
    assert (
        mind([MoodEvent(NOW + timedelta(hours=1), MoodEventKind.PET)], since=MOVED_IN, zone=UTC_ZONE, now=NOW).deeds
        == 0
    )


def test_energy_halves_its_way_to_the_floor_in_three_days() -> None:
    full = deeds_before(*[(0, MoodEventKind.FEED)] * 5)
    fed = mind(full, since=MOVED_IN, zone=UTC_ZONE, now=NOW)
    later = mind(full, since=MOVED_IN, zone=UTC_ZONE, now=NOW + timedelta(days=3))
    assert fed.energy == 1.0
    assert later.energy == pytest.approx(FLOOR + (1 - FLOOR) / 2)


def test_a_streak_is_not_lost_before_the_day_is_over() -> None:
    deeds = deeds_before(*((24 * day, MoodEventKind.EPISODE) for day in (1, 2, 3)))
    assert mind(deeds, since=MOVED_IN, zone=UTC_ZONE, now=NOW).streak_days == 3
    assert mind(deeds, since=MOVED_IN, zone=UTC_ZONE, now=NOW + timedelta(days=1)).streak_days == 0


def test_levels_come_slower_and_slower() -> None:
    assert [level(n * n * DEEDS_PER_LEVEL) for n in range(5)] == [1, 2, 3, 4, 5]
    assert level(4 * DEEDS_PER_LEVEL - 1) == 2
