"""Explanations of recommendations: similar titles on the list, and the features shared with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from catlog.library.entries import Status
from catlog.recommendations.taste import Features, Floats, Opinion, worth

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
    """Explains recommendations for one list; built once for all of them."""

    def __init__(
        self,
        features: Features,
        opinions: Sequence[Opinion],
        weights: Floats,
        names: Mapping[int, str],
        franchise: Mapping[int, int],
    ) -> None:
        values = worth(opinions)
        liked = [
            opinion
            for opinion in opinions
            if opinion.mal_id in features.places and opinion.status in (Status.COMPLETED, Status.WATCHING)
        ]
        liked.sort(key=lambda opinion: (-values[opinion.mal_id], opinion.mal_id))
        # Only the better half of a long list explains; disliked titles never do.
        speakers = max(_FEW, len(liked) // 2)
        self._liked = [opinion for opinion in liked if values[opinion.mal_id] > 0][:speakers]
        self._features = features
        self._names = names
        self._franchise = franchise
        self._values = np.array([values[opinion.mal_id] for opinion in self._liked], np.float32)
        telling = np.array(
            [kind not in _UNNAMED_KINDS and name not in _SAYS_NOTHING for kind, name in features.names], np.float32
        )
        self._telling: Floats = telling * features.rarity * np.where(weights > 0, 1.0, _UNLOVED).astype(np.float32)
        self._rows = features.has[[features.places[opinion.mal_id] for opinion in self._liked]]

    def reason_for(self, mal_id: int) -> Reason:
        """Return the reason for one title."""
        if not self._liked:
            return Reason()
        own = self._features.has[self._features.places[mal_id]] * self._telling
        speaking = (self._rows @ own) * self._values
        best = self._seeds(mal_id, speaking)
        if not best:
            return Reason()
        common = own * self._rows[best].max(axis=0)
        shared = [self._features.names[int(n)] for n in np.argsort(-common, kind="stable") if common[n] > 0]
        genres = [name for kind, name in shared if kind == "genre"]
        sources = [name for kind, name in shared if kind == "source" and name not in _SOURCES_THAT_SAY_NOTHING]
        return Reason(
            seeds=tuple(self._seed(self._liked[place]) for place in sorted(best, key=lambda p: -self._values[p])),
            genres=tuple(genres[:_MOST_GENRES]),
            studios=tuple(name for kind, name in shared if kind == "studio")[:1],
            source=sources[0] if sources else None,
        )

    def _seeds(self, mal_id: int, speaking: Floats) -> list[int]:
        """Return the indices of the most similar titles, of different franchises and not of the title's own."""
        heard, best = {self._franchise.get(mal_id)}, list[int]()
        for place in np.argsort(-speaking, kind="stable"):
            if speaking[place] <= 0 or len(best) == _MOST_SEEDS:
                break
            other = self._liked[place].mal_id
            if self._franchise.get(other, other) not in heard:
                heard.add(self._franchise.get(other, other))
                best.append(int(place))
        return best

    def _seed(self, opinion: Opinion) -> Seed:
        return Seed(opinion.mal_id, self._names.get(opinion.mal_id, f"#{opinion.mal_id}"), opinion.rating)


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
