"""Titles near to mistyped words; numbers and short words, which tell seasons apart, are never taken for others."""

import pytest

from catlog.catalogue.near import NamedTitle, near_titles

_TITLES = (
    ("Vinland Saga",),
    ("Vinland Saga Season 2",),
    ("Overlord II",),
    ("Overlord III",),
    ("Sousou no Frieren", "Frieren: Beyond Journey's End"),
    ("Shingeki no Kyojin", "Attack on Titan"),
    ("Boku no Hero Academia 7th Season",),
    ("Akira",),
    ("K",),
)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("vinlnad", ["Vinland Saga", "Vinland Saga Season 2"]),
        ("vinlnad saga", ["Vinland Saga"]),  # a whole name before a part of one
        ("vinlnad season 2", ["Vinland Saga Season 2"]),
        ("saga vinland", ["Vinland Saga"]),
        ("overlrod ii", ["Overlord II"]),
        ("overlrod iii", ["Overlord III"]),
        ("overlrod iv", []),
        ("vinland saga season 3", []),
        ("hero acadmia 6th season", []),
        ("atack on titan", ["Shingeki no Kyojin"]),
        ("freiren beyond", ["Sousou no Frieren"]),
        ("Akria", ["Akira"]),
        ("k k", []),
        ("aki", []),
        ("", []),
        ("!!!", []),
        ("completely different", []),
    ],
)
def test_each_word_is_one_of_a_name_or_the_nearest(words: str, found: list[str]) -> None:
    titles = [NamedTitle(number, names[0], names) for number, names in enumerate(_TITLES)]
    assert [title.title for title in near_titles(titles, words)] == found
