"""The kind of an edit: one answer for the app, the command line, statistics and the companion.

The kind of a change of one entry is the first of these that holds:

- completed: the title became Completed, in whatever way, or its last episode was watched once more in a rewatch.
  Setting the number of rewatches by hand is no completion, and neither is giving a rewatch up;
- episode: more episodes were logged as watched than taken back;
- rated: the rating is another one;
- edit: anything else, among them every undo and episodes taken back.

Episodes are those logged with the action `watch`: a title that is set to Completed has its episodes counted on the
list, but nobody watched them on that day. So the last episode of a title is both, an episode and a completion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from catlog.library.entries import Origin, Status

if TYPE_CHECKING:
    from catlog.library.steps import Change

WATCH = "watch"
"""The action of the edits that log episodes."""

Side = Mapping[str, Any] | None
"""One side of a logged change: the fields that differ, or the whole entry where the other side is None."""


class EditKind(StrEnum):
    """The kind of one change of one entry, the most remarkable first."""

    COMPLETED = "completed"
    EPISODE = "episode"
    RATED = "rated"
    EDIT = "edit"


def kind_of(origin: str, action: str, before: Side, after: Side, total: int | None) -> EditKind:
    """Return the kind of a logged change; `total` is the title's number of episodes, None where unknown."""
    if after is None or origin == Origin.UNDO:
        return EditKind.EDIT
    old = before or {}
    again = action == WATCH and after.get("rewatchCount", 0) > old.get("rewatchCount", 0)
    if again or after.get("status") == Status.COMPLETED != old.get("status"):
        return EditKind.COMPLETED
    if episodes_logged(action, before, after, total) > 0:
        return EditKind.EPISODE
    rated = after.get("rating") is not None and after["rating"] != old.get("rating")
    return EditKind.RATED if rated else EditKind.EDIT


def kinds_of(changes: Sequence[Change], origin: Origin) -> dict[int, EditKind]:
    """Return the most remarkable kind of a step's changes for each title, by MAL id."""
    kinds: dict[int, EditKind] = {}
    for change in changes:
        kind = kind_of(origin, change.action, *change.sides, change.episodes)
        kinds[change.mal_id] = min(kind, kinds.get(change.mal_id, kind), key=list(EditKind).index)
    return kinds


def episodes_logged(action: str, before: Side, after: Side, total: int | None) -> int:
    """Return the episodes that a logged change counts as watched, negative where it takes some back.

    A rewatch begins again at 0, whatever the count was before, so all of its count was watched now; a rewatch that
    ended in the same edit was all the title's episodes.
    """
    if action != WATCH:
        return 0
    old, new = before or {}, after or {}
    watched = int(new.get("episodesWatched", 0))
    if new.get("rewatching") is True and old.get("rewatching") is False:
        return watched or 1  # the log lacks the count where 1 stayed 1
    if new.get("rewatchCount", 0) > old.get("rewatchCount", 0) and "rewatching" not in new:
        return total or watched
    return watched - int(old.get("episodesWatched", 0))
