"""The franchise of one title in watch order, without the whole catalogue.

Relations of the source come first; for a title without them names decide, as in `recommendations.franchise`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from catlog.catalogue.franchise import FranchiseTitle, RelationGraph, RelationsOf, explore, watch_order
from catlog.db.session import Session
from catlog.db.tables import ProcessedAnime, col
from catlog.jikan.details import Relation
from catlog.recommendations.franchise import RelatedTitle, franchises, prequels

_NAMESAKES = 2_000
"""The most titles whose names are compared."""


def read_order(
    session: Session, mal_id: int, relations_of: RelationsOf, user_id: int | None = None
) -> tuple[FranchiseTitle, ...]:
    """Return the franchise of a title in watch order with the user's progress; the title alone where none is known."""
    graph = explore(mal_id, relations_of)
    if len(graph.found) == 1:
        graph = _by_names(session, mal_id)
    return watch_order(session, graph, user_id)


def _by_names(session: Session, mal_id: int) -> RelationGraph:
    works = _namesakes(session, mal_id)
    before = prequels(works)
    of = franchises([work.mal_id for work in works], before)
    found = {mal_id: Relation("", "anime", mal_id, "")}
    for work in works:
        if work.mal_id != mal_id and of[work.mal_id] == of[mal_id]:
            found[work.mal_id] = Relation("", "anime", work.mal_id, work.names[0])
    pairs = {(other, later) for later, others in before.items() for other in others}
    return RelationGraph(found, frozenset(), frozenset(pair for pair in pairs if found.keys() >= set(pair)))


def _namesakes(session: Session, mal_id: int) -> list[RelatedTitle]:
    """Return the titles whose main name begins with the same word."""
    anime = ProcessedAnime
    connection = session.connection()
    title = connection.execute(select(col(anime.title)).where(col(anime.mal_id) == mal_id)).scalar_one_or_none()
    words = (title or "").split()
    word = words[0].rstrip(":;,.!?-") if words else ""
    if not word:
        return [RelatedTitle(mal_id, (title or "",), None, None, None)]
    columns = (anime.mal_id, anime.title, anime.title_english, anime.type, anime.members, anime.aired_from)
    begins = col(anime.title).startswith(word, autoescape=True)
    query = select(*(col(column) for column in columns)).where(begins).limit(_NAMESAKES)
    rows: Iterable[Any] = connection.execute(query)
    return [
        RelatedTitle(other, (name, english) if english else (name,), kind, members, began)
        for other, name, english, kind, members, began in rows
        if other == mal_id or not name[len(word) : len(word) + 1].isalnum()
    ]
