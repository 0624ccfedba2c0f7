"""Which letters of a title the words of a search match."""

import pytest

from catlog.tui.titles.matches import matched_parts


@pytest.mark.parametrize(
    ("title", "words", "marked"),
    [
        ("Made in Abyss", "made in aby", ["Made in Aby"]),
        ("Chainsaw Man: Shikaku-hen", "ma", ["Ma"]),
        ("Pokémon", "POKE", ["Poké"]),
        ("Re:Zero kara", "kara re", ["Re", "kara"]),
        ("Naruto", "zzz", []),
        ("One", "", []),
        ("Straße", "stra", ["Stra"]),
    ],
)
def test_beginnings_of_words_come_first(title: str, words: str, marked: list[str]) -> None:
    parts = list(matched_parts(title, words))
    assert "".join(text for text, _ in parts) == title
    assert [text for text, is_match in parts if is_match] == marked
