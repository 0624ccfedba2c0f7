"""Queries of the screen Home: cat and list, chart movers, recommendations."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from catlog import clock, last_screens
from catlog.access import Right, may
from catlog.analytics.days import describe_single_day
from catlog.analytics.history import daily_ranks
from catlog.analytics.movers import climbers, fallers
from catlog.analytics.records import Standing
from catlog.analytics.standing import read_standing
from catlog.catalogue.covers import cover_addresses
from catlog.catalogue.extras import ExtrasReader
from catlog.catalogue.search import list_statuses
from catlog.companion.service import feed, pet, read_cat
from catlog.db.backup.folder import newest_backup
from catlog.library.history import logged_changes, step_sizes
from catlog.library.in_progress import read_in_progress, read_planned_titles
from catlog.library.listing import count_entries, ids_on_list, load_row
from catlog.library.premieres import read_premieres
from catlog.library.schedule import read_schedule
from catlog.plain_records import to_plain
from catlog.recommendations.brief import brief_reason
from catlog.recommendations.planned import read_planned
from catlog.tui.screens.home.records import ChartMovers, Home, LastHome, MoverRow, Offer, RecordRank

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from catlog.analytics.records import Mover
    from catlog.db.session import Session
    from catlog.library.records import InProgress
    from catlog.recommendations.service import Picked, Recommended
    from catlog.tui.backend import Backend

WEEK = 7
"""Days of the schedule, and days over which ranks are compared."""

MAX_IN_PROGRESS = 200
"""The most titles in progress shown."""

MAX_MOVERS = 40
"""The most climbers shown, and as many fallers: of all titles, and of the viewer's list."""

MAX_CHANGES = 80
"""The newest changes of the list read."""

SOON, MAX_PREMIERES = 60, 3
"""Days ahead in which a title begins soon, and the most of them shown."""

RECOMMENDED = 6

MAX_STORED = 30
"""The titles in progress, and the changes, that the next first frame can show."""


def read_home(backend: Backend) -> Home:
    """Read the part of Home that depends on the list."""
    now = clock.now()
    if backend.viewer is None:
        return Home(now)
    stamp, zone = last_screens.stamp(backend.settings), backend.viewer.zone
    user, age = backend.viewer.user_id, _backup_age(backend, now)
    with backend.database.read() as session:
        cat = read_cat(session, user, now=now, zone=zone, backup_age_days=age)
        today = zone.day_of(now)
        days = read_schedule(session, today, days=WEEK, zone=zone, user_id=user, mine=True)
        changes = logged_changes(session, user, limit=MAX_CHANGES)
        return Home(
            at=now,
            cat=cat,
            entries=count_entries(session, user),
            in_progress=read_in_progress(session, user, now=now, limit=MAX_IN_PROGRESS),
            week=days.rows,
            premieres=read_premieres(
                session, user, after=today, until=today + timedelta(days=SOON), limit=MAX_PREMIERES
            ),
            recent_changes=changes,
            step_sizes=step_sizes(session, user, changes, limit=MAX_CHANGES),
            statuses=list_statuses(session.connection(), user, list({change.mal_id for change in changes})),
            stamp=stamp,
        )


def read_movers(backend: Backend) -> ChartMovers:
    """Read the movers of a week with their daily ranks, and how the viewer's titles stand."""
    with backend.database.read() as session:
        up, down = climbers(session, days=WEEK, limit=None), fallers(session, days=WEEK, limit=None)
        if up.as_of is None:
            return ChartMovers(None)
        alone = "" if up.rows or down.rows else describe_single_day(session, up)
        user = backend.viewer.user_id if backend.viewer is not None else None
        mine = ids_on_list(session, user) if user is not None else frozenset()
        risen, fallen = _farthest(up.rows, mine), _farthest(down.rows, mine)
        known = {mover.mal_id for mover in (*risen, *fallen)}
        statuses = list_statuses(session.connection(), user, list(known))
        courses = daily_ranks(session, known, up.as_of - timedelta(days=WEEK), up.as_of)
        first = min((mover.baseline_date for mover in (*up.rows, *down.rows)), default=None)
        standing = read_standing(session, mine, first, up.as_of) if first else Standing(len(mine))
        record = _record(session, user, standing, up.rows)

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

    return ChartMovers(up.as_of, moved(risen), moved(fallen), standing, record, bool(up.passed_over), alone)


