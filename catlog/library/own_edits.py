"""The edits that count for statistics and the companion: made in the app or on the command line, and not undone.

An import is not something its owner did on that day. `ActivitySteps` makes a chain of the steps that stand, from the
edit the list is at back to the empty start: an undone edit is not on it, and a redone one is on it again, on the day it
was first made. Rows that came with the log of another list belong to no step and do not count.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from catlog.db.models import ActivityLog, ActivitySteps, ProcessedAnime
from catlog.db.naming import table_of
from catlog.library.edit_kinds import EditKind, episodes_logged, kind_of
from catlog.library.entries import Origin

OWN_ORIGINS = (Origin.APP.value, Origin.CLI.value)
"""Where an edit must come from to count."""


@dataclass(frozen=True, slots=True)
class OwnEdit:
    """A change that counts. `episodes` are those it logged, negative where it took some back."""

    at: datetime
    mal_id: int
    kind: EditKind
    episodes: int


def own_edits(session: Session, user_id: int) -> tuple[OwnEdit, ...]:
    """Return the own edits of a user, oldest first. Two queries.

    They are far fewer than `history.logged_changes`, which has every row of every import.
    """
    return _edits(session, user_id, _standing(session, user_id))


def recent_edits(session: Session, user_id: int, since: datetime) -> tuple[tuple[OwnEdit, ...], int]:
    """Return the own edits from `since` on, oldest first, and the number of earlier ones. Three queries."""
    standing, log = _standing(session, user_id), table_of(ActivityLog).c
    before = select(log.step).where(log.user_id == user_id, log.origin.in_(OWN_ORIGINS), log.at < since)
    earlier = sum(step in standing for step in session.connection().execute(before).scalars())
    return _edits(session, user_id, standing, log.at >= since), earlier


def _edits(
    session: Session, user_id: int, standing: frozenset[int], *conditions: ColumnElement[bool]
) -> tuple[OwnEdit, ...]:
    log = table_of(ActivityLog).c
    columns = (log.step, log.at, log.mal_id, log.origin, log.action, log.before, log.after)
    rows = session.connection().execute(
        select(*columns, col(ProcessedAnime.episodes))
        .join(ProcessedAnime, col(ProcessedAnime.mal_id) == log.mal_id, isouter=True)
        .where(log.user_id == user_id, log.origin.in_(OWN_ORIGINS), *conditions)
        .order_by(log.id)
    )
    return tuple(
        OwnEdit(row.at, row.mal_id, kind_of(*row[3:]), episodes_logged(*row[4:]))
        for row in rows
        if row.step in standing
    )


def standing_steps(steps: Iterable[tuple[int, int, int | None]]) -> frozenset[int]:
    """Return the steps that stand, given (step, position, parent) of all steps of a user in any order."""
    known = {step: (position, parent) for step, position, parent in steps}
    standing = set()
    position = known[max(known)][0] if known else 0
    while position:
        standing.add(position)
        position = known[position][1] or 0
    return frozenset(standing)


def _standing(session: Session, user_id: int) -> frozenset[int]:
    steps = select(col(ActivitySteps.step), col(ActivitySteps.position), col(ActivitySteps.parent))
    rows = session.connection().execute(steps.where(col(ActivitySteps.user_id) == user_id))
    return standing_steps((step, position, parent) for step, position, parent in rows)
