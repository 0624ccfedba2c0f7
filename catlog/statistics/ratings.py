"""The owner's ratings, by themselves and beside MyAnimeList's scores. What has no rating or no score never counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from catlog.library.records import ListRow
from catlog.library.status import RATINGS

DECIMALS = 4
"""Of every mean, deviation and rate."""

MOST_DIFFERENT = 5
"""How many titles are named on either side of MyAnimeList's score."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One title rated differently: `difference` is the rating less MyAnimeList's score."""

    mal_id: int
    title: str
    rating: int
    score: float
    difference: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """The ratings against MyAnimeList's scores, over the `titles` that have both.

    `mean_difference` is `mean_rating` less `mean_score`; `higher` and `lower` are the titles with the biggest
    differences, biggest first.
    """

    titles: int
    mean_rating: float
    mean_score: float
    mean_difference: float
    higher: tuple[Difference, ...]
    lower: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Ratings:
    """All ratings 1-10: mean, sample deviation (n - 1; None below two), and how many titles have each, from 1 to 10."""

    rated: int
    mean: float | None
    deviation: float | None
    distribution: tuple[int, ...]
    against: Comparison | None


def ratings(rows: Iterable[ListRow]) -> Ratings:
    """Return the figures of all ratings of a list."""
    rated = [row for row in rows if row.rating is not None]
    values = [row.rating for row in rated if row.rating is not None]
    return Ratings(
        rated=len(values),
        mean=mean_of(values),
        deviation=round(stdev(values), DECIMALS) if len(values) > 1 else None,
        distribution=tuple(values.count(rating) for rating in RATINGS),
        against=_against(rated),
    )


def mean_of(ratings: Sequence[int]) -> float | None:
    """Return the mean of some ratings; None of none."""
    return round(fmean(ratings), DECIMALS) if ratings else None


def _against(rated: Sequence[ListRow]) -> Comparison | None:
    both = [
        Difference(row.mal_id, row.title, row.rating, row.mal_score, round(row.rating - row.mal_score, 2))
        for row in rated
        if row.rating is not None and row.mal_score is not None
    ]
    if not both:
        return None
    ordered = sorted(both, key=lambda one: (-abs(one.difference), one.title, one.mal_id))
    return Comparison(
        titles=len(both),
        mean_rating=round(fmean(one.rating for one in both), DECIMALS),
        mean_score=round(fmean(one.score for one in both), DECIMALS),
        mean_difference=round(fmean(one.rating - one.score for one in both), DECIMALS),
        higher=tuple(one for one in ordered if one.difference > 0)[:MOST_DIFFERENT],
        lower=tuple(one for one in ordered if one.difference < 0)[:MOST_DIFFERENT],
    )
