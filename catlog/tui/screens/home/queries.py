"""The questions of the screen Home: the cat and what goes on, what moves on the chart, what might come next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from catlog import clock
from catlog.access import Right, may
from catlog.analytics.days import describe_single_day
from catlog.analytics.history import daily_ranks
from catlog.analytics.movers import climbers, fallers
from catlog.analytics.records import Mover, QueryResult
from catlog.catalogue.search import list_statuses
from catlog.companion.service import feed, pet, read_cat
from catlog.db.backup.folder import newest_backup
from catlog.library.history import logged_changes
from catlog.library.in_progress import read_in_progress
from catlog.library.listing import count_entries
from catlog.library.schedule import read_schedule
from catlog.recommendations.service import Picked, Recommended
from catlog.tui.backend import Backend
from catlog.tui.screens.home.records import Home, Moved, Moving

WEEK = 7
"""Days of the schedule, and days over which ranks are compared."""

WATCHED_MOST = 200
"""Titles under way that are shown at most."""

MOVED_MOST = 40
"""Climbers that are shown at most, and as many fallers: of all titles, and of mine."""

LATELY = 40
"""Changes of the list that are read."""

RECOMMENDED = 4


def read_home(backend: Backend) -> Home:
    """Read all of Home that a change of the list changes."""
    now = clock.now()
    if backend.viewer is None:
        return Home(now)
    zone = backend.viewer.zone
    user, age = backend.viewer.user_id, _backup_age(backend, now)
    with backend.database.read() as session:
        cat = read_cat(session, user, now=now, zone=zone, backup_age_days=age)
        days = read_schedule(session, zone.day_of(now), days=WEEK + 1, zone=zone, user_id=user, mine=True)
        return Home(
            at=now,
            cat=cat,
            entries=count_entries(session, user),
            going=read_in_progress(session, user, now=now, limit=WATCHED_MOST),
            week=tuple(row for row in days.rows if row.at <= now + timedelta(days=WEEK)),
            lately=logged_changes(session, user, limit=LATELY),
        )


def read_moving(backend: Backend) -> Moving:
    """Read what moved on the chart in a week, with the courses of the ranks."""
    with backend.database.read() as session:
        up, down = climbers(session, days=WEEK, limit=None), fallers(session, days=WEEK, limit=None)
        if up.as_of is None:
            return Moving(None)
        alone = "" if up.rows or down.rows else describe_single_day(session, up)
        known = [mover.mal_id for mover in (*up.rows, *down.rows)]
        user = backend.viewer.user_id if backend.viewer is not None else None
        statuses = list_statuses(session.connection(), user, known)
        everything = _in_turn(up, down, None)
        mine = _in_turn(up, down, statuses)
        shown = {mover.mal_id for mover in (*everything, *mine)}
        courses = daily_ranks(session, shown, up.as_of - timedelta(days=WEEK), up.as_of)

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
    owner, deed = backend.owner(), {"pet": pet, "feed": feed}[kind]
    return backend.database.run(lambda session: deed(session, owner, now=clock.now()))


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
    if not may(backend.database.role, Right.EXAMINE):
        return None
    newest = newest_backup(backend.database, backend.settings.paths.backups)
    return None if newest is None else max((now - newest[1]).days, 0)
