"""Events that the companion reacts to or remembers: edits of the list, and care for the companion itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from datetime import datetime

    from catlog.library.entries import Origin
    from catlog.library.steps import Change, Step

PET, FEED, LEVEL = "pet", "feed", "level"
"""Kinds of events besides those of edits: care for the cat, and a new level of its bond."""

TEN, TURNED, WASH = "ten", "turned", "wash"
"""Kinds of edits that only the reaction tells apart: the best rating, a title dropped, a list imported."""


BEST = 10
"""The best rating."""


@dataclass(frozen=True, slots=True)
class ActivityEvent:
    """An event to react to at once; `kind` is a key of `speech.REACTIONS`, `title` is "" for several titles."""

    kind: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class MoodEvent:
    """A past event that the mood depends on; `kind` is an `EditKind`, `PET` or `FEED`.

    `episodes` are those logged of the title `mal_id`, negative where some were taken back; both are 0 for care.
    """

    at: datetime
    kind: str
    mal_id: int = 0
    episodes: int = 0


@runtime_checkable
class HasEvent(Protocol):
    """The result of an edit, with the event that it is to the companion."""

    @property
    def event(self) -> ActivityEvent | None:
        """The event, None where nothing is worth a reaction."""


def event_of(step: Step) -> ActivityEvent | None:
    """Return the most remarkable kind of a step's edits as an event, None where that is a plain edit."""
    from catlog.library.edit_kinds import EditKind, kinds_of
    from catlog.library.entries import Origin

    if step.origin is Origin.IMPORT and step.changes:
        return ActivityEvent(WASH)
    kinds = kinds_of(step.changes, step.origin)
    kind = min(kinds.values(), key=list(EditKind).index, default=EditKind.EDIT)
    if kind is EditKind.EDIT:
        dropped = [change for change in step.changes if _is_dropped(step.origin, change)]
        return ActivityEvent(TURNED, dropped[0].title if len(dropped) == 1 else "") if dropped else None
    titles = {change.title for change in step.changes if kinds[change.mal_id] is kind}
    best = kind is EditKind.RATED and all(change.after and change.after.rating == BEST for change in step.changes)
    return ActivityEvent(TEN if best else kind, titles.pop() if len(titles) == 1 else "")


def _is_dropped(origin: Origin, change: Change) -> bool:
    from catlog.library.entries import Origin, Status

    before, after = change.before, change.after
    return (
        origin is not Origin.UNDO
        and after is not None
        and after.status is Status.DROPPED
        and (before is None or before.status is not Status.DROPPED)
    )
