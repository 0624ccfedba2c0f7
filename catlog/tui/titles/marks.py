"""What the keys of a title mean for a list it may not be on yet: plan it, watch it, count an episode, rate it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catlog.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catlog.library.edits import Edit
    from catlog.library.entries import Entry
    from catlog.tui.screens.list.data import Edited
    from catlog.tui.services import Services


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants of some titles.

    `what` is plan, watch, status (with its name in `status`), episodes (so many: `number`), rate (`number`, 0 for no
    rating) or remove.
    """

    what: str
    status: str = ""
    number: int = 1


def mark_titles(services: Services, mal_ids: tuple[int, ...], wish: Wish) -> Edited:
    """Make a wish come true for all of these titles, as one step. Raises what the writer raises, and NotFoundError."""
    from catlog.library.steps import Origin
    from catlog.library.store import load_entries
    from catlog.library.writer import Asked, edit, edit_all
    from catlog.tui.screens.list.data import edited_by

    owner = services.owner()
    with services.database.read() as session:
        entries = load_entries(session, owner.user_id, mal_ids)
    edits = {mal_id: edits_of(wish, entries.get(mal_id)) for mal_id in mal_ids}
    if len(mal_ids) == 1:
        return edited_by(edit(services.database, owner, mal_ids[0], *edits[mal_ids[0]], origin=Origin.APP))
    asked = [Asked(mal_id, one) for mal_id, some in edits.items() for one in some]
    return edited_by(edit_all(services.database, owner, asked, origin=Origin.APP))


def edits_of(wish: Wish, entry: Entry | None) -> Sequence[Edit]:
    """Return the edits of one title, given where it stands; none where nothing is to be done.

    Raises NotFoundError for what only a title on the list can have.
    """
    from catlog.library import edits
    from catlog.library.entries import Status

    match wish.what:
        case "plan":
            return () if entry is not None else (edits.Add(),)
        case "watch" if entry is not None and entry.status is Status.COMPLETED:
            return (edits.SetRewatching(True),)
        case "watch" | "status":
            status = Status(wish.status or Status.WATCHING)
            return (edits.Add(status),) if entry is None else (edits.SetStatus(status),)
        case "episodes":
            counted = edits.Watch(wish.number)
            return (edits.Add(Status.WATCHING), counted) if entry is None and wish.number > 0 else (counted,)
    if entry is None:
        raise NotFoundError("it is not on your list", hint="w puts it there as watching, s with any status")
    return (edits.Rate(wish.number or None),) if wish.what == "rate" else (edits.Remove(),)
