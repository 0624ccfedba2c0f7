"""From words to one anime: ids, whole titles, parts of titles, and refusals that name the candidates."""

import pytest

from catlog import clock
from catlog.catalogue.resolve import CANDIDATES, parse_mal_id, resolve
from catlog.db.bulk import upsert
from catlog.db.models import ProcessedAnime
from catlog.db.session import Database
from catlog.errors import NotFoundError

_TITLES = (
    (5114, "Fullmetal Alchemist: Brotherhood", None, 3_000_000),
    (121, "Fullmetal Alchemist", None, 1_500_000),
    (430, "Fullmetal Alchemist: The Conqueror of Shamballa", None, 300_000),
    (52991, "Sousou no Frieren", "Frieren: Beyond Journey's End", 900_000),
    (86, "Shaman King", None, 200_000),
    (41457, "86", "Eighty-Six", 700_000),
    (7, "Souseiki", None, None),
    (8, "Souseiki", None, 50),
    (9, "100% no Kokoro", None, 40),
    (10, "Under_score", None, 30),
    (11, "Back\\slash", None, 20),
    (12, "0080", None, 10),
)


@pytest.fixture
def known(database: Database) -> Database:
    rows = [(*title, [], [], clock.now()) for title in _TITLES]
    rows += [(1000 + n, f"Gundam {n}", None, n, [], [], clock.now()) for n in range(30)]
    fields = ("mal_id", "title", "title_english", "members", "synonyms", "studios", "processed_at")
    with database.connect_to_write() as connection:
        upsert(connection, ProcessedAnime, fields, rows)
    return database


def _found(database: Database, words: str) -> int:
    with database.read() as session:
        return resolve(session, words).mal_id


@pytest.mark.parametrize(
    ("words", "mal_id"),
    [
        ("5114", 5114),
        (" #5114 ", 5114),
        ("86", 86),
        ("41457", 41457),
        ("fullmetal ALCHEMIST", 121),
        ("frieren: beyond journey's end", 52991),
        ("frieren", 52991),
        ("eighty", 41457),
        ("brotherhood", 5114),
        ("0%", 9),
        ("%", 9),
        ("r_s", 10),
        ("k\\s", 11),
    ],
)
def test_words_that_fit_one_anime_find_it(known: Database, words: str, mal_id: int) -> None:
    assert _found(known, words) == mal_id


def test_a_number_that_is_no_known_id_is_a_whole_title_and_never_a_part_of_one(known: Database) -> None:
    assert _found(known, "0080") == 12
    with pytest.raises(NotFoundError):
        _found(known, "100")


@pytest.mark.parametrize("words", ["no such thing", "99999999999", "424242", "  ", "a_k", "k%s"])
def test_words_that_fit_nothing_are_not_found(known: Database, words: str) -> None:
    with pytest.raises(NotFoundError) as refusal:
        _found(known, words)
    assert refusal.value.candidates == ()
    assert refusal.value.hint


def test_a_title_that_two_anime_have_names_both_with_most_members_first(known: Database) -> None:
    with pytest.raises(NotFoundError) as refusal:
        _found(known, "souseiki")
    assert refusal.value.candidates == ("8 Souseiki", "7 Souseiki")


def test_a_part_of_many_titles_names_only_the_most_popular(known: Database) -> None:
    with pytest.raises(NotFoundError) as refusal:
        _found(known, "gundam")
    assert len(refusal.value.candidates) == CANDIDATES
    assert refusal.value.candidates[0] == "1029 Gundam 29"
    assert "more" in refusal.value.message


@pytest.mark.parametrize("words", ["", "0", "-1", "12a", "1 2", "2147483648", "٣"])
def test_what_cannot_be_a_mal_id_is_none(words: str) -> None:
    assert parse_mal_id(words) is None


_NAMES = (
    # malId, title, English, Japanese, synonyms, members
    (21, "One Piece", None, "ONE PIECE", ["OP"], 2_000_000),
    (30000, "One Piece: Gyojin Tou-hen", None, None, ["One Piece 3D2Y"], 90_000),
    (527, "Pokemon", "Pokémon", "ポケットモンスター", ["Pocket Monsters"], 800_000),
    (528, "Pokémon Origins", None, None, ["Pokémon: The Beginning", "ＰＯＫＥＭＯＮ ０"], 70_000),
    (20, "Naruto", None, "ナルト", ["NARUTO -ナルト-", "Наруто"], 2_700_000),
    (45, "Rurouni Kenshin", "Journey’s End", None, [], 300_000),
    (46, "OP", None, None, [], 5),
    (47, "Nana", None, "NANA", ["NANA(ナナ)"], 500_000),
)


@pytest.fixture
def named(database: Database) -> Database:
    """Give the test titles that have further names."""
    fields = ("mal_id", "title", "title_english", "title_japanese", "synonyms", "members", "studios", "processed_at")
    with database.connect_to_write() as connection:
        upsert(connection, ProcessedAnime, fields, [(*row, [], clock.now()) for row in _NAMES])
    return database


@pytest.mark.parametrize(
    ("words", "mal_id"),
    [
        ("one piece", 21),
        ("ＯＮＥ　ＰＩＥＣＥ", 21),
        ("pokemon", 527),
        ("POKÉMON", 527),
        ("pocket monsters", 527),
        ("ポケットモンスター", 527),
        ("ﾎﾟｹｯﾄﾓﾝｽﾀｰ", 527),
        ("pokemon origins", 528),
        ("pokemon: the beginning", 528),
        ("pokemon 0", 528),
        ("ナルト", 20),
        ("наруто", 20),
        ("journey's end", 45),
        ("op", 46),
        ("nana", 47),
        ("nana(ナナ)", 47),
        ("ｇｙｏｊｉｎ", 30000),
        ("one piece 3d2y", 30000),
    ],
)
def test_a_whole_name_of_any_kind_means_its_title_in_any_writing(named: Database, words: str, mal_id: int) -> None:
    assert _found(named, words) == mal_id


def test_a_part_of_accented_titles_is_found_without_the_accents(named: Database) -> None:
    with pytest.raises(NotFoundError) as refusal:
        _found(named, "pokem")
    assert refusal.value.candidates == ("527 Pokemon", "528 Pokémon Origins")


def test_a_title_with_line_breaks_that_others_wrote_to_the_database_does_not_hide_the_rest(known: Database) -> None:
    odd = [(2, "Line\nbreak\n", "Broken\nEnglish", 1, [], [], clock.now())]
    fields = ("mal_id", "title", "title_english", "members", "synonyms", "studios", "processed_at")
    with known.connect_to_write() as connection:
        upsert(connection, ProcessedAnime, fields, odd)
    assert _found(known, "break") == 2
    assert _found(known, "broken english") == 2
    assert _found(known, "shamballa") == 430
