"""What the keys of a title mean for a list it may not be on yet: plan it, watch it, count an episode, rate it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from catlog.errors import NotFoundError
from catlog.tui.editing.edit_batch import EditBatch

if TYPE_CHECKING:
    from catlog.library.edits import Edit


class TitleTarget(NamedTuple):
    """A title that a key is about, and where it stands on the list as the screen shows it; "" when it is not there."""

    mal_id: int
    title: str
    status: str


class TitleAction(NamedTuple):
    """What somebody wants of some titles.

    `what` is plan, watch, status (with its name in `status`), episodes (so many: `number`), rate (`number`, 0 for no
    rating) or remove.
    """

    what: str
    status: str = ""
    number: int = 1


def aimed(record: Any) -> TitleTarget:  # noqa: ANN401 - any record of a title
    """Return a record as what a key is about."""
    return TitleTarget(record.mal_id, record.title, getattr(record, "list_status", None) or "")


def marks_of(wish: TitleAction, aims: Sequence[TitleTarget]) -> EditBatch:
    """Return the edits that make a wish come true, none for titles where nothing is to be done.

    Raises NotFoundError for what only a title on the list can have.
    """
    return EditBatch(tuple((aim.mal_id, edit) for aim in aims for edit in _edits(wish, aim)))


def _edits(wish: TitleAction, aim: TitleTarget) -> Sequence[Edit]:
    from catlog.library import edits
    from catlog.library.entries import Status

    match wish.what:
        case "plan":
            return () if aim.status else (edits.Add(),)
        case "watch" if aim.status == Status.COMPLETED:
            return (edits.SetRewatching(True),)
        case "watch" | "status":
            status = Status(wish.status or Status.WATCHING)
            return (edits.SetStatus(status),) if aim.status else (edits.Add(status),)
        case "episodes" if aim.status or wish.number > 0:
            counted = edits.Watch(wish.number)
            return (counted,) if aim.status else (edits.Add(Status.WATCHING), counted)
    if not aim.status:
        hint = "w puts it there as watching, s with any status"
        raise NotFoundError(f"{aim.title}: it is not on your list", hint=hint)
    return (edits.Rate(wish.number or None),) if wish.what == "rate" else (edits.Remove(),)
