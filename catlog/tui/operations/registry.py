"""The operations of one app, independent of its screens."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from textual.signal import Signal

from catlog import clock
from catlog.access import require
from catlog.errors import BusyError, CancelledError, CatLogError, UnavailableError
from catlog.tui.core import AppCore
from catlog.tui.operations.operation import Control, Operation, OperationKind, OperationResult, OperationState, Work
from catlog.tui.operations.steps import ended, expected, reported
from catlog.tui.workers import current_query

PERIOD = 0.1
"""Seconds between two publications of progress, however often it is reported."""

MAX_RECENT = 20
"""Operations listed after they have ended."""

REFRESHED_EVERY = 30.0
"""Seconds between two refreshes of the screens while titles of the list are completed."""

CLOSE_TIMEOUT = 20.0
"""Seconds that the app waits at its end for operations to clean up."""


class Operations:
    """One per app. Each operation runs in a thread of its own; this object is used by the drawing thread alone.

    `changed` is published when an operation begins, ends or progresses, at most ten times a second.
    """

    def __init__(self, app: AppCore, now: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self.changed: Signal[None] = Signal(app, "operations")
        self.recent: tuple[Operation, ...] = ()
        self._app = app
        self._threads: dict[Operation, threading.Thread] = {}
        self._is_publishing_soon = False
        self._published_at = 0.0
        self._refreshed_at = 0.0
        self._afterwards: Callable[[], None] | None = None

    @property
    def running(self) -> tuple[Operation, ...]:
        """The operations that have not ended, the newest first."""
        return tuple(operation for operation in self.recent if operation.is_running)

    def start(self, kind: OperationKind, title: str, work: Work) -> Operation:
        """Start work under a title.

        Raises BusyError while another operation of this kind runs, NotAllowedError without its right.
        """
        require(self._app.role, kind.right)
        for other in self.running:
            if other.kind is kind:
                raise BusyError(f"{other.title} is under way", hint="wait for it, or cancel it")
        operation = Operation(kind, title, clock.now(), self.now())
        self._refreshed_at = asyncio.get_running_loop().time()
        self.recent = (operation, *self.recent)[:MAX_RECENT]
        arguments = (operation, work, asyncio.get_running_loop())
        # A daemon: an operation that hangs beyond the timeout must not keep the process alive.
        thread = threading.Thread(target=self._run, args=arguments, name=f"catlog-{kind.value}", daemon=True)
        self._threads[operation] = thread
        thread.start()
        self.changed.publish(None)
        return operation

    def cancel(self, operation: Operation) -> None:
        """Cancel an operation; it ends as soon as it has cleaned up."""
        if operation.is_running:
            operation.state = OperationState.CANCELLING
            operation.cancel.set()
            self.changed.publish(None)

    def cancel_all(self, then: Callable[[], None]) -> None:
        """Cancel all operations, and call `then` when they have ended; at once when none runs."""
        self._afterwards = then
        for operation in self.running:
            self.cancel(operation)
        self._run_afterwards()

    def close(self) -> None:
        """Cancel all operations and wait for them; called when nothing is drawn any more."""
        for operation in self.running:
            operation.cancel.set()
        until = time.monotonic() + CLOSE_TIMEOUT
        for thread in list(self._threads.values()):
            thread.join(max(0.0, until - time.monotonic()))

    def _run(self, operation: Operation, work: Work, loop: asyncio.AbstractEventLoop) -> None:
        current_query.set(operation.kind.value)
        answer: OperationResult | Exception
        try:
            answer = work(self._app.backend, self._control(operation, loop))
        except Exception as error:
            answer = error
        _in_loop(loop, lambda: self._end(operation, answer))

    def _control(self, operation: Operation, loop: asyncio.AbstractEventLoop) -> Control:
        def report(step: str, done: int, total: int | None) -> None:
            if operation.cancel.is_set():
                raise CancelledError("cancelled")
            operation.steps = reported(operation.steps, step, done, total, self.now())
            self._publish_soon(loop)

        def say(line: str) -> None:
            operation.lines.append(line)
            self._publish_soon(loop)

        def expect(seconds: float) -> None:
            operation.steps = expected(operation.steps, seconds)

        return Control(report, say, operation.cancel, expect)

    def _publish_soon(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._is_publishing_soon:
            self._is_publishing_soon = True
            _in_loop(
                loop, lambda: loop.call_later(max(0.0, self._published_at + PERIOD - loop.time()), self._publish, loop)
            )

    def _publish(self, loop: asyncio.AbstractEventLoop) -> None:
        self._is_publishing_soon = False
        self._published_at = loop.time()
        self.changed.publish(None)
        completes = any(operation.kind is OperationKind.COMPLETION for operation in self.running)
        if completes and self._published_at - self._refreshed_at >= REFRESHED_EVERY:
            self._refreshed_at = self._published_at
            self._app.list_changed()

    def _end(self, operation: Operation, answer: OperationResult | Exception) -> None:
        operation.ended = self.now()
        operation.steps = ended(operation.steps, operation.ended)
        del self._threads[operation]
        if isinstance(answer, OperationResult):
            operation.state, operation.outcome = OperationState.DONE, answer
            self._app.tell(answer.summary, undo=answer.undo)
        elif isinstance(answer, CancelledError):
            operation.state = OperationState.CANCELLED
            self._app.tell(f"{operation.title}: cancelled, {operation.kind.left_behind}")
        elif isinstance(answer, CatLogError):
            operation.state, operation.error = OperationState.FAILED, answer
            self._app.show_error(answer)
            if isinstance(answer, UnavailableError):
                self._app.check_database()
        else:
            operation.state = OperationState.FAILED
            self._app.crash(answer)
        if operation.kind not in (OperationKind.BACKUP, OperationKind.EXPORT):
            self._app.read_status()
            self._app.list_changed()
        self.changed.publish(None)
        self._run_afterwards()

    def _run_afterwards(self) -> None:
        if self._afterwards is not None and not self.running:
            then, self._afterwards = self._afterwards, None
            then()


def _in_loop(loop: asyncio.AbstractEventLoop, call: Callable[[], object]) -> None:
    """Call a function in the drawing thread, unless the app has ended."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(call)
