"""Which title an edit means: a whole title wherever it is, a part of one only where it is the only one."""

from collections.abc import Iterator

import pytest

from catlog import clock
from catlog.accounts.sessions import SignedIn
from catlog.db.bulk import upsert
from catlog.db.models import ProcessedAnime
from catlog.db.session import Database
from catlog.errors import NotFoundError
from catlog.library.edits import Add
from catlog.library.entries import Origin, Status
from catlog.library.lookup import TitleFinder
from catlog.library.writer import edit
from tests.library.people import BEBOP, FRIEREN, ONE_PIECE

FISHMEN, FRIEREN_2, FRUITS, FRUITS_2019 = 30_000, 59_978, 120, 38_680


@pytest.fixture
def finder(database: Database, owner: SignedIn) -> Iterator[TitleFinder]:
    """Give the test a list of a special of One Piece, Frieren, Bebop and one of two Fruits Baskets."""
    fields = ("mal_id", "title", "title_english", "members", "synonyms", "studios", "processed_at")
    rows = [
        (FISHMEN, "One Piece: Gyojin Tou-hen", None, 1, [], [], clock.now()),
        (FRIEREN_2, "Sousou no Frieren 2nd Season", None, 1, [], [], clock.now()),
        (FRUITS, "Fruits Basket", None, 9, [], [], clock.now()),
        (FRUITS_2019, "Fruits Basket 1st Season", "Fruits Basket", 5, [], [], clock.now()),
    ]
    with database.connect_to_write() as connection:
        upsert(connection, ProcessedAnime, fields, rows)
    for mal_id in (FISHMEN, FRIEREN, BEBOP, FRUITS_2019):
        edit(database, owner, mal_id, Add(Status.WATCHING), origin=Origin.CLI)
    with database.read() as session:
        yield TitleFinder(session, owner.user_id)


@pytest.mark.parametrize(
    ("words", "mal_id"),
    [
        ("One Piece", ONE_PIECE),  # whole, and not on the list
        ("ｏｎｅ ｐｉｅｃｅ", ONE_PIECE),
        ("ワンピース", ONE_PIECE),
        ("OP", ONE_PIECE),
        ("frieren at the funeral", FRIEREN),
        ("frieren", FRIEREN),  # a part of two, of which one is on the list
        ("gyojin", FISHMEN),
        ("fruits basket", FRUITS_2019),  # the whole name of two, of which one is on the list
        ("gintama", 918),
    ],
)
def test_words_mean_one_title(finder: TitleFinder, words: str, mal_id: int) -> None:
    assert finder.on_list(words).mal_id == mal_id


def test_what_is_neither_whole_nor_the_only_one_names_the_candidates(finder: TitleFinder) -> None:
    with pytest.raises(NotFoundError) as refusal:
        finder.on_list("e")
    assert refusal.value.candidates == (
        f"{BEBOP} Cowboy Bebop",
        f"{FISHMEN} One Piece: Gyojin Tou-hen",
        f"{FRUITS_2019} Fruits Basket 1st Season",
        f"{FRIEREN} Sousou no Frieren",
    )
    with pytest.raises(NotFoundError) as refusal:
        finder.in_catalogue("fruits basket")
    assert refusal.value.candidates == (f"{FRUITS} Fruits Basket", f"{FRUITS_2019} Fruits Basket 1st Season")


def test_mistyped_words_match_nothing_and_name_what_is_near_on_the_list_first(finder: TitleFinder) -> None:
    with pytest.raises(NotFoundError) as refusal:
        finder.on_list("freiren")  # of two in the catalogue one is on the list
    assert (refusal.value.near, refusal.value.candidates) == (True, (f"{FRIEREN} Sousou no Frieren",))
    with pytest.raises(NotFoundError) as refusal:
        finder.on_list("gintmaa")
    assert (refusal.value.near, refusal.value.candidates) == (True, ("918 Gintama",))
    with pytest.raises(NotFoundError) as refusal:
        finder.in_catalogue("freiren")
    assert (refusal.value.near, len(refusal.value.candidates)) == (True, 2)
