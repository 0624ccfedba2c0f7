"""Instants in few letters."""

from datetime import UTC, date, datetime, timedelta

import pytest

from catlog.tui.screens.home.when import day_text, since, until
from catlog.zones import UTC_ZONE

MONDAY = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (timedelta(minutes=59), "in 59 min"),
        (timedelta(hours=34), "in 34 h"),
        (timedelta(hours=36), "Wed 00:00"),
        (timedelta(days=5, hours=19, minutes=30), "Sun 07:30"),
        (timedelta(days=12), "12 Dec"),
        (timedelta(days=34), "3 Jan"),
        (timedelta(days=400), "Jan 2028"),
    ],
)
def test_what_comes_is_told_by_hours_then_by_its_day_then_by_its_date(left: timedelta, told: str) -> None:
    assert until(MONDAY + left, MONDAY, UTC_ZONE) == told


@pytest.mark.parametrize(
    ("days", "told"), [(0, "today"), (1, "yesterday"), (6, "Tuesday"), (7, "23 Nov"), (700, "Dec 2024")]
)
def test_what_is_out_is_told_by_its_day(days: int, told: str) -> None:
    assert since(MONDAY - timedelta(days=days), MONDAY, UTC_ZONE) == told


def test_a_day_of_another_year_names_it_unless_it_is_near() -> None:
    assert day_text(date(2027, 1, 3), MONDAY.date()) == "3 Jan"
    assert day_text(date(2024, 6, 2), MONDAY.date()) == "Jun 2024"
