"""The filter language, typed letter by letter into a list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catlog.library.entries import Status
from catlog.library.query import QueryError, parse_query
from catlog.library.records import ListRow
from catlog.tui.widgets.rows.filtering import Filter, FilterSteps, Haystacks, queried
from catlog.zones import UTC_ZONE

UNKNOWN = dict.fromkeys(ListRow._fields) | {"tags": (), "synonyms": (), "studios": (), "genres": (), "notes": ""}
ROWS = [
    ListRow(**(UNKNOWN | {"mal_id": number, "title": title, "status": status, "rating": rating, "tags": tags}))
    for number, (title, status, rating, tags) in enumerate(
        [
            ("Cowboy Bebop", Status.COMPLETED, 9, ("space",)),
            ("Pokémon", Status.ON_HOLD, None, ("long",)),
            ("One Piece", Status.WATCHING, 8, ("long", "sea")),
            ("Monster", Status.COMPLETED, 10, ()),
        ]
    )
]
QUERIES = (
    "score>=8 -tag:long mon",
    "status:completed,hold o",
    "piece | (score:9 tag:space)",
    '"one p" score<10',
    "-(mon or piece) b",
)


def text(row: ListRow) -> str:
    return "\n".join(row.titles)


@given(st.sampled_from(QUERIES), st.lists(st.integers(0, 30), max_size=12))
def test_a_query_typed_and_deleted_finds_what_it_finds_at_once(query: str, lengths: list[int]) -> None:
    steps: FilterSteps[ListRow] = FilterSteps()
    haystacks = Haystacks(text)
    steps.restart(range(len(ROWS)), ROWS, haystacks)
    for length in [*range(len(query) + 1), *lengths]:
        try:
            read = parse_query(query[:length], UTC_ZONE)
        except QueryError:
            continue
        steps.apply(queried(read), ROWS, haystacks)
        assert [ROWS[index] for index in steps.hits] == read.filter(ROWS)


def test_words_after_a_condition_narrow_what_it_has_left() -> None:
    first, second = (queried(parse_query(query, UTC_ZONE)) for query in ("score>=8 m", "score>=8 mon"))
    assert second.implies(first)
    assert second.remainder(first) == Filter(("mon",))
    assert not queried(parse_query("score>=9 mon", UTC_ZONE)).implies(first)


@pytest.mark.parametrize("query", ["a | b", "(a b)", "-a"])
def test_words_that_need_not_all_be_there_are_conditions(query: str) -> None:
    read = queried(parse_query(query, UTC_ZONE))
    assert read.needles == ()
    assert list(read.conditions) == [query]
