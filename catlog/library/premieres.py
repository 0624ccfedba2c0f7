"""Titles that begin soon: those planned first, then those that most people wait for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import and_, case, or_, select

from catlog.catalogue.vocabulary import AIRING_STATUSES
from catlog.db.session import Session
from catlog.db.shown_title import SHOWN_TITLE
from catlog.db.tables import ProcessedAnime, UserAnime, col
from catlog.library.entries import Status
from catlog.library.records import Premiere


def read_premieres(session: Session, user_id: int, *, after: date, until: date, limit: int) -> tuple[Premiere, ...]:
    """Return up to `limit` titles that begin after one day and up to another, soonest first.

    Those on the list come before others, and dropped ones not at all; others count by their members. One query.
    """
    anime, entry = ProcessedAnime, UserAnime
    day = col(anime.aired_from)
    of_user = and_(col(entry.mal_id) == col(anime.mal_id), col(entry.user_id) == user_id)
    query = (
        select(col(anime.mal_id), SHOWN_TITLE, day, col(entry.status))
        .outerjoin(entry, of_user)
        .where(
            col(anime.status) == AIRING_STATUSES["upcoming"],
            day > after,
            day <= until,
            or_(col(entry.status).is_(None), col(entry.status) != Status.DROPPED),
        )
        .order_by(
            case((col(entry.status).is_(None), 1), else_=0), col(anime.members).desc().nulls_last(), col(anime.mal_id)
        )
        .limit(limit)
    )
    found: Iterable[Any] = session.connection().execute(query)
    rows = [Premiere(*row) for row in found]
    return tuple(sorted(rows, key=lambda row: (row.day, row.title, row.mal_id)))
