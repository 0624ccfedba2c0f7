"""What a search can ask of a title beside its words, and the orders of an answer; all of it combines."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, TypeAlias

from catlog.catalogue.vocabulary import AIRING_STATUSES, SEASONS, TYPES, named
from catlog.errors import InvalidArgumentError

YEARS = range(1900, 2101)
"""Years that a title can have."""

_SEASON_OF_MONTH = ("winter",) * 3 + ("spring",) * 3 + ("summer",) * 3 + ("fall",) * 3
_YEAR = re.compile("[0-9]{4}")
_SCORE = re.compile(r"[0-9]{1,2}(\.[0-9]{1,2})?")


class Facts(NamedTuple):
    """What filters and orders ask about a title; unknown is None."""

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

    @property
    def first_year(self) -> int | None:
        """The year it belongs to: the source names one for TV alone, for all others it began to air then."""
        return self.year or (self.aired_from.year if self.aired_from else None)

    @property
    def first_season(self) -> str | None:
        """The season it belongs to, in the same way."""
        return self.season or (_SEASON_OF_MONTH[self.aired_from.month - 1] if self.aired_from else None)


class Between(NamedTuple):
    """A range with both ends in it; an open end is None."""

    low: float | None
    high: float | None

    def has(self, value: float | None) -> bool:
        """Say whether a known value lies in the range."""
        return (
            value is not None and (self.low is None or value >= self.low) and (self.high is None or value <= self.high)
        )


@dataclass(frozen=True, slots=True)
class Filters:
    """What every title found must meet. Of `statuses` and `types` one is enough; None and empty ask nothing.

    `genres` it has all, of `without_genres` none, as the catalogue spells them. `on_list` asks whether it is on the
    searcher's list. What is not known of a title meets no filter.
    """

    genres: tuple[str, ...] = ()
    without_genres: tuple[str, ...] = ()
    years: Between | None = None
    season: str | None = None
    statuses: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    scores: Between | None = None
    on_list: bool | None = None

    @property
    def of_facts(self) -> list[Callable[[Facts], bool]]:
        """The conditions on the facts alone."""
        years, scores, season, statuses, types = self.years, self.scores, self.season, self.statuses, self.types
        conditions: list[Callable[[Facts], bool]] = []
        if statuses:
            conditions.append(lambda facts: facts.status in statuses)
        if types:
            conditions.append(lambda facts: facts.type in types)
        if scores:
            conditions.append(lambda facts: scores.has(facts.score))
        if years:
            conditions.append(lambda facts: years.has(facts.first_year))
        if season:
            conditions.append(lambda facts: facts.first_season == season)
        return conditions


NO_FILTERS = Filters()
"""What every title meets."""

_Key: TypeAlias = Callable[[Facts], Any]

RELEVANCE, POPULARITY = "relevance", "popularity"

_KEYS: dict[str, tuple[_Key, bool]] = {
    "score": (lambda facts: facts.score, True),
    "rank": (lambda facts: facts.rank, False),
    "title": (lambda facts: facts.title.casefold(), False),
    "year": (lambda facts: facts.first_year, True),
    "aired": (lambda facts: facts.aired_from, True),
    "episodes": (lambda facts: facts.episodes, True),
    "id": (lambda facts: facts.mal_id, False),
}

ORDERS = (RELEVANCE, POPULARITY, *_KEYS)
"""The names of all orders: relevance is how well the words fit, popularity how many have the title on their lists."""


def parse_order(words: str) -> str:
    """Return a valid order, `-` before it for the other way round. Raises InvalidArgumentError."""
    name = words.removeprefix("-")
    try:
        return words[: len(words) - len(name)] + named(name, {order: order for order in ORDERS}, "order")
    except ValueError as problem:
        raise InvalidArgumentError(str(problem)) from None


def ordered(places: Sequence[int], facts: Sequence[Facts], order: str) -> list[int]:
    """Return `places` in one of `_KEYS`' orders, unknown last, ties as they were."""
    key, falls = _KEYS[order.removeprefix("-")]
    known = [place for place in places if key(facts[place]) is not None]
    unknown = [place for place in places if key(facts[place]) is None]
    known.sort(key=lambda place: key(facts[place]), reverse=falls is not order.startswith("-"))
    return known + unknown


def parse_years(words: str) -> Between:
    """Read a year or a range of years: 2016, 2015..2020, 2015.., ..1999. Raises InvalidArgumentError."""
    return _parse_range(words, _year, "year", "a year as in 2016, or a range as in 2015..2020")


def parse_scores(words: str) -> Between:
    """Read a range of scores: 8 and 8.. are from 8 up, 7..9.5, ..5. Raises InvalidArgumentError."""
    found = _parse_range(words, _score, "score", "a score from 0 to 10, or a range as in 7..9.5")
    return found if ".." in words else Between(found.low, None)


def parse_type(words: str) -> str:
    """Return the type that `words` name. Raises InvalidArgumentError with the nearest."""
    return _named(words, {name: name for name in TYPES}, "type")


def parse_status(words: str) -> str:
    """Return the state of the broadcast that `words` name, as it is stored. Raises InvalidArgumentError."""
    stored = {status: status for status in AIRING_STATUSES.values()}
    return _named(words, {**AIRING_STATUSES, **stored}, "status")


def parse_season(words: str) -> str:
    """Return the season that `words` name. Raises InvalidArgumentError."""
    return _named(words, dict(SEASONS), "season")


def _named(words: str, options: dict[str, str], what: str) -> str:
    try:
        return named(words, options, what)
    except ValueError as problem:
        raise InvalidArgumentError(str(problem)) from None


def _parse_range(words: str, parse: Callable[[str], float], what: str, expected: str) -> Between:
    low, ranged, high = words.partition("..")
    try:
        found = Between(parse(low) if low or not ranged else None, parse(high) if high else None)
    except ValueError:
        raise InvalidArgumentError(f"{what} {words[:40]!r} cannot be read", hint=f"give {expected}") from None
    if not ranged:
        found = Between(found.low, found.low)
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
