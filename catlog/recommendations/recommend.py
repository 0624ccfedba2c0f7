"""Rank the titles for a list: none of them on it, each the first unseen part of its story."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from catlog.library.entries import Status
from catlog.recommendations.corpus import Corpus
from catlog.recommendations.franchise import first_unseen
from catlog.recommendations.reasons import Reason, Reasons
from catlog.recommendations.taste import Opinion


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
) -> list[RankedTitle]:
    """Return up to `limit` titles that fit a list best, best first, one of each franchise.

    Titles on the list are left out. A title with an unseen prequel is replaced by the first unseen part, or left out
    if that is on the list. `among` restricts the candidates. Reasons have no names yet.
    """
    if not corpus.features.ids:
        return []
    listed, watched = frozenset(opinion.mal_id for opinion in opinions), seen(opinions)
    on_list = [vote for vote in corpus.votes if vote.mal_id in listed]
    fit, weights = corpus.features.scores(opinions, corpus.franchise, on_list)
    reasons = Reasons(corpus.features, opinions, weights, corpus.franchise)
    votes = {vote.other_id: (vote.mal_id, vote.votes) for vote in sorted(on_list, key=lambda vote: vote.votes)}
    found = []
    for best, begin in islice(best_first(corpus, opinions, fit, among=among, adult=adult), limit):
        follows = tuple(other for other in corpus.before(begin) if other in watched)
        found.append(
            RankedTitle(
                mal_id=begin,
                fit=round(fit[corpus.known_place(begin)], 2),
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
    fit: Sequence[float],
    *,
    among: Collection[int] | None = None,
    adult: bool = False,
) -> Iterator[tuple[int, int]]:
    """Yield pairs of the fitting title and the title to begin with, best first.

    `fit` is in the order of the features.
    """
    listed, watched = frozenset(opinion.mal_id for opinion in opinions), seen(opinions)
    taken: set[int | None] = set()
    for place in sorted(range(len(fit)), key=fit.__getitem__, reverse=True):
        best = corpus.features.ids[place]
        if best in listed or not corpus.offers(best) or (story := corpus.franchise.get(best)) in taken:
            continue
        begin = first_unseen(best, corpus.before, watched)
        allowed = begin not in listed and corpus.offers(begin) and (adult or not corpus.is_adult(begin))
        if allowed and (among is None or begin in among):
            taken.add(story)
            yield best, begin
