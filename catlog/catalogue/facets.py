"""Facets of a search: how many of its titles have each genre, and how many began in each year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catlog.catalogue.filters import TitleFacts


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts of a search: `genres` of its titles, `years` of what it would find without its own filter of years."""

    genres: Mapping[str, int] = field(default_factory=dict)
    years: Mapping[int, int] = field(default_factory=dict)


def genre_counts(places: Iterable[int], genre_places: Mapping[str, Sequence[int]], size: int) -> dict[str, int]:
    """Return how many of `places`, of a catalogue of `size` titles, have each genre."""
    found = bytearray(size)
    for place in places:
        found[place] = 1
    return {genre: sum(map(found.__getitem__, having)) for genre, having in genre_places.items()}


def year_counts(places: Iterable[int], facts: Sequence[TitleFacts]) -> dict[int, int]:
    """Return how many of `places` began in each year; those without a year count nowhere."""
    return dict(Counter(year for place in places if (year := facts[place].first_year) is not None))
