"""Recommendations and a random pick for a user's list, as records."""

from __future__ import annotations

import random
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from catlog.catalogue.search import Title, read_titles
from catlog.catalogue.store import catalogue_version
from catlog.errors import InvalidArgumentError, NotFoundError
from catlog.library.entries import Status
from catlog.recommendations.corpus import Corpus, current_corpus, read_names, read_opinions
from catlog.recommendations.franchise import first_unseen
from catlog.recommendations.reasons import Seed
from catlog.recommendations.recommend import RankedTitle, choose, seen
from catlog.text import counted

if TYPE_CHECKING:
    from catlog.db.session import Database, Session
    from catlog.jikan.response_cache import ResponseCache
    from catlog.recommendations.taste import Opinion

LIMIT = 20
"""Default number of recommendations."""

PLANNED = (Status.PLAN_TO_WATCH,)


@dataclass(frozen=True, slots=True)
class Recommended:
    """One recommendation. `reason` is the explanation as text; the fields after it are the same as data.

    `fit` is in standard deviations above the mean of all titles. `because` are titles on the list, `shared` the genres,
    studios and source shared with them, `follows` the seen prequels, `instead_of` the later part of the same story
    that it replaces.
    """

    title: Title
    fit: float
    reason: str
    because: tuple[Seed, ...]
    shared: tuple[str, ...]
    follows: tuple[str, ...]
    instead_of: str | None


@dataclass(frozen=True, slots=True)
class Picked:
    """A title picked at random out of `pool`; `held_back` more have an unseen prequel."""

    title: Title
    pool: int
    held_back: int
    seed: int


class Recommender:
    """Recommends from the catalogue of one database. Thread-safe.

    The corpus stays in memory until the catalogue changes, and in a file if one is given. Lists are read each time;
    what was chosen for the last one stays while its statuses and ratings do.
    """

    def __init__(self, database: Database, cache: ResponseCache | None = None, file: Path | None = None) -> None:
        self._database = database
        self._cache = cache
        self._file = file
        self._lock = threading.Lock()
        self._corpus: Corpus | None = None
        self._version = ""
        self._chosen: tuple[object, list[RankedTitle]] | None = None
        self._reasons: dict[tuple[int, int], str] = {}

    def recommend(
        self, user_id: int, limit: int = LIMIT, *, among: Collection[int] | None = None, adult: bool = False
    ) -> list[Recommended]:
        """Return the best fitting titles for a user's list, best first; see `recommend.choose`.

        Raises InvalidArgumentError for a limit below 1.
        """
        if limit < 1:
            raise InvalidArgumentError(f"{limit} is no number of recommendations", hint="it counts from 1")
        with self._database.read() as session:
            corpus, opinions = self._current(session), read_opinions(session.connection(), user_id)
            choices = self._choose(corpus, opinions, limit, among, adult=adult)
            titles = _titles(session, [choice.mal_id for choice in choices], user_id)
            names = read_names(session.connection(), _named_in(choices))
        mine = {opinion.mal_id: opinion for opinion in opinions}
        found = [
            _recommended(choice, titles[choice.mal_id], names, mine) for choice in choices if choice.mal_id in titles
        ]
        self._reasons |= {(user_id, each.title.mal_id): each.reason for each in found}
        return found

    def reason(self, user_id: int, mal_id: int) -> str:
        """Return the whole reason with which a title was last recommended to a user, "" where it was not."""
        return self._reasons.get((user_id, mal_id), "")

    def _choose(
        self, corpus: Corpus, opinions: Sequence[Opinion], limit: int, among: Collection[int] | None, *, adult: bool
    ) -> list[RankedTitle]:
        if among is not None:
            return choose(corpus, opinions, limit, among=among, adult=adult)
        asked = (corpus, tuple(opinions), limit, adult)
        chosen = self._chosen
        if chosen is None or chosen[0] != asked:
            chosen = self._chosen = asked, choose(corpus, opinions, limit, adult=adult)
        return chosen[1]

    def pick(
        self,
        user_id: int | None,
        *,
        statuses: Collection[Status] | None = PLANNED,
        among: Collection[int] | None = None,
        adult: bool = False,
        seed: int | None = None,
    ) -> Picked:
        """Return a title picked at random among those without an unseen prequel.

        Candidates are titles on the list with one of `statuses`; with None, all titles of the catalogue with a score
        that are not on the list. The same `seed` picks the same title while nothing changes. Raises NotFoundError
        without candidates.
        """
        if statuses is not None and user_id is None:
            raise InvalidArgumentError("whose list is meant is not known")
        with self._database.read() as session:
            corpus = self._current(session)
            opinions = read_opinions(session.connection(), user_id) if user_id is not None else []
            candidates = _pool(corpus, opinions, statuses, adult=adult)
            pool = [mal_id for mal_id in candidates if among is None or mal_id in among]
            watched = seen(opinions)
            ready = [mal_id for mal_id in pool if all(other in watched for other in corpus.before(mal_id))]
            if not ready:
                raise _nothing(session, corpus, pool, watched, statuses)
            seed = random.randrange(10**9) if seed is None else seed
            picked = random.Random(seed).choice(ready)
            title = _titles(session, [picked], user_id)[picked]
        return Picked(title, pool=len(ready), held_back=len(pool) - len(ready), seed=seed)

    def _current(self, session: Session) -> Corpus:
        connection = session.connection()
        with self._lock:
            version = catalogue_version(connection)
            if self._corpus is None or version != self._version:
                self._corpus = current_corpus(connection, version, self._cache, self._file)
                self._version, self._chosen = version, None
            return self._corpus


