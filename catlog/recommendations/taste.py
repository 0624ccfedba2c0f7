"""Score every title for a list: a linear model of one viewer's taste, learned from that list alone.

The features of a title are its genres, studios, source material, type, half-decade, popularity and score. Ridge
regression fits them to the list: a title on it has weight `LISTED` and value `worth`, every other title the value
0. So the model learns what distinguishes this list, ratings and popularity included. Titles of a franchise on the
list gain `GOING_ON` times the mean value of its titles; votes by viewers of the list's titles add to it.

The constants were chosen by `bench.recommendations --tune`, on other splits of the lists than those reported.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import mul
from typing import NamedTuple, Protocol

from catlog.catalogue.packed_file import numbers
from catlog.library.entries import Status
from catlog.recommendations.linear import solve

LISTED = 5.0
SHRINKAGE = 200.0
GOING_ON = 0.5
PER_VOTE = 0.1
"""Gain for each doubling of the votes, from a title with the value 1; set by hand."""

_UNDESCRIBED = 0.2
"""Weight of a title without a known genre."""

_MORE = 4
"""Columns besides the features: popularity, its square, the score, and ones."""

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

    fit: Sequence[float]
    weights: Sequence[float]


class FranchiseOf(Protocol):
    """The representative of the franchise of a title: a mapping, or what serves as one."""

    def get(self, mal_id: int, default: None = None, /) -> int | None:
        """Return the id of the representative, None for an unknown title."""


class Features:
    """All titles with their features, independent of users, in a few bytes a title. Thread-safe.

    A title's place is its index in `ids`, which are in order. `columns_of` gives its features as indices of `names`;
    `figures` are popularity, its square and the score, three for each title.
    """

    def __init__(self, titles: Iterable[TitleFeatures] = (), stored: Iterator[memoryview] | None = None) -> None:
        """Compute the features of titles, or take those `stored` by `packed`."""
        if stored is not None:
            self._unpack(stored)
            return
        ordered = sorted(titles, key=lambda title: title.mal_id)
        counts = Counter(feature for title in ordered for feature in _features(title))
        self.names = _worth_a_column(counts)
        column = {feature: number for number, feature in enumerate(self.names)}
        self.ids = array("I", [title.mal_id for title in ordered])
        self.rarity = array("d", [math.log(len(ordered) / counts[name]) for name in self.names])
        self._starts, self._columns = array("I", [0]), array("H")
        for title in ordered:
            self._columns.extend(sorted(column[each] for each in set(_features(title)) if each in column))
            self._starts.append(len(self._columns))
        self._described = bytes(bool(title.genres) for title in ordered)
        self.figures = _figures(ordered)
        self._gram = self._normal_equations()

    def packed(self) -> list[bytes]:
        """Return everything as plain bytes, for `stored`."""
        names = "\n".join(f"{kind}\t{name}" for kind, name in self.names).encode()
        gram = array("d", [value for row in self._gram for value in row])
        arrays = (self.ids, self.rarity, self._starts, self._columns, self.figures, gram)
        return [names, self._described, *(each.tobytes() for each in arrays)]

    def _unpack(self, stored: Iterator[memoryview]) -> None:
        text = bytes(next(stored)).decode()
        self.names = [Feature(*line.split("\t")) for line in text.split("\n")] if text else []
        self._described = bytes(next(stored))
        self.ids, self.rarity = numbers("I", next(stored)), numbers("d", next(stored))
        self._starts, self._columns = numbers("I", next(stored)), numbers("H", next(stored))
        self.figures, gram = numbers("d", next(stored)), numbers("d", next(stored))
        ends = [i * (i + 1) // 2 for i in range(len(self.names) + _MORE + 1)]
        self._gram = [list(gram[ends[i] : ends[i + 1]]) for i in range(len(self.names) + _MORE)]
        if len(self._starts) != len(self.ids) + 1 or len(self.figures) != 3 * len(self.ids) or len(gram) != ends[-1]:
            raise ValueError("the parts do not belong together")

    def place(self, mal_id: int) -> int | None:
        """Return the place of a title, None for an unknown one."""
        found = bisect_left(self.ids, mal_id)
        return found if found < len(self.ids) and self.ids[found] == mal_id else None

    def columns_of(self, place: int) -> Sequence[int]:
        """Return the features of a title, in order."""
        return self._columns[self._starts[place] : self._starts[place + 1]]

    def scores(
        self, opinions: Sequence[Opinion], franchise: FranchiseOf | None = None, votes: Iterable[Vote] = ()
    ) -> Scores:
        """Return the fit of every title for a list, in the order of `ids`; opinions on other titles are ignored.

        `franchise` has the franchise of each title. Without opinions, popularity and score decide.
        """
        values = {mal_id: value for mal_id, value in worth(opinions).items() if self.place(mal_id) is not None}
        if not values:
            members, scores = self.figures[0::3], self.figures[2::3]
            return Scores(_standardised([a + b for a, b in zip(members, scores, strict=True)]), [0.0] * len(self.names))
        weights = self._weights({self._known_place(mal_id): value for mal_id, value in values.items()})
        fit = _standardised(self._fits(weights))
        if franchise is not None:
            self._add_franchise(fit, values, franchise)
        for mal_id, other_id, count in votes:
            if mal_id in values and (place := self.place(other_id)) is not None:
                fit[place] += PER_VOTE * values[mal_id] * math.log2(1 + count)
        return Scores(fit, weights[: len(self.names)])

    def _known_place(self, mal_id: int) -> int:
        place = self.place(mal_id)
        assert place is not None, "only known titles have a value"
        return place

    def _weights(self, values: Mapping[int, float]) -> list[float]:
        """Return the solution of the normal equations for titles with a value, by place."""
        gram, right = [row.copy() for row in self._gram], [0.0] * len(self._gram)
        for place, value in sorted(values.items()):
            row = self._row(place)
            self._add(gram, row, LISTED - self._weight(place))
            for column, number in row:
                right[column] += number * LISTED * value
        return solve(gram, right)

    def _fits(self, weights: Sequence[float]) -> list[float]:
        count = len(self.names)
        scaled = list(map(mul, weights, map(_scale, self.names)))
        members, squares, scores, constant = weights[count:]
        figures = iter(self.figures)
        starts, columns = self._starts, self._columns
        return [
            constant
            + sum(map(scaled.__getitem__, columns[starts[place] : starts[place + 1]]))
            + members * next(figures)
            + squares * next(figures)
            + scores * next(figures)
            for place in range(len(self.ids))
        ]

    def _add_franchise(self, fit: list[float], values: Mapping[int, float], franchise: FranchiseOf) -> None:
        known: dict[int, list[float]] = defaultdict(list)
        for mal_id, value in values.items():
            if (name := franchise.get(mal_id)) is not None:
                known[name].append(value)
        gains = {name: GOING_ON * sum(some) / len(some) for name, some in known.items()}
        for place, mal_id in enumerate(self.ids) if gains else ():
            if (name := franchise.get(mal_id)) in gains:
                fit[place] += gains[name]

    def _weight(self, place: int) -> float:
        return 1.0 if self._described[place] else _UNDESCRIBED

    def _row(self, place: int) -> list[tuple[int, float]]:
        """Return the row of a title: its features, studios with a lower weight, the figures, and a one."""
        count, names = len(self.names), self.names
        features = [(column, _scale(names[column])) for column in self.columns_of(place)]
        figures = enumerate(self.figures[3 * place : 3 * place + 3], count)
        return [*features, *figures, (count + _MORE - 1, 1.0)]

    @staticmethod
    def _add(gram: Sequence[list[float]], row: Sequence[tuple[int, float]], weight: float) -> None:
        for end, (column, number) in enumerate(row, 1):
            own, part = gram[column], number * weight
            for other, value in row[:end]:
                own[other] += part * value

    def _normal_equations(self) -> list[list[float]]:
        """Return the lower triangle of the normal equations without any list; the constant is not shrunk."""
        size = len(self.names) + _MORE
        gram = [[0.0] * (i + 1) for i in range(size)]
        for place in range(len(self.ids)):
            self._add(gram, self._row(place), self._weight(place))
        for i, own in enumerate(gram):
            own[i] += SHRINKAGE if i < size - 1 else 1e-3
        return gram


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


def _figures(titles: Sequence[TitleFeatures]) -> array[float]:
    """Return popularity, its square and the score of every title; a title without a score has a poor one."""
    members = _standardised([math.log10((title.members or 0) + 10) for title in titles])
    found = array("d")
    for title, popularity in zip(titles, members, strict=True):
        found.extend((popularity, popularity**2, (title.score or 5.5) - 6.5))
    return found


def _scale(feature: Feature) -> float:
    return _STUDIO if feature.kind == "studio" else 1.0


def _standardised(values: Sequence[float]) -> list[float]:
    if not values:
        return []
    mean = math.fsum(values) / len(values)
    spread = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values)) or 1.0
    return [(value - mean) / spread for value in values]
