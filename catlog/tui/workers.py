"""The worker pool: queries and edits of the widgets run in threads, and their results come back as handler calls.

A query is a plain function `query(backend, *args) -> records`. It runs in a thread and touches no widget.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
from asyncio import Future
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING, Any, Concatenate, NamedTuple, ParamSpec, TypeVar
from weakref import WeakKeyDictionary, WeakValueDictionary

from textual.dom import DOMNode

from catlog.companion.events import HasEvent
from catlog.errors import CatLogError, SessionEndedError, UnavailableError
from catlog.tui.backend import Backend
from catlog.tui.deferred import DeferredFunction
from catlog.tui.pending import Pending
from catlog.tui.queued_edits import (
    QueuedEdit,
    apply,
    flush_pending,
    journal,
    own_result,
    replay_pending,
    stay_pending,
)

if TYPE_CHECKING:
    from catlog.library.journal.file import PendingEdit
    from catlog.library.journal.replay import Replay
    from catlog.tui.core import AppCore

P = ParamSpec("P")
Value = TypeVar("Value")

THREADS = 4
"""Queries under way at once; further ones wait. Each thread has a connection and what that one has read."""

SLOW_SECONDS = 1.0
"""Seconds after which an edit that is under way is shown as pending."""

LAST_SECONDS = 1.0
"""Seconds that queries under way may take when the app ends, before their connections break."""

current_query: ContextVar[str] = ContextVar("current_query", default="")
"""The name of the query or edit that the current thread runs: tests count its statements by this name."""


class _Turn(NamedTuple):
    """An edit that passed the journal's thread, with the journal's entry for a queued one, and its future result."""

    edit: QueuedEdit[..., Any] | None
    pending: PendingEdit | None
    result: concurrent.futures.Future[Any]


class WorkerPool:
    """The threads of one app, and the backend that queries and edits work on."""

    def __init__(self, app: AppCore) -> None:
        self.backend = app.backend
        self._app = app
        self._readers = ThreadPoolExecutor(THREADS, "catlog-read")
        self._journal = ThreadPoolExecutor(1, "catlog-journal")
        self._writer = ThreadPoolExecutor(1, "catlog-write")
        self._latest: WeakKeyDictionary[DOMNode, WeakValueDictionary[object, Pending[Any]]] = WeakKeyDictionary()
        self._tasks: set[asyncio.Task[None]] = set()
        self._running: set[concurrent.futures.Future[Any]] = set()
        self._holds_keys = False

    @property
    def is_quiet(self) -> bool:
        """Whether no query and no edit is under way."""
        return not self._tasks

    @property
    def is_closed(self) -> bool:
        """Whether the app has ended, so that nothing new is started."""
        return self.backend.cancel.is_set()

    @contextmanager
    def holding_keys(self, wanted: bool = True) -> Iterator[None]:
        """Hold the next keys back until the queries started in the block have been handled, if `wanted`.

        Use this where the result opens what the next keys are for, or brings the titles they apply to.
        """
        self._holds_keys = wanted
        try:
            yield
        finally:
            self._holds_keys = False

    def run(
        self,
        owner: DOMNode,
        query: Callable[Concatenate[Backend, P], Value],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Pending[Value]:
        """Run a query. It supersedes the call of the same query that the same owner started before."""
        pending: Pending[Value] = Pending(self._app, owner, _name(query))
        latest = self._latest.setdefault(owner, WeakValueDictionary())  # a pending query refers to its owner
        if (superseded := latest.get(query)) is not None:
            superseded.is_superseded = True
        latest[query] = pending
        self._start(self._readers, pending, lambda: _loaded(query)(self.backend, *args, **kwargs))
        return pending

    def submit(
        self,
        owner: DOMNode,
        edit: Callable[Concatenate[Backend, P], Value],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Pending[Value]:
        """Make an edit. None supersedes another, they run one after the other, and after each screens load again.

        The event of a result that `HasEvent` is published to the app's listeners. A `QueuedEdit` is written to the
        journal first, so that nothing can lose it; while the database is offline it stays pending there.
        """
        pending: Pending[Value] = Pending(self._app, owner, _name(edit))
        begin = partial(self._begin, pending.name, edit, args, kwargs)
        self._track(self._finish_edit(pending, asyncio.get_running_loop().run_in_executor(self._journal, begin)))
        return pending

    def replay(self) -> Pending[Replay]:
        """Make the edits that are pending in the journal."""
        pending: Pending[Replay] = Pending(self._app, self._app, replay_pending.__name__)
        self._start(self._writer, pending, partial(replay_pending, self.backend), checks_database=False)
        return pending

    def close(self) -> None:
        """Start nothing new, wait for edits under way, for a moment also for queries, and close all connections."""
        if self.is_closed:
            return
        self._readers.shutdown(wait=False, cancel_futures=True)
        self._journal.shutdown(wait=True)
        self.backend.cancel.set()
        self._writer.submit(flush_pending, self.backend)
        self._writer.shutdown(wait=True)
        concurrent.futures.wait(set(self._running), LAST_SECONDS)
        self.backend.close()

    def _start(
        self,
        threads: ThreadPoolExecutor,
        pending: Pending[Value],
        call: Callable[[], Value],
        *,
        checks_database: bool = True,
    ) -> None:
        if self.is_closed:  # an operation may end after that
            return

        def work() -> Value | None:
            if pending.is_superseded:
                return None
            current_query.set(pending.name)
            return call()

        running = threads.submit(work)
        self._running.add(running)
        running.add_done_callback(self._running.discard)
        result = asyncio.wrap_future(running)
        self._track(self._deliver(pending, result, checks_database=checks_database), pending.owner)

    def _track(self, delivery: Coroutine[Any, Any, None], owner: DOMNode | None = None) -> None:
        task = asyncio.create_task(delivery)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if owner is not None and self._holds_keys:
            hold = self._app.keyboard.hold()

            def delivered(_: asyncio.Task[None]) -> None:
                # Behind the handler, in the same message queue.
                if not owner.call_later(hold.release):
                    hold.release()

            task.add_done_callback(delivered)

    # Edits pass the journal's thread in the order of their keys, queued ones and others, and from there the writer.

    def _begin(
        self, name: str, edit: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> _Turn:  # runs in the journal's thread
        edit = _loaded(edit)
        if not isinstance(edit, QueuedEdit):
            return _Turn(None, None, self._write(name, partial(edit, self.backend, *args, **kwargs)))
        request = edit.prepare(self.backend, *args, **kwargs)
        if request is None:
            assert edit.fallback is not None, "an edit without a request has a fallback"
            return _Turn(None, None, self._write(name, partial(edit.fallback, self.backend)))
        problem = journal(self.backend, request)
        if self._app.is_offline and problem is None:
            self.backend.blocked = True
            return _Turn(edit, request, stay_pending())
        return _Turn(edit, request, self._write(name, partial(apply, self.backend, request, problem)))

    def _write(self, name: str, call: Callable[[], Value]) -> concurrent.futures.Future[Value]:
        def work() -> Value:
            current_query.set(name)
            return call()

        return self._writer.submit(work)

    async def _finish_edit(self, pending: Pending[Any], begun: Future[_Turn]) -> None:
        slow: asyncio.TimerHandle | None = None
        try:
            edit, request, result = await asyncio.shield(begun)  # also when the app ends now
            done = asyncio.shield(asyncio.wrap_future(result))
            if edit is None or request is None:
                await self._deliver(pending, done, is_edit=True)
                return
            slow = asyncio.get_running_loop().call_later(SLOW_SECONDS, self._app.show_pending)
            replay = await done
        except CatLogError as error:
            pending.reject(error)
        except Exception as error:
            self._app.crash(error)
        else:
            self._deliver_queued(pending, edit, request, replay)
        finally:
            if slow is not None:
                slow.cancel()

    def _deliver_queued(
        self, pending: Pending[Any], edit: QueuedEdit[..., Any], request: PendingEdit, done: Replay
    ) -> None:
        own = own_result(done, request)
        others = tuple(result for result in done.results if result is not own)
        if others or (own is not None and (own.step is not None or self._app.banner)):
            self._app.list_changed()
        if others or own is None or self._app.banner:
            self._app.show_pending(others, done.stopped)
        if own is None and isinstance(done.stopped, SessionEndedError):
            pending.reject(done.stopped)
        elif own is None:
            pending.resolve(edit.describe_pending(request))
        elif own.error is not None:
            pending.reject(own.error)
        else:
            self._resolve_edit(pending, edit.describe(own.step))

    async def _deliver(
        self, pending: Pending[Any], result: Future[Any], *, is_edit: bool = False, checks_database: bool = True
    ) -> None:
        try:
            value = await result
        except CatLogError as error:
            if isinstance(error, UnavailableError) and checks_database:
                self._app.check_database()
            pending.reject(error)
        except Exception as error:
            self._app.crash(error)
        else:
            if is_edit:
                self._app.list_changed()
                self._resolve_edit(pending, value)
            else:
                pending.resolve(value)

    def _resolve_edit(self, pending: Pending[Any], value: object) -> None:
        if isinstance(value, HasEvent):
            self._app.publish(value.event)
        pending.resolve(value)


def _name(query: Callable[..., Any] | DeferredFunction) -> str:
    return query.name if isinstance(query, DeferredFunction) else query.__name__


def _loaded(query: Callable[..., Value] | DeferredFunction) -> Callable[..., Value]:
    """Return a query itself. Call this in a worker thread: it may import the services."""
    return query.load() if isinstance(query, DeferredFunction) else query
