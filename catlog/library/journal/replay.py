"""Making what the journal keeps: in order, each wish at most once, until the database is gone again or all is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypedDict

from catlog import clock
from catlog.accounts.sessions import SignedIn
from catlog.db.session import Database
from catlog.errors import BusyError, CatLogError, NotAllowedError, UnavailableError
from catlog.library.conflicts import ConflictError
from catlog.library.history import LogConflictError, undo
from catlog.library.journal.file import Journal, PendingEdit
from catlog.library.steps import Origin, Step, new_request, recorded
from catlog.library.writer import EditRequest, EditsRefusedError, edit, edit_all

PASSING = (UnavailableError, BusyError, NotAllowedError)
"""Errors after which the same wish may come true later: the database is gone or busy, or the session has ended."""


class _Sent(TypedDict):
    origin: Origin
    request_id: str
    today: date


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """What became of a wish: the step it made, None where there was nothing to do, or the error that forbids it."""

    kept: PendingEdit
    step: Step | None = None
    error: CatLogError | None = None

    @property
    def clashes(self) -> bool:
        """Whether another session changed the same meanwhile, so that somebody has to say what shall hold."""
        if isinstance(self.error, EditsRefusedError):
            return any(isinstance(refusal.error, ConflictError) for refusal in self.error.refusals)
        return isinstance(self.error, ConflictError)


@dataclass(frozen=True, slots=True)
class Replay:
    """What became of the wishes that were waiting, and why those after them still are, if any.

    `odd` is a file of an earlier process of which not everything could be read.
    """

    outcomes: tuple[ReplayResult, ...] = ()
    stopped: CatLogError | None = None
    odd: Path | None = None


def wish(asked: Sequence[EditRequest], *, firm: bool = False) -> PendingEdit:
    """Return edits as a wish with a request of its own."""
    return PendingEdit(new_request(), clock.now(), tuple(asked), firm=firm)


def taking_back(kept: PendingEdit) -> PendingEdit:
    """Return the wish that another one be taken back."""
    return PendingEdit(new_request(), clock.now(), undoes=kept.request)


def anyway(kept: PendingEdit) -> PendingEdit:
    """Return a wish that clashed as a new one, to be made whatever another session did meanwhile."""
    return wish([replace(one, base=None) for one in kept.asked])


def standing(waiting: Iterable[PendingEdit]) -> list[PendingEdit]:
    """Return the edits that wait, without those that are to be taken back; the last is what an undo would undo."""
    wishes = list(waiting)
    undone = {kept.undoes for kept in wishes}
    return [kept for kept in wishes if kept.asked and kept.request not in undone]


def make(database: Database, owner: SignedIn, kept: PendingEdit, *, first: bool = False) -> Step | None:
    """Make one wish, unless it was made already, and return its step; None where there is nothing to take back.

    `first` says that it comes straight from its user. Raises what the writer raises, and `PASSING`.
    """
    if not kept.undoes:
        asked = kept.asked if kept.firm or not first else [replace(one, base=None) for one in kept.asked]
        sent: _Sent = {"origin": Origin.APP, "request_id": kept.request, "today": owner.zone.day_of(kept.at)}
        if len({one.mal_id for one in asked}) == 1:
            edits = [one.edit for one in asked]
            return edit(database, owner, asked[0].mal_id, *edits, base=asked[0].base, **sent)
        return edit_all(database, owner, asked, **sent)
    with database.read() as session:
        made = recorded(session, owner.user_id, [kept.undoes])
    if not made:
        return None
    return undo(database, owner, expected=made[0].number, request_id=kept.request)[-1]


def replay(
    journal: Journal,
    database: Database,
    owner: SignedIn,
    *,
    first: str = "",
    upto: str = "",
    going_on: Callable[[], bool] = lambda: True,
) -> Replay:
    """Make all that waits, or all up to one request; wishes that cannot be made are told and forgotten.

    `first` is the request that comes straight from its user, see `make`. After the one that is under way it stops
    when `going_on` says no more.
    """
    outcomes: list[ReplayResult] = []
    for kept in journal.waiting:
        try:
            outcomes.append(ReplayResult(kept, make(database, owner, kept, first=kept.request == first)))
        except (ConflictError, LogConflictError) as error:
            outcomes.append(ReplayResult(kept, error=error))
        except PASSING as error:
            return Replay(tuple(outcomes), error)
        except CatLogError as error:
            outcomes.append(ReplayResult(kept, error=error))
        journal.settle(kept.request)
        if kept.request == upto or not going_on():
            break
    return Replay(tuple(outcomes))
