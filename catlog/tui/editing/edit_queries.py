"""Queries that make edits: through the journal, as one step of the log, or only as a preview."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from catlog.companion.events import event_of
from catlog.library.describe import combine_by_title, describe_change
from catlog.library.journal.file import PendingEdit
from catlog.library.writer import EditRequest, preview
from catlog.tui.editing.edit_batch import EditBatch, EditResult
from catlog.tui.queued_edits import SAVED_LATER, QueuedEdit

if TYPE_CHECKING:
    from catlog.library.steps import Change, Step
    from catlog.tui.backend import Backend


def edit_result(step: Step | None) -> EditResult:
    """Return the result of a step, for its user."""
    changes = combine_by_title(step.changes) if step is not None else []
    event = event_of(step) if step is not None else None
    if len(changes) == 1:
        return EditResult(1, f"{changes[0].title}: {describe_change(changes[0])}", event)
    return EditResult(len(changes), f"{len(changes)} titles changed" if changes else "nothing to change", event)


def pending_result(edit: PendingEdit) -> EditResult:
    """Return the result of an edit while the database is offline."""
    return EditResult(len({request.mal_id for request in edit.requests}), SAVED_LATER)


def _pending_edit(_backend: Backend, batch: EditBatch) -> PendingEdit:
    return PendingEdit.new(_requests(batch), strict=batch.strict)


edit_titles = QueuedEdit("edit_titles", _pending_edit, edit_result, pending_result)
"""Make a batch of edits. Raises ConflictError, EditsRefusedError, NotAllowedError."""


edit_anyway = QueuedEdit("edit_anyway", lambda _backend, edit: edit.forced, edit_result, pending_result)
"""Make a pending edit that is in conflict with another session's."""


def preview_edits(backend: Backend, batch: EditBatch) -> tuple[Change, ...]:
    """Return the changes that a batch would make. Raises EditsRefusedError."""
    with backend.database.read() as session:
        requests = _requests(batch if batch.strict else replace(batch, bases={}))
        return tuple(combine_by_title(preview(session, backend.owner(), requests)))


def _requests(batch: EditBatch) -> list[EditRequest]:
    return [EditRequest(mal_id, edit, batch.bases.get(mal_id)) for mal_id, edit in batch.edits]
