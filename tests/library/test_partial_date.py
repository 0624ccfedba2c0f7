"""Partial dates: every form people and list services write, and a reason for what is none."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catlog.errors import InvalidArgumentError
from catlog.library.partial_date import PartialDate

Parts = tuple[int | None, int | None, int | None]


@pytest.mark.parametrize(
    ("text", "parts", "shown"),
    [
        ("2021", (2021, None, None), "2021"),
        ("2021-05", (2021, 5, None), "2021-05"),
        ("2021-05-03", (2021, 5, 3), "2021-05-03"),
        ("2021-05-00", (2021, 5, None), "2021-05"),
        ("2021-00-00", (2021, None, None), "2021"),
        ("2021-00-03", (2021, None, 3), "2021-00-03"),
        ("0000-05-03", (None, 5, 3), "0000-05-03"),
        ("0000-02-29", (None, 2, 29), "0000-02-29"),
        (" 2021-5-3 ", (2021, 5, 3), "2021-05-03"),
    ],
)
def test_every_written_form_gives_its_parts_and_one_text(text: str, parts: Parts, shown: str) -> None:
    parsed = PartialDate.parse(text)
    assert parsed is not None
    assert parsed.parts == parts
    assert (parsed.year, parsed.month, parsed.day) == parts
    assert parsed == shown


@pytest.mark.parametrize("text", ["", "  ", "0000-00-00", "0000", "0000-00"])
def test_a_date_without_any_part_is_none(text: str) -> None:
    assert PartialDate.parse(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2021-02-31", "2021-02 has 28 days"),
        ("2020-02-30", "2020-02 has 29 days"),
        ("0000-02-30", "02 has 29 days"),
        ("2021-13", "there is no such month"),
        ("2021-00-32", "a month has 31 days"),
        ("21-05-03", "is no date"),
        ("yesterday", "is no date"),
        ("2021/05/03", "is no date"),
        ("2021-05-03T10:00", "is no date"),
    ],
)
def test_what_is_no_date_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(InvalidArgumentError, match=reason) as refused:
        PartialDate.parse(text)
    assert "2021-05-03" in refused.value.hint


def test_a_negative_part_and_a_year_of_five_digits_are_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="no such year"):
        PartialDate.of(12021)
    with pytest.raises(InvalidArgumentError, match="no such month"):
        PartialDate.of(2021, -1)


parts = st.tuples(
    st.none() | st.integers(1, 9999), st.none() | st.integers(1, 12), st.none() | st.integers(1, 31)
).filter(any)


@given(parts)
def test_every_date_comes_back_from_its_text_and_from_what_myanimelist_writes(values: Parts) -> None:
    try:
        made = PartialDate.of(*values)
    except InvalidArgumentError:
        return
    assert made is not None
    assert made.parts == values
    assert PartialDate.parse(str(made)) == made
    assert PartialDate.parse(made.mal()) == made
    assert len(made.mal()) == 10
    assert made.earliest <= made.latest


@given(st.dates(), st.dates())
def test_whole_days_sort_as_their_texts_do(one: date, other: date) -> None:
    assert (PartialDate.of_day(one) < PartialDate.of_day(other)) is (one < other)
    assert PartialDate.of_day(one).earliest == PartialDate.of_day(one).latest == one.isoformat()
