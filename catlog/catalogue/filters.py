"""The filters of a search, which all combine."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from catlog.catalogue.normalize import folded
from catlog.catalogue.vocabulary import ADULT_GENRES, AIRING_STATUSES, RATINGS, SEASONS, TYPES, named
from catlog.errors import InvalidArgumentError

YEARS = range(1900, 2101)
"""Years that a title can have."""

ADULT = RATINGS["rx"]
"""The rating of titles for adults."""

_SEASON_OF_MONTH = ("winter",) * 3 + ("spring",) * 3 + ("summer",) * 3 + ("fall",) * 3
_YEAR = re.compile("[0-9]{4}")
_SCORE = re.compile(r"[0-9]{1,2}(\.[0-9]{1,2})?")


class TitleFacts(NamedTuple):
    """The facts of a title that filters and orders use; unknown is None."""

    mal_id: int
    title: str
    type: str | None
    status: str | None
    episodes: int | None
    score: float | None
    rank: int | None
    season: str | None
    year: int | None
    aired_from: date | None
    aired_to: date | None
    rating: str | None
    members: int | None
    scored_by: int | None
    favorites: int | None

    @property
    def first_year(self) -> int | None:
        """The year of the source, which only TV has, else that of the first episode."""
        return self.year or (self.aired_from.year if self.aired_from else None)

    @property
    def first_season(self) -> str | None:
        """The season of the source, else that of the first episode."""
        return self.season or (_SEASON_OF_MONTH[self.aired_from.month - 1] if self.aired_from else None)


class ValueRange(NamedTuple):
    """A range that includes both ends; an open end is None."""

    low: float | None
    high: float | None

    @property
    def ends(self) -> tuple[float, float]:
        """Both ends; an open one is infinite."""
        return -math.inf if self.low is None else self.low, math.inf if self.high is None else self.high


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters that a title must all meet; None and empty ones are off. Of `statuses`, `types`, `ratings` one suffices.

    A title has all `genres` and none of `without_genres`, in the catalogue's spelling. `letter` begins its title, `sfw`
    excludes titles for adults, `on_list` tests the user's list, and `list_status` a status there. Unknown facts meet no
    filter except `sfw`.
    """

    genres: tuple[str, ...] = ()
    without_genres: tuple[str, ...] = ()
    years: ValueRange | None = None
    season: str | None = None
    statuses: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    scores: ValueRange | None = None
    ratings: tuple[str, ...] = ()
    sfw: bool = False
    letter: str | None = None
    on_list: bool | None = None
    list_status: str | None = None

    @property
    def needs_user(self) -> bool:
        """Whether a filter tests the user's list."""
        return self.on_list is not None or self.list_status is not None

    @property
    def is_own(self) -> bool:
        """Whether only titles of the user's list can match, so that a source has nothing to add."""
        return bool(self.on_list) or self.list_status is not None

    @property
    def excluded_genres(self) -> tuple[str, ...]:
        """All excluded genres."""
        return (*self.without_genres, *ADULT_GENRES) if self.sfw else self.without_genres

    @property
    def conditions(self) -> list[Callable[[TitleFacts], bool]]:
        """The conditions on the facts alone."""
        years, scores, season, statuses, types = self.years, self.scores, self.season, self.statuses, self.types
        ratings, letter = self.ratings, self.letter
        conditions: list[Callable[[TitleFacts], bool]] = []
        if statuses:
            conditions.append(lambda facts: facts.status in statuses)
        if types:
            conditions.append(lambda facts: facts.type in types)
        if scores:
            least, most = scores.ends
            conditions.append(lambda facts: facts.score is not None and least <= facts.score <= most)
        if years:
            first, last = years.ends
            conditions.append(lambda facts: first <= (facts.first_year or math.nan) <= last)
        if season:
            conditions.append(lambda facts: facts.first_season == season)
        if ratings:
            conditions.append(lambda facts: facts.rating in ratings)
        if self.sfw:
            conditions.append(lambda facts: facts.rating != ADULT)
        if letter:
            conditions.append(lambda facts: folded(facts.title).startswith(letter))
        return conditions


NO_FILTERS = Filters()
"""No filter, which every title meets."""


def parse_years(words: str) -> ValueRange:
    """Parse a year or a range of years: 2016, 2015..2020, 2015.., ..1999. Raises InvalidArgumentError."""
    return _parse_range(words, _year, "year", "a year as in 2016, or a range as in 2015..2020")


def parse_scores(words: str) -> ValueRange:
    """Parse a range of scores: 8 and 8.. are from 8 up, 7..9.5, ..5. Raises InvalidArgumentError."""
    found = _parse_range(words, _score, "score", "a score from 0 to 10, or a range as in 7..9.5")
    return found if ".." in words else ValueRange(found.low, None)


def parse_type(words: str) -> str:
    """Return the type named by `words`. Raises InvalidArgumentError with the nearest."""
    return _named(words, {name: name for name in TYPES}, "type")


def parse_status(words: str) -> str:
    """Return the stored status of the broadcast named by `words`. Raises InvalidArgumentError."""
    stored = {status: status for status in AIRING_STATUSES.values()}
    return _named(words, {**AIRING_STATUSES, **stored}, "status")


def parse_season(words: str) -> str:
    """Return the season named by `words`. Raises InvalidArgumentError."""
    return _named(words, dict(SEASONS), "season")


def parse_rating(words: str) -> str:
    """Return the stored age rating named by `words` (pg13, R+). Raises InvalidArgumentError."""
    stored = {rating: rating for rating in RATINGS.values()}
    return _named(words, {**RATINGS, **stored}, "rating")


def parse_letter(words: str) -> str:
    """Return the folded first letter or digit of titles. Raises InvalidArgumentError."""
    letter = folded(words)
    if len(letter) == 1 and len(words) == 1 and letter.isalnum():
        return letter
    raise InvalidArgumentError(f"{words[:40]!r} is no letter", hint="give one letter or digit")


def _named(words: str, options: dict[str, str], what: str) -> str:
    try:
        return named(words, options, what)
    except ValueError as problem:
        raise InvalidArgumentError(str(problem)) from None


def _parse_range(words: str, parse: Callable[[str], float], what: str, expected: str) -> ValueRange:
    low, ranged, high = words.partition("..")
    try:
        found = ValueRange(parse(low) if low or not ranged else None, parse(high) if high else None)
    except ValueError:
        raise InvalidArgumentError(f"{what} {words[:40]!r} cannot be read", hint=f"give {expected}") from None
    if not ranged:
        found = ValueRange(found.low, found.low)
    if (found.low or 0) > (math.inf if found.high is None else found.high):
        raise InvalidArgumentError(f"{what} {words} is empty: its end comes before its beginning")
    return found


def _year(words: str) -> float:
    if _YEAR.fullmatch(words) and int(words) in YEARS:
        return int(words)
    raise ValueError


def _score(words: str) -> float:
    if _SCORE.fullmatch(words) and float(words) <= 10:
        return float(words)
    raise ValueError
