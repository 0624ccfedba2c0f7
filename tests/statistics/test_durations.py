"""MyAnimeList's words for a length, and spans of time for people."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from catlog.statistics.watched import format_duration, in_days, parse_duration


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("24 min per ep", 24 * 60),
        ("1 hr 52 min", 112 * 60),
        ("1 hr 1 min per ep", 61 * 60),
        ("30 sec per ep", 30),
        ("2 hr", 7200),
        ("1 hr 30 sec", 3630),
        ("3 min 20 sec per ep", 200),
        ("24 min. per ep.", 24 * 60),
        ("  1 hr.  5 min. ", 3900),
    ],
)
def test_the_forms_that_the_source_uses_are_read(words: str, seconds: int) -> None:
    assert parse_duration(words) == seconds


@pytest.mark.parametrize(
    "words", [None, "", "Unknown", "24", "0 min", "0 hr 0 min", "per ep", "min", "24 per ep", "-3 min", "1.5 hr", "24m"]
)
def test_whatever_else_is_unknown_and_never_guessed(words: str | None) -> None:
    assert parse_duration(words) is None


@given(st.integers(0, 30), st.integers(0, 240), st.integers(0, 240), st.booleans())
def test_every_length_that_can_be_written_is_read_back(hours: int, minutes: int, seconds: int, each: bool) -> None:
    parts = ((hours, "hr"), (minutes, "min"), (seconds, "sec"))
    words = " ".join(f"{number} {unit}" for number, unit in parts if number)
    assume(words)
    assert parse_duration(words + " per ep" * each) == 3600 * hours + 60 * minutes + seconds


@given(st.text(max_size=40) | st.from_regex(r"[0-9 hrminsecpo.]{0,24}", fullmatch=True))
def test_any_text_is_a_length_above_nothing_or_unknown(words: str) -> None:
    found = parse_duration(words)
    assert found is None or found > 0


@given(st.integers(0, 10**10))
def test_a_span_is_written_in_a_unit_that_comes_near_it(seconds: int) -> None:
    number, unit = format_duration(seconds).replace(",", "").split()
    size = {"s": 1, "min": 60, "h": 3600, "d": 86400}[unit]
    assert abs(float(number) * size - seconds) <= size / 2
    assert float(number) < {"s": 60, "min": 60, "h": 24, "d": 10**10}[unit]


def test_spans_read_as_people_write_them() -> None:
    assert [format_duration(s) for s in (30, 24 * 60, 5 * 3600 + 1800, 86400, 12_345_678)] == [
        "30 s",
        "24 min",
        "5.5 h",
        "1.0 d",
        "142.9 d",
    ]
    assert in_days(86400 * 3 // 2) == 1.5
