"""Recommendations and a random pick for the list of a user, as records with everything that a face shows."""

from __future__ import annotations

import random
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from catlog.catalogue.search import Title, read_titles
from catlog.catalogue.store import catalogue_version
from catlog.errors import InvalidArgumentError, NotFoundError
from catlog.library.entries import Status
from catlog.recommendations.corpus import Corpus, read_corpus, read_opinions
from catlog.recommendations.franchise import first_unseen
from catlog.recommendations.reasons import Seed
from catlog.recommendations.recommend import RankedTitle, choose, seen
from catlog.text import counted

if TYPE_CHECKING:
    from sqlmodel import Session

    from catlog.db.session import Database
    from catlog.jikan.response_cache import ResponseCache
    from catlog.recommendations.taste import Opinion

LIMIT = 20
"""Recommendations that are given unless told otherwise."""

PLANNED = (Status.PLAN_TO_WATCH,)


@dataclass(frozen=True, slots=True)
class Recommended:
    """One recommendation. `reason` says why in words; the fields after it say the same as data.

    `fit` is how many standard deviations the title lies above the mean of all. `because` are titles on the list,
    `shared` the genres, studios and source that it has in common with them, `follows` the seen titles it goes on from,
    `instead_of` the later part of the same story in whose place it stands.
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
    """A title picked at random out of `pool`; `held_back` titles more wait until what comes before them is seen."""

    title: Title
    pool: int
    held_back: int
    seed: int


class Recommender:
    """Recommends from the catalogue of one database; for any number of threads.

    What it needs of the catalogue stays in memory until a writer changes it; lists are read anew each time.
    """

    def __init__(self, database: Database, cache: ResponseCache | None = None) -> None:
        self._database = database
        self._kept = cache
        self._lock = threading.Lock()
        self._shelf: Corpus | None = None
        self._version = ""

    def recommend(
        self, user_id: int, limit: int = LIMIT, *, among: Collection[int] | None = None, adult: bool = False
    ) -> list[Recommended]:
        """Return what fits a user's list best, best first; see `recommend.choose`. Raises InvalidArgumentError."""
        if limit < 1:
            raise InvalidArgumentError(f"{limit} is no number of recommendations", hint="it counts from 1")
        with self._database.read() as session:
            shelf, opinions = self._current(session), read_opinions(session.connection(), user_id)
            choices = choose(shelf, opinions, limit, among=among, adult=adult)
            titles = _titles(session, [choice.mal_id for choice in choices], user_id)
        mine = {opinion.mal_id: opinion for opinion in opinions}
        return [_told(choice, titles[choice.mal_id], shelf, mine) for choice in choices if choice.mal_id in titles]

    def pick(
        self,
        user_id: int | None,
        *,
        statuses: Collection[Status] | None = PLANNED,
        among: Collection[int] | None = None,
        adult: bool = False,
        seed: int | None = None,
    ) -> Picked:
        """Return a title picked at random, never one whose prequel was not watched to the end.

        It is one of the list with one of `statuses`; None is any title of the catalogue that is not on the list and
        has a score. The same `seed` picks the same title as long as nothing changes. Raises NotFoundError when there
        is none.
        """
        if statuses is not None and user_id is None:
            raise InvalidArgumentError("whose list is meant is not known")
        with self._database.read() as session:
            shelf = self._current(session)
            opinions = read_opinions(session.connection(), user_id) if user_id is not None else []
            wanted = _pool(shelf, opinions, statuses, adult=adult)
            pool = [mal_id for mal_id in wanted if among is None or mal_id in among]
            watched = seen(opinions)
            ready = [mal_id for mal_id in pool if all(other in watched for other in shelf.before.get(mal_id, ()))]
            if not ready:
                raise _nothing(shelf, pool, watched, statuses)
            seed = random.randrange(10**9) if seed is None else seed
            picked = random.Random(seed).choice(ready)
            title = _titles(session, [picked], user_id)[picked]
        return Picked(title, pool=len(ready), held_back=len(pool) - len(ready), seed=seed)

    def _current(self, session: Session) -> Corpus:
        connection = session.connection()
        with self._lock:
            version = catalogue_version(connection)
            if self._shelf is None or version != self._version:
                self._shelf, self._version = read_corpus(connection, self._kept), version
            return self._shelf


def _titles(session: Session, ids: list[int], user_id: int | None) -> dict[int, Title]:
    return {title.mal_id: title for title in read_titles(session, ids, user_id)}


def _pool(shelf: Corpus, opinions: Sequence[Opinion], statuses: Collection[Status] | None, *, adult: bool) -> list[int]:
    if statuses is not None:
        known = shelf.titles
        return sorted(each.mal_id for each in opinions if each.status in statuses and each.mal_id in known)
    listed = {opinion.mal_id for opinion in opinions}
    allowed = shelf.offered if adult else shelf.offered - shelf.adult
    return sorted(mal_id for mal_id in allowed - listed if shelf.titles[mal_id].score is not None)


def _nothing(
    shelf: Corpus, pool: Sequence[int], watched: Collection[int], statuses: Collection[Status] | None
) -> NotFoundError:
    if pool:
        begin = first_unseen(pool[0], shelf.before, watched)
        waits = f"{shelf.names[pool[0]]} waits for {shelf.names[begin]}"
        return NotFoundError("every title there goes on from one that was not watched to the end", hint=waits)
    where = "the catalogue" if statuses is None else "your list"
    return NotFoundError(f"{where} has no such title to pick", hint="use fewer filters, or plan more titles")


def _told(choice: RankedTitle, title: Title, shelf: Corpus, mine: Mapping[int, Opinion]) -> Recommended:
    reason = choice.reason
    shared = (*reason.genres, *reason.studios, *((reason.source,) if reason.source else ()))
    follows = tuple(shelf.names[other] for other in choice.follows)
    later = shelf.names[choice.instead_of] if choice.instead_of is not None else None
    return Recommended(
        title,
        fit=choice.fit,
        reason=_words(choice, title, shelf, mine),
        because=reason.seeds,
        shared=shared,
        follows=follows,
        instead_of=later,
    )


def _words(choice: RankedTitle, title: Title, shelf: Corpus, mine: Mapping[int, Opinion]) -> str:
    """Put all reasons into one line, the strongest first."""
    said = []
    for other in choice.follows:
        rating = mine[other].rating
        said.append(f"goes on from {shelf.names[other]}" + (f", which you rated {rating}" if rating else ""))
    if choice.reason.words:
        said.append(choice.reason.words)
    if choice.votes is not None:
        of, votes = choice.votes
        said.append(f"{counted(votes, 'viewer')} of {shelf.names[of]} {'recommends' if votes == 1 else 'recommend'} it")
    if choice.instead_of is not None:
        said.append(f"{shelf.names[choice.instead_of]} comes after it")
    if not said:
        score = f"{title.score:.2f} of 10 from " if title.score is not None else ""
        said.append(f"liked by many: {score}{counted(title.members or 0, 'viewer')}")
    return "; ".join(said)
