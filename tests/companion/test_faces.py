"""Every mood and reaction has a face of its own."""

from catlog.companion.faces import FACES
from catlog.companion.mood import Mood
from catlog.companion.speech import REACTIONS


def test_every_mood_and_reaction_has_its_own_face_of_five_plain_cells() -> None:
    assert set(FACES) == {*map(str, Mood), *REACTIONS}
    assert len(set(FACES.values())) == len(FACES)
    assert all(len(face) == 5 and face.isascii() and face.isprintable() for face in FACES.values())
