"""Steps of the activity log: every change of a list is written here and nowhere else.

All of a user's steps are in one order: the writer holds the lock on the user's row, so that no two steps have the same
number and each step starts from the state that the one before it left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import bindparam, insert, select

from catlog import clock
from catlog.accounts.sessions import SignedIn, require
from catlog.db.naming import table_of
from catlog.db.session import Session
from catlog.db.tables import ActivityLog, ActivitySteps, User, col
from catlog.library.entries import LOG_FACTS, Entry, Origin, difference, restored
from catlog.library.store import load_entries, load_titles, write_entries

_PROCESS_LENGTH = 12
"""Length of the prefix that the request ids of one process share."""

_THIS_PROCESS = uuid4().hex[:_PROCESS_LENGTH]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one entry: `before` is None for an added title, `after` for a removed one.

    `episodes` is the title's number of episodes, None where unknown. `changed_at` is when the change really happened,
    where an import knows it from another service. `facts` are what the log says beyond the entry, before and after.
    """

    mal_id: int
    title: str
    episodes: int | None
    action: str
    before: Entry | None
    after: Entry | None
    changed_at: datetime | None = None
    facts: tuple[Mapping[str, Any], Mapping[str, Any]] = ({}, {})

    @property
    def sides(self) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        """Both sides as the log has them: see `entries.difference`."""
        before, after = difference(self.before, self.after)
        old, new = self.facts
        return before if before is None else {**before, **old}, after if after is None else {**after, **new}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a user's list with its changes. `number` is None when nothing had to be written.

    `target` is the step that this one undid or redid.
    """

    number: int | None
    at: datetime
    origin: Origin
    changes: tuple[Change, ...]
    target: int | None = None


@dataclass(frozen=True, slots=True)
class LogPosition:
    """The end of a user's log: the last step, and the edit that the list is at (see `ActivitySteps`)."""

    step: int = 0
    position: int = 0


class LogRow(NamedTuple):
    """One change of a step as stored in the log."""

    mal_id: int
    action: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    at: datetime
    origin: str


_STEPS = table_of(ActivitySteps)
_LOG = table_of(ActivityLog)
_OF_USER = _STEPS.c.user_id == bindparam("user_id")

_LOCK = select(col(User.id)).where(col(User.id) == bindparam("user_id")).with_for_update(key_share=True)
_LAST = select(_STEPS.c.step, _STEPS.c.position).where(_OF_USER).order_by(_STEPS.c.step.desc()).limit(1)
_RECORDED = (
    select(_STEPS.c.step, _STEPS.c.target)
    .where(_OF_USER, _STEPS.c.request_id.in_(bindparam("ids", expanding=True)))
    .order_by(_STEPS.c.step)
)
_LOG_ROWS = (
    select(*(_LOG.c[name] for name in LogRow._fields))
    .where(_LOG.c.user_id == bindparam("user_id"), _LOG.c.step == bindparam("step"))
    .order_by(_LOG.c.id)
)
_CHANGED_AFTER = (
    select(_STEPS.c.request_id)
    .join(_LOG, (_LOG.c.user_id == _STEPS.c.user_id) & (_LOG.c.step == _STEPS.c.step))
    .where(_OF_USER, _LOG.c.mal_id == bindparam("mal_id"), _LOG.c.step > bindparam("since"))
)
_ANY_LOG = select(_LOG.c.id).where(_LOG.c.user_id == bindparam("user_id")).limit(1)
_INSERT_STEP, _INSERT_LOG = insert(_STEPS), insert(_LOG)


def lock_list(session: Session, owner: SignedIn) -> LogPosition:
    """Lock the list of `owner` until the transaction ends, and return the position of its log.

    Raises NotAllowedError when the session of `owner` has ended.
    """
    require(session, owner)
    session.connection().execute(_LOCK, {"user_id": owner.user_id})
    return log_position(session, owner.user_id)


def log_position(session: Session, user_id: int) -> LogPosition:
    """Return the position of a user's log."""
    last = session.connection().execute(_LAST, {"user_id": user_id}).first()
    return LogPosition(*last) if last else LogPosition()


