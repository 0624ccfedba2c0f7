"""Edits that a key makes together, and their result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catlog.companion.events import ActivityEvent
    from catlog.library.edits import Edit
    from catlog.library.entries import Entry


@dataclass(frozen=True, slots=True)
class EditBatch:
    """Edits by MAL id, made as one step of the log.

    `bases` are the entries that the screen showed. With `strict`, a change by another session in the meantime is a
    conflict; without `strict`, only in a batch that was pending.
    """

    edits: tuple[tuple[int, Edit], ...]
    bases: Mapping[int, Entry] = field(default_factory=dict)
    strict: bool = False


@dataclass(frozen=True, slots=True)
class EditResult:
    """The number of titles that changed, a sentence about them, and the activity event, if any."""

    count: int
    text: str
    event: ActivityEvent | None = None


def each(mal_ids: Iterable[int], edits: Sequence[Edit]) -> tuple[tuple[int, Edit], ...]:
    """Return all edits for each title."""
    return tuple((mal_id, edit) for mal_id in mal_ids for edit in edits)
