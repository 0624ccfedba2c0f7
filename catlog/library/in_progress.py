"""The titles of a list that are being watched or watched again, ordered by their next broadcast."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from catlog.db.naming import table_of
from catlog.db.session import Session
from catlog.db.shown_title import SHOWN_TITLE
from catlog.db.tables import ActivityLog, ProcessedAnime, UserAnime, col
from catlog.library.airing import upcoming_episodes
from catlog.library.broadcasts import load_broadcasts
from catlog.library.edit_kinds import WATCH
from catlog.library.entries import Status
from catlog.library.records import InProgress

_HORIZON = timedelta(days=14)
"""How far ahead a broadcast decides the order."""


def read_in_progress(session: Session, user_id: int, *, now: datetime, limit: int) -> tuple[InProgress, ...]:
    """Return the `limit` titles in progress edited last: first those that air within two weeks, soonest first.

    Three queries at any length.
    """
    entry = UserAnime
    watching = or_(col(entry.status) == Status.WATCHING, col(entry.rewatching).is_(True))
    titles = _read(session, user_id, watching, limit)
    airing = upcoming_episodes((row.broadcast for row in titles if row.broadcast), now=now, until=now + _HORIZON)
    place = {episode.mal_id: index for index, episode in reversed(list(enumerate(airing)))}
    return tuple(sorted(titles, key=lambda row: place.get(row.mal_id, len(place))))


def read_planned_titles(session: Session, user_id: int, reasons: Mapping[int, str]) -> tuple[InProgress, ...]:
    """Return the titles that `reasons` names, each with its reason, in its order. Three queries."""
    planned = {row.mal_id: row for row in _read(session, user_id, col(UserAnime.mal_id).in_(reasons), len(reasons))}
    return tuple(replace(planned[mal_id], why=why) for mal_id, why in reasons.items() if mal_id in planned)


def _read(session: Session, user_id: int, wanted: ColumnElement[bool], limit: int) -> list[InProgress]:
    broadcasts = {broadcast.mal_id: broadcast for broadcast in load_broadcasts(session, user_id)}
    entry, anime = UserAnime, ProcessedAnime
    query = (
        select(
            col(entry.mal_id),
            func.coalesce(SHOWN_TITLE, ""),
            col(entry.status),
            col(entry.episodes_watched),
            func.nullif(col(anime.episodes), 0),
            col(entry.rewatching),
            col(anime.image_url),
        )
        .join(anime, col(anime.mal_id) == col(entry.mal_id), isouter=True)
        .where(col(entry.user_id) == user_id, wanted)
        .order_by(col(entry.updated_at).desc(), col(entry.mal_id))
        .limit(limit)
    )
    rows: list[Any] = list(session.connection().execute(query))
    seen = _last_seen(session, user_id, [row[0] for row in rows])
    return [
        InProgress(
            mal_id,
            title or f"#{mal_id}",
            status,
            watched,
            episodes,
            again,
            broadcasts.get(mal_id),
            image_url,
            seen.get(mal_id),
        )
        for mal_id, title, status, watched, episodes, again, image_url in rows
    ]


def _last_seen(session: Session, user_id: int, ids: Collection[int]) -> dict[int, datetime]:
    """Return when an episode of each title was logged last."""
    log = table_of(ActivityLog).c
    query = (
        select(log.mal_id, func.max(log.at))
        .where(log.user_id == user_id, log.mal_id.in_(ids), log.action == WATCH)
        .group_by(log.mal_id)
    )
    rows: Iterable[Any] = session.connection().execute(query)
    return {row.mal_id: row[1] for row in rows}
