"""Rank the titles for a list: none of them on it, each the first unseen part of its story."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np

from catlog.library.entries import Status
from catlog.recommendations.corpus import Corpus
from catlog.recommendations.franchise import first_unseen
from catlog.recommendations.reasons import Reason, Reasons
from catlog.recommendations.taste import Floats, Opinion


class RankedTitle(NamedTuple):
    """One title that is recommended.

    `fit` is in standard deviations above the mean of all titles. `follows` are its seen prequels. `instead_of` is the
    better fitting, later part of the same story. `votes` is (title on the list, number of its viewers who recommend).
    """

    mal_id: int
    fit: float
    reason: Reason
    follows: tuple[int, ...] = ()
    instead_of: int | None = None
    votes: tuple[int, int] | None = None


def seen(opinions: Sequence[Opinion]) -> frozenset[int]:
    """Return the completed titles of a list."""
    return frozenset(opinion.mal_id for opinion in opinions if opinion.status is Status.COMPLETED)


def choose(
    corpus: Corpus,
    opinions: Sequence[Opinion],
    limit: int,
    *,
    among: Collection[int] | None = None,
    adult: bool = False,
    names: Mapping[int, str] | None = None,
) -> list[RankedTitle]:
    """Return up to `limit` titles that fit a list best, best first, one of each franchise.

    Titles on the list are left out. A title with an unseen prequel is replaced by the first unseen part, or left out
    if that is on the list. `among` restricts the candidates; `names` are those in reasons, None for main titles.
    """
    if not corpus.titles:
        return []
    listed, watched = frozenset(opinion.mal_id for opinion in opinions), seen(opinions)
    on_list = [vote for vote in corpus.votes if vote.mal_id in listed]
    fit, weights = corpus.features.scores(opinions, corpus.franchise, on_list)
    reasons = Reasons(corpus.features, opinions, weights, names or corpus.names, corpus.franchise)
    votes = {vote.other_id: (vote.mal_id, vote.votes) for vote in sorted(on_list, key=lambda vote: vote.votes)}
    found = []
    for best, begin in islice(best_first(corpus, opinions, fit, among=among, adult=adult), limit):
        follows = tuple(other for other in corpus.before.get(begin, ()) if other in watched)
        found.append(
            RankedTitle(
                mal_id=begin,
                fit=round(float(fit[corpus.features.places[begin]]), 2),
                reason=reasons.reason_for(begin),
                follows=follows,
                instead_of=best if begin != best else None,
                votes=votes.get(begin),
            )
        )
    return found


def best_first(
    corpus: Corpus,
    opinions: Sequence[Opinion],
    fit: Floats,
    *,
    among: Collection[int] | None = None,
    adult: bool = False,
) -> Iterator[tuple[int, int]]:
    """Yield pairs of the fitting title and the title to begin with, best first.

    `fit` is in the order of the features.
    """
    listed, watched = frozenset(opinion.mal_id for opinion in opinions), seen(opinions)
    taken: set[int] = set()
    for place in np.argsort(-fit, kind="stable"):
        best = corpus.features.ids[place]
        if best in listed or best not in corpus.offered or corpus.franchise[best] in taken:
            continue
        begin = first_unseen(best, corpus.before, watched)
        allowed = begin not in listed and begin in corpus.offered and (adult or begin not in corpus.adult)
        if allowed and (among is None or begin in among):
            taken.add(corpus.franchise[best])
            yield best, begin
