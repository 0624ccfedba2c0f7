"""Edits from the actions on a title, whether it is on the list yet or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from catlog.errors import NotFoundError
from catlog.library import edits
from catlog.library.entries import Status
from catlog.tui.editing.edit_batch import EditBatch

if TYPE_CHECKING:
    from catlog.library.edits import Edit


class TitleTarget(NamedTuple):
    """A title under a key, with its status on the list as the screen shows it; "" when it is not on the list."""

    mal_id: int
    title: str
    status: str


class TitleAction(NamedTuple):
    """An action on titles.

    `kind` is plan, watch, status (to `status`), episodes (`number` of them), rate (`number`, 0 for no rating) or
    remove.
    """

    kind: str
    status: str = ""
    number: int = 1


def target_of(record: Any) -> TitleTarget:  # noqa: ANN401 - any record of a title
    """Return the target of an action on a record."""
    return TitleTarget(record.mal_id, record.title, getattr(record, "list_status", None) or "")


def edits_of(action: TitleAction, targets: Sequence[TitleTarget]) -> EditBatch:
    """Return the edits of an action; titles that it would not change get none.

    Raises NotFoundError when the action needs a title on the list and the title is not there.
    """
    return EditBatch(tuple((target.mal_id, edit) for target in targets for edit in _edits(action, target)))


def _edits(action: TitleAction, target: TitleTarget) -> Sequence[Edit]:
    match action.kind:
        case "plan":
            return () if target.status else (edits.Add(),)
        case "watch" if target.status == Status.COMPLETED:
            return (edits.SetRewatching(True),)
        case "watch" | "status":
            status = Status(action.status or Status.WATCHING)
            return (edits.SetStatus(status),) if target.status else (edits.Add(status),)
        case "episodes" if target.status or action.number > 0:
            watched = edits.Watch(action.number)
            return (watched,) if target.status else (edits.Add(Status.WATCHING), watched)
    if not target.status:
        hint = "w puts it there as watching, s with any status"
        raise NotFoundError(f"{target.title}: it is not on your list", hint=hint)
    return (edits.Rate(action.number or None),) if action.kind == "rate" else (edits.Remove(),)
