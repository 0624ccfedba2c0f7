"""Every picture of the cat is whole, plain and moving."""

from importlib import resources

import pytest

from catlog.companion.art import HEIGHT, QUICKEST, WIDTH, film, frame, moving_pictures
from catlog.companion.mood import Mood
from catlog.companion.speech import REACTIONS

RESTS = ("hungry", "offline", "box", "barnap")
POSES = [*map(str, Mood), *RESTS, *REACTIONS]


def test_every_mood_rest_and_reaction_has_a_pose_and_nothing_else_has() -> None:
    assert set(moving_pictures()) == set(POSES)
    assert len(POSES) == 29


@pytest.mark.parametrize("name", POSES)
def test_a_picture_is_plain_ascii_of_one_size_and_moves(name: str) -> None:
    frames = moving_pictures()[name]
    assert len(set(frames)) == len(frames) >= (2 if name in (*REACTIONS, "barnap") else 3)
    for lines in frames:
        assert len(lines) == HEIGHT
        assert all(len(line) == WIDTH and line.isascii() and line.isprintable() for line in lines)


def test_frames_go_round() -> None:
    assert frame("happy", 0) == frame("happy", len(moving_pictures()["happy"]))


@pytest.mark.parametrize("name", POSES)
def test_a_film_shows_every_frame_and_never_more_than_four_a_second(name: str) -> None:
    shots = film(name)
    assert {shot.frame for shot in shots} == set(moving_pictures()[name])
    assert min(shot.seconds for shot in shots) >= QUICKEST


def test_a_reaction_is_short_and_a_sleeping_cat_hardly_moves() -> None:
    for name in REACTIONS:
        assert 1 <= sum(shot.seconds for shot in film(name)) <= 5
    assert min(shot.seconds for shot in film("sleeping")) >= 5


@pytest.mark.parametrize("name", POSES)
def test_a_pose_stands_on_the_last_line_and_its_face_stays_where_it_is_drawn(name: str) -> None:
    assert all(lines[-1].strip() for lines in moving_pictures()[name])


def test_no_two_poses_begin_alike() -> None:
    assert len({film(name)[0].frame for name in POSES}) == len(POSES)


def test_every_pose_has_a_cause() -> None:
    text = resources.files("catlog.companion").joinpath("frames.txt").read_text("utf-8").splitlines()
    for number, line in enumerate(text):
        if line.startswith("["):
            assert text[number + 1].startswith(("; mood: ", "; rest", "; once")), line
