"""Every pose has a face of its own."""

from catlog.companion.art import moving_pictures
from catlog.companion.faces import FACES


def test_every_pose_has_its_own_face_of_five_plain_cells() -> None:
    assert set(FACES) == set(moving_pictures())
    assert len(set(FACES.values())) == len(FACES)
    assert all(len(face) == 5 and face.isascii() and face.isprintable() for face in FACES.values())
