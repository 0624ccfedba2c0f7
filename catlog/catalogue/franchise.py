"""A franchise in watch order: prequels, sequels, side stories and summaries, as far as their relations are known."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from catlog.db.session import Session
from catlog.db.shown_title import SHOWN_TITLE
from catlog.db.tables import ProcessedAnime, UserAnime, col
from catlog.jikan.details import Relation

MOST = 50
"""The most titles of a franchise, the nearest ones."""

_LATER = frozenset(("sequel", "side story", "summary"))
_EARLIER = frozenset(("prequel", "parent story", "full story"))

RelationsOf = Callable[[int], Sequence[Relation] | None]
"""The relations of a title; None where unknown."""


@dataclass(frozen=True, slots=True)
class FranchiseTitle:
    """One title of the order. `relation` is its relation to the title that led to it; "" for the first one.

    `list_status`, `episodes_watched`, `rating` are of the user's list, `expanded` says whether its own relations are
    known. Facts that the catalogue lacks are None.
    """

    mal_id: int
    title: str
    relation: str
    type: str | None
    episodes: int | None
    aired_from: date | None
    list_status: str | None
    episodes_watched: int | None
    expanded: bool
    rating: int | None = None

    @property
    def seen(self) -> bool:
        """Whether the user has completed it."""
        return self.list_status == "COMPLETED"


@dataclass(frozen=True, slots=True)
class RelationGraph:
    """Related titles: the relation that led to each, by id, the ids with known relations, and pairs in watch order."""

    found: Mapping[int, Relation]
    expanded: frozenset[int]
    before: frozenset[tuple[int, int]]


def explore(mal_id: int, relations_of: RelationsOf, *, most: int = MOST) -> RelationGraph:
    """Follow the relations from a title, breadth first, until `most` titles are found."""
    found: dict[int, Relation] = {mal_id: Relation("", "anime", mal_id, "")}
    waiting, expanded, before = deque([mal_id]), set[int](), set[tuple[int, int]]()
    while waiting:
        here = waiting.popleft()
        related = relations_of(here)
        if related is None:
            continue
        expanded.add(here)
        for relation in related:
            way, there = relation.relation.casefold(), relation.mal_id
            if relation.kind.casefold() != "anime" or there == here or way not in _LATER | _EARLIER:
                continue
            if there not in found:
                if len(found) >= most:
                    continue
                found[there] = relation
                waiting.append(there)
            before.add((here, there) if way in _LATER else (there, here))
    return RelationGraph(found, frozenset(expanded), frozenset(before))


def watch_order(session: Session, graph: RelationGraph, user_id: int | None = None) -> tuple[FranchiseTitle, ...]:
    """Return the titles of a graph in watch order, with the user's progress.

    The order is topological; where that leaves a choice, or there is a cycle, the day of the first episode decides.
    """
    ids = list(graph.found)
    anime, mine = ProcessedAnime, UserAnime
    names = (col(anime.mal_id), SHOWN_TITLE, col(anime.type), col(anime.episodes), col(anime.aired_from))
    connection = session.connection()
    known = {row[0]: row[1:] for row in connection.execute(select(*names).where(names[0].in_(ids)))}
    entry = (col(mine.mal_id), col(mine.status), col(mine.episodes_watched), col(mine.personal_rating))
    progress = select(*entry).where(col(mine.user_id) == user_id, col(mine.mal_id).in_(ids))
    own = {row[0]: row[1:] for row in connection.execute(progress)} if user_id is not None else {}
    works = {}
    for mal_id, relation in graph.found.items():
        title, kind, episodes, aired = known.get(mal_id, (relation.name or f"#{mal_id}", None, None, None))
        status, watched, rating = own.get(mal_id, (None, None, None))
        works[mal_id] = FranchiseTitle(
            mal_id, title, relation.relation, kind, episodes, aired, status, watched, mal_id in graph.expanded, rating
        )
    return tuple(works[mal_id] for mal_id in _ordered(works, graph.before))


def _ordered(works: Mapping[int, FranchiseTitle], before: frozenset[tuple[int, int]]) -> list[int]:
    keys = {mal_id: (work.aired_from or date.max, mal_id) for mal_id, work in works.items()}
    after: dict[int, list[int]] = {mal_id: [] for mal_id in works}
    waits_for = dict.fromkeys(works, 0)
    for first, second in before:
        after[first].append(second)
        waits_for[second] += 1
    ready = [keys[mal_id] for mal_id, count in waits_for.items() if not count]
    heapq.heapify(ready)
    left, order = set(works), list[int]()
    while left:
        # In a cycle nothing is ready: the earliest title breaks it.
        mal_id = heapq.heappop(ready)[1] if ready else min(keys[other] for other in left)[1]
        if mal_id not in left:
            continue
        left.remove(mal_id)
        order.append(mal_id)
        for other in after[mal_id]:
            waits_for[other] -= 1
            if not waits_for[other]:
                heapq.heappush(ready, keys[other])
    return order
