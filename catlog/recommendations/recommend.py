"""The best titles for a list, none of them on it, each where its story begins for this viewer."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
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

    `fit` is how many standard deviations it lies above the mean of all titles. `follows` are the seen titles that it
    goes on from. `instead_of` is what fitted too, and comes later in the same story. `votes` says by how many viewers
    of which title on the list it was recommended.
    """

    mal_id: int
    fit: float
    reason: Reason
    follows: tuple[int, ...] = ()
    instead_of: int | None = None
    votes: tuple[int, int] | None = None


def seen(opinions: Sequence[Opinion]) -> frozenset[int]:
    """Return the titles of a list that were watched to the end."""
    return frozenset(opinion.mal_id for opinion in opinions if opinion.status is Status.COMPLETED)


def choose(
    shelf: Corpus,
    opinions: Sequence[Opinion],
    limit: int,
    *,
    among: Collection[int] | None = None,
    adult: bool = False,
) -> list[RankedTitle]:
    """Return up to `limit` titles that fit a list best, best first, and one of a franchise.

    Nothing on the list is among them, and nothing whose prequel was not watched to the end: its first part that was
    not is offered in its place, unless that is on the list. `among` are the only titles to choose from.
    """
    if not shelf.titles:
        return []
    listed, watched = frozenset(opinion.mal_id for opinion in opinions), seen(opinions)
    on_list = [vote for vote in shelf.votes if vote.mal_id in listed]
    fit, weights = shelf.features.scores(opinions, shelf.franchise, on_list)
    reasons = Reasons(shelf.features, opinions, weights, shelf.names, shelf.franchise)
    votes = {vote.other_id: (vote.mal_id, vote.votes) for vote in sorted(on_list, key=lambda vote: vote.votes)}
    found = []
    for best, begin in islice(best_first(shelf, opinions, fit, among=among, adult=adult), limit):
        follows = tuple(other for other in shelf.before.get(begin, ()) if other in watched)
        found.append(
            RankedTitle(
                mal_id=begin,
                fit=round(float(fit[shelf.features.places[begin]]), 2),
                reason=reasons.reason_for(begin),
                follows=follows,
                instead_of=best if begin != best else None,
                votes=votes.get(begin),
            )
        )
    return found


def best_first(
    shelf: Corpus,
    opinions: Sequence[Opinion],
    fit: Floats,
    *,
    among: Collection[int] | None = None,
    adult: bool = False,
) -> Iterator[tuple[int, int]]:
    """Yield what may be recommended, best first, as pairs: what fits, and the title to begin with.

    `fit` is in the order of the features.
    """
    listed, watched = frozenset(opinion.mal_id for opinion in opinions), seen(opinions)
    taken: set[int] = set()
    for place in np.argsort(-fit, kind="stable"):
        best = shelf.features.ids[place]
        if best in listed or best not in shelf.offered or shelf.franchise[best] in taken:
            continue
        begin = first_unseen(best, shelf.before, watched)
        allowed = begin not in listed and begin in shelf.offered and (adult or begin not in shelf.adult)
        if allowed and (among is None or begin in among):
            taken.add(shelf.franchise[best])
            yield best, begin
