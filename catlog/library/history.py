"""The activity log: reading it, and undo and redo of any number of steps, across restarts.

Undo and redo never delete a row: they append steps that restore an earlier state. All steps of a user, from every
session, are in one order, and undo takes back the last edit that still stands. The list must be as that edit left it;
where it is not (rows changed without the log), LogConflictError is raised and nothing is undone. With `expected` a
session undoes only the step that it showed its user. An edit after an undo ends what can be redone: the undone steps
stay in the log, but redo does not reach them any more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import count
from uuid import uuid4

from sqlalchemy import func, select

from catlog.accounts.sessions import SignedIn
from catlog.db.naming import table_of
from catlog.db.session import Database, Session
from catlog.db.shown_title import SHOWN_TITLE
from catlog.db.tables import ActivityLog, ActivitySteps, ProcessedAnime, col
from catlog.errors import BusyError, NotFoundError
from catlog.library.entries import Entry, Origin, agrees, restored
from catlog.library.records import LoggedChange
from catlog.library.steps import (
    Change,
    LogPosition,
    Step,
    facts_of,
    lock_list,
    log_position,
    log_rows,
    recorded_steps,
    write_step,
)
from catlog.library.store import load_entries, load_titles

STEPS_AT_ONCE = 1_000
"""How many steps one call undoes or redoes at most."""


class LogConflictError(BusyError):
    """The list is not in the state that undo or redo expects; nothing was changed."""

    def __init__(self, message: str) -> None:
        super().__init__(message, hint="nothing was changed: catlog list history shows what happened")


def logged_changes(
    session: Session,
    user_id: int,
    *,
    mal_id: int | None = None,
    before_id: int | None = None,
    limit: int | None = None,
) -> tuple[LoggedChange, ...]:
    """Return the log of a user, newest first: of one title, before the row `before_id`, at most `limit` rows."""
    log = table_of(ActivityLog).c
    title = func.coalesce(SHOWN_TITLE, "")
    columns = (log.id, log.step, log.at, log.origin, log.mal_id, title, log.action, log.before, log.after)
    query = (
        select(*columns, col(ProcessedAnime.episodes))
        .join(ProcessedAnime, col(ProcessedAnime.mal_id) == log.mal_id, isouter=True)
        .where(log.user_id == user_id)
        .order_by(log.id.desc())
        .limit(limit)
    )
    if mal_id is not None:
        query = query.where(log.mal_id == mal_id)
    if before_id is not None:
        query = query.where(log.id < before_id)
    return tuple(LoggedChange(*row) for row in session.connection().execute(query))


def step_sizes(session: Session, user_id: int, changes: Sequence[LoggedChange], *, limit: int) -> dict[int, int]:
    """Return the number of changes in each step of `changes`, the newest `limit` rows of a user's log.

    Only a step that the limit cuts is counted by a query.
    """
    sizes = dict(Counter(change.step for change in changes))
    if len(changes) == limit and sizes[oldest := changes[-1].step] > 1:
        log = table_of(ActivityLog).c
        query = select(func.count()).where(log.user_id == user_id, log.step == oldest)
        sizes[oldest] = session.connection().execute(query).scalar_one()
    return sizes


def last_step(session: Session, user_id: int) -> int:
    """Return the number of the last step of a user, 0 for none: it grows with every change of the list."""
    return log_position(session, user_id).step


def undo(
    database: Database,
    owner: SignedIn,
    steps: int = 1,
    *,
    expected: int | None = None,
    request_id: str | None = None,
) -> tuple[Step, ...]:
    """Undo the last `steps` steps, or as many as there are, and return the steps of the undo, one each.

    `expected` is the step that the first undo must take back. Raises NotFoundError when there is nothing to undo, and
    LogConflictError when another edit came after `expected` or the list is not as the log left it.
    """
    return _move(database, owner, steps, _undo_one, "undo", expected, request_id)


def redo(
    database: Database,
    owner: SignedIn,
    steps: int = 1,
    *,
    expected: int | None = None,
    request_id: str | None = None,
) -> tuple[Step, ...]:
    """Redo the last `steps` undone steps, or as many as there are; see `undo`."""
    return _move(database, owner, steps, _redo_one, "redo", expected, request_id)


def replayed(session: Session, user_id: int) -> dict[int, Entry]:
    """Return the list that results from the log alone, which `UserAnime` must equal."""
    log = table_of(ActivityLog).c
    rows = session.connection().execute(
        select(log.mal_id, log.after).where(log.user_id == user_id).order_by(log.step, log.id)
    )
    entries: dict[int, Entry | None] = {}
    for mal_id, after in rows:
        entries[mal_id] = restored(mal_id, entries.get(mal_id), after)
    return {mal_id: entry for mal_id, entry in entries.items() if entry is not None}


_Mover = Callable[[Session, SignedIn, LogPosition, str, int | None], tuple[LogPosition, Step] | None]


def _move(
    database: Database,
    owner: SignedIn,
    steps: int,
    move: _Mover,
    name: str,
    expected: int | None,
    request_id: str | None,
) -> tuple[Step, ...]:
    request = request_id or uuid4().hex
    requests = [f"{request}/{index}" for index in range(min(steps, STEPS_AT_ONCE))]

    attempts = count()

    def unit(session: Session) -> tuple[Step, ...]:
        at = lock_list(session, owner)
        # A connection may break after the commit: the unit that runs again must see that it is done.
        done = recorded_steps(session, owner.user_id, requests) if next(attempts) or request_id else []
        if done:
            return tuple(done)
        for index, request in enumerate(requests):
            moved = move(session, owner, at, request, expected if index == 0 else None)
            if moved is None:
                break
            at, step = moved
            done.append(step)
        if not done:
            raise NotFoundError(f"there is nothing to {name}")
        return tuple(done)

    return database.run(unit)


def _undo_one(
    session: Session, owner: SignedIn, at: LogPosition, request: str, expected: int | None
) -> tuple[LogPosition, Step] | None:
    if at.position == 0:
        return None
    _check_expected(at.position, expected)
    parent = session.execute(
        select(col(ActivitySteps.parent)).where(
            col(ActivitySteps.user_id) == owner.user_id, col(ActivitySteps.step) == at.position
        )
    ).scalar_one()
    changes = _changes(session, owner.user_id, at.position, backwards=True)
    return write_step(
        session, owner, at, Origin.UNDO, changes, request_id=request, position=parent or 0, target=at.position
    )


def _redo_one(
    session: Session, owner: SignedIn, at: LogPosition, request: str, expected: int | None
) -> tuple[LogPosition, Step] | None:
    # Of the edits made at this position the last one is what was undone: any before it was cut by the one after.
    target = session.execute(
        select(func.max(col(ActivitySteps.step))).where(
            col(ActivitySteps.user_id) == owner.user_id, col(ActivitySteps.parent) == at.position
        )
    ).scalar()
    if target is None:
        return None
    _check_expected(target, expected)
    changes = _changes(session, owner.user_id, target, backwards=False)
    return write_step(session, owner, at, Origin.REDO, changes, request_id=request, position=target, target=target)


def _check_expected(found: int, expected: int | None) -> None:
    if expected is not None and found != expected:
        raise LogConflictError(f"the last change is not the one that was shown (step {found}, not {expected})")


def _changes(session: Session, user_id: int, number: int, *, backwards: bool) -> list[Change]:
    rows = log_rows(session, user_id, number)
    ids = {row.mal_id for row in rows}
    known = load_titles(session, ids)
    entries: dict[int, Entry | None] = dict(load_entries(session, user_id, ids))
    changes = []
    for row in reversed(rows) if backwards else rows:
        left, wanted = (row.after, row.before) if backwards else (row.before, row.after)
        title, current = known[row.mal_id], entries.get(row.mal_id)
        if not agrees(current, left):
            raise LogConflictError(f"{title.title} is not as the log says it was left")
        after = restored(row.mal_id, current, wanted)
        facts = facts_of(left), facts_of(wanted)
        changes.append(Change(row.mal_id, title.title, title.episodes, row.action, current, after, facts=facts))
        entries[row.mal_id] = after
    return changes
