"""Queries of the screen Home: cat and list, chart movers, recommendations."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from catlog import clock
from catlog.access import Right, may
from catlog.analytics.days import describe_single_day
from catlog.analytics.history import daily_ranks
from catlog.analytics.movers import climbers, fallers
from catlog.catalogue.search import list_statuses
from catlog.companion.service import feed, pet, read_cat
from catlog.db.backup.folder import newest_backup
from catlog.library.history import logged_changes, step_sizes
from catlog.library.in_progress import read_in_progress
from catlog.library.listing import count_entries
from catlog.library.schedule import read_schedule
from catlog.tui.screens.home.records import ChartMovers, Home, MoverRow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catlog.analytics.records import Mover, QueryResult
    from catlog.recommendations.service import Picked, Recommended
    from catlog.tui.backend import Backend

WEEK = 7
"""Days of the schedule, and days over which ranks are compared."""

MAX_IN_PROGRESS = 200
"""The most titles in progress shown."""

MAX_MOVERS = 40
"""The most climbers shown, and as many fallers: of all titles, and of the viewer's list."""

MAX_CHANGES = 40
"""The newest changes of the list read."""

RECOMMENDED = 4


def read_home(backend: Backend) -> Home:
    """Read the part of Home that depends on the list."""
    now = clock.now()
    if backend.viewer is None:
        return Home(now)
    zone = backend.viewer.zone
    user, age = backend.viewer.user_id, _backup_age(backend, now)
    with backend.database.read() as session:
        cat = read_cat(session, user, now=now, zone=zone, backup_age_days=age)
        days = read_schedule(session, zone.day_of(now), days=WEEK + 1, zone=zone, user_id=user, mine=True)
        changes = logged_changes(session, user, limit=MAX_CHANGES)
        return Home(
            at=now,
            cat=cat,
            entries=count_entries(session, user),
            in_progress=read_in_progress(session, user, now=now, limit=MAX_IN_PROGRESS),
            week=tuple(row for row in days.rows if row.at <= now + timedelta(days=WEEK)),
            recent_changes=changes,
            step_sizes=step_sizes(session, user, changes, limit=MAX_CHANGES),
        )


def read_movers(backend: Backend) -> ChartMovers:
    """Read the movers of a week, with their daily ranks."""
    with backend.database.read() as session:
        up, down = climbers(session, days=WEEK, limit=None), fallers(session, days=WEEK, limit=None)
        if up.as_of is None:
            return ChartMovers(None)
        alone = "" if up.rows or down.rows else describe_single_day(session, up)
        known = [mover.mal_id for mover in (*up.rows, *down.rows)]
        user = backend.viewer.user_id if backend.viewer is not None else None
        statuses = list_statuses(session.connection(), user, known)
        everything = _alternating(up, down, None)
        mine = _alternating(up, down, statuses)
        shown = {mover.mal_id for mover in (*everything, *mine)}
        courses = daily_ranks(session, shown, up.as_of - timedelta(days=WEEK), up.as_of)

    def moved(movers: Iterable[Mover]) -> tuple[MoverRow, ...]:
        return tuple(
            MoverRow(
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

    return ChartMovers(up.as_of, moved(everything), moved(mine), bool(up.passed_over), alone)


def read_recommended(backend: Backend) -> list[Recommended]:
    """Read the best recommendations with reasons; the first call takes about a second."""
    return backend.recommender.recommend(backend.owner().user_id, RECOMMENDED)


def pick_any(backend: Backend) -> Picked:
    """Pick a planned title at random. Raises NotFoundError when none can be started."""
    return backend.recommender.pick(backend.owner().user_id)


def care(backend: Backend, kind: str) -> bool:
    """Pet or feed the cat; return whether the bond level rose."""
    owner, act = backend.owner(), {"pet": pet, "feed": feed}[kind]
    return backend.database.run(lambda session: act(session, owner, now=clock.now()))


def _alternating(up: QueryResult[Mover], down: QueryResult[Mover], among: dict[int, str] | None) -> list[Mover]:
    """Return climbers and fallers alternating, each by distance moved; with `among`, only its titles."""
    risen, fallen = (
        [mover for mover in answer.rows if among is None or mover.mal_id in among][:MAX_MOVERS] for answer in (up, down)
    )
    both = min(len(risen), len(fallen))
    turns = [mover for pair in zip(risen, fallen, strict=False) for mover in pair]
    return [*turns, *risen[both:], *fallen[both:]]


def _backup_age(backend: Backend, now: datetime) -> int | None:
    """Return the age of the newest backup in days; None without one, or without the right to examine."""
    if not may(backend.database.role, Right.EXAMINE):
        return None
    newest = newest_backup(backend.database, backend.settings.paths.backups)
    return None if newest is None else max((now - newest[1]).days, 0)
