"""The index in a file: the same answers, for one state of the catalogue alone, and never from a damaged file."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catlog.catalogue import cached_catalogue, index_file
from catlog.catalogue.index import Index
from catlog.catalogue.inverted_index import Postings
from catlog.catalogue.search import Catalogue, SearchQuery
from catlog.db.session import Database
from tests.catalogue.samples import SHELF, anime, index_of, write

TITLES = (
    *SHELF,
    anime(7, "Sousou no Frieren", title_japanese="葬送のフリーレン", synonyms=("Frieren at the Funeral",), members=5),
    anime(8, "★☆", members=6),
    anime(9, "Toukyou Ghoul", title_english="Tokyo Ghoul", members=7),
)
ASKED = (
    "kaze",
    "k",
    "no",
    "frirren",
    "フリ",
    "葬送",
    "★",
    "toukyou",
    "tokyo",
    "tokyoghoul",
    "uta kaze",
    "zzz",
    "funeral",
)


def test_a_stored_index_gives_the_same_answers(tmp_path: Path) -> None:
    made = index_of(*TITLES)
    index_file.save(made, tmp_path / "index")
    read = index_file.load(tmp_path / "index", made.version)
    assert read is not None
    assert (len(read), read.ids) == (len(TITLES), made.ids)
    for words in ASKED:
        assert read.find(words) == made.find(words), words


def test_an_empty_catalogue_can_be_stored(tmp_path: Path) -> None:
    index_file.save(index_of(), tmp_path / "index")
    read = index_file.load(tmp_path / "index", "of a test")
    assert read is not None
    assert read.find("kaze").places == []


def test_an_index_of_another_state_or_release_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index_file.save(index_of(*TITLES), tmp_path / "index")
    assert index_file.load(tmp_path / "index", "of another") is None
    assert index_file.load(tmp_path / "none", "of a test") is None
    monkeypatch.setattr(index_file, "FORMAT", [1, "another release"])
    assert index_file.load(tmp_path / "index", "of a test") is None


@given(st.data())
def test_a_damaged_file_is_as_if_it_were_not_there(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    file = tmp_path_factory.mktemp("damaged") / "index"
    index_file.save(index_of(*TITLES), file)
    whole = bytearray(file.read_bytes())
    at = data.draw(st.integers(0, len(whole) - 1))
    if data.draw(st.booleans()):
        whole = whole[:at]
    else:
        whole[at] ^= data.draw(st.integers(1, 255))
    file.write_bytes(whole)
    read = index_file.load(file, "of a test")
    assert read is None or read.parts.ids == index_of(*TITLES).ids, "at most a space of its head"


def test_searches_share_the_file_until_the_catalogue_changes(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cached_catalogue, "MIN_TITLES", 1)
    file = tmp_path / "cache" / "index"
    write(database, *SHELF)
    assert Catalogue(database, index_file=file).search(SearchQuery("kaze")).ids == (6, 1, 2, 3)
    monkeypatch.setattr(Index, "build", None)  # whoever makes an index now fails
    assert Catalogue(database, index_file=file).search(SearchQuery("kaze")).ids == (6, 1, 2, 3)
    monkeypatch.undo()
    monkeypatch.setattr(cached_catalogue, "MIN_TITLES", 1)
    write(database, anime(7, "Kaze"))
    assert Catalogue(database, index_file=file).search(SearchQuery("kaze")).ids == (7, 6, 1, 2, 3)


def test_a_small_catalogue_is_not_worth_a_file(database: Database, tmp_path: Path) -> None:
    write(database, *SHELF)
    Catalogue(database, index_file=tmp_path / "index").search(SearchQuery("kaze"))
    assert list(tmp_path.glob("index*")) == []


WORDS = st.lists(st.sets(st.text("abc", min_size=1, max_size=3), max_size=4), max_size=6)


@given(WORDS, st.text("abc", min_size=1, max_size=3))
def test_postings_find_what_a_look_at_every_title_finds(texts: list[set[str]], part: str) -> None:
    postings = Postings.build(texts)
    assert list(postings.places_of(part)) == [i for i, words in enumerate(texts) if part in words]
    assert postings.places_starting_with(part) == {
        i for i, words in enumerate(texts) if any(w.startswith(part) for w in words)
    }
    assert postings.places_containing(part) == {
        i for i, words in enumerate(texts) if any(part in word for word in words)
    }
    assert postings.words_starting_with(part) == sorted({w for words in texts for w in words if w.startswith(part)})
