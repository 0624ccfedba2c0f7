"""The questions of the screen Home: the cat and what goes on, what moves on the chart, what might come next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from sqlmodel import Session

    from catlog.analytics.records import Mover, QueryResult
    from catlog.companion.service import Cat
    from catlog.library.airing import Broadcast
    from catlog.library.history import LoggedChange
    from catlog.library.schedule import Aired
    from catlog.recommendations.service import Picked, Recommended
    from catlog.tui.backend import Backend

WEEK = 7
"""Days of the schedule, and days over which ranks are compared."""

WATCHED_MOST = 200
"""Titles under way that are shown at most."""

MOVED_MOST = 40
"""Climbers that are shown at most, and as many fallers: of all titles, and of mine."""

LATELY = 40
"""Changes of the list that are read."""

RECOMMENDED = 4


@dataclass(frozen=True, slots=True)
class Going:
    """A title that is being watched, or watched again; `broadcast` tells what airs, where anything is known of it."""

    mal_id: int
    title: str
    status: str
    watched: int
    episodes: int | None
    again: bool
    broadcast: Broadcast | None


@dataclass(frozen=True, slots=True)
class Home:
    """What Home shows beside the chart. `cat` is None while nobody is signed in; `entries` are the titles on the list.

    `going` is ordered by what airs next, then by what was touched last; `week` has what airs today, by the
    viewer's clock, and in the next seven days; `lately` is the end of the activity log, newest first.
    """

    at: datetime
    cat: Cat | None = None
    entries: int = 0
    going: tuple[Going, ...] = ()
    week: tuple[Aired, ...] = ()
    lately: tuple[LoggedChange, ...] = ()


class Moved(NamedTuple):
    """A title that climbed (`change` above 0) or fell; `course` are its ranks, one a day, oldest first."""

    mal_id: int
    title: str
    rank: int
    before: int
    change: int
    course: tuple[int | None, ...]
    status: str | None


@dataclass(frozen=True, slots=True)
class Moving:
    """What moved on the chart up to `day`, None where there are no ranks: climbers and fallers in turn.

    `passed_over` says that there are newer days, without a whole chart, and `alone`, where nothing moved, that `day` is
    the only one of the week.
    """

    day: date | None
    everything: tuple[Moved, ...] = ()
    mine: tuple[Moved, ...] = ()
    passed_over: bool = False
    alone: str = ""


def read_home(backend: Backend) -> Home:
    """Read all of Home that a change of the list changes."""
    from sqlalchemy import func, select
    from sqlmodel import col

    from catlog import clock
    from catlog.companion.service import look
    from catlog.db.models import UserAnime
    from catlog.library.airing import load_broadcasts
    from catlog.library.history import activities
    from catlog.library.schedule import read_schedule

    now = clock.now()
    if backend.viewer is None:
        return Home(now)
    zone = backend.viewer.zone
    user, age = backend.viewer.user_id, _backup_age(backend, now)
    with backend.database.read() as session:
        cat = look(session, user, now=now, zone=zone, backup_age_days=age)
        broadcasts = {one.mal_id: one for one in load_broadcasts(session, user)}
        mine = select(func.count()).where(col(UserAnime.user_id) == user)
        days = read_schedule(session, zone.day_of(now), days=WEEK + 1, zone=zone, user_id=user, mine=True)
        return Home(
            at=now,
            cat=cat,
            entries=session.connection().execute(mine).scalar_one(),
            going=_going(session, user, broadcasts, now),
            week=tuple(row for row in days.rows if row.at <= now + timedelta(days=WEEK)),
            lately=activities(session, user, limit=LATELY),
        )


def read_moving(backend: Backend) -> Moving:
    """Read what moved on the chart in a week, with the courses of the ranks."""
    from catlog.analytics.days import words_on_one_day
    from catlog.analytics.history import rank_courses
    from catlog.analytics.movers import climbers, fallers

    with backend.database.read() as session:
        up, down = climbers(session, days=WEEK, limit=None), fallers(session, days=WEEK, limit=None)
        if up.as_of is None:
            return Moving(None)
        alone = "" if up.rows or down.rows else words_on_one_day(session, up)
        known = [mover.mal_id for mover in (*up.rows, *down.rows)]
        statuses = _statuses(session, backend.viewer.user_id, known) if backend.viewer is not None else {}
        everything = _in_turn(up, down, None)
        mine = _in_turn(up, down, statuses)
        shown = {mover.mal_id for mover in (*everything, *mine)}
        courses = rank_courses(session, shown, up.as_of - timedelta(days=WEEK), up.as_of)

    def moved(movers: Iterable[Mover]) -> tuple[Moved, ...]:
        return tuple(
            Moved(
                mover.mal_id,
                mover.title,
                mover.rank,
                mover.baseline_rank,
                mover.change,
                tuple(courses[mover.mal_id]),
                statuses.get(mover.mal_id),
            )
            for mover in movers
        )

    return Moving(up.as_of, moved(everything), moved(mine), bool(up.passed_over), alone)


def read_recommended(backend: Backend) -> list[Recommended]:
    """Read what fits the list best, and why; the first time takes a second of work."""
    return backend.recommender.recommend(backend.owner().user_id, RECOMMENDED)


def pick_any(backend: Backend) -> Picked:
    """Pick one of the planned titles at random. Raises NotFoundError when none can be begun."""
    return backend.recommender.pick(backend.owner().user_id)


def care(backend: Backend, kind: str) -> bool:
    """Pet or feed the cat, and say whether that raised the level of the bond."""
    from catlog import clock
    from catlog.companion.service import feed, pet

    owner, deed = backend.owner(), {"pet": pet, "feed": feed}[kind]
    return backend.database.run(lambda session: deed(session, owner, now=clock.now()))


def _going(session: Session, user: int, broadcasts: dict[int, Broadcast], now: datetime) -> tuple[Going, ...]:
    from sqlalchemy import func, or_, select
    from sqlmodel import col

    from catlog.db.models import ProcessedAnime, UserAnime
    from catlog.library.airing import coming
    from catlog.library.entries import Status

    entry, anime = UserAnime, ProcessedAnime
    query = (
        select(
            col(entry.mal_id),
            func.coalesce(col(anime.title), ""),
            col(entry.status),
            col(entry.episodes_watched),
            func.nullif(col(anime.episodes), 0),
            col(entry.rewatching),
        )
        .join(anime, col(anime.mal_id) == col(entry.mal_id), isouter=True)
        .where(col(entry.user_id) == user, or_(col(entry.status) == Status.WATCHING, col(entry.rewatching).is_(True)))
        .order_by(col(entry.updated_at).desc(), col(entry.mal_id))
        .limit(WATCHED_MOST)
    )
    rows: Iterable[Any] = session.connection().execute(query)
    found = [
        Going(mal_id, title or f"#{mal_id}", status, watched, episodes, again, broadcasts.get(mal_id))
        for mal_id, title, status, watched, episodes, again in rows
    ]
    airing = [one.broadcast for one in found if one.broadcast is not None]
    order = {one.mal_id: place for place, one in reversed(list(enumerate(coming(airing, now=now, until=_soon(now)))))}
    return tuple(sorted(found, key=lambda one: order.get(one.mal_id, len(order))))


def _soon(now: datetime) -> datetime:
    return now + timedelta(days=2 * WEEK)


def _statuses(session: Session, user: int, ids: list[int]) -> dict[int, str]:
    from sqlalchemy import select
    from sqlmodel import col

    from catlog.db.models import UserAnime

    query = select(col(UserAnime.mal_id), col(UserAnime.status))
    mine = query.where(col(UserAnime.user_id) == user, col(UserAnime.mal_id).in_(ids))
    return {row[0]: row[1] for row in session.connection().execute(mine)}


def _in_turn(up: QueryResult[Mover], down: QueryResult[Mover], among: dict[int, str] | None) -> list[Mover]:
    """Return climbers and fallers in turn, each by how far they moved, those of a list alone where there is one."""
    risen, fallen = (
        [mover for mover in answer.rows if among is None or mover.mal_id in among][:MOVED_MOST] for answer in (up, down)
    )
    both = min(len(risen), len(fallen))
    turns = [mover for pair in zip(risen, fallen, strict=False) for mover in pair]
    return [*turns, *risen[both:], *fallen[both:]]


def _backup_age(backend: Backend, now: datetime) -> int | None:
    """Return the age of the newest backup in days; None where there is none, or looking after it is not for them."""
    from catlog.access import Right, may
    from catlog.db.backup.folder import newest_backup

    if not may(backend.database.role, Right.EXAMINE):
        return None
    newest = newest_backup(backend.database, backend.settings.paths.backups)
    return None if newest is None else max((now - newest[1]).days, 0)
