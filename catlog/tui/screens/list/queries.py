"""The questions of the screen List: the list whole and what changed of it, edits, and facts of one title."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from catlog.companion.events import ActivityEvent, deed_of
from catlog.tui.queued_edits import KEPT_HERE, QueuedEdit

if TYPE_CHECKING:
    from catlog.analytics.records import RankSummary
    from catlog.library.airing import Broadcast
    from catlog.library.edits import Edit
    from catlog.library.entries import Entry
    from catlog.library.journal.file import PendingEdit
    from catlog.library.listing import ListRow
    from catlog.library.steps import Change, Step
    from catlog.library.writer import EditRequest
    from catlog.tui.backend import Backend


@dataclass(frozen=True, slots=True)
class ListVersion:
    """Which state of the list a screen shows: whose, up to which step of the log, with which state of the catalogue."""

    user: int = 0
    step: int = -1
    catalogue: str = ""


@dataclass(frozen=True, slots=True)
class ListUpdate:
    """The list, or what changed of it since another state: rows that are new or other, and which ids there are.

    `broadcasts` tell what airs of those that are watched, paused or planned; they are always whole.
    """

    state: ListVersion
    whole: bool
    rows: list[ListRow]
    ids: frozenset[int]
    broadcasts: dict[int, Broadcast]


@dataclass(frozen=True, slots=True)
class EditResult:
    """What an edit did: how many titles, in words what to the only one, and what of it is worth a reaction."""

    count: int
    told: str
    deed: ActivityEvent | None = None


@dataclass(frozen=True, slots=True)
class EditBatch:
    """An edit under way: of which titles, what, and the entries the screen showed.

    `firm` says that it matters at once what they were; otherwise it does only when the edit had to wait.
    """

    mal_ids: tuple[int, ...]
    edits: tuple[Edit, ...]
    bases: dict[int, Entry] = field(default_factory=dict)
    firm: bool = False


def read_list(backend: Backend, known: ListVersion) -> ListUpdate:
    """Read the list, or only what changed of it since `known` when that is possible."""
    from catlog.catalogue.store import catalogue_version
    from catlog.library.airing import load_broadcasts
    from catlog.library.history import last_step
    from catlog.library.listing import ids_on_list, load_list

    user = backend.owner().user_id
    with backend.database.read() as session:
        state = ListVersion(user, last_step(session, user), catalogue_version(session.connection()))
        whole = (state.user, state.catalogue) != (known.user, known.catalogue) or state.step < known.step
        rows = load_list(session, user) if whole else load_list(session, user, since=known.step)
        ids = frozenset(row.mal_id for row in rows) if whole else ids_on_list(session, user)
        broadcasts = {broadcast.mal_id: broadcast for broadcast in load_broadcasts(session, user)}
    return ListUpdate(state, whole, rows, ids, broadcasts)


def read_beside(backend: Backend, mal_id: int) -> RankSummary:
    """Read what the preview shows of a title besides its row."""
    from catlog.analytics.rank_summary import rank_summary

    with backend.database.read() as session:
        return rank_summary(session, mal_id)


def edited_by(step: Step | None) -> EditResult:
    """Return what a step did, as it is told to its user."""
    from catlog.library.describe import by_title, told_change

    changes = by_title(step.changes) if step is not None else []
    deed = deed_of(step) if step is not None else None
    if len(changes) == 1:
        return EditResult(1, f"{changes[0].title}: {told_change(changes[0])}", deed)
    return EditResult(len(changes), f"{len(changes)} titles changed" if changes else "nothing to change", deed)


def kept_edit(kept: PendingEdit) -> EditResult:
    """Return what is told of an edit that waits for the database."""
    return EditResult(len({asked.mal_id for asked in kept.asked}), KEPT_HERE)


def _wish(_backend: Backend, asking: EditBatch) -> PendingEdit:
    from catlog.library.journal.replay import wish

    return wish(_asked(asking), firm=asking.firm)


edit_titles = QueuedEdit("edit_titles", _wish, edited_by, kept_edit)
"""Make the edits of all titles as one step. Raises ConflictError, EditsRefusedError, NotAllowedError."""


def preview_edits(backend: Backend, asking: EditBatch) -> tuple[Change, ...]:
    """Return what the edits would change, without changing it. Raises EditsRefusedError."""
    from catlog.library.describe import by_title
    from catlog.library.writer import preview

    with backend.database.read() as session:
        asked = _asked(asking if asking.firm else replace(asking, bases={}))
        return tuple(by_title(preview(session, backend.owner(), asked)))


def _asked(asking: EditBatch) -> list[EditRequest]:
    from catlog.library.writer import EditRequest

    return [EditRequest(mal_id, edit, asking.bases.get(mal_id)) for mal_id in asking.mal_ids for edit in asking.edits]
