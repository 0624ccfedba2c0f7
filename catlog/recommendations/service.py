"""Recommendations and a random pick for a user's list, as records."""

from __future__ import annotations

import random
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from catlog.catalogue.search import Title, read_titles
from catlog.catalogue.store import catalogue_version
from catlog.db.shown_title import SHOWN_TITLE
from catlog.db.tables import ProcessedAnime, col
from catlog.errors import InvalidArgumentError, NotFoundError
from catlog.library.entries import Status
from catlog.recommendations.corpus import Corpus, read_corpus, read_opinions
from catlog.recommendations.franchise import first_unseen
from catlog.recommendations.reasons import Seed
from catlog.recommendations.recommend import RankedTitle, choose, seen
from catlog.text import counted
from catlog.title_language import TitleLanguage, spoken

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

    The corpus stays in memory until the catalogue changes; lists are read each time.
    """

    def __init__(self, database: Database, cache: ResponseCache | None = None) -> None:
        self._database = database
        self._cache = cache
        self._lock = threading.Lock()
        self._corpus: Corpus | None = None
        self._version = ""

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
            names = _shown_names(session, corpus)
            choices = choose(corpus, opinions, limit, among=among, adult=adult, names=names)
            titles = _titles(session, [choice.mal_id for choice in choices], user_id)
        mine = {opinion.mal_id: opinion for opinion in opinions}
        return [
            _recommended(choice, titles[choice.mal_id], names, mine) for choice in choices if choice.mal_id in titles
        ]

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
            ready = [mal_id for mal_id in pool if all(other in watched for other in corpus.before.get(mal_id, ()))]
            if not ready:
                raise _nothing(corpus, pool, watched, statuses)
            seed = random.randrange(10**9) if seed is None else seed
            picked = random.Random(seed).choice(ready)
            title = _titles(session, [picked], user_id)[picked]
        return Picked(title, pool=len(ready), held_back=len(pool) - len(ready), seed=seed)

    def _current(self, session: Session) -> Corpus:
        connection = session.connection()
        with self._lock:
            version = catalogue_version(connection)
            if self._corpus is None or version != self._version:
                self._corpus, self._version = read_corpus(connection, self._cache), version
            return self._corpus


def _titles(session: Session, ids: list[int], user_id: int | None) -> dict[int, Title]:
    return {title.mal_id: title for title in read_titles(session, ids, user_id)}


def _shown_names(session: Session, corpus: Corpus) -> Mapping[int, str]:
    """Return the titles by MAL id in the language that is spoken."""
    if spoken() is TitleLanguage.ROMAJI:
        return corpus.names
    shown = session.connection().execute(select(col(ProcessedAnime.mal_id), SHOWN_TITLE))
    return {row[0]: row[1] for row in shown}


def _pool(
    corpus: Corpus, opinions: Sequence[Opinion], statuses: Collection[Status] | None, *, adult: bool
) -> list[int]:
    if statuses is not None:
        known = corpus.titles
        return sorted(each.mal_id for each in opinions if each.status in statuses and each.mal_id in known)
    listed = {opinion.mal_id for opinion in opinions}
    allowed = corpus.offered if adult else corpus.offered - corpus.adult
    return sorted(mal_id for mal_id in allowed - listed if corpus.titles[mal_id].score is not None)


def _nothing(
    corpus: Corpus, pool: Sequence[int], watched: Collection[int], statuses: Collection[Status] | None
) -> NotFoundError:
    if pool:
        begin = first_unseen(pool[0], corpus.before, watched)
        waits = f"{corpus.names[pool[0]]} waits for {corpus.names[begin]}"
        return NotFoundError("every title there goes on from one that was not watched to the end", hint=waits)
    where = "the catalogue" if statuses is None else "your list"
    return NotFoundError(f"{where} has no such title to pick", hint="use fewer filters, or plan more titles")


def _recommended(
    choice: RankedTitle, title: Title, names: Mapping[int, str], mine: Mapping[int, Opinion]
) -> Recommended:
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
