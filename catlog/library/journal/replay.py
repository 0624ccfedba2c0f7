"""Replay of pending edits: in order, each at most once, until the journal is empty or the database is gone again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypedDict

from catlog.accounts.sessions import SignedIn
from catlog.db.session import Database
from catlog.errors import BusyError, CatLogError, NotAllowedError, UnavailableError
from catlog.library.conflicts import ConflictError
from catlog.library.entries import Origin
from catlog.library.history import LogConflictError, undo
from catlog.library.journal.file import Journal, PendingEdit
from catlog.library.steps import Step, recorded_steps
from catlog.library.writer import EditsRefusedError, edit, edit_all

TRANSIENT = (UnavailableError, BusyError, NotAllowedError)
"""Errors after which the same edit may succeed later: the database is gone or busy, or the session has ended."""


class _WriterOptions(TypedDict):
    origin: Origin
    request_id: str
    today: date


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """The result of one pending edit: its step, None where there was nothing to do, or the error that forbids it."""

    edit: PendingEdit
    step: Step | None = None
    error: CatLogError | None = None

    @property
    def is_conflict(self) -> bool:
        """Whether another session changed the same fields meanwhile, so that the user has to choose."""
        if isinstance(self.error, EditsRefusedError):
            return any(isinstance(refusal.error, ConflictError) for refusal in self.error.refusals)
        return isinstance(self.error, ConflictError)


@dataclass(frozen=True, slots=True)
class Replay:
    """The results of a replay, and the error that stopped it before the end of the journal, if any.

    `unreadable` is the journal file of an earlier process that could not be read whole.
    """

    results: tuple[ReplayResult, ...] = ()
    stopped: CatLogError | None = None
    unreadable: Path | None = None


def not_undone(pending: Iterable[PendingEdit]) -> list[PendingEdit]:
    """Return the pending edits without undos and the edits they take back; the last is what an undo would undo."""
    edits = list(pending)
    undone = {edit.undoes for edit in edits}
    return [edit for edit in edits if edit.requests and edit.request_id not in undone]


def execute(database: Database, owner: SignedIn, pending: PendingEdit, *, first_attempt: bool = False) -> Step | None:
    """Make one pending edit, unless it was made already; return its step, None for an undo of nothing.

    `first_attempt` says that the edit has not waited since its user made it. Raises what the writer raises, and
    `TRANSIENT`.
    """
    if not pending.undoes:
        requests = pending.requests if pending.strict or not first_attempt else pending.without_bases
        options: _WriterOptions = {
            "origin": Origin.APP,
            "request_id": pending.request_id,
            "today": owner.zone.day_of(pending.at),
        }
        if len({request.mal_id for request in requests}) == 1:
            edits = [request.edit for request in requests]
            return edit(database, owner, requests[0].mal_id, *edits, base=requests[0].base, **options)
        return edit_all(database, owner, requests, **options)
    with database.read() as session:
        made = recorded_steps(session, owner.user_id, [pending.undoes])
    if not made:
        return None
    return undo(database, owner, expected=made[0].number, request_id=pending.request_id)[-1]


def replay(
    journal: Journal,
    database: Database,
    owner: SignedIn,
    *,
    first_attempt: str = "",
    until: str = "",
    should_continue: Callable[[], bool] = lambda: True,
) -> Replay:
    """Make all pending edits, or those up to the request `until`; the result of an impossible one holds its error.

    `first_attempt` is the request that has not waited, see `execute`. `should_continue` is called after each edit.
    """
    results: list[ReplayResult] = []
    for pending in journal.pending:
        is_first = pending.request_id == first_attempt
        try:
            results.append(ReplayResult(pending, execute(database, owner, pending, first_attempt=is_first)))
        except (ConflictError, LogConflictError) as error:
            results.append(ReplayResult(pending, error=error))
        except TRANSIENT as error:
            return Replay(tuple(results), error)
        except CatLogError as error:
            results.append(ReplayResult(pending, error=error))
        journal.ack(pending.request_id)
        if pending.request_id == until or not should_continue():
            break
    return Replay(tuple(results))
