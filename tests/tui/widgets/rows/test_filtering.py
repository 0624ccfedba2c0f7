from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from catlog.catalogue.normalize import folded
from catlog.tui.widgets.rows.filtering import CHUNK, Filter, FilterSteps, Haystacks, queried, words

LETTERS = st.text("abé ", max_size=8)
TITLES = st.lists(st.text("abéñ \x00", max_size=12), max_size=30)
TYPING = st.lists(LETTERS, max_size=8)


def full(titles: list[str], text: str) -> list[int]:
    return [i for i, title in enumerate(titles) if all(word in folded(title) for word in folded(text).split())]


@given(TITLES, TYPING)
def test_narrowing_finds_what_a_full_filter_finds(titles: list[str], typing: list[str]) -> None:
    steps, haystacks = FilterSteps(), Haystacks(str)
    steps.restart(range(len(titles)), titles, haystacks)
    for text in typing:
        steps.apply(words(text), titles, haystacks)
        assert list(steps.hits) == full(titles, text)


@given(TITLES, LETTERS, TITLES)
def test_the_filter_holds_when_the_records_change(titles: list[str], text: str, others: list[str]) -> None:
    steps, haystacks = FilterSteps(), Haystacks(str)
    steps.restart(range(len(titles)), titles, haystacks)
    steps.apply(words(text), titles, haystacks)
    haystacks.clear()
    steps.restart(range(len(others)), others, haystacks)
    assert list(steps.hits) == full(others, text)


def test_the_next_letter_looks_through_what_is_left_alone() -> None:
    titles, looked = ["Naruto", "Nana", "Monster"], []

    class Texts(list[str]):
        def __getitem__(self, index: Any) -> Any:  # noqa: ANN401 - as of any list
            looked[-1].append(index)
            return super().__getitem__(index)

    class Spy(Haystacks[str]):
        def of(self, rows: Sequence[str]) -> Texts:
            return Texts(super().of(rows))

    steps, haystacks = FilterSteps(), Spy(str)
    steps.restart(range(3), titles, haystacks)
    for text in ("n", "na", "nar", "na", "n", ""):
        looked.append([])
        steps.apply(words(text), titles, haystacks)
    assert looked == [[0, 1, 2], [0, 1, 2], [0, 1], [], [], []]


def test_a_condition_is_asked_again_only_when_it_was_written_anew() -> None:
    asked = []

    def even(row: int) -> bool:
        asked.append(row)
        return row % 2 == 0

    steps, haystacks = FilterSteps(), Haystacks(str)
    steps.restart(range(10), range(10), haystacks)
    steps.apply(Filter((), {"is:even": even}), range(10), haystacks)
    steps.apply(Filter(("4",), {"is:even": lambda row: False}), range(10), haystacks)
    assert list(steps.hits) == [4]
    assert len(asked) == 10
    steps.apply(Filter(("4",)), range(10), haystacks)
    assert list(steps.hits) == [4]


def test_a_query_becomes_needles_and_conditions() -> None:
    class Words:
        needle = "saga"

        def __call__(self, row: str) -> bool:
            raise AssertionError("free words are looked for in the haystacks")

    class Query:
        sources = ("saga", "score>8")
        conditions = (Words(), lambda row: len(row) > 4)

    found = queried(Query())
    assert found.needles == ("saga",)
    assert list(found.matches(["saga", "sagas"], Haystacks(str), range(2))) == [1]


def test_haystacks_are_folded_many_at_a_time_and_one_by_one_alike() -> None:
    titles = [f"É{number}" for number in range(CHUNK + 5)]
    haystacks = Haystacks(str)
    assert not haystacks.prepare(titles)
    assert haystacks.prepare(titles)
    assert haystacks.of(titles) == [folded(title) for title in titles]
    haystacks.put(1, "Ünder")
    haystacks.retain([1, 3])
    assert haystacks.of(["Ünder", "É3"]) == ["under", "e3"]
