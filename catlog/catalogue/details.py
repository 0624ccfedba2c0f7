"""All facts of one title in the catalogue and the ranking history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from catlog.catalogue.search import genres_of
from catlog.db.naming import table_of
from catlog.db.session import Session
from catlog.db.tables import DailyRankings, ProcessedAnime, col
from catlog.errors import NotFoundError
from catlog.title_language import spoken


@dataclass(frozen=True, slots=True)
class RankDay:
    """Rank and score on a day with a snapshot; None where the source has none."""

    day: date
    rank: int | None
    score: float | None


@dataclass(frozen=True, slots=True)
class Details:
    """One title in full; unknown is None. In another language than the main title's, that is the first synonym.

    `rank_history` ends on its last day with a snapshot, oldest first.
    """

    mal_id: int
    title: str
    title_english: str | None
    title_japanese: str | None
    synonyms: tuple[str, ...]
    type: str | None
    status: str | None
    episodes: int | None
    duration: str | None
    aired_from: date | None
    aired_to: date | None
    season: str | None
    year: int | None
    source: str | None
    rating: str | None
    genres: tuple[str, ...]
    studios: tuple[str, ...]
    score: float | None
    scored_by: int | None
    rank: int | None
    members: int | None
    popularity: int | None
    favorites: int | None
    broadcast_day: str | None
    broadcast_time: str | None
    image_url: str | None
    synopsis: str | None
    processed_at: datetime
    rank_history: tuple[RankDay, ...]


_STORED = tuple(name for name in Details.__slots__ if name in table_of(ProcessedAnime).c)


def read_details(session: Session, mal_id: int, *, days: int) -> Details:
    """Return the details of a title, with its ranks of the last `days` days. Raises NotFoundError."""
    columns = [table_of(ProcessedAnime).c[name] for name in _STORED]
    anime = session.connection().execute(select(*columns).where(col(ProcessedAnime.mal_id) == mal_id)).one_or_none()
    if anime is None:
        raise NotFoundError(f"no anime with the id {mal_id} is here", hint="catlog search finds titles")
    stored: dict[str, Any] = dict(zip(_STORED, anime, strict=True))
    stored |= {name: tuple(stored[name] or ()) for name in ("synonyms", "studios")}
    main = stored["title"]
    stored["title"] = spoken().pick(main, stored["title_english"], stored["title_japanese"])
    if stored["title"] != main:
        stored["synonyms"] = (main, *stored["synonyms"])
    genres = genres_of(session.connection(), [mal_id]).get(mal_id, ())
    return Details(**stored, genres=genres, rank_history=_ranks(session, mal_id, days))


def _ranks(session: Session, mal_id: int, days: int) -> tuple[RankDay, ...]:
    day, rank, score = (col(getattr(DailyRankings, name)) for name in ("snapshot_date", "rank", "score"))
    newest = select(day, rank, score).where(col(DailyRankings.mal_id) == mal_id).order_by(day.desc()).limit(days)
    found = [RankDay(*row) for row in session.connection().execute(newest)]
    first = found[0].day - timedelta(days=days) if found else date.min
    return tuple(reversed([ranked for ranked in found if ranked.day > first]))
