"""The cat on the screen: at once when something happens, and still when nobody looks."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from textual import events
from textual.screen import Screen

from catlog.companion.art import Frame, film
from catlog.companion.cat import Cat
from catlog.companion.mood import CatState, Mood
from catlog.companion.speech import REACTIONS
from catlog.companion.suggestions import Suggestion
from catlog.tui.widgets.cat import CatView
from tests.tui.widgets.stage import on_stage

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
CAT = Cat(
    "Mochi",
    CatState(Mood.HAPPY, 0.72, 0.4, 4, 60, 214, 5, (0, 1, 2, 3, 2, 2, 2), NOW),
    Suggestion("watch", "2 episodes of Frieren [bold] are waiting.", "catlog list watch 52991"),
    NOW,
    NOW.date(),
)


def mood(of: Mood) -> Cat:
    return replace(CAT, state=replace(CAT.state, mood=of))


def head_of(frame: Frame) -> str:
    """Return the line of the eyes, as far as a drawing goes."""
    return frame[2][:12].strip()


def drawn(name: str, number: int) -> str:
    """Return the head of a shot, as no other picture has it."""
    return head_of(film(name)[number].frame)


async def test_it_shows_itself_its_words_and_its_gauges() -> None:
    view = CatView()
    async with on_stage(view) as (_, pilot):
        view.show(CAT, key="+")
        await pilot.pause()
        told = ("Frieren [bold] are", "Press + to log one.", "( ^.^ )", "Mochi  happy   bond ━━━─────")
        assert all(words in view.text for words in told)
        assert "12 episodes this week · 5-day streak" in view.text


async def test_in_ascii_there_is_nothing_else() -> None:
    view = CatView(ascii=True)
    async with on_stage(view):
        view.show(CAT, key="+")
        assert view.text.isascii()
        assert "bond ===-----" in view.text


@pytest.mark.parametrize("kind", REACTIONS)
async def test_it_reacts_in_the_same_moment_and_is_itself_again_afterwards(kind: str) -> None:
    view = CatView()
    async with on_stage(view):
        view.show(CAT, key="+")
        lines = len(view.lines)
        view.react(kind)
        assert drawn(kind, 0) in view.text
        assert REACTIONS[kind].split()[0] in view.text
        assert len(view.lines) == lines
        for _ in film(kind):
            view._next()
        assert drawn("happy", 0) in view.text
        assert "Press + to log one." in view.text


async def test_a_reaction_goes_on_when_the_cat_is_shown_anew() -> None:
    view = CatView()
    async with on_stage(view):
        view.show(CAT, key="+")
        view.react("completed", "Frieren is finished!")
        view.show(mood(Mood.EXCITED), key="+")
        assert "Frieren is finished!" in view.text
        for _ in film("completed"):
            view._next()
        assert drawn("excited", 0) in view.text


async def test_with_all_motion_it_moves_and_goes_round() -> None:
    view = CatView()
    async with on_stage(view):
        view.show(CAT)
        assert view.is_moving
        seen = [view.text]
        for _ in film("happy"):
            view._next()
            seen.append(view.text)
        assert seen[0] == seen[-1]
        assert len(set(seen)) > 2


async def test_with_little_motion_it_moves_only_when_something_happens() -> None:
    view = CatView(motion="reduced")
    async with on_stage(view):
        view.show(CAT)
        assert not view.is_moving
        view.react("pet")
        assert view.is_moving
        assert head_of(film("pet")[-1].frame) in view.text
        view._next()
        assert drawn("happy", 0) in view.text
        assert not view.is_moving


async def test_without_motion_it_only_speaks() -> None:
    view = CatView(motion="off")
    async with on_stage(view):
        view.show(CAT)
        assert not view.is_moving
        still = [line[:12] for line in view.text.splitlines()]
        view.react("completed")
        assert [line[:12] for line in view.text.splitlines()] == still
        assert "Finished!" in view.text
        view._next()
        assert "Finished!" not in view.text
        assert not view.is_moving


async def test_motion_can_be_changed_while_it_moves() -> None:
    view = CatView()
    async with on_stage(view):
        view.show(CAT)
        view.motion = "off"
        assert not view.is_moving
        view.motion = "full"
        assert view.is_moving


async def test_there_is_no_timer_while_the_terminal_is_in_the_background() -> None:
    view = CatView()
    async with on_stage(view) as (stage, pilot):
        view.show(CAT)
        stage.post_message(events.AppBlur())
        await pilot.pause()
        assert not view.is_moving
        view.react("pet")
        assert not view.is_moving
        stage.post_message(events.AppFocus())
        await pilot.pause()
        assert view.is_moving


async def test_there_is_no_timer_while_another_screen_is_shown() -> None:
    view = CatView()
    async with on_stage(view) as (stage, pilot):
        view.show(CAT)
        await stage.push_screen(Screen())
        await pilot.pause()
        assert not view.is_moving
        stage.pop_screen()
        await pilot.pause()
        assert view.is_moving


async def test_there_is_no_timer_while_it_is_hidden_or_was_never_shown() -> None:
    view = CatView()
    async with on_stage(view) as (_, pilot):
        assert not view.is_moving
        view.show(CAT)
        view.display = False
        await pilot.pause()
        assert not view.is_moving
        view.display = True
        await pilot.pause()
        assert view.is_moving


async def test_keys_pet_feed_and_follow() -> None:
    view = CatView()
    async with on_stage(view) as (stage, pilot):
        view.show(CAT, key="+")
        view.focus()
        await pilot.press("p", "f", "enter")
        heard = [
            message for message in stage.heard if isinstance(message, CatView.Petted | CatView.Fed | CatView.Followed)
        ]
        assert [type(message) for message in heard] == [CatView.Petted, CatView.Fed, CatView.Followed]
        assert (heard[2].action, heard[2].command) == ("watch", "catlog list watch 52991")


async def test_a_click_on_the_cat_pets_it_and_one_on_its_words_follows_them() -> None:
    view = CatView()
    async with on_stage(view) as (stage, pilot):
        view.show(CAT, key="+")
        await pilot.pause()
        await pilot.click(CatView, offset=(6, 1))
        await pilot.click(CatView, offset=(20, 1))
        kinds = {type(message) for message in stage.heard}
        assert {CatView.Petted, CatView.Followed} <= kinds


@pytest.mark.parametrize("size", [(12, 3), (20, 5), (30, 9), (60, 15), (200, 60)])
async def test_it_fits_wherever_it_sits(size: tuple[int, int]) -> None:
    view = CatView()
    async with on_stage(view, size) as (_, pilot):
        view.styles.height = "1fr"
        view.show(CAT, key="+")
        await pilot.pause()
        assert 0 < len(view.lines) <= size[1]
        assert max(map(len, view.text.splitlines())) <= size[0]
