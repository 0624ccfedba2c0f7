"""The addresses of covers."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from catlog.db.session import Session
from catlog.db.tables import ProcessedAnime, col


def cover_addresses(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Return the addresses of the covers of a few titles, by MAL id; who has none is not there."""
    anime = ProcessedAnime
    query = select(col(anime.mal_id), col(anime.image_url)).where(col(anime.mal_id).in_(ids))
    return {mal_id: url for mal_id, url in session.connection().execute(query) if url}
