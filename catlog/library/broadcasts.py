"""Queries of the broadcasts of titles, with the days on which their episodes aired."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, func, select, type_coerce

from catlog.db.session import Session
from catlog.db.shown_title import SHOWN_TITLE
from catlog.db.tables import AiredEpisode, ProcessedAnime, UserAnime, col
from catlog.library.airing import FINISHED, Broadcast
from catlog.library.entries import Status
from catlog.library.numbering import AiredDays

_STATUSES = {status.value: status for status in Status}
_OPEN = (Status.WATCHING, Status.PLAN_TO_WATCH, Status.ON_HOLD)


def load_broadcasts(session: Session, user_id: int) -> list[Broadcast]:
    """Return the broadcasts of the titles watched, paused or planned. One query at any length."""
    entry, anime = UserAnime, ProcessedAnime
    connection = session.connection()
    query = (
        select(
            col(entry.mal_id),
            SHOWN_TITLE,
            *(col(c) for c in (entry.status, entry.episodes_watched, anime.episodes)),
            *(col(c) for c in (anime.status, anime.aired_from)),
            *(col(c) for c in (anime.broadcast_day, anime.broadcast_time, anime.broadcast_timezone)),
            col(entry.episode_offset),
            aired_days_column(connection.dialect.name),
        )
        .join(anime, col(anime.mal_id) == col(entry.mal_id))
        .where(col(entry.user_id) == user_id, col(entry.status).in_(_OPEN))
        .order_by(col(entry.mal_id))
    )
    rows: Iterable[Any] = connection.execute(query)
    return [
        Broadcast._make((mal_id, title, _STATUSES[status], *facts, parse_aired_days(aired_days)))
        for mal_id, title, status, *facts, aired_days in rows
    ]


def load_broadcast(session: Session, mal_id: int, user_id: int | None) -> Broadcast | None:
    """Return the broadcast of one title, on the user's list or not; None where the catalogue lacks it."""
    entry, anime = UserAnime, ProcessedAnime
    connection = session.connection()
    query = (
        select(
            col(anime.mal_id),
            SHOWN_TITLE,
            *(col(c) for c in (entry.status, entry.episodes_watched, anime.episodes)),
            *(col(c) for c in (anime.status, anime.aired_from)),
            *(col(c) for c in (anime.broadcast_day, anime.broadcast_time, anime.broadcast_timezone)),
            func.coalesce(col(entry.episode_offset), 0),
            aired_days_column(connection.dialect.name),
        )
        .outerjoin(entry, and_(col(entry.mal_id) == col(anime.mal_id), col(entry.user_id) == user_id))
        .where(col(anime.mal_id) == mal_id)
    )
    row: Any = connection.execute(query).first()
    if row is None:
        return None
    _, title, status, watched, *facts, aired_days = row
    listed = _STATUSES[status] if status else None
    return Broadcast._make((mal_id, title, listed, watched or 0, *facts, parse_aired_days(aired_days)))


def aired_days_column(dialect: str) -> ColumnElement[str | None]:
    """Return the column with the stored days of a `ProcessedAnime`'s episodes, for `parse_aired_days`.

    Null for a title that has finished. One text a title: a row for every episode would take five times as long.
    """
    episode, anime = AiredEpisode, ProcessedAnime
    day = type_coerce(col(episode.aired), String) if dialect == "sqlite" else func.to_char(episode.aired, "YYYY-MM-DD")
    pairs = func.aggregate_strings(cast(col(episode.number), String) + ":" + day, ",")
    aired_days = select(pairs).where(col(episode.mal_id) == col(anime.mal_id)).correlate(anime).scalar_subquery()
    return case((func.coalesce(col(anime.status), "") == FINISHED, None), else_=aired_days)


def parse_aired_days(text: str | None) -> AiredDays:
    """Parse a value of `aired_days_column`."""
    if text is None:
        return ()
    pairs = (one.split(":") for one in text.split(","))
    return tuple(sorted((int(number), date.fromisoformat(day)) for number, day in pairs))
