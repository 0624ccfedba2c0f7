"""The cat's mood follows from deeds and time alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catlog.companion.events import FEED, PET, MoodEvent
from catlog.companion.mood import EVENTS_PER_LEVEL, FLOOR, Mood, cat_state, level
from catlog.library.edit_kinds import EditKind
from catlog.zones import UTC_ZONE

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
MOVED_IN = NOW - timedelta(days=200)


def deeds_before(*hours_and_kinds: tuple[float, str]) -> list[MoodEvent]:
    return sorted((MoodEvent(NOW - timedelta(hours=h), kind) for h, kind in hours_and_kinds), key=lambda deed: deed.at)


@pytest.mark.parametrize(
    ("deeds", "mood"),
    [
        ([(1, EditKind.EPISODE)] * 4, Mood.EXCITED),
        ([(2, EditKind.COMPLETED)], Mood.EXCITED),
        ([(20, EditKind.EDIT), (1, EditKind.EDIT)], Mood.HAPPY),
        ([(1, PET)], Mood.HAPPY),
        ([(20, EditKind.EPISODE)], Mood.NEUTRAL),
        ([(50, EditKind.EPISODE)], Mood.BORED),
        ([(200, EditKind.EPISODE)], Mood.SLEEPING),
        ([(200, EditKind.EPISODE), (0.1, EditKind.EDIT)], Mood.GREETING),
    ],
)
def test_each_mood_has_its_cause(deeds: list[tuple[float, str]], mood: Mood) -> None:
    assert cat_state(deeds_before(*deeds), since=MOVED_IN, zone=UTC_ZONE, now=NOW).mood is mood


def test_a_cat_that_just_moved_in_greets_and_one_that_was_forgotten_sleeps() -> None:
    assert cat_state([], since=NOW - timedelta(hours=1), zone=UTC_ZONE, now=NOW).mood is Mood.GREETING
    assert cat_state([], since=MOVED_IN, zone=UTC_ZONE, now=NOW).mood is Mood.SLEEPING


def test_an_episode_that_airs_soon_is_exciting() -> None:
    deeds = deeds_before((30, EditKind.EPISODE))
    soon = cat_state(deeds, since=MOVED_IN, zone=UTC_ZONE, now=NOW, next_airing=NOW + timedelta(hours=2))
    later = cat_state(deeds, since=MOVED_IN, zone=UTC_ZONE, now=NOW, next_airing=NOW + timedelta(hours=9))
    assert (soon.mood, later.mood) == (Mood.EXCITED, Mood.NEUTRAL)


def test_a_week_without_an_episode_makes_hungry_whoever_watches_something() -> None:
    rated = deeds_before((20, EditKind.EDIT), (1, EditKind.EDIT))
    watched = sorted([*rated, MoodEvent(NOW - timedelta(days=6), EditKind.EPISODE, 1, 1)], key=lambda deed: deed.at)

    def is_hungry(deeds: list[MoodEvent], *, watches: bool = True) -> bool:
        return cat_state(deeds, since=MOVED_IN, zone=UTC_ZONE, now=NOW, watches=watches).is_hungry

    assert is_hungry(rated)
    assert not is_hungry(rated, watches=False)
    assert not is_hungry(watched)
    assert not is_hungry([*rated, MoodEvent(NOW, FEED)])
    assert not is_hungry(deeds_before((200, EditKind.EDIT))), "it sleeps"


HISTORIES = st.lists(
    st.builds(
        MoodEvent,
        at=st.integers(0, 5000).map(lambda h: NOW - timedelta(hours=h)),
        kind=st.sampled_from([*EditKind, PET, FEED]),
    )
).map(lambda deeds: sorted(deeds, key=lambda deed: deed.at))


@given(HISTORIES)
def test_the_same_deeds_give_the_same_cat_and_needs_stay_in_range(deeds: list[MoodEvent]) -> None:
    one = cat_state(deeds, since=MOVED_IN, zone=UTC_ZONE, now=NOW)
    assert one == cat_state(list(deeds), since=MOVED_IN, zone=UTC_ZONE, now=NOW)
    assert FLOOR <= one.energy <= 1
    assert FLOOR <= one.affection <= 1
    assert one.level == level(len(deeds))


@given(HISTORIES)
def test_waiting_only_lowers_needs_and_a_deed_only_raises_them(deeds: list[MoodEvent]) -> None:
    now = cat_state(deeds, since=MOVED_IN, zone=UTC_ZONE, now=NOW)
    later = cat_state(deeds, since=MOVED_IN, zone=UTC_ZONE, now=NOW + timedelta(days=3))
    petted = cat_state([*deeds, MoodEvent(NOW, PET)], since=MOVED_IN, zone=UTC_ZONE, now=NOW)
    assert later.energy <= now.energy <= petted.energy
    assert later.affection <= now.affection <= petted.affection
    assert later.level == now.level


def test_what_is_still_to_come_does_not_count() -> None:
    assert cat_state([MoodEvent(NOW + timedelta(hours=1), PET)], since=MOVED_IN, zone=UTC_ZONE, now=NOW).events == 0


def test_energy_halves_its_way_to_the_floor_in_three_days() -> None:
    full = deeds_before(*[(0, FEED)] * 5)
    fed = cat_state(full, since=MOVED_IN, zone=UTC_ZONE, now=NOW)
    later = cat_state(full, since=MOVED_IN, zone=UTC_ZONE, now=NOW + timedelta(days=3))
    assert fed.energy == 1.0
    assert later.energy == pytest.approx(FLOOR + (1 - FLOOR) / 2)


def test_a_streak_is_not_lost_before_the_day_is_over() -> None:
    deeds = deeds_before(*((24 * day, EditKind.EPISODE) for day in (1, 2, 3)))
    assert cat_state(deeds, since=MOVED_IN, zone=UTC_ZONE, now=NOW).streak_days == 3
    assert cat_state(deeds, since=MOVED_IN, zone=UTC_ZONE, now=NOW + timedelta(days=1)).streak_days == 0


def test_levels_come_slower_and_slower() -> None:
    assert [level(n * n * EVENTS_PER_LEVEL) for n in range(5)] == [1, 2, 3, 4, 5]
    assert level(4 * EVENTS_PER_LEVEL - 1) == 2
