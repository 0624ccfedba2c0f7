"""Score every title for a list: a linear model of one viewer's taste, learned from that list alone.

The features of a title are its genres, studios, source material, type, half-decade, popularity and score. Ridge
regression fits them to the list: a title on it has weight `LISTED` and value `worth`, every other title the value
0. So the model learns what distinguishes this list, ratings and popularity included. Titles of a franchise on the
list gain `GOING_ON` times the mean value of its titles; votes by viewers of the list's titles add to it.

The constants were chosen by `bench.recommendations --tune`, on other splits of the lists than those reported.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from catlog.library.entries import Status

Floats: TypeAlias = npt.NDArray[np.float32]

LISTED = 5.0
SHRINKAGE = 200.0
GOING_ON = 0.5
PER_VOTE = 0.1
"""Gain for each doubling of the votes, from a title with the value 1; set by hand."""

_UNDESCRIBED = 0.2
"""Weight of a title without a known genre."""

_STUDIO = 0.7
_MOST_STUDIOS = 200
_RARE = 5
_PER_POINT = 0.25
_LIKED = 0.6
_UNRATED: Mapping[Status, float] = {
    Status.COMPLETED: 0.5,
    Status.WATCHING: 0.5,
    Status.PLAN_TO_WATCH: 0.5,
    Status.ON_HOLD: 0.2,
    Status.DROPPED: -0.2,
}
_USUAL_MEAN = 7.5


class TitleFeatures(NamedTuple):
    """The features of one title; unknown is None or empty."""

    mal_id: int
    type: str | None
    source: str | None
    year: int | None
    score: float | None
    members: int | None
    genres: tuple[str, ...]
    studios: tuple[str, ...]


class Opinion(NamedTuple):
    """Status and rating of one title on a list."""

    mal_id: int
    status: Status
    rating: int | None = None


class Vote(NamedTuple):
    """`votes` viewers of `mal_id` recommend `other_id`."""

    mal_id: int
    other_id: int
    votes: int


class Feature(NamedTuple):
    """One feature that titles share: kind is genre, studio, source, type or years."""

    kind: str
    name: str


class Scores(NamedTuple):
    """The fit of each title, in standard deviations from the mean of all, and the weight of each feature."""

    fit: Floats
    weights: Floats


class Features:
    """All titles as rows of a matrix, independent of users. Thread-safe."""

    def __init__(self, titles: Sequence[TitleFeatures]) -> None:
        self.ids = [title.mal_id for title in titles]
        self.places = {mal_id: place for place, mal_id in enumerate(self.ids)}
        described = [list(_features(title)) for title in titles]
        counts = Counter(feature for some in described for feature in some)
        self.names = _worth_a_column(counts)
        column = {feature: number for number, feature in enumerate(self.names)}
        self.rarity: Floats = np.array([math.log(len(titles) / counts[name]) for name in self.names], np.float32)
        self.has = np.zeros((len(titles), len(self.names)), np.float32)
        for place, some in enumerate(described):
            self.has[place, [column[feature] for feature in some if feature in column]] = 1
        self._described = np.array([1.0 if title.genres else _UNDESCRIBED for title in titles], np.float32)
        self._figures = _figures(titles)

    @cached_property
    def matrix(self) -> Floats:
        """The features, studios with a lower weight, then popularity and score, and a column of ones."""
        scale = np.array([_STUDIO if name.kind == "studio" else 1.0 for name in self.names], np.float32)
        ones = np.ones((len(self.ids), 1), np.float32)
        return np.concatenate((self.has * scale, self._figures, ones), axis=1)

    @cached_property
    def _gram(self) -> npt.NDArray[np.float64]:
        """The normal equations without any list; the constant is not shrunk."""
        shrinkage = np.full(self.matrix.shape[1], SHRINKAGE)
        shrinkage[-1] = 1e-3
        return (self.matrix * self._described[:, None]).T @ self.matrix + np.diag(shrinkage)

    def scores(
        self, opinions: Sequence[Opinion], franchise: Mapping[int, int] | None = None, votes: Iterable[Vote] = ()
    ) -> Scores:
        """Return the fit of every title for a list, in the order of `ids`; opinions on other titles are ignored.

        `franchise` has the franchise of each title. Without opinions, popularity and score decide.
        """
        values = {mal_id: value for mal_id, value in worth(opinions).items() if mal_id in self.places}
        if not values:
            fit = self._figures[:, 0] + self._figures[:, 2]
            return Scores(_standardised(fit), np.zeros(len(self.names), np.float32))
        places = np.array([self.places[mal_id] for mal_id in values])
        targets = np.array(list(values.values()), np.float64)
        rows = self.matrix[places].astype(np.float64)
        extra = (LISTED - self._described[places])[:, None]
        gram = self._gram + (rows * extra).T @ rows
        weights = np.linalg.solve(gram, rows.T @ (LISTED * targets)).astype(np.float32)
        fit = _standardised(self.matrix @ weights)
        fit += GOING_ON * self._of_franchise(values, franchise or {})
        for mal_id, other_id, count in votes:
            if mal_id in values and other_id in self.places:
                fit[self.places[other_id]] += PER_VOTE * values[mal_id] * math.log2(1 + count)
        return Scores(fit, weights[: len(self.names)])

    def _of_franchise(self, values: Mapping[int, float], franchise: Mapping[int, int]) -> Floats:
        known: dict[int, list[float]] = defaultdict(list)
        for mal_id, value in values.items():
            if mal_id in franchise:
                known[franchise[mal_id]].append(value)
        means = {name: sum(some) / len(some) for name, some in known.items()}
        return np.array([means.get(franchise.get(mal_id, 0), 0.0) for mal_id in self.ids], np.float32)


def worth(opinions: Sequence[Opinion]) -> dict[int, float]:
    """Return the value of each title on a list to its owner, about -1 to 1.

    A rating counts relative to the owner's mean, a quarter per point; without one the status decides. A dropped title
    never has more than the value of its status.
    """
    ratings = [opinion.rating for opinion in opinions if opinion.rating]
    mean = sum(ratings) / len(ratings) if ratings else _USUAL_MEAN
    found = {}
    for mal_id, status, rating in opinions:
        value = _LIKED + (rating - mean) * _PER_POINT if rating else _UNRATED[status]
        found[mal_id] = min(value, _UNRATED[status]) if status is Status.DROPPED else value
    return found


def _features(title: TitleFeatures) -> Iterable[Feature]:
    yield from (Feature("genre", name) for name in title.genres)
    yield from (Feature("studio", name) for name in title.studios)
    if title.source:
        yield Feature("source", title.source)
    if title.type:
        yield Feature("type", title.type)
    if title.year:
        yield Feature("years", str(title.year // 5 * 5))


def _worth_a_column(counts: Counter[Feature]) -> list[Feature]:
    """Return the features of enough titles; of studios, the most frequent."""
    frequent = [feature for feature, count in counts.most_common() if count >= _RARE]
    studios = [feature for feature in frequent if feature.kind == "studio"][:_MOST_STUDIOS]
    return sorted([feature for feature in frequent if feature.kind != "studio"] + studios)


def _figures(titles: Sequence[TitleFeatures]) -> Floats:
    """Return popularity, its square and the score of every title; a title without a score has a poor one."""
    members = _standardised(np.array([math.log10((title.members or 0) + 10) for title in titles], np.float32))
    scores = np.array([(title.score or 5.5) - 6.5 for title in titles], np.float32)
    return np.stack((members, members**2, scores), axis=1)


def _standardised(values: Any) -> Floats:  # noqa: ANN401 - any array of numbers
    spread = float(values.std())
    return ((values - values.mean()) / (spread or 1.0)).astype(np.float32)  # type: ignore[no-any-return]  # of Any
