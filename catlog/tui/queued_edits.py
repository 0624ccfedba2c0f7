"""Edits that are written to the journal before they are made: no crash of app or database can lose them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from concurrent.futures import Future
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
        done = apply(backend, edit, journal(backend, edit))
        result = own_result(done, edit)
        if result is None:
            assert done.stopped is not None, "a pending edit has a reason"
            raise done.stopped
        if result.error is not None:
            raise result.error
        return self.describe(result.step)


def journal(backend: Backend, edit: PendingEdit) -> UnavailableError | None:
    """Write an edit to the journal; return the problem with the file, after which this process alone has the edit."""
    try:
        backend.journal.add(edit)
    except UnavailableError as problem:
        return problem
    return None


def apply(backend: Backend, edit: PendingEdit, problem: UnavailableError | None = None) -> Replay:
    """Make an edit, and the pending ones before it. After a `problem` with the journal the edit cannot stay pending.

    The result of an edit that a replay has made meanwhile is described again: the database knows its request id.
    """
    from catlog.library.journal.replay import Replay, ReplayResult, execute, replay

    pending, database, owner = backend.journal, backend.database, backend.owner()
    is_pending = any(other.request_id == edit.request_id for other in pending.pending)
    done = Replay()
    if is_pending or problem is not None:
        done = replay(pending, database, owner, first_attempt=edit.request_id, until=edit.request_id)
        backend.note_steps(done.results)
        backend.blocked = done.stopped is not None
    if is_pending:
        return done
    if problem is not None and done.stopped is not None:
        return dataclasses.replace(done, results=(*done.results, ReplayResult(edit, error=problem)))
    try:
        own = ReplayResult(edit, execute(database, owner, edit, first_attempt=True))
    except CatLogError as error:
        own = ReplayResult(edit, error=error)
    backend.note_steps((own,))
    return dataclasses.replace(done, results=(*done.results, own))


def stay_pending() -> Future[Replay]:
    """Return the future result of an edit that the offline database cannot take; it is there already."""
    from catlog.library.journal.replay import Replay

    done: Future[Replay] = Future()
    done.set_result(Replay(stopped=UnavailableError("the database is offline")))
    return done


def own_result(done: Replay, edit: PendingEdit) -> ReplayResult | None:
    """Return the result of an edit, None while it stays pending."""
    return next((result for result in done.results if result.edit.request_id == edit.request_id), None)


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
