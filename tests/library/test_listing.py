"""The list as it is shown: rows of entries and catalogue facts, in a few queries, sorted with the unknown last."""

import pytest
from sqlalchemy import event

from catlog.accounts.sessions import SignedIn
from catlog.db.session import Database
from catlog.errors import InvalidArgumentError
from catlog.library.edits import Add, AddTags, Put, Rate, SetFavorite, SetNotes, Watch
from catlog.library.entries import Entry, Origin, Status
from catlog.library.listing import load_list
from catlog.library.partial_date import PartialDate
from catlog.library.query import parse_query
from catlog.library.records import ListRow
from catlog.library.sorting import SORT_KEYS, sort_rows
from catlog.library.writer import edit
from catlog.zones import UTC_ZONE
from tests.library.people import BEBOP, FRIEREN, GINTAMA, ONE_PIECE, PERFECT_BLUE


@pytest.fixture
def rows(database: Database, owner: SignedIn) -> list[ListRow]:
    """Give the list of five entries."""
    edits = (Add(), Watch(14), Rate(10), AddTags(("cosy",)), SetNotes("slow"), SetFavorite())
    edit(database, owner, FRIEREN, *edits, origin=Origin.CLI)
    edit(database, owner, BEBOP, Add(Status.COMPLETED), Rate(9), origin=Origin.CLI)
    edit(database, owner, ONE_PIECE, Put(Entry(ONE_PIECE, score100=81, rating=8)), origin=Origin.IMPORT)
    dates = {"start_date": PartialDate("2020"), "finish_date": PartialDate("2020-05")}
    edit(database, owner, PERFECT_BLUE, Put(Entry(PERFECT_BLUE, **dates)), origin=Origin.IMPORT)
    edit(database, owner, GINTAMA, Add(Status.ON_HOLD), origin=Origin.CLI)
    with database.read() as session:
        return load_list(session, owner.user_id)


def test_a_row_has_the_entry_and_what_the_catalogue_knows(rows: list[ListRow]) -> None:
    by_id = {row.mal_id: row for row in rows}
    frieren, film, long = by_id[FRIEREN], by_id[PERFECT_BLUE], by_id[ONE_PIECE]
    assert (frieren.title, frieren.status, frieren.rating) == ("Sousou no Frieren", Status.WATCHING, 10)
    assert (frieren.tags, frieren.notes, frieren.favorite) == (("cosy",), "slow", True)
    assert (frieren.genres, frieren.studios) == (("Drama", "Fantasy"), ("Madhouse",))
    assert frieren.titles[1:3] == ("Frieren: Beyond Journey's End", "葬送のフリーレン")
    assert frieren.progress == 50
    assert frieren.updated_at.tzinfo is not None
    assert (film.start_date, film.finish_date, film.genres) == ("2020", "2020-05", ("Drama", "Psychological"))
    assert (long.episodes, long.progress, long.score100, long.genres) == (None, None, 81, ())
    assert frieren.version < by_id[GINTAMA].version


def test_the_number_of_queries_does_not_grow_with_the_list(
    database: Database, owner: SignedIn, rows: list[ListRow]
) -> None:
    statements = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    with database.read() as session:
        assert len(load_list(session, owner.user_id)) == len(rows) == 5
    assert sum("SELECT" in statement.upper() for statement in statements) == 2


def test_the_filter_language_works_on_stored_rows(rows: list[ListRow]) -> None:
    assert [row.mal_id for row in parse_query("funeral", UTC_ZONE).filter(rows)] == [FRIEREN]
    assert [row.mal_id for row in parse_query("genre:drama mal>8.5 started:none", UTC_ZONE).filter(rows)] == []
    assert [row.mal_id for row in parse_query("genre:drama mal>8.5 started:any", UTC_ZONE).filter(rows)] == [
        PERFECT_BLUE,
        FRIEREN,
    ]


@pytest.mark.parametrize(
    ("key", "ids"),
    [
        ("title", [BEBOP, GINTAMA, ONE_PIECE, PERFECT_BLUE, FRIEREN]),
        ("-title", [FRIEREN, PERFECT_BLUE, ONE_PIECE, GINTAMA, BEBOP]),
        ("score", [FRIEREN, BEBOP, ONE_PIECE, GINTAMA, PERFECT_BLUE]),
        ("-score", [ONE_PIECE, BEBOP, FRIEREN, GINTAMA, PERFECT_BLUE]),
        ("year", [FRIEREN, GINTAMA, ONE_PIECE, BEBOP, PERFECT_BLUE]),
        ("episodes", [GINTAMA, FRIEREN, BEBOP, PERFECT_BLUE, ONE_PIECE]),
        ("status", [FRIEREN, BEBOP, GINTAMA, ONE_PIECE, PERFECT_BLUE]),
        ("id", [BEBOP, ONE_PIECE, PERFECT_BLUE, GINTAMA, FRIEREN]),
    ],
)
def test_a_sort_key_orders_by_its_natural_direction_and_the_unknown_come_last(
    rows: list[ListRow], key: str, ids: list[int]
) -> None:
    assert [row.mal_id for row in sort_rows(rows, key)] == ids


def test_every_sort_key_keeps_every_row(rows: list[ListRow]) -> None:
    for key in SORT_KEYS:
        assert sorted(sort_rows(rows, key)) == sorted(rows)
        assert sorted(sort_rows(rows, f"-{key}")) == sorted(rows)


def test_an_unknown_sort_key_names_the_nearest() -> None:
    with pytest.raises(InvalidArgumentError) as wrong:
        sort_rows([], "scroe")
    assert wrong.value.hint == "did you mean score?"
