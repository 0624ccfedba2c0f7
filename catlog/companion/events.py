"""Deeds: what somebody just did to the list, told to whoever reacts at once, such as the cat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from catlog.library.steps import Step

COMPLETED, EPISODE, RATED, LEVEL = "completed", "episode", "rated", "level"
"""What a deed may be: each is one of `catlog.companion.speech.REACTIONS`."""


@dataclass(frozen=True, slots=True)
class ActivityEvent:
    """One deed; `title` is the title it is about, "" when there are several."""

    kind: str
    title: str = ""


@runtime_checkable
class HasEvent(Protocol):
    """What an edit answers when it may be something to react to."""

    @property
    def event(self) -> ActivityEvent | None:
        """The deed, or None."""


def event_of(step: Step) -> ActivityEvent | None:
    """Return the most remarkable of what a step did, or None where that is nothing to react to."""
    from catlog.library.event_kinds import EventKind, kinds_of

    kinds = kinds_of(step.changes, step.origin)
    kind = min(kinds.values(), key=list(EventKind).index, default=EventKind.EDIT)
    if kind is EventKind.EDIT:
        return None
    titles = {change.title for change in step.changes if kinds[change.mal_id] is kind}
    return ActivityEvent(kind, titles.pop() if len(titles) == 1 else "")