def _record(session: Session, user_id: int | None, standing: Standing, risen: Sequence[Mover]) -> RecordRank | None:
    """Return the title of the list that stands higher than it ever did, None where none does."""
    if standing.highest is None or user_id is None:
        return None
    highest, rank = standing.highest
    title = next((row.title for row in risen if row.mal_id == highest), None)
    entry = load_row(session, user_id, highest)
    return None if title is None else RecordRank(highest, title, rank, entry is not None and entry.favorite)


def read_recommended(backend: Backend) -> list[Offer]:
    """Read the best recommendations with reasons; the first call takes about a second."""
    found = backend.recommender.recommend(backend.owner().user_id, RECOMMENDED)
    with backend.database.read() as session:
        covers = cover_addresses(session, [each.title.mal_id for each in found])
    return [_offer(each, covers.get(each.title.mal_id)) for each in found]


def _offer(found: Recommended, cover: str | None) -> Offer:
    title = found.title
    facts = (title.type, title.year, title.episodes, title.score, title.list_status)
    return Offer(title.mal_id, title.title, *facts, cover, brief_reason(found))


def read_next_in_line(backend: Backend, limit: int) -> tuple[InProgress, ...]:
    """Read the planned titles that are the most pressing, each with a reason; nothing is requested from the source."""
    user, today = backend.owner().user_id, backend.zone.day_of(clock.now())
    cached = ExtrasReader(backend.database, backend.source)
    with backend.database.read() as session:
        planned = read_planned(session, user, cached.relations, today=today, zone=backend.zone)[:limit]
        return read_planned_titles(session, user, {title.mal_id: title.why for title in planned})


def pick_any(backend: Backend) -> Picked:
    """Pick a planned title at random. Raises NotFoundError when none can be started."""
    return backend.recommender.pick(backend.owner().user_id)


def care(backend: Backend, kind: str) -> bool:
    """Pet or feed the cat; return whether the bond level rose."""
    owner, act = backend.owner(), {"pet": pet, "feed": feed}[kind]
    return backend.database.run(lambda session: act(session, owner, now=clock.now()))


def _farthest(movers: Sequence[Mover], mine: frozenset[int]) -> list[Mover]:
    """Return the farthest movers of all titles and of `mine`, farthest first."""
    own = [mover for mover in movers if mover.mal_id in mine][:MAX_MOVERS]
    shown = {mover.mal_id for mover in (*movers[:MAX_MOVERS], *own)}
    return [mover for mover in movers if mover.mal_id in shown]


def _backup_age(backend: Backend, now: datetime) -> int | None:
    """Return the age of the newest backup in days; None without one, or without the right to examine."""
    if not may(backend.database.role, Right.EXAMINE):
        return None
    newest = newest_backup(backend.database, backend.settings.paths.backups)
    return None if newest is None else max((now - newest[1]).days, 0)


def store_last(backend: Backend, last: LastHome) -> None:
    """Store the part of Home that a first frame draws."""
    home, viewer = last.home, backend.viewer
    if viewer is None or not home.stamp:
        return
    changes = home.recent_changes[:MAX_STORED]
    steps, titles = {change.step for change in changes}, {change.mal_id for change in changes}
    drawn = replace(
        home,
        in_progress=home.in_progress[:MAX_STORED],
        recent_changes=changes,
        step_sizes={step: size for step, size in home.step_sizes.items() if step in steps},
        statuses={mal_id: status for mal_id, status in home.statuses.items() if mal_id in titles},
    )
    shown = to_plain(replace(last, home=drawn, zone=viewer.zone.own))
    last_screens.store(backend.settings, {"home": shown}, home.stamp)
