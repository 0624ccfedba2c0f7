"""Every picture of the cat is whole, plain and moving."""

import pytest

from catlog.companion.art import HEIGHT, WIDTH, frame, moving_pictures
from catlog.companion.mood import Mood

REACTIONS = ("pet", "feed", "episode", "completed", "level")


def test_every_mood_and_reaction_has_a_picture_and_nothing_else_has() -> None:
    assert set(moving_pictures()) == {*map(str, Mood), *REACTIONS}


@pytest.mark.parametrize("name", [*map(str, Mood), *REACTIONS])
def test_a_picture_is_plain_ascii_of_one_size_and_moves(name: str) -> None:
    frames = moving_pictures()[name]
    assert len(set(frames)) == len(frames) >= (2 if name in REACTIONS else 3)
    for lines in frames:
        assert len(lines) == HEIGHT
        assert all(len(line) == WIDTH and line.isascii() and line.isprintable() for line in lines)


def test_frames_go_round() -> None:
    assert frame("happy", 0) == frame("happy", len(moving_pictures()["happy"]))
