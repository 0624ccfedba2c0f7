"""The cat in the app: its face in the bar of every screen, and poses that keys, clock and operations choose."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from catlog import clock
from catlog.companion.faces import FACES
from catlog.config import Settings
from catlog.tui.cat_poses import RUN_KEYS, SLEEPS_AFTER, is_birthday
from catlog.tui.topbar_status import SourceState, TopbarStatus
from tests.tui.harness import opened

NIGHT = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)


@pytest.fixture
def library(library: Settings) -> Settings:
    """Give the test a library whose app moves as much as it can."""
    return replace(library, motion="full")


async def test_an_episode_shows_in_the_bar_of_another_screen_and_gives_way_to_the_mood(library: Settings) -> None:
    async with opened(library) as it:
        await it.press("2", "+")
        assert FACES["episode"] in it.text.splitlines()[0]
        it.app.cat_poses.calm()
        await it.settle()
        assert FACES[it.app.cat_poses.resting] in it.text.splitlines()[0]


async def test_without_motion_the_face_follows_the_mood_alone(library: Settings) -> None:
    async with opened(library) as it:
        it.app.cat_poses.calm()
        it.app.use_motion("off")
        await it.press("2", "+")
        assert it.app.face == FACES[it.app.cat_poses.resting]


async def test_it_sleeps_when_nobody_types_and_at_night_and_the_first_key_makes_it_yawn(library: Settings) -> None:
    async with opened(library) as it:
        poses = it.app.cat_poses
        poses.calm()
        it.app.last_input -= SLEEPS_AFTER
        poses.rest()
        assert (poses.resting, it.app.face) == ("sleeping", FACES["sleeping"])
        await it.press("2")
        assert it.app.face == FACES["yawn"]
        assert poses.resting != "sleeping"
        with clock.stopped_at(NIGHT):
            poses.rest()
        assert poses.resting == "sleeping"


async def test_it_chases_a_cursor_that_runs_in_a_list(library: Settings) -> None:
    async with opened(library) as it:
        await it.press("2")
        now = it.app.last_input
        for number in range(RUN_KEYS):
            it.app.cat_poses.on_key("j", now + number / 20)
        assert it.app.face == FACES["chase"]


async def test_keys_of_a_slow_reader_are_no_chase(library: Settings) -> None:
    async with opened(library) as it:
        await it.press("2")
        now, face = it.app.last_input, it.app.face
        for number in range(RUN_KEYS * 2):
            it.app.cat_poses.on_key("j", now + number / 5)
        assert it.app.face == face


async def test_a_new_day_begins_with_a_stretch(library: Settings) -> None:
    async with opened(library) as it:
        await it.press("2")
        tomorrow = clock.now() + timedelta(days=1)
        with clock.stopped_at(tomorrow.replace(hour=12)):
            it.app.cat_poses.on_key("j", it.app.last_input + 60)
        assert it.app.face == FACES["stretch"]


async def test_a_best_rank_of_a_favorite_is_celebrated_once(library: Settings) -> None:
    async with opened(library) as it:
        it.app.cat_poses.celebrate_rank(52991, 1)
        assert it.app.face == FACES["rank"]
        it.app.cat_poses.calm()
        it.app.cat_poses.celebrate_rank(52991, 1)
        assert it.app.face != FACES["rank"]


async def test_it_sits_by_the_plug_while_the_source_does_not_answer(library: Settings) -> None:
    async with opened(library) as it:
        it.app.status = TopbarStatus(state=SourceState.OFFLINE)
        it.app.cat_poses.rest()
        assert it.app.cat_poses.resting == "offline"


@pytest.mark.parametrize(
    ("today", "days", "has"),
    [
        (date(2026, 11, 22), 365, True),
        (date(2026, 11, 22), 364, False),
        (date(2026, 11, 22), 0, False),
        (date(2025, 2, 28), 365, True),
        (date(2026, 2, 28), (date(2026, 2, 28) - date(2024, 2, 29)).days, True),
        (date(2028, 2, 28), (date(2028, 2, 28) - date(2024, 2, 29)).days, False),
        (date(2028, 2, 29), (date(2028, 2, 29) - date(2024, 2, 29)).days, True),
    ],
)
def test_a_birthday_comes_once_a_year(today: date, days: int, has: bool) -> None:
    assert is_birthday(today, days) is has
