"""Shared option types."""

from datetime import date

import click
import pytest

from catlog.cli.options import COUNT, COUNT_LIMIT, DAY, WORDS


def test_a_day_is_an_iso_date() -> None:
    assert DAY.convert("2024-02-29", None, None) == date(2024, 2, 29)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2023-02-29",
        "20240229",
        "2024-W09-4",
        "29.02.2024",
        "2024-2-9",
        "2024-02-29T00:00",
        "２０２４-02-29",
        "0000-01-01",
    ],
)
def test_anything_else_is_no_day(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is not a day"):
        DAY.convert(text, None, None)


def test_a_count_is_a_whole_number_from_1_up() -> None:
    assert COUNT.convert("25", None, None) == 25
    assert COUNT.convert(str(COUNT_LIMIT), None, None) == COUNT_LIMIT


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "1_000", "٣", "", "x", str(COUNT_LIMIT + 1), "9" * 5000])
def test_anything_else_is_no_count(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is not a whole number"):
        COUNT.convert(text, None, None)


def test_words_are_cleaned_and_never_empty() -> None:
    assert WORDS.convert("  a\x1b[31mb\n", None, None) == "a[31mb"
    with pytest.raises(click.BadParameter):
        WORDS.convert("\x1b\x00", None, None)
