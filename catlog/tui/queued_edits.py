"""Edits that are written to the journal before they are made: no crash of app or database can lose them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Concatenate, Generic, ParamSpec, TypeVar

from catlog.errors import BusyError, CatLogError, UnavailableError

if TYPE_CHECKING:
    from catlog.library.journal.file import PendingEdit
    from catlog.library.journal.replay import Replay, ReplayResult
    from catlog.library.steps import Step
    from catlog.tui.backend import Backend

P = ParamSpec("P")
Value = TypeVar("Value")

SAVED_LATER = "kept here, and saved when the database is back"
"""The result of an edit while the database is offline."""


@dataclass(frozen=True, slots=True)
class JournaledEdit:
    """An edit in the journal; after a `problem` with the file, this process alone has it."""

    edit: PendingEdit
    problem: UnavailableError | None = None


@dataclass(frozen=True, slots=True)
class AppliedEdit:
    """The result of one edit, None while it stays pending because of `stopped`.

    `others` are the results of edits that were pending before it.
    """

    result: ReplayResult | None
    others: tuple[ReplayResult, ...] = ()
    stopped: CatLogError | None = None


class QueuedEdit(Generic[P, Value]):
    """An edit for `WorkerPool.submit` that goes through the journal.

    `prepare` makes the edit without the database. `describe` turns the step in the log into the result;
    `describe_pending` is the result while the database is offline. Where `prepare` returns None, `fallback` runs on the
    database instead, in the same turn.
    """

    def __init__(
        self,
        name: str,
        prepare: Callable[Concatenate[Backend, P], PendingEdit | None],
        describe: Callable[[Step | None], Value],
        describe_pending: Callable[[PendingEdit], Value],
        fallback: Callable[[Backend], Value] | None = None,
    ) -> None:
        self.__name__ = name
        self.prepare = prepare
        self.describe = describe
        self.describe_pending = describe_pending
        self.fallback = fallback

    def __call__(self, backend: Backend, *args: P.args, **kwargs: P.kwargs) -> Value:
        """Journal and apply the edit in this thread, and return its result. Raises what forbids the edit."""
        edit = self.prepare(backend, *args, **kwargs)
        if edit is None:
            assert self.fallback is not None, "an edit without a request has a fallback"
            return self.fallback(backend)
        applied = apply(backend, journal(backend, edit))
        if applied.result is None:
            assert applied.stopped is not None, "a pending edit has a reason"
            raise applied.stopped
        if applied.result.error is not None:
            raise applied.result.error
        return self.describe(applied.result.step)


def journal(backend: Backend, edit: PendingEdit) -> JournaledEdit:
    """Write an edit to the journal."""
    try:
        backend.journal.add(edit)
    except UnavailableError as problem:
        return JournaledEdit(edit, problem)
    return JournaledEdit(edit)


def apply(backend: Backend, journaled: JournaledEdit) -> AppliedEdit:
    """Make an edit, and the pending ones before it. An edit that is not even in the journal does not stay pending.

    The result of an edit that a replay has made meanwhile is described again: the database knows its request id.
    """
    from catlog.library.journal.replay import Replay, ReplayResult, execute, replay

    journal, database, owner = backend.journal, backend.database, backend.owner()
    request, done = journaled.edit.request_id, Replay()
    is_pending = any(edit.request_id == request for edit in journal.pending)
    if is_pending or journaled.problem is not None:
        done = replay(journal, database, owner, first_attempt=request, until=request)
        backend.note_steps(done.results)
        backend.blocked = done.stopped is not None
    others = tuple(result for result in done.results if result.edit.request_id != request)
    if is_pending:
        own = next((result for result in done.results if result.edit.request_id == request), None)
        return AppliedEdit(own, others, done.stopped)
    if journaled.problem is not None and done.stopped is not None:
        return AppliedEdit(ReplayResult(journaled.edit, error=journaled.problem), others, done.stopped)
    try:
        own = ReplayResult(journaled.edit, execute(database, owner, journaled.edit, first_attempt=True))
    except CatLogError as error:
        own = ReplayResult(journaled.edit, error=error)
    backend.note_steps((own,))
    return AppliedEdit(own, others)


def require_none_pending(backend: Backend) -> None:
    """Raise BusyError while edits are pending: what does not go through the journal comes after them."""
    if backend.blocked and backend.pending_edits:
        raise BusyError("edits are waiting for the database", hint="this can be done once they are saved")


def replay_pending(backend: Backend) -> Replay:
    """Make all pending edits, also those of an app that has died."""
    from catlog.library.journal.replay import Replay, replay

    if backend.viewer is None:
        return Replay()
    unreadable = backend.journal.recover()
    ended = backend.cancel.is_set
    done = replay(backend.journal, backend.database, backend.owner(), should_continue=lambda: not ended())
    backend.note_steps(done.results)
    backend.blocked = done.stopped is not None
    return dataclasses.replace(done, unreadable=unreadable)


def flush_pending(backend: Backend) -> None:
    """Make the pending edits when the app ends, if the database took the last edit; else the next app makes them."""
    from catlog.library.journal.replay import replay

    if backend.pending_edits and not backend.blocked:
        replay(backend.journal, backend.database, backend.owner())
