"""Folding: what people type and what a title is called meet in the same letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catlog.catalogue.normalize import folded, shortened, worded

LINES = st.text(st.characters(exclude_characters="\n"), max_size=30)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Re:ZERO", "re zero"),
        ("ＦＡＴＥ／ＺＥＲＯ", "fate zero"),
        ("ﾌﾘｰﾚﾝ", "ふりーれん"),
        ("Pokémon", "pokemon"),
        ("Spice & Wolf", "spice and wolf"),
        ("Journey’s End", "journeys end"),
        ("[Oshi no Ko]", "oshi no ko"),
        ("Steins;Gate", "  steins___gate!"),
        ("SPY×FAMILY", "spyxfamily"),
        ("Straße", "STRASSE"),
    ],
)
def test_spellings_of_one_title_are_the_same_words(one: str, other: str) -> None:
    assert worded(one) == worded(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Toukyou", "Tōkyō"), ("tookyoo", "tokyo"), ("Yuu", "yu"), ("サーバント", "サバント"), ("oniisan", "onisan")],
)
def test_long_vowels_and_short_ones_are_the_same(one: str, other: str) -> None:
    assert shortened(worded(one)) == shortened(worded(other))


def test_different_words_stay_different() -> None:
    assert len({worded(title) for title in ("Gintama", "Gin Tama", "Bleach", "が", "か", "86", "八六")}) == 7


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert worded(worded(text)) == worded(text)
    short = shortened(worded(text))
    assert shortened(short) == short


@given(st.lists(LINES, min_size=1, max_size=6))
def test_titles_folded_together_are_folded_as_one_by_one(lines: list[str]) -> None:
    assert worded("\n".join(lines)).split("\n") == [worded(line) for line in lines]
    assert shortened("\n".join(lines)).split("\n") == [shortened(line) for line in lines]


@given(st.text(max_size=40))
def test_case_never_matters(text: str) -> None:
    assert folded(text.casefold()) == folded(text)
