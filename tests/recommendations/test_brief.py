"""Reasons in a few words."""

from typing import Any
from unittest.mock import Mock

import pytest

from catlog.recommendations.brief import brief_reason
from catlog.recommendations.reasons import Seed
from catlog.recommendations.service import Recommended

PLAIN: dict[str, Any] = {"because": (), "shared": (), "follows": (), "instead_of": None}


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"because": (Seed(1, "Monster", 9),), "shared": ("Mystery", "Drama")}, "mystery, as Monster, your 9"),
        ({"because": (Seed(1, "Monster", None),), "shared": ("CGDCT",)}, "CGDCT, as Monster"),
        ({"because": (Seed(1, "Monster", 9),), "shared": ("MAPPA",)}, "MAPPA, as Monster, your 9"),
        ({"because": (Seed(1, "Monster", 9),), "shared": ("Slice of Life",)}, "slice of life, as Monster, your 9"),
        ({"because": (Seed(1, "Monster", 9),)}, "like Monster, your 9"),
        ({"because": (Seed(1, "A", 9),), "follows": ("First", "Second")}, "follows Second"),
        ({"instead_of": "Part 2"}, "comes before Part 2"),
        ({}, "liked by many"),
    ],
)
def test_the_strongest_reason_is_said_alone(facts: dict[str, Any], words: str) -> None:
    assert brief_reason(Recommended(title=Mock(), fit=1.0, reason="", **(PLAIN | facts))) == words
