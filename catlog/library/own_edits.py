"""The edits that count for statistics and the companion: made in the app or on the command line, and not undone.

Episodes count on the day they were watched, which a log may give and a later edit may correct; every other edit counts
on the day it was made. An import is not something its owner did on that day. `ActivitySteps` makes a chain of the steps
that stand, from the edit the list is at back to the empty start: an undone edit is not on it, and a redone one is on it
again, on the day it was first made. Rows that came with the log of another list belong to no step and do not count.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select

from catlog.db.naming import table_of
from catlog.db.session import Session
from catlog.db.tables import ActivityLog, ActivitySteps, ProcessedAnime, col
from catlog.library.edit_kinds import WATCH, EditKind, Side, episodes_logged, kind_of
from catlog.library.edits import Redate
from catlog.library.entries import LOGGED_AT, WATCHED_ON, Origin
from catlog.library.partial_date import PartialDate
from catlog.zones import Zone

OWN_ORIGINS = (Origin.APP.value, Origin.CLI.value)
"""Where an edit must come from to count."""


@dataclass(frozen=True, slots=True)
class OwnEdit:
    """A change that counts. `episodes` are those it logged, negative where it took some back.

    `watched_on` is when they were watched, where that was given or corrected; else it is the day of `at`.
    """

    at: datetime
    mal_id: int
    kind: EditKind
    episodes: int
    watched_on: PartialDate | None = None

    def day(self, zone: Zone) -> date | None:
        """Return the day of this edit in a user's zone; None where only its month or year is known."""
        if self.watched_on is None:
            return zone.day_of(self.at)
        return date.fromisoformat(self.watched_on) if self.watched_on.day else None


def own_edits(session: Session, user_id: int) -> tuple[OwnEdit, ...]:
    """Return the own edits of a user, oldest first. Two queries.

    They are far fewer than `history.logged_changes`, which has every row of every import.
    """
    return _edits(session, user_id, standing_of(session, user_id))


def recent_edits(session: Session, user_id: int, since: datetime) -> tuple[tuple[OwnEdit, ...], int]:
    """Return the own edits from `since` on, oldest first, and the number of earlier ones. Three queries."""
    standing, log = standing_of(session, user_id), table_of(ActivityLog).c
    before = select(log.step).where(log.user_id == user_id, log.origin.in_(OWN_ORIGINS), log.at < since)
    earlier = sum(step in standing for step in session.connection().execute(before).scalars())
    return _edits(session, user_id, standing, log.at >= since), earlier


def _edits(
    session: Session, user_id: int, standing: frozenset[int], *conditions: ColumnElement[bool]
) -> tuple[OwnEdit, ...]:
    log = table_of(ActivityLog).c
    columns = (log.step, log.at, log.mal_id, log.origin, log.action, log.before, log.after)
    found = session.connection().execute(
        select(*columns, col(ProcessedAnime.episodes))
        .join(ProcessedAnime, col(ProcessedAnime.mal_id) == log.mal_id, isouter=True)
        .where(log.user_id == user_id, log.origin.in_(OWN_ORIGINS), *conditions)
        .order_by(log.id)
    )
    rows = [row for row in found if row.step in standing]
    days = given_days((row.mal_id, row.at, row.action, row.after) for row in rows)
    return tuple(
        OwnEdit(
            row.at,
            row.mal_id,
            kind_of(*row[3:]),
            episodes_logged(*row[4:]),
            days.get((row.mal_id, row.at)) if row.action == WATCH else None,
        )
        for row in rows
    )


def given_days(rows: Iterable[tuple[int, datetime, str, Side]]) -> dict[tuple[int, datetime], PartialDate]:
    """Return when logged episodes were watched, where that was given or corrected, by title and instant of the log.

    `rows` are (title, instant, action, after) of the steps that stand, oldest first.
    """
    days: dict[tuple[int, datetime], PartialDate] = {}
    for mal_id, at, action, after in rows:
        if after is None or WATCHED_ON not in after:
            continue
        day = PartialDate(after[WATCHED_ON])
        if action == WATCH:
            days[mal_id, at] = day
        elif LOGGED_AT in after:
            days[mal_id, datetime.fromisoformat(after[LOGGED_AT])] = day
    return days


def load_given_days(session: Session, user_id: int) -> dict[tuple[int, datetime], PartialDate]:
    """Return `given_days` of a user's whole log. Two queries."""
    standing, log = standing_of(session, user_id), table_of(ActivityLog).c
    query = select(log.step, log.mal_id, log.at, log.action, log.after).where(
        log.user_id == user_id, log.action.in_((WATCH, Redate.action))
    )
    rows = session.connection().execute(query.order_by(log.id))
    return given_days(tuple(row[1:]) for row in rows if row.step in standing)


def standing_steps(steps: Iterable[tuple[int, int, int | None]]) -> frozenset[int]:
    """Return the steps that stand, given (step, position, parent) of all steps of a user in any order."""
    known = {step: (position, parent) for step, position, parent in steps}
    standing = set()
    position = known[max(known)][0] if known else 0
    while position:
        standing.add(position)
        position = known[position][1] or 0
    return frozenset(standing)


def standing_of(session: Session, user_id: int) -> frozenset[int]:
    """Return the steps of a user that stand. One query."""
    steps = select(col(ActivitySteps.step), col(ActivitySteps.position), col(ActivitySteps.parent))
    rows = session.connection().execute(steps.where(col(ActivitySteps.user_id) == user_id))
    return standing_steps((step, position, parent) for step, position, parent in rows)
