"""The seasons of the year as in MyAnimeList: winter is January to March."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from catlog.catalogue.filters import YEARS, parse_season
from catlog.errors import InvalidArgumentError

SEASON_NAMES = ("winter", "spring", "summer", "fall")
"""The four, from January on."""


class Season(NamedTuple):
    """One season of one year; `number` is in chronological order."""

    year: int
    name: str

    @property
    def number(self) -> int:
        """The number of seasons before it."""
        return self.year * len(SEASON_NAMES) + SEASON_NAMES.index(self.name)

    def moved(self, seasons: int) -> Season:
        """Return the season so many seasons later, or earlier when negative."""
        year, place = divmod(self.number + seasons, len(SEASON_NAMES))
        return Season(year, SEASON_NAMES[place])

    def __str__(self) -> str:
        """Return the season in words: fall 2026."""
        return f"{self.name} {self.year}"


def season_of(day: date) -> Season:
    """Return the season of a day."""
    return Season(day.year, SEASON_NAMES[(day.month - 1) // 3])


def parse_season_of_year(year: str, season: str) -> Season:
    """Parse a year and a season (autumn is fall). Raises InvalidArgumentError with a hint."""
    if not (year.isascii() and year.isdecimal() and int(year) in YEARS):
        raise InvalidArgumentError(
            f"{year[:40]!r} is no year", hint=f"give one from {YEARS[0]} to {YEARS[-1]}, as in 2023 fall"
        )
    return Season(int(year), parse_season(season))