def write_step(
    session: Session,
    owner: SignedIn,
    at: LogPosition,
    origin: Origin,
    changes: Sequence[Change],
    *,
    request_id: str,
    position: int | None = None,
    target: int | None = None,
) -> tuple[LogPosition, Step]:
    """Write one step after `at`: the entries, their log rows and the step; return the new position and the step.

    Without `position` the step is an edit. Without changes nothing is written.
    """
    now = clock.now()
    if not changes:
        return at, Step(None, now, origin, ())
    number = at.step + 1
    done = tuple(_stamped(change, number, now) for change in changes)
    first: dict[int, Entry | None] = {}
    for change in done:
        first.setdefault(change.mal_id, change.before)
    last = {change.mal_id: change.after for change in done}
    write_entries(session, owner.user_id, first, last)
    after = LogPosition(number, number if position is None else position)
    row = {
        "user_id": owner.user_id,
        "step": number,
        "position": after.position,
        "parent": at.position if position is None else None,
        "target": target,
        "request_id": request_id,
    }
    session.connection().execute(_INSERT_STEP, row)
    session.connection().execute(_INSERT_LOG, [_log_row(owner.user_id, number, now, origin, one) for one in done])
    return after, Step(number, now, origin, done, target)


def import_history(session: Session, owner: SignedIn, rows: Iterable[LogRow]) -> int:
    """Import the log of another list; return the number of rows, 0 where this list has a log of its own.

    The rows belong to step 0: history shows them, and no undo reaches them.
    """
    if session.connection().execute(_ANY_LOG, {"user_id": owner.user_id}).first() is not None:
        return 0
    values = [{"user_id": owner.user_id, "step": 0, **row._asdict()} for row in rows]
    if values:
        session.connection().execute(_INSERT_LOG, values)
    return len(values)


def new_request_id() -> str:
    """Return a new request id with this process's prefix, by which `changed_by_others` tells processes apart."""
    return _THIS_PROCESS + uuid4().hex[_PROCESS_LENGTH:]


def changed_by_others(session: Session, user_id: int, mal_id: int, since: int, request_id: str) -> bool:
    """Say whether another process than that of `request_id` has changed a title after the step `since`."""
    values = {"user_id": user_id, "mal_id": mal_id, "since": since}
    made = session.connection().execute(_CHANGED_AFTER, values).scalars()
    return any(not (request or "").startswith(request_id[:_PROCESS_LENGTH]) for request in made)


def recorded_steps(session: Session, user_id: int, request_ids: Iterable[str]) -> list[Step]:
    """Return the steps that these requests have already made, so that a repeated request does nothing."""
    found = session.connection().execute(_RECORDED, {"user_id": user_id, "ids": list(request_ids)}).all()
    return [_read(session, user_id, number, target) for number, target in found]


def log_rows(session: Session, user_id: int, number: int) -> Sequence[LogRow]:
    """Return the changes of one step in their order."""
    rows = session.connection().execute(_LOG_ROWS, {"user_id": user_id, "step": number})
    return [LogRow(*row) for row in rows]


def facts_of(side: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what one side of a logged change says beyond the entry."""
    return {name: side[name] for name in LOG_FACTS if name in side} if side else {}


def _read(session: Session, user_id: int, number: int, target: int | None) -> Step:
    rows = log_rows(session, user_id, number)
    ids = {row.mal_id for row in rows}
    entries, known = load_entries(session, user_id, ids), load_titles(session, ids)
    changes = tuple(
        Change(
            row.mal_id,
            known[row.mal_id].title,
            known[row.mal_id].episodes,
            row.action,
            restored(row.mal_id, entries.get(row.mal_id), row.before),
            restored(row.mal_id, entries.get(row.mal_id), row.after),
            facts=(facts_of(row.before), facts_of(row.after)),
        )
        for row in rows
    )
    return Step(number, rows[0].at, Origin(rows[0].origin), changes, target)


def _stamped(change: Change, number: int, at: datetime) -> Change:
    if change.after is None:
        return change
    created_at, updated_at = change.after.created_at or at, change.changed_at or at
    after = replace(change.after, version=number, created_at=created_at, updated_at=updated_at)
    return replace(change, after=after)


def _log_row(user_id: int, number: int, at: datetime, origin: Origin, change: Change) -> dict[str, object]:
    before, after = change.sides
    return {
        "user_id": user_id,
        "step": number,
        "mal_id": change.mal_id,
        "action": change.action,
        "before": before,
        "after": after,
        "at": at,
        "origin": origin.value,
    }
