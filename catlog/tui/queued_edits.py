"""Edits that are kept before they are made: from then on nothing loses them, whatever becomes of app or database."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec

from catlog.errors import BusyError, CatLogError, UnavailableError

if TYPE_CHECKING:
    from catlog.library.journal.file import PendingEdit
    from catlog.library.journal.replay import Replay, ReplayResult
    from catlog.library.steps import Step
    from catlog.tui.backend import Backend

P = ParamSpec("P")

KEPT_HERE = "kept here, and saved when the database is back"
"""The answer to an edit while there is no database."""


@dataclass(frozen=True, slots=True)
class Noted:
    """A wish that has been written down or, where `problem` says why not, is known to this process alone."""

    kept: PendingEdit
    problem: UnavailableError | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """What came of trying to make a wish: `outcome` is its own, None while it waits because of `stopped`.

    `others` are the outcomes of those that had been waiting before it.
    """

    outcome: ReplayResult | None
    others: tuple[ReplayResult, ...] = ()
    stopped: CatLogError | None = None


class QueuedEdit(Generic[P]):
    """An edit for `Store.change`: `wish` says what to do without asking the database, `told` what the step did.

    `waits` is the answer while the database cannot be reached and the edit is kept. Where `wish` finds nothing to keep
    and returns None, `otherwise` is what is asked of the database, in the same turn.
    """

    def __init__(
        self,
        name: str,
        wish: Callable[Concatenate[Backend, P], PendingEdit | None],
        told: Callable[[Step | None], Any],
        waits: Callable[[PendingEdit], Any],
        otherwise: Callable[[Backend], Any] | None = None,
    ) -> None:
        self.__name__ = name
        self.wish = wish
        self.told = told
        self.waits = waits
        self.otherwise = otherwise

    def __call__(self, backend: Backend, *args: P.args, **kwargs: P.kwargs) -> Any:  # noqa: ANN401 - what `told` says
        """Keep and make it at once, and return what it did. Raises what forbids it."""
        kept = self.wish(backend, *args, **kwargs)
        if kept is None:
            assert self.otherwise is not None, "a wish is kept or asked for"
            return self.otherwise(backend)
        made = make(backend, note(backend, kept))
        if made.outcome is None:
            assert made.stopped is not None, "what waits has a reason"
            raise made.stopped
        if made.outcome.error is not None:
            raise made.outcome.error
        return self.told(made.outcome.step)


def note(backend: Backend, kept: PendingEdit) -> Noted:
    """Write a wish down."""
    try:
        backend.journal.keep(kept)
    except UnavailableError as problem:
        return Noted(kept, problem)
    return Noted(kept)


def make(backend: Backend, noted: Noted) -> Made:
    """Make a wish, and before it those that have been waiting. What could not even be written down does not wait.

    One that a replay has made meanwhile is told again: the database knows its request.
    """
    from catlog.library.journal.replay import Replay, ReplayResult, replay
    from catlog.library.journal.replay import make as make_one

    journal, database, owner = backend.journal, backend.database, backend.owner()
    request, done = noted.kept.request, Replay()
    is_waiting = any(kept.request == request for kept in journal.waiting)
    if is_waiting or noted.problem is not None:
        done = replay(journal, database, owner, first=request, upto=request)
        backend.saw(done.outcomes)
        backend.stuck = done.stopped is not None
    others = tuple(outcome for outcome in done.outcomes if outcome.kept.request != request)
    if is_waiting:
        mine = [outcome for outcome in done.outcomes if outcome.kept.request == request]
        return Made(mine[0] if mine else None, others, done.stopped)
    if noted.problem is not None and done.stopped is not None:
        return Made(ReplayResult(noted.kept, error=noted.problem), others, done.stopped)
    try:
        own = ReplayResult(noted.kept, make_one(database, owner, noted.kept, first=True))
    except CatLogError as error:
        own = ReplayResult(noted.kept, error=error)
    backend.saw((own,))
    return Made(own, others)


def wait_for_none(backend: Backend) -> None:
    """Raise BusyError where edits wait that the database has not taken: what is not kept itself comes after them."""
    if backend.stuck and backend.waiting:
        raise BusyError("edits are waiting for the database", hint="this can be done once they are saved")


def replay_waiting(backend: Backend) -> Replay:
    """Make all that waits, also what an app that has died left behind."""
    from catlog.library.journal.replay import Replay, replay

    if backend.viewer is None:
        return Replay()
    odd = backend.journal.adopt()
    ended = backend.cancel.is_set
    done = replay(backend.journal, backend.database, backend.owner(), going_on=lambda: not ended())
    backend.saw(done.outcomes)
    backend.stuck = done.stopped is not None
    return dataclasses.replace(done, odd=odd)


def finish_waiting(backend: Backend) -> None:
    """Make what waits when the app ends, if the database took the last edit; else the next app makes it."""
    from catlog.library.journal.replay import replay

    if backend.waiting and not backend.stuck:
        replay(backend.journal, backend.database, backend.owner())
