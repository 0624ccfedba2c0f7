"""The filter language: what it finds, and where it says that something is wrong."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catlog import clock
from catlog.library.entries import Status
from catlog.library.fields import FIELDS
from catlog.library.partial_date import PartialDate
from catlog.library.query import QueryError, parse_query
from catlog.library.records import ListRow
from catlog.zones import UTC_ZONE

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def row(mal_id: int, title: str, **values: object) -> ListRow:
    known = dict.fromkeys(ListRow._fields) | {
        "mal_id": mal_id,
        "title": title,
        "status": Status.PLAN_TO_WATCH,
        "episodes_watched": 0,
        "rewatching": False,
        "rewatch_count": 0,
        "notes": "",
        "tags": (),
        "favorite": False,
        "updated_at": NOW,
        "created_at": NOW,
        "version": 1,
        "synonyms": (),
        "studios": (),
        "genres": (),
    }
    return ListRow(**(known | values))


BEBOP = row(
    1,
    "Cowboy Bebop",
    type="TV",
    status=Status.COMPLETED,
    rating=9,
    mal_score=8.75,
    episodes=26,
    episodes_watched=26,
    start_date=PartialDate("2019"),
    finish_date=PartialDate("2019-07-14"),
    tags=("space", "to rewatch"),
    year=1998,
    season="spring",
    studios=("Sunrise",),
    genres=("Action", "Sci-Fi"),
    title_japanese="カウボーイビバップ",
    updated_at=datetime(2026, 11, 1, 23, 59, tzinfo=UTC),
)
FRIEREN = row(
    52991,
    "Sousou no Frieren",
    type="TV",
    status=Status.WATCHING,
    rating=10,
    mal_score=9.3,
    episodes=28,
    episodes_watched=14,
    favorite=True,
    year=2023,
    season="fall",
    genres=("Adventure", "Drama", "Slice of Life"),
    title_english="Frieren: Beyond Journey’s End",
    synonyms=("Frieren at the Funeral",),
    notes="Himmel the Hero",
    tags=("x",),
)
POKEMON = row(
    527, "Pokémon", type="TV Special", status=Status.ON_HOLD, rating=None, mal_score=7.4, year=1997, tags=("xy",)
)
PIECE = row(
    21, "One Piece", type="TV", status=Status.DROPPED, rating=4, episodes_watched=130, year=1999, rewatch_count=2
)
EIGHTY_SIX = row(
    41457,
    "86",
    type="TV",
    status=Status.COMPLETED,
    rating=8,
    episodes=11,
    episodes_watched=3,
    rewatching=True,
    year=2021,
    finish_date=PartialDate("2021"),
    genres=("Drama",),
)
ROWS = (BEBOP, FRIEREN, POKEMON, PIECE, EIGHTY_SIX)
ALL = {1, 52991, 527, 21, 41457}


def found(query: str) -> set[int]:
    with clock.stopped_at(NOW):
        return {row.mal_id for row in parse_query(query, UTC_ZONE).filter(ROWS)}


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", ALL),
        ("   ", ALL),
        ("score>=8 genre:drama -tag:x year:2015..2022 status:completed", {41457}),
        ("score>=8 genre:drama", {52991, 41457}),
        ("rating:9", {1}),
        ("score=9..10", {1, 52991}),
        ("score!=9", ALL - {1}),
        ("-score:9", ALL - {1}),
        ("score<8", {21}),
        ("score:none", {527}),
        ("score:any", ALL - {527}),
        ("mal>8.7", {1, 52991}),
        ("mal:..8", {527}),
        ("mal:8..", {1, 52991}),
        ("genre:slice", {52991}),
        ("genre=slice", set()),
        ('genre="slice of life"', {52991}),
        ("genre:sci-fi", {1}),
        ("genre:drama,action", {1, 52991, 41457}),
        ("genre!=drama,action", {527, 21}),
        ("tag:x", {52991}),
        ("tag:rewatch", {1}),
        ("tag:none", {21, 41457}),
        ("studio:sunrise", {1}),
        ("season:spring", {1}),
        ("season:autumn", {52991}),
        ("status:hold", {527}),
        ("status:on_hold", {527}),
        ("status:watching,dropped", {52991, 21}),
        ("type:tv", ALL - {527}),
        ("type:tv-special", {527}),
        ("episodes>20", {1, 52991}),
        ("watched>=100", {21}),
        ("progress:50%", {52991}),
        ("progress<50", {41457}),
        ("favorite:yes", {52991}),
        ("favourite:no -watching", {1, 527, 21, 41457}),
        ("rewatching:yes", {41457}),
        ("rewatches>0", {21}),
        ("notes:himmel", {52991}),
        ("notes:none", ALL - {52991}),
        ("title:piece", {21}),
        ("title=piece", set()),
        ('title="one piece"', {21}),
        ("finished:2019", {1}),
        ("finished:2019-07", {1}),
        ("finished<2020", {1}),
        ("finished>=2020", {41457}),
        ("finished<2021-05", {1}),
        ("finished>2021-05", set()),
        ("finished:2018..2019-07-14", {1}),
        ("started:none", ALL - {1}),
        ("updated<2026-11-02", {1}),
        ("updated>=7d", ALL - {1}),
        ("updated:today", ALL - {1}),
        ("frieren", {52991}),
        ("FUNERAL", {52991}),
        ('"journey\'s end"', {52991}),
        ("pokemon", {527}),
        ("カウボーイ", {1}),
        ("ｃｏｗｂｏｙ", {1}),
        ("86", {41457}),
        ('"one piece"', {21}),
        ("piece one", {21}),
        ("piece | bebop", {21, 1}),
        ("piece or bebop", {21, 1}),
        ("score>=8 AND genre:drama", {52991, 41457}),
        ("NOT status:dropped", ALL - {21}),
        ("not not status:dropped", {21}),
        ("Not (status:dropped OR status:hold)", ALL - {21, 527}),
        ("-not status:dropped", {21}),
        ("not genre:drama and type:tv", {1, 21}),  # not binds before and
        ("piece or genre:drama and score:8", {21, 41457}),  # and binds before or
        ("(piece or genre:drama) And score:8", {41457}),
        ("score>=8 not(genre:drama)and type:tv", {1}),
        ('"and"', set()),
        ('"not"', set()),
        ('cowboy "and" bebop', set()),
        ("andromeda", set()),
        ("piece OR bebop", {21, 1}),
        ("(score>=9 | tag:xy) -frieren", {1, 527}),
        ("-(score>=9 | tag:xy)", {21, 41457}),
        ("score>=9 | tag:xy -frieren", {1, 52991, 527}),
        ("--score:9", {1}),
        ("score >= 9", {1, 52991}),
        ("SCORE:9", {1}),
        ('notes:"the hero"', {52991}),
        ("orange", set()),
    ],
)
def test_a_query_finds(query: str, ids: set[int]) -> None:
    assert found(query) == ids


@pytest.mark.parametrize(
    ("query", "column", "problem", "hint"),
    [
        ("scor:8", 0, "unknown field 'scor'", "did you mean score?"),
        ("genre:drama  zzz:1", 13, "unknown field 'zzz'", "fields: score"),
        ("score:", 0, "a value is missing after 'score:'", ""),
        ("score>=abc", 7, "score needs a number", ""),
        ("score:9..7", 6, "its end comes before its beginning", ""),
        ("status:wachting", 7, "did you mean watching?", ""),
        ("favorite:perhaps", 9, "it is one of", ""),
        ("genre>drama", 6, "genre cannot be compared with >", ""),
        ("finished:2021-02-31", 9, "needs a date", ""),
        ("(score:8", 0, 'this "(" is never closed', ""),
        ("score:8)", 7, "nothing was opened", ""),
        ('bebop "one', 6, "this quote is never closed", ""),
        ('notes:"x', 6, "this quote is never closed", ""),
        ("score:8 |", 9, "a condition is missing after '|'", ""),
        ("| score:8", 0, "a condition is missing here", ""),
        ("()", 1, "a condition is missing here", ""),
        ("bebop -", 6, "missing after", ""),
        ("-|bebop", 0, "missing after", ""),
        ('"bebop" >8', 8, "a field is missing", "quotes"),
        ("(" * 60 + "x" + ")" * 60, 51, "more than 50 levels", ""),
    ],
)
def test_a_mistake_is_told_with_its_column_and_the_way_out(query: str, column: int, problem: str, hint: str) -> None:
    with pytest.raises(QueryError) as wrong:
        parse_query(query, UTC_ZONE)
    assert problem in wrong.value.message
    assert hint in wrong.value.hint
    assert wrong.value.column == column
    assert f"column {column + 1}" in wrong.value.message
    assert wrong.value.caret == " " * column + "^"


def test_the_caret_stands_under_its_column_after_wide_characters() -> None:
    with pytest.raises(QueryError) as wrong:
        parse_query("銀魂 scor:8", UTC_ZONE)
    assert wrong.value.caret == " " * 5 + "^"


def column_of_mistake(text: str) -> int:
    try:
        parse_query(text, UTC_ZONE).filter(ROWS)
    except QueryError as wrong:
        return wrong.column
    return 0


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_at_a_column_of_it(text: str) -> None:
    assert 0 <= column_of_mistake(text) <= len(text)


words = st.sampled_from(
    [
        "score",
        ">=",
        "8",
        ":",
        "..",
        "genre",
        "drama",
        "-",
        "(",
        ")",
        "|",
        "or",
        '"',
        " ",
        ",",
        "none",
        "2021-05",
        "status",
    ]
)


@given(st.lists(words, max_size=14).map("".join))
def test_anything_made_of_the_language_s_own_words_is_read_or_refused(text: str) -> None:
    assert 0 <= column_of_mistake(text) <= len(text)


def test_every_field_can_be_asked_for_and_says_what_it_is() -> None:
    for field in FIELDS:
        assert field.help
        for name in field.names:
            assert found(f"{name}:any") | found(f"{name}:none") == ALL


def test_each_condition_knows_how_it_is_written() -> None:
    assert parse_query('  score >= 8  -tag:x "two words" (a | b)', UTC_ZONE).sources == (
        "score >= 8",
        "-tag:x",
        '"two words"',
        "(a | b)",
    )
    assert parse_query("a or b c", UTC_ZONE).sources == ("a or b c",)
    assert parse_query(" ", UTC_ZONE).sources == ()


@pytest.mark.parametrize(
    ("query", "column", "problem"),
    [
        ("and bebop", 0, "missing before 'and'"),
        ("bebop AND", 9, "missing after 'AND'"),
        ("bebop and and piece", 10, "missing after 'and'"),
        ("bebop and | piece", 10, "missing after 'and'"),
        ("(bebop and) piece", 10, "missing after 'and'"),
        ("bebop NOT", 6, "missing after 'NOT'"),
        ("not or piece", 0, "missing after 'not'"),
    ],
)
def test_a_word_of_the_language_alone_is_pointed_at_and_told_to_be_quoted(
    query: str, column: int, problem: str
) -> None:
    with pytest.raises(QueryError, match=problem) as refused:
        parse_query(query, UTC_ZONE)
    assert (refused.value.column, refused.value.hint) == (column, "the word itself goes into quotes")
