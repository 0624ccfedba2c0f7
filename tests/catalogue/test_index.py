"""Words to titles: what is found, and what comes first."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catlog.catalogue.index import Index
from catlog.demo.titles import load_titles
from tests.catalogue.samples import anime, index_of, recorded_files, recorded_index

FANS = (
    ("frieren", 52991),
    ("ふりーれん", 52991),
    ("葬送", 52991),
    ("shingeki", 16498),
    ("attack on titan", 16498),
    ("titan", 16498),
    ("進撃", 16498),
    ("shngeki", 16498),
    ("one piece", 21),
    ("naru", 20),
    ("narutp", 20),
    ("deathnote", 1535),
    ("86", 41457),
    ("[Oshi no Ko]", 52034),
    ("steinsgate", 9253),
    ("geass", 1575),
    ("brotherhood", 5114),
    ("re zero", 31240),
    ("rezero", 31240),
    ("jujutsu", 40748),
    ("demon slayer", 38000),
    ("kimi no na", 32281),
    ("koe no kat", 28851),
    ("cowboy", 1),
    ("haikyu", 20583),
    ("spy family", 50265),
    ("gintama", 918),
    ("monster", 19),
    ("one punch", 30276),
    ("neon genesis", 30),
    ("bocchi", 47917),
    ("violet evergaren", 33352),
)
"""What was typed, and what a fan expects first; every title is in the demo and in the recorded catalogue."""


def _first(index: Index, words: str) -> int | None:
    found = index.find(words).places
    return index.ids[found[0]] if found else None


def _found(index: Index, words: str) -> list[int]:
    return [index.ids[place] for place in index.find(words).places]


@pytest.fixture(scope="module")
def demo() -> Index:
    names = (
        anime(
            title.mal_id,
            title.title,
            title_english=title.title_english,
            title_japanese=title.title_japanese,
            members=title.members,
        )
        for title in load_titles()
    )
    return index_of(*names)


@pytest.mark.parametrize(("words", "mal_id"), FANS)
def test_a_fan_finds_first_what_was_meant_among_the_demo(demo: Index, words: str, mal_id: int) -> None:
    assert _first(demo, words) == mal_id


def test_a_fan_finds_first_what_was_meant_among_30_000(shared_data: Path | None) -> None:
    files = recorded_files(shared_data)
    if len(files) == 2:
        index = recorded_index(files)
        assert len(index) == 30_000
        wrong = [(words, _first(index, words)) for words, mal_id in FANS if _first(index, words) != mal_id]
        assert len(wrong) <= 2, wrong


def test_just_so_comes_before_beginnings_and_those_before_the_middle_of_words() -> None:
    index = index_of(
        anime(1, "Akage no Monogatari", members=90_000),
        anime(2, "Kage", members=3),
        anime(3, "Kage no Jitsuryokusha", members=1_000),
        anime(4, "Tsuki to Kage", members=1_000),
    )
    assert _found(index, "kage") == [2, 3, 4, 1]


def test_a_much_more_popular_title_comes_before_an_unknown_one_that_begins_so() -> None:
    index = index_of(anime(1, "Titan Kids", members=200), anime(2, "Attack on Titan", members=4_000_000))
    assert _found(index, "titan") == [2, 1]


def test_a_synonym_of_few_does_not_win_over_a_title_of_many() -> None:
    index = index_of(
        anime(1, "Sora", members=5, synonyms=("Kage",)), anime(2, "Kage no Jitsuryokusha", members=500_000)
    )
    assert _found(index, "kage") == [2, 1]


def test_of_titles_that_only_punctuation_tells_apart_the_popular_one_comes_first() -> None:
    index = index_of(
        anime(1, "Gintama'", members=10), anime(2, "Gintama", members=30), anime(3, "Gintama°", members=20)
    )
    assert _found(index, "GINTAMA") == [2, 3, 1]


def test_every_word_must_be_there_in_any_order() -> None:
    index = index_of(anime(1, "Umi to Kaze no Uta"), anime(2, "Kaze no Tabi"), anime(3, "Uta"))
    assert _found(index, "uta kaze") == [1]


def test_words_may_lie_in_different_names_of_a_title() -> None:
    index = index_of(anime(1, "Shingeki no Kyojin Season 2", title_english="Attack on Titan"), anime(2, "Season"))
    assert _found(index, "titan season 2") == [1]


@pytest.mark.parametrize("words", ["★", "Black★", "black rock", "BLACK ★ ROCK", "blackrock"])
def test_signs_count_only_where_there_is_nothing_else(words: str) -> None:
    index = index_of(anime(1, "Black★Rock Shooter"), anime(2, "Blue Reflection"))
    assert _found(index, words) == [1]


@pytest.mark.parametrize("words", ["100%_\\", "100%", "%100"])
def test_signs_of_databases_are_no_wildcards(words: str) -> None:
    assert _found(index_of(anime(1, "100% Pascal-sensei"), anime(2, "A 10 B 0")), words) == [1]


@pytest.mark.parametrize("words", ["", "  ", "\u200b", "🎌", "%", "_"])
def test_words_that_no_title_can_have_find_nothing(words: str) -> None:
    found = index_of(anime(1, "Kaze"), anime(2, "Umi")).find(words)
    assert found.places == []


@pytest.mark.parametrize(
    "words", ["freiren", "frirern", "sousou furieren", "sosounofrieern", "friren", "frierenn", "frie"]
)
def test_mistyped_words_are_forgiven(words: str) -> None:
    index = index_of(anime(1, "Sousou no Frieren"), anime(2, "Freezing"), anime(3, "Shoujo Kageki"))
    assert _first(index, words) == 1


def test_nothing_is_forgiven_where_the_words_are_found_as_typed() -> None:
    found = index_of(anime(1, "Bleach"), anime(2, "Blesch", members=9)).find("bleach")
    assert (found.places, found.mistyped) == ([1], False)


ABYSS = index_of(
    anime(1, "Made in Abyss", members=900),
    anime(2, "Made in Abyss: Retsujitsu", members=500),
    anime(3, "Something Borrowed", members=9000),
    anime(4, "Maid Sama", members=9999),
    anime(5, "Umi"),
)


@pytest.mark.parametrize(
    ("words", "places", "taken"),
    [
        ("umi abyss something", ["Abyss", "Abyss", "Something", "Umi"], ("umi", "something", "abyss")),
        ("nowhere abyss", ["Abyss", "Abyss"], ("abyss",)),
        ("made of nowhere abyss", ["Abyss", "Abyss"], ("made", "abyss")),
        ("nowhere abuss", ["Abyss", "Abyss"], ("abuss",)),
        ("nowhere at all", [], ()),
        ("nowhere", [], ()),
    ],
)
def test_words_that_no_title_has_together_find_those_with_most_of_them(
    words: str, places: list[str], taken: tuple[str, ...]
) -> None:
    found = ABYSS.find(words)
    names = [
        next(word for word in ("Abyss", "Something", "Umi") if word in ABYSS.parts.names.lines[i]) for i in found.places
    ]
    assert sorted(names) == places
    assert (found.taken, found.mistyped) == (taken, True)


def test_rare_words_come_before_common_ones_and_too_common_ones_find_nothing() -> None:
    many = [anime(10 + number, f"Girl {number}", members=5000 - number) for number in range(100)]
    index = index_of(anime(1, "Made in Abyss"), *many)
    found = index.find("girl abyss")
    assert (index.ids[found.places[0]], len(found.places), found.taken) == (1, 101, ("abyss", "girl"))
    index = index_of(anime(1, "Made in Abyss"), *many, *(anime(200 + n, f"Girl {n} again") for n in range(150)))
    found = index.find("girl abyss")
    assert ([index.ids[i] for i in found.places], found.taken) == ([1], ("abyss",))


@given(st.text(max_size=40))
@example("\n")
@example("ー")
@example("\x1c ー \x85")
def test_no_words_are_too_strange(words: str) -> None:
    index = index_of(anime(1, "Kaze no Uta", title_japanese="風の歌"), anime(2, "86"), anime(3, "★☆"), anime(4, "!?"))
    found = index.find(words).places
    assert len(set(found)) == len(found)


TITLES = st.lists(st.text(st.sampled_from("abo u'★ん風8"), min_size=1, max_size=12), min_size=1, max_size=8)


@given(TITLES, st.randoms())
def test_every_title_is_found_by_its_name_whatever_order_the_rows_come_in(titles: list[str], order: object) -> None:
    records = [anime(number, title, members=number % 3) for number, title in enumerate(titles, 1)]
    shuffled = list(records)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    index, other = index_of(*records), index_of(*shuffled)
    for record in records:
        found = _found(index, record.title)
        assert found == _found(other, record.title)
        if record.title.strip():
            assert record.mal_id in found
