"""The orders of a search result, by name; `-` reverses one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from catlog.catalogue.filters import TitleFacts
from catlog.catalogue.vocabulary import named
from catlog.errors import InvalidArgumentError

_Key: TypeAlias = Callable[[TitleFacts], Any]

RELEVANCE, POPULARITY = "relevance", "popularity"

_KEYS: dict[str, tuple[_Key, bool]] = {
    "score": (lambda facts: facts.score, True),
    "rank": (lambda facts: facts.rank, False),
    "title": (lambda facts: facts.title.casefold(), False),
    "year": (lambda facts: facts.first_year, True),
    "aired": (lambda facts: facts.aired_from, True),
    "ended": (lambda facts: facts.aired_to, True),
    "episodes": (lambda facts: facts.episodes, True),
    "members": (lambda facts: facts.members, True),
    "votes": (lambda facts: facts.scored_by, True),
    "favorites": (lambda facts: facts.favorites, True),
    "id": (lambda facts: facts.mal_id, False),
}

ORDERS = (RELEVANCE, POPULARITY, *_KEYS)
"""The names of all orders: relevance is how well the words match, popularity how many lists have the title."""


def parse_order(words: str) -> str:
    """Return a valid order, with `-` where it is reversed. Raises InvalidArgumentError."""
    name = words.removeprefix("-")
    try:
        return words[: len(words) - len(name)] + named(name, {order: order for order in ORDERS}, "order")
    except ValueError as problem:
        raise InvalidArgumentError(str(problem)) from None


def ordered(places: Sequence[int], facts: Sequence[TitleFacts], order: str) -> list[int]:
    """Return `places` in one of `_KEYS`' orders, unknown values last; the sort is stable."""
    key, falls = _KEYS[order.removeprefix("-")]
    known = [place for place in places if key(facts[place]) is not None]
    unknown = [place for place in places if key(facts[place]) is None]
    known.sort(key=lambda place: key(facts[place]), reverse=falls is not order.startswith("-"))
    return known + unknown
