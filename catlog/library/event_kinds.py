"""What an edit was, and which edits count: one answer for the app, the command line, statistics and the cat alike.

Of one change of one entry the first of these holds (`kind_of`):

- completed: the title became Completed, in whatever way, or its last episode was watched once more in a rewatch.
  Setting the number of rewatches by hand is no completion, and neither is giving a rewatch up;
- episode: more episodes were logged as watched than taken back;
- rated: it got another rating;
- edit: anything else, taking episodes back and every undo too.

Episodes are those logged with the action `watch`: a title that is set to Completed has its episodes counted on the
list, but nobody watched them on that day. So the last episode of a title is both, an episode and a completion.

Only edits from the app and the command line count (an import is not something its owner did on that day), and only
while they stand. `ActivitySteps` makes a chain of those, from the edit the list is at back to the empty start: what
was undone is not on it, and what was redone is on it again, on the day it was first done. Rows that came with the log
of another list belong to no step and do not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from catlog.db.models import ActivityLog, ActivitySteps, ProcessedAnime
from catlog.db.naming import table_of
from catlog.library.entries import Status, difference
from catlog.library.steps import Change, Origin

WATCH = "watch"
"""The action of the edits that say which episodes were watched."""

OWN = (Origin.APP.value, Origin.CLI.value)
"""Where an edit must come from to count."""

Side = Mapping[str, Any] | None
"""One side of a change as the log keeps it: the fields that differ, or the whole entry beside None."""


class EventKind(StrEnum):
    """What one change of one entry was, the most remarkable first."""

    COMPLETED = "completed"
    EPISODE = "episode"
    RATED = "rated"
    EDIT = "edit"


@dataclass(frozen=True, slots=True)
class OwnEdit:
    """One change that its owner made and that stands. `episodes` are those it logged, negative where it took some."""

    at: datetime
    mal_id: int
    kind: EventKind
    episodes: int


def kind_of(origin: str, action: str, before: Side, after: Side, total: int | None) -> EventKind:
    """Say what a change was, given the two sides that the log has; `total` is the title's number of episodes."""
    if after is None or origin == Origin.UNDO:
        return EventKind.EDIT
    old = before or {}
    again = action == WATCH and after.get("rewatchCount", 0) > old.get("rewatchCount", 0)
    if again or after.get("status") == Status.COMPLETED != old.get("status"):
        return EventKind.COMPLETED
    if episodes_logged(action, before, after, total) > 0:
        return EventKind.EPISODE
    rated = after.get("rating") is not None and after["rating"] != old.get("rating")
    return EventKind.RATED if rated else EventKind.EDIT


def kinds_of(changes: Sequence[Change], origin: Origin) -> dict[int, EventKind]:
    """Say what a step was to each of its titles, by MAL id: the most remarkable of its changes."""
    kinds: dict[int, EventKind] = {}
    for change in changes:
        kind = kind_of(origin, change.action, *difference(change.before, change.after), change.episodes)
        kinds[change.mal_id] = min(kind, kinds.get(change.mal_id, kind), key=list(EventKind).index)
    return kinds


def episodes_logged(action: str, before: Side, after: Side, total: int | None) -> int:
    """Return how many episodes a change says were watched, from the fields in which its two sides differ.

    A rewatch begins again at 0, whatever the count was before, so all of its count was watched now; one that ended in
    the same edit was all the title's episodes.
    """
    if action != WATCH:
        return 0
    old, new = before or {}, after or {}
    watched = int(new.get("episodesWatched", 0))
    if new.get("rewatching") is True and old.get("rewatching") is False:
        return watched or 1  # it is not in the log where a count of 1 stayed 1
    if new.get("rewatchCount", 0) > old.get("rewatchCount", 0) and "rewatching" not in new:
        return total or watched
    return watched - int(old.get("episodesWatched", 0))


def own_edits(session: Session, user_id: int) -> tuple[OwnEdit, ...]:
    """Return what a user did and did not take back, oldest first. Two queries.

    It asks for less than `history.activities`, which brings every row of every import along.
    """
    return _edits(session, user_id, _standing(session, user_id))


def recent_edits(session: Session, user_id: int, since: datetime) -> tuple[tuple[OwnEdit, ...], int]:
    """Return what `own_edits` does of the time from `since` on, and how many came before. Three queries."""
    standing, log = _standing(session, user_id), table_of(ActivityLog).c
    before = select(log.step).where(log.user_id == user_id, log.origin.in_(OWN), log.at < since)
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
        .where(log.user_id == user_id, log.origin.in_(OWN), *conditions)
        .order_by(log.id)
    )
    return tuple(
        OwnEdit(row.at, row.mal_id, kind_of(*row[3:]), episodes_logged(*row[4:]))
        for row in rows
        if row.step in standing
    )


def standing_steps(steps: Iterable[tuple[int, int, int | None]]) -> frozenset[int]:
    """Return the edits that stand, given (step, position, parent) of all steps of a user in any order."""
    known = {step: (position, parent) for step, position, parent in steps}
    found = set()
    at = known[max(known)][0] if known else 0
    while at:
        found.add(at)
        at = known[at][1] or 0
    return frozenset(found)


def _standing(session: Session, user_id: int) -> frozenset[int]:
    steps = select(col(ActivitySteps.step), col(ActivitySteps.position), col(ActivitySteps.parent))
    rows = session.connection().execute(steps.where(col(ActivitySteps.user_id) == user_id))
    return standing_steps((step, position, parent) for step, position, parent in rows)
