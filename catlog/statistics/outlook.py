"""What lies behind and ahead of a list: episodes logged this week, what ends soon at this pace, hours left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from sqlalchemy import func, select

from catlog.db.session import Session
from catlog.db.tables import ProcessedAnime, UserAnime, col
from catlog.library.airing import FINISHED
from catlog.library.entries import Status
from catlog.library.own_edits import recent_edits
from catlog.statistics.watched import parse_duration

_WEEK, _PACE = timedelta(days=7), timedelta(days=28)
_YEAR = 365


@dataclass(frozen=True, slots=True)
class Outlook:
    """The figures of one list. `logged` episodes of `seconds` were logged in seven days.

    `ends` is the title being watched that ends first if it goes on as in the last four weeks, with its day. `left` has
    the seconds of the unwatched episodes by status, of titles whose length and total are known.
    """

    logged: int
    seconds: int
    ends: tuple[int, date] | None
    left: Mapping[str, int]


def read_outlook(session: Session, user_id: int, *, now: datetime, today: date) -> Outlook:
    """Return the outlook of a user's list."""
    edits, _ = recent_edits(session, user_id, now - _PACE)
    watched: dict[int, int] = {}
    week: dict[int, int] = {}
    for edit in edits:
        watched[edit.mal_id] = watched.get(edit.mal_id, 0) + edit.episodes
        if edit.at >= now - _WEEK:
            week[edit.mal_id] = week.get(edit.mal_id, 0) + edit.episodes
    lengths = _lengths(session, week)
    seconds = sum(count * lengths.get(mal_id, 0) for mal_id, count in week.items())
    return Outlook(
        max(sum(week.values()), 0), max(seconds, 0), _ends(session, user_id, watched, today), _left(session, user_id)
    )


def _lengths(session: Session, ids: Mapping[int, int]) -> dict[int, int]:
    anime = ProcessedAnime
    query = select(col(anime.mal_id), col(anime.duration)).where(col(anime.mal_id).in_(list(ids)))
    return {mal_id: parse_duration(text) or 0 for mal_id, text in session.connection().execute(query)}


def _ends(session: Session, user_id: int, watched: Mapping[int, int], today: date) -> tuple[int, date] | None:
    entry, anime = UserAnime, ProcessedAnime
    query = (
        select(col(entry.mal_id), col(entry.episodes_watched), col(anime.episodes))
        .join(anime, col(anime.mal_id) == col(entry.mal_id))
        .where(
            col(entry.user_id) == user_id,
            col(entry.status) == Status.WATCHING,
            col(anime.status) == FINISHED,
            col(entry.mal_id).in_([mal_id for mal_id, count in watched.items() if count > 0]),
        )
    )
    days = {
        mal_id: ceil((total - seen) * _PACE.days / watched[mal_id])
        for mal_id, seen, total in session.connection().execute(query)
        if total and total > seen
    }
    soonest = min(days, key=lambda mal_id: (days[mal_id], mal_id), default=None)
    if soonest is None or days[soonest] > _YEAR:
        return None
    return soonest, today + timedelta(days=days[soonest])


def _left(session: Session, user_id: int) -> dict[str, int]:
    """Return the seconds left by status: sums by length, which are few."""
    entry, anime = UserAnime, ProcessedAnime
    rest = col(anime.episodes) - col(entry.episodes_watched)
    query = (
        select(col(entry.status), col(anime.duration), func.sum(rest))
        .join(anime, col(anime.mal_id) == col(entry.mal_id))
        .where(col(entry.user_id) == user_id, rest > 0)
        .group_by(col(entry.status), col(anime.duration))
    )
    found: dict[str, int] = {}
    for status, duration, count in session.connection().execute(query):
        found[status] = found.get(status, 0) + int(count or 0) * (parse_duration(duration) or 0)
    return found
