"""The cat of one user: its state and suggestion, read from the activity log, and care for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from catlog.accounts.sessions import SignedIn, require
from catlog.analytics.movers import climbers
from catlog.companion.cat import Cat
from catlog.companion.events import FEED, PET, MoodEvent
from catlog.companion.mood import SOON, cat_state, level
from catlog.companion.suggestions import NOTABLE_CLIMB, Outlook, Waiting, suggest
from catlog.db.session import Session
from catlog.db.shown_title import SHOWN_TITLE
from catlog.db.tables import CompanionDeeds, ProcessedAnime, User, UserAnime, col
from catlog.errors import InvalidArgumentError
from catlog.library.airing import Broadcast, known_unwatched, unwatched_episodes, upcoming_episodes
from catlog.library.broadcasts import load_broadcasts
from catlog.library.entries import Status
from catlog.library.listing import ids_on_list
from catlog.library.own_edits import recent_edits
from catlog.text import clean
from catlog.zones import Zone

DEFAULT_NAME = "Mochi"
NAME_LIMIT = 24

REMEMBERED = timedelta(days=365)
"""How far back events count: after a year less than a thousandth of their effect is left."""

_CLIMBERS_READ = 500


def read_cat(session: Session, user_id: int, *, now: datetime, zone: Zone, backup_age_days: int | None = None) -> Cat:
    """Return the cat of a user in `zone` at `now`. The number of queries does not grow with the list."""
    entries = ids_on_list(session, user_id)
    broadcasts = [b for b in load_broadcasts(session, user_id) if b.list_status is Status.WATCHING]
    coming = upcoming_episodes(broadcasts, now=now, until=now + SOON)
    soon = [airing for airing in coming if airing.source_episode is not None]
    dated = [airing for airing in soon if not airing.estimate]
    unseen = [row for broadcast in broadcasts if (row := _waiting(broadcast, now)) is not None]
    since, events, earlier = _events(session, user_id, now)
    state = cat_state(
        events,
        since=since,
        now=now,
        zone=zone,
        next_airing=soon[0].at if soon else None,
        earlier=earlier,
        watches=bool(broadcasts),
    )
    outlook = Outlook(
        waiting=tuple(sorted(unseen, key=lambda w: (w.count is None, -(w.count or 0), w.mal_id))),
        airing=(dated[0].title, dated[0].at) if dated else None,
        slot=(soon[0].title, soon[0].at) if soon else None,
        climbed=_climbed(session, entries),
        unrated=_unrated(session, user_id),
        planned=_planned(session, user_id),
        backup_age_days=backup_age_days,
        entries=len(entries),
    )
    return Cat(cat_name(session, user_id), state, suggest(state, outlook, now), now, zone.day_of(now), bool(entries))


def pet(session: Session, owner: SignedIn, *, now: datetime) -> bool:
    """Pet the cat, in the caller's transaction; return whether that raised its level. Raises NotAllowedError."""
    return _care(session, owner, now, PET)


def feed(session: Session, owner: SignedIn, *, now: datetime) -> bool:
    """Feed the cat, in the caller's transaction; return whether that raised its level. Raises NotAllowedError."""
    return _care(session, owner, now, FEED)


def rename(session: Session, owner: SignedIn, name: str, *, now: datetime) -> str:
    """Give the cat a name, in the caller's transaction, and return it clean.

    Raises InvalidArgumentError, and NotAllowedError when the session has ended.
    """
    require(session, owner)
    safe = clean(name, limit=NAME_LIMIT)
    if not safe:
        raise InvalidArgumentError("the cat would like a name that can be read")
    session.connection().execute(insert(CompanionDeeds).values(user_id=owner.user_id, at=now, kind="name", value=safe))
    return safe


def _waiting(broadcast: Broadcast, now: datetime) -> Waiting | None:
    """Return the unwatched episodes of a title, None where none are out; estimates give no count."""
    count, late = known_unwatched(broadcast, now), unwatched_episodes(broadcast, now)
    if count == 0 or (count is None and late is not None and late.number == 0):
        return None
    return Waiting(broadcast.mal_id, broadcast.title, count)


def _care(session: Session, owner: SignedIn, now: datetime, kind: str) -> bool:
    require(session, owner)
    _, events, earlier = _events(session, owner.user_id, now)
    session.connection().execute(insert(CompanionDeeds).values(user_id=owner.user_id, at=now, kind=kind))
    count = earlier + len(events)
    return level(count + 1) > level(count)


def cat_name(session: Session, user_id: int) -> str:
    """Return the name of a user's cat."""
    event = CompanionDeeds
    query = (
        select(col(event.value))
        .where(col(event.user_id) == user_id, col(event.kind) == "name")
        .order_by(col(event.at).desc(), col(event.id).desc())
        .limit(1)
    )
    return session.connection().execute(query).scalar() or DEFAULT_NAME


def _events(session: Session, user_id: int, now: datetime) -> tuple[datetime, list[MoodEvent], int]:
    """Return when the cat moved in, the events of the last year, oldest first, and the number of earlier ones."""
    connection = session.connection()
    own = CompanionDeeds
    oldest = now - REMEMBERED
    mine = (col(own.user_id) == user_id, col(own.kind) != "name")
    forgotten = select(func.count()).where(*mine, col(own.at) < oldest).scalar_subquery()
    since, earlier = connection.execute(select(col(User.created_at), forgotten).where(col(User.id) == user_id)).one()
    edits, earlier_edits = recent_edits(session, user_id, oldest)
    events = [MoodEvent(edit.at, edit.kind, edit.mal_id, edit.episodes) for edit in edits]
    care: Iterable[Any] = connection.execute(select(col(own.at), col(own.kind)).where(*mine, col(own.at) >= oldest))
    events += [MoodEvent(at, kind) for at, kind in care]
    return since, sorted(events, key=lambda event: event.at), earlier + earlier_edits


def _climbed(session: Session, entries: frozenset[int]) -> tuple[int, str, int] | None:
    if not entries:
        return None
    for mover in climbers(session, limit=_CLIMBERS_READ).rows:
        if mover.mal_id in entries and mover.change >= NOTABLE_CLIMB:
            return mover.mal_id, mover.title, mover.change
    return None


def _unrated(session: Session, user_id: int) -> tuple[int, str] | None:
    entry = UserAnime
    newest = (col(entry.completed_date).desc().nulls_last(), col(entry.updated_at).desc(), col(entry.mal_id))
    mine = (col(entry.status) == Status.COMPLETED, col(entry.personal_rating).is_(None))
    return _one_title(session, user_id, mine, newest)


def _planned(session: Session, user_id: int) -> tuple[int, str] | None:
    entry = UserAnime
    mine = (col(entry.status) == Status.PLAN_TO_WATCH, col(ProcessedAnime.status) == "Finished Airing")
    return _one_title(session, user_id, mine, (col(entry.created_at), col(entry.mal_id)))


def _one_title(session: Session, user_id: int, mine: tuple[Any, ...], order: tuple[Any, ...]) -> tuple[int, str] | None:
    query = (
        select(col(UserAnime.mal_id), SHOWN_TITLE)
        .join(ProcessedAnime, col(ProcessedAnime.mal_id) == col(UserAnime.mal_id))
        .where(col(UserAnime.user_id) == user_id, *mine)
        .order_by(*order)
        .limit(1)
    )
    row = session.connection().execute(query).first()
    return (row[0], row[1]) if row else None
