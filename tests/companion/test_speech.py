"""The cat says one short sentence, with one key in it."""

import pytest

from catlog.companion.mood import Mood
from catlog.companion.speech import FEELINGS, REACTIONS, invitation
from catlog.companion.suggestions import Suggestion

ACTIONS = ("search", "next", "watch", "history", "rate", "backup", "pet")


@pytest.mark.parametrize("action", [*ACTIONS, "something new"])
def test_an_invitation_has_the_key_once_and_is_short(action: str) -> None:
    asked = invitation(Suggestion(action, "", ""), "+")
    assert asked.count("+") == 1
    assert asked.endswith(".")
    assert len(asked) < 30


def test_without_a_key_nobody_is_invited() -> None:
    assert invitation(Suggestion("watch", "", ""), "") == ""


def test_every_mood_has_its_words_and_every_reaction_fits_two_lines() -> None:
    assert set(FEELINGS) == set(map(str, Mood))
    assert all(len(words) <= 40 for words in REACTIONS.values())