def _titles(session: Session, ids: list[int], user_id: int | None) -> dict[int, Title]:
    return {title.mal_id: title for title in read_titles(session, ids, user_id)}


def _pool(
    corpus: Corpus, opinions: Sequence[Opinion], statuses: Collection[Status] | None, *, adult: bool
) -> list[int]:
    if statuses is not None:
        known = corpus.features
        return sorted(
            each.mal_id for each in opinions if each.status in statuses and known.place(each.mal_id) is not None
        )
    listed = {opinion.mal_id for opinion in opinions}
    return [mal_id for mal_id in corpus.scored(adult=adult) if mal_id not in listed]


def _nothing(
    session: Session, corpus: Corpus, pool: Sequence[int], watched: Collection[int], statuses: Collection[Status] | None
) -> NotFoundError:
    if pool:
        begin = first_unseen(pool[0], corpus.before, watched)
        names = read_names(session.connection(), (pool[0], begin))
        waits = f"{names.get(pool[0])} waits for {names.get(begin)}"
        return NotFoundError("every title there goes on from one that was not watched to the end", hint=waits)
    where = "the catalogue" if statuses is None else "your list"
    return NotFoundError(f"{where} has no such title to pick", hint="use fewer filters, or plan more titles")


def _named_in(choices: Sequence[RankedTitle]) -> Iterator[int]:
    """Yield the titles that the reasons name."""
    for choice in choices:
        yield from (seed.mal_id for seed in choice.reason.seeds)
        yield from choice.follows
        yield from (mal_id for mal_id in (choice.instead_of, choice.votes and choice.votes[0]) if mal_id is not None)


def _recommended(
    choice: RankedTitle, title: Title, names: Mapping[int, str], mine: Mapping[int, Opinion]
) -> Recommended:
    seeds = tuple(replace(seed, title=names.get(seed.mal_id, seed.title)) for seed in choice.reason.seeds)
    choice = choice._replace(reason=replace(choice.reason, seeds=seeds))
    reason = choice.reason
    shared = (*reason.genres, *reason.studios, *((reason.source,) if reason.source else ()))
    follows = tuple(names[other] for other in choice.follows)
    later = names[choice.instead_of] if choice.instead_of is not None else None
    return Recommended(
        title,
        fit=choice.fit,
        reason=_words(choice, title, names, mine),
        because=reason.seeds,
        shared=shared,
        follows=follows,
        instead_of=later,
    )


def _words(choice: RankedTitle, title: Title, names: Mapping[int, str], mine: Mapping[int, Opinion]) -> str:
    """Return all reasons as one line, the strongest first."""
    clauses = []
    for other in choice.follows:
        rating = mine[other].rating
        clauses.append(f"goes on from {names[other]}" + (f", which you rated {rating}" if rating else ""))
    if choice.reason.words:
        clauses.append(choice.reason.words)
    if choice.votes is not None:
        of, votes = choice.votes
        clauses.append(f"{counted(votes, 'viewer')} of {names[of]} {'recommends' if votes == 1 else 'recommend'} it")
    if choice.instead_of is not None:
        clauses.append(f"{names[choice.instead_of]} comes after it")
    if not clauses:
        score = f"{title.score:.2f} of 10 from " if title.score is not None else ""
        clauses.append(f"liked by many: {score}{counted(title.members or 0, 'viewer')}")
    return "; ".join(clauses)
