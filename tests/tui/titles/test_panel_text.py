"""The texts of the panel of a title: names, sentences, dates and the strip of a franchise."""

from datetime import UTC, date, datetime, timedelta

import pytest

from catlog.catalogue.details import RankDay
from catlog.catalogue.franchise import FranchiseTitle
from catlog.library.partial_date import PartialDate
from catlog.tui.day_words import date_words, left_words, span_words, time_words
from catlog.tui.glyphs import UNICODE
from catlog.tui.titles.facts import rank_moves
from catlog.tui.titles.order_strip import MOST_ROWS, order_strip, short_name
from catlog.tui.titles.panel_text import whole_sentences
from catlog.tui.titles.spans import hours
from catlog.zones import UTC_ZONE

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)


def test_a_synopsis_ends_with_a_sentence_that_fits() -> None:
    text = "One short sentence. Another one, which is longer than the first. A third."
    assert whole_sentences(text, 40, 1) == ["One short sentence."]
    assert whole_sentences(text, 40, 9)[-1].endswith("A third.")
    assert whole_sentences("word " * 40, 20, 2)[-1].endswith("…"), "a first sentence without an end is cut"


@pytest.mark.parametrize(
    ("title", "names", "short"),
    [
        ("Ao no Hako Season 2", ["Ao no Hako", "Ao no Hako Season 2"], "Season 2"),
        ("Bleach: Sennen Kessen-hen", ["Bleach", "Bleach: Sennen Kessen-hen"], "Sennen Kessen-hen"),
        ("Kaze Movie 2", ["Kaze Movie 1", "Kaze Movie 2"], "2"),
        ("Another", ["Kaze", "Another"], "Another"),
    ],
)
def test_a_later_title_of_a_franchise_has_the_name_that_it_adds(title: str, names: list[str], short: str) -> None:
    assert short_name(title, names) == short


def _works(count: int) -> list[FranchiseTitle]:
    return [
        FranchiseTitle(n, f"Kaze no Uta Season {n}", "", "TV", 12, date(2000 + n, 1, 1), None, None, True)
        for n in range(1, count + 1)
    ]


def test_a_long_franchise_is_shown_around_the_title_in_few_lines() -> None:
    strip = order_strip(_works(40), 20, glyphs=UNICODE, today=TODAY, width=44)
    text = ["".join(span.text for span in line) for line in strip]
    assert len(text) == MOST_ROWS
    assert any("20" in line for line in text)
    assert all(len(line) <= 44 for line in text)
    assert order_strip(_works(1), 1, glyphs=UNICODE, today=TODAY, width=44) == []


def test_the_move_of_a_rank_is_that_of_a_week_and_its_rest_is_counted_in_days() -> None:
    days = [RankDay(TODAY - timedelta(days=9 - n), rank, None) for n, rank in enumerate((9, 9, 9, 8, 7, 7, 5, 5, 5, 5))]
    assert rank_moves(days) == (4, 3)
    assert rank_moves([]) == (None, None)
    assert rank_moves([RankDay(TODAY, None, 8.0)]) == (None, None)


def test_dates_are_short_in_this_year_and_of_the_month_before() -> None:
    assert date_words(PartialDate("2026-11-12"), TODAY) == "12 Nov"
    assert date_words(PartialDate("2024-06-09"), TODAY) == "Jun 2024"
    assert date_words(PartialDate("2024-06-09"), TODAY, whole=True) == "9 Jun 2024"
    assert date_words(PartialDate("2019"), TODAY) == "2019"
    assert span_words(PartialDate("2025-05-02"), PartialDate("2025-05-25"), TODAY) == "2 to 25 May 2025"
    assert span_words(PartialDate("2026-03-28"), PartialDate("2026-05-26"), TODAY) == "28 Mar to 26 May"
    assert span_words(PartialDate("2026-10-17"), None, TODAY) == "since 17 Oct"
    assert span_words(None, None, TODAY) == ""


def test_times_are_relative_within_a_week() -> None:
    assert time_words(NOW + timedelta(days=2), NOW, UTC_ZONE) == "Tue 18:00"
    assert time_words(NOW + timedelta(days=20), NOW, UTC_ZONE) == "12 Dec"
    assert [left_words(timedelta(minutes=n)) for n in (0, 90, 34 * 60, 6 * 1440)] == [
        "now",
        "in 90 min",
        "in 34 h",
        "in 6 d",
    ]
    assert [hours(seconds) for seconds in (1440, 40_320, 705_600)] == ["24 min", "11 h 12 min", "196 h"]
