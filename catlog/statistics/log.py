"""The activity log as statistics read it: what people did themselves and did not take back.

Only edits from the app and the command line count: an import is not something its owner did on that day. An edit
counts while it stands. `ActivitySteps` makes a chain of those, from the edit the list is at back to the empty start;
what was undone is not on it, and what was redone is on it again, on the day it was first done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from catlog.db.models import ActivityLog, ActivitySteps
from catlog.db.naming import table_of
from catlog.library.steps import Origin
from catlog.zones import Zone

WATCH = "watch"
"""The action of the edits that say which episodes were watched."""

OWN = (Origin.APP.value, Origin.CLI.value)
"""Where an edit must come from to count."""


@dataclass(frozen=True, slots=True)
class Done:
    """One change of one entry. `episodes` are those it logged as watched; negative where it took some back."""

    day: date
    mal_id: int
    episodes: int


def load_done(session: Session, user_id: int, totals: Mapping[int, int | None], zone: Zone) -> tuple[Done, ...]:
    """Return what a user did, oldest first, by the days of `zone`. `totals` has the episodes of each title.

    Two queries, which ask for less than `history.activities`: that brings every row of every import along.
    """
    log = table_of(ActivityLog).c
    standing = _standing(session, user_id)
    rows = session.connection().execute(
        select(log.step, log.at, log.mal_id, log.action, log.before, log.after)
        .where(log.user_id == user_id, log.origin.in_(OWN))
        .order_by(log.id)
    )
    return tuple(
        Done(zone.day_of(at), mal_id, _logged(before, after, totals.get(mal_id)) if action == WATCH else 0)
        for step, at, mal_id, action, before, after in rows
        if step in standing
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


def _logged(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, total: int | None) -> int:
    """Return how many episodes a change says were watched, from the fields in which its two sides differ.

    Watched is episodesWatched, and all episodes once more for each rewatch, the running one too: a rewatch begins by
    falling from all to 1, which is one episode more.
    """
    old, new = before or {}, after or {}
    begins = new.get("rewatching") is True
    whole = total or (old.get("episodesWatched", 0) if begins else 0)
    times = sum(int(new.get(name, 0)) - int(old.get(name, 0)) for name in ("rewatchCount", "rewatching"))
    return int(new.get("episodesWatched", 0)) - int(old.get("episodesWatched", 0)) + times * whole
