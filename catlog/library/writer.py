"""The only writer of lists: each call is one transaction and one step of the log, or nothing.

Edits apply to the entries as they are inside the transaction, so that an edit without a `base` is relative to the
current entry and no change of another session is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from uuid import uuid4

from catlog.accounts.sessions import SignedIn
from catlog.db.session import Database, Session
from catlog.errors import BadDataError, CatLogError, NotFoundError
from catlog.library.conflicts import merged
from catlog.library.edits import Edit, Put, Redate, Remove, applied, log_facts
from catlog.library.entries import Entry, Origin, same
from catlog.library.steps import Change, Step, changed_by_others, lock_list, new_request_id, recorded_steps, write_step
from catlog.library.store import KnownTitle, load_entries, load_titles


@dataclass(frozen=True, slots=True)
class EditRequest:
    """One edit of one title. `base` is the entry as its session last read it; None means the current one.

    Changes that the requesting process itself has made since then do not count as changes by another session.
    """

    mal_id: int
    edit: Edit
    base: Entry | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """One edit that cannot be made: its index in the call, its title and the error."""

    index: int
    title: str
    error: CatLogError


class EditsRefusedError(BadDataError):
    """Some edits of a call cannot be made, so none was; `refusals` has one record for each."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        first = refusals[0]
        more = f", and {len(refusals) - 1} more" if len(refusals) > 1 else ""
        super().__init__(f"{first.title}: {first.error.message}{more}", hint="nothing was changed")
        self.refusals = tuple(refusals)


def edit(
    database: Database,
    owner: SignedIn,
    mal_id: int,
    *edits: Edit,
    origin: Origin,
    base: Entry | None = None,
    request_id: str | None = None,
    today: date | None = None,
) -> Step:
    """Edit one title as one step; see `edit_all`. Raises the edit's own error, such as NotFoundError, ConflictError."""
    try:
        requests = [EditRequest(mal_id, edit, base) for edit in edits]
        return edit_all(database, owner, requests, origin=origin, request_id=request_id, today=today)
    except EditsRefusedError as refused:
        refusal = refused.refusals[0]
        error = refusal.error
        error.message = f"{refusal.title}: {error.message}"
        error.args = (error.message,)
        raise error from None


def edit_all(
    database: Database,
    owner: SignedIn,
    requests: Sequence[EditRequest],
    *,
    origin: Origin,
    request_id: str | None = None,
    today: date | None = None,
) -> Step:
    """Make all edits in order as one step and return it; edits that change nothing are not logged.

    A `request_id` of this user that is already recorded returns its step and changes nothing. `today` is the owner's
    day of the request, where that day may be over. Raises EditsRefusedError when any edit cannot be made, and
    NotAllowedError when the session has ended.
    """
    request = request_id or uuid4().hex
    day = today or owner.zone.today()
    attempts = count()

    def unit(session: Session) -> Step:
        at = lock_list(session, owner)
        # A connection may break after the commit: the unit that runs again must see that it is done.
        if next(attempts) or request_id:
            for step in recorded_steps(session, owner.user_id, [request]):
                return step
        changes = _plan(session, owner.user_id, requests, day, request)
        return write_step(session, owner, at, origin, changes, request_id=request)[1]

    return database.run(unit)


def preview(session: Session, owner: SignedIn, requests: Sequence[EditRequest]) -> tuple[Change, ...]:
    """Return the changes that `edit_all` would make now. Raises EditsRefusedError as that would."""
    return tuple(_plan(session, owner.user_id, requests, owner.zone.today(), new_request_id()))


def _plan(
    session: Session, user_id: int, requests: Sequence[EditRequest], today: date, request_id: str
) -> list[Change]:
    ids = {one.mal_id for one in requests}
    known, entries = load_titles(session, ids), load_entries(session, user_id, ids)
    requests = [_without_own_changes(session, user_id, one, entries.get(one.mal_id), request_id) for one in requests]
    plan = _EditPlan(dict(entries), known, today)
    changes: list[Change] = []
    refusals: list[Refusal] = []
    for index, one in enumerate(requests):
        title = known[one.mal_id]
        try:
            before, after = plan.apply(one)
        except CatLogError as error:
            refusals.append(Refusal(index, title.title, error))
            continue
        facts = log_facts(one.edit, today)
        if not same(before, after) or (isinstance(one.edit, Redate) and facts[1]):
            told_at = one.edit.entry.updated_at if isinstance(one.edit, Put) else None
            action = one.edit.action
            changes.append(Change(one.mal_id, title.title, title.episodes, action, before, after, told_at, facts))
    if refusals:
        raise EditsRefusedError(refusals)
    return changes


def _without_own_changes(
    session: Session, user_id: int, request: EditRequest, current: Entry | None, request_id: str
) -> EditRequest:
    """Return an edit without its base where only the requesting process has changed the entry since."""
    base = request.base
    if base is None:
        return request
    if current is not None and current.version == base.version:
        return replace(request, base=None)
    if current is None and isinstance(request.edit, Remove):
        return request
    if changed_by_others(session, user_id, request.mal_id, base.version, request_id):
        return request
    return replace(request, base=None)


class _EditPlan:
    """The entries after the edits applied so far, and the bases of the next ones."""

    def __init__(self, entries: dict[int, Entry], known: dict[int, KnownTitle], today: date) -> None:
        self.entries = entries
        self.known = known
        self.bases: dict[int, Entry | None] = {}
        self.today = today

    def apply(self, request: EditRequest) -> tuple[Entry | None, Entry | None]:
        """Apply one edit and return the entry before and after it."""
        mal_id, total = request.mal_id, self.known[request.mal_id].episodes
        if not self.known[mal_id].in_catalogue:
            raise NotFoundError(
                "the catalogue has no such anime", hint=f"fetch it first: catlog show {mal_id} --online"
            )
        before = self.entries.get(mal_id)
        base = self.bases.get(mal_id, request.base)
        if base is None:
            after = applied(request.edit, mal_id, before, total, self.today)
        else:
            after = merged(request.edit, base, before, total, self.today)
            # The next edit of this call was made on what this one made of the screen's entry.
            self.bases[mal_id] = applied(request.edit, mal_id, base, total, self.today)
        if after is None:
            self.entries.pop(mal_id, None)
        else:
            self.entries[mal_id] = after
        return before, after
