"""Explanations of recommendations: similar titles on the list, and the features shared with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catlog.library.entries import Status
from catlog.recommendations.taste import Feature, Features, FranchiseOf, Opinion, worth

_MOST_SEEDS = 2
_MOST_GENRES = 3
_FEW = 10
_UNLOVED = 0.3
"""Weight of a shared feature without value to the viewer, relative to one with a value."""

_SOURCES_THAT_SAY_NOTHING = ("Manga", "Original", "Other", "Unknown")
_SAYS_NOTHING = ("Award Winning",)
_UNNAMED_KINDS = ("type", "years")


@dataclass(frozen=True, slots=True)
class Seed:
    """A title on the list that explains a recommendation; `rating` is None where it was not rated."""

    mal_id: int
    title: str
    rating: int | None


@dataclass(frozen=True, slots=True)
class Reason:
    """The similar titles, and the genres, studios and source shared with them."""

    seeds: tuple[Seed, ...] = ()
    genres: tuple[str, ...] = ()
    studios: tuple[str, ...] = ()
    source: str | None = None

    @property
    def words(self) -> str:
        """The reason as a sentence without its end: because you rated A 10 and B 9: Mystery, same studio (C)."""
        if not self.seeds:
            return ""
        shared = [*self.genres, *(f"same studio ({name})" for name in self.studios)]
        shared += [f"also from a {self.source.lower()}"] if self.source else []
        return f"because you {_listed(self.seeds)}" + (f": {', '.join(shared)}" if shared else "")


class Reasons:
    """Explains recommendations for one list; built once for all of them. The titles of seeds are not known here."""

    def __init__(
        self, features: Features, opinions: Sequence[Opinion], weights: Sequence[float], franchise: FranchiseOf
    ) -> None:
        values = worth(opinions)
        liked = [
            opinion
            for opinion in opinions
            if opinion.status in (Status.COMPLETED, Status.WATCHING) and features.place(opinion.mal_id) is not None
        ]
        liked.sort(key=lambda opinion: (-values[opinion.mal_id], opinion.mal_id))
        # Only the better half of a long list explains; disliked titles never do.
        speakers = max(_FEW, len(liked) // 2)
        self._liked = [opinion for opinion in liked if values[opinion.mal_id] > 0][:speakers]
        self._features = features
        self._franchise = franchise
        self._values = [values[opinion.mal_id] for opinion in self._liked]
        self._telling = [
            rarity * (1.0 if weight > 0 else _UNLOVED) if _tells(feature) else 0.0
            for feature, rarity, weight in zip(features.names, features.rarity, weights, strict=True)
        ]
        self._rows = [frozenset(self._columns_of(opinion.mal_id)) for opinion in self._liked]

    def reason_for(self, mal_id: int) -> Reason:
        """Return the reason for one title."""
        own = {column: tells for column in self._columns_of(mal_id) if (tells := self._telling[column])}
        speaking = [
            sum(map(own.__getitem__, row & own.keys())) * value
            for row, value in zip(self._rows, self._values, strict=True)
        ]
        best = self._seeds(mal_id, speaking)
        if not best:
            return Reason()
        common = own.keys() & frozenset().union(*(self._rows[place] for place in best))
        shared = [self._features.names[column] for column in sorted(common, key=lambda each: (-own[each], each))]
        genres = [name for kind, name in shared if kind == "genre"]
        sources = [name for kind, name in shared if kind == "source" and name not in _SOURCES_THAT_SAY_NOTHING]
        return Reason(
            seeds=tuple(self._seed(self._liked[place]) for place in sorted(best, key=lambda p: -self._values[p])),
            genres=tuple(genres[:_MOST_GENRES]),
            studios=tuple(name for kind, name in shared if kind == "studio")[:1],
            source=sources[0] if sources else None,
        )

    def _columns_of(self, mal_id: int) -> Sequence[int]:
        place = self._features.place(mal_id)
        return () if place is None else self._features.columns_of(place)

    def _seeds(self, mal_id: int, speaking: Sequence[float]) -> list[int]:
        """Return the indices of the most similar titles, of different franchises and not of the title's own."""
        heard, best = {self._franchise.get(mal_id)}, list[int]()
        for place in sorted(range(len(speaking)), key=lambda each: -speaking[each]):
            if speaking[place] <= 0 or len(best) == _MOST_SEEDS:
                break
            other = self._liked[place].mal_id
            story = self._franchise.get(other)
            if (other if story is None else story) not in heard:
                heard.add(other if story is None else story)
                best.append(place)
        return best

    def _seed(self, opinion: Opinion) -> Seed:
        return Seed(opinion.mal_id, f"#{opinion.mal_id}", opinion.rating)


def _tells(feature: Feature) -> bool:
    return feature.kind not in _UNNAMED_KINDS and feature.name not in _SAYS_NOTHING


def _listed(seeds: Sequence[Seed]) -> str:
    return " and ".join(_clauses(seeds))


def _clauses(seeds: Sequence[Seed]) -> Iterator[str]:
    """Yield a clause for each title without repeating the verb: rated A 10, B 9, watched C."""
    before = ""
    for seed in seeds:
        verb = "rated" if seed.rating else "watched"
        rating = f" {seed.rating}" if seed.rating else ""
        yield f"{'' if verb == before else verb + ' '}{seed.title}{rating}"
        before = verb
