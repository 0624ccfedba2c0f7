"""Deeds: what somebody just did to the list, told to whoever reacts at once, such as the cat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from catlog.library.entries import Entry
    from catlog.library.steps import Change

COMPLETED, EPISODE, RATED, LEVEL = "completed", "episode", "rated", "level"
"""What a deed may be: each is one of `catlog.companion.speech.REACTIONS`."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One deed; `title` is the title it is about, "" when there are several."""

    kind: str
    title: str = ""


@runtime_checkable
class Remarkable(Protocol):
    """What an edit answers when it may be something to react to."""

    @property
    def deed(self) -> Deed | None:
        """The deed, or None."""


def deed_of(changes: Sequence[Change]) -> Deed | None:
    """Return the most remarkable of what some changes did, or None where that is nothing to react to."""
    for kind in (COMPLETED, EPISODE, RATED):
        titles = [change.title for change in changes if kind in _kinds(change.before, change.after)]
        if titles:
            return Deed(kind, titles[0] if len(titles) == 1 else "")
    return None


def _kinds(before: Entry | None, after: Entry | None) -> frozenset[str]:
    if after is None:
        return frozenset()
    seen, again, rating = (before.episodes_watched, before.rewatch_count, before.rating) if before else (0, 0, None)
    was_completed = before is not None and before.status == "COMPLETED"
    finished = (after.status == "COMPLETED" and not was_completed) or after.rewatch_count > again
    watched = after.episodes_watched > seen
    rated = after.rating is not None and after.rating != rating
    told = ((COMPLETED, finished), (EPISODE, watched), (RATED, rated))
    return frozenset(kind for kind, holds in told if holds)
