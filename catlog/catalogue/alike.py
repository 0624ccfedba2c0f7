"""Titles like another one: those that viewers recommend with it or, without any, those that share most genres."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from catlog.catalogue.filters import ADULT
from catlog.db.session import Session
from catlog.db.shown_title import SHOWN_TITLE
from catlog.db.tables import AnimeGenre, ProcessedAnime, UserAnime, col
from catlog.jikan.details import Recommendation

_CANDIDATES = 40
"""Titles with the most shared genres among which the closest are chosen."""


@dataclass(frozen=True, slots=True)
class AlikeTitle:
    """A title like another one; `list_status` is None where it is not on the user's list."""

    mal_id: int
    title: str
    image_url: str | None
    list_status: str | None


def read_alike(
    session: Session,
    mal_id: int,
    recommended: Sequence[Recommendation],
    *,
    limit: int,
    user_id: int | None = None,
    without: Collection[int] = (),
) -> tuple[AlikeTitle, ...]:
    """Return up to `limit` titles like one, the closest first; those of `without` are left out."""
    excluded = {mal_id, *without}
    ids = [one.mal_id for one in sorted(recommended, key=lambda one: -one.votes) if one.mal_id not in excluded]
    known = _read(session, ids[: 2 * limit], user_id)
    if len(known) < limit:
        more = [other for other in _by_genres(session, mal_id) if other not in excluded | known.keys()]
        ids = [*(one for one in ids if one in known), *more[:limit]]
        known |= _read(session, more[:limit], user_id)
    return tuple([known[other] for other in ids if other in known][:limit])


def _read(session: Session, ids: Sequence[int], user_id: int | None) -> dict[int, AlikeTitle]:
    if not ids:
        return {}
    anime, entry = ProcessedAnime, UserAnime
    columns: tuple[Any, ...] = (col(anime.mal_id), SHOWN_TITLE, col(anime.image_url), col(entry.status))
    mine = (col(entry.mal_id) == col(anime.mal_id)) & (col(entry.user_id) == user_id)
    query = select(*columns).outerjoin(entry, mine).where(col(anime.mal_id).in_(ids))
    return {row[0]: AlikeTitle(*row) for row in session.connection().execute(query)}


def _by_genres(session: Session, mal_id: int) -> list[int]:
    """Return the titles by the share of genres in common, then by their viewers; none for adults alone."""
    genre, anime = AnimeGenre, ProcessedAnime
    connection = session.connection()
    own = connection.execute(select(col(genre.genre)).where(col(genre.mal_id) == mal_id)).scalars().all()
    if not own:
        return []
    common = func.count().label("common")
    shared = (
        select(col(genre.mal_id), common)
        .where(col(genre.genre).in_(own), col(genre.mal_id) != mal_id)
        .group_by(col(genre.mal_id))
        .subquery()
    )
    nearest = (
        select(shared.c.mal_id, shared.c.common)
        .join(anime, col(anime.mal_id) == shared.c.mal_id)
        .where(func.coalesce(col(anime.rating), "") != ADULT)
        .order_by(shared.c.common.desc(), func.coalesce(col(anime.members), 0).desc(), shared.c.mal_id)
        .limit(_CANDIDATES)
    )
    found = [(row[0], row[1]) for row in connection.execute(nearest)]
    counts = select(col(genre.mal_id), func.count()).where(col(genre.mal_id).in_([other for other, _ in found]))
    totals: dict[int, int] = {row[0]: row[1] for row in connection.execute(counts.group_by(col(genre.mal_id)))}
    return [
        other for other, common in sorted(found, key=lambda pair: -pair[1] / (len(own) + totals[pair[0]] - pair[1]))
    ]
