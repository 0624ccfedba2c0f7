"""The operations of one app: started, followed, cancelled and ended here, so that no screen has to stay for them."""

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
from catlog.tui.operations.steps import ended, reported
from catlog.tui.workers import current_query

PERIOD = 0.1
"""Seconds between two publications of progress, however often it is reported."""

KEPT = 20
"""Operations that are remembered after they have ended."""

PATIENCE = 20.0
"""Seconds that the end of the app waits for operations to clean up behind them."""


class Operations:
    """One per app. Each operation has a thread of its own; what is read here is read in the thread that draws.

    `changed` is published when an operation begins, ends or has got further, at most ten times a second.
    """

    def __init__(self, app: AppCore, now: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self.changed: Signal[None] = Signal(app, "operations")
        self.known: tuple[Operation, ...] = ()
        self._app = app
        self._threads: dict[Operation, threading.Thread] = {}
        self._is_told_soon = False
        self._told_at = 0.0
        self._afterwards: Callable[[], None] | None = None

    @property
    def running(self) -> tuple[Operation, ...]:
        """What has not ended yet, the newest first."""
        return tuple(operation for operation in self.known if operation.is_running)

    def start(self, kind: OperationKind, title: str, work: Work) -> Operation:
        """Start `work`, which `title` names.

        Raises BusyError while another operation of this kind runs, NotAllowedError without the right to it.
        """
        require(self._app.role, kind.right)
        for other in self.running:
            if other.kind is kind:
                raise BusyError(f"{other.title} is under way", hint="wait for it, or cancel it")
        operation = Operation(kind, title, clock.now(), self.now())
        self.known = (operation, *self.known)[:KEPT]
        arguments = (operation, work, asyncio.get_running_loop())
        # A daemon: whatever hangs for longer than the app's patience must not keep the process alive.
        thread = threading.Thread(target=self._carry_out, args=arguments, name=f"catlog-{kind.value}", daemon=True)
        self._threads[operation] = thread
        thread.start()
        self.changed.publish(None)
        return operation

    def cancel(self, operation: Operation) -> None:
        """Ask an operation to end; it does as soon as it has cleaned up behind it."""
        if operation.is_running:
            operation.state = OperationState.CANCELLING
            operation.cancel.set()
            self.changed.publish(None)

    def cancel_all(self, then: Callable[[], None]) -> None:
        """Ask everything to end, and call `then` when it has; at once when nothing runs."""
        self._afterwards = then
        for operation in self.running:
            self.cancel(operation)
        self._go_on()

    def close(self) -> None:
        """Cancel everything and wait for it; called at the very end, when nothing is drawn any more."""
        for operation in self.running:
            operation.cancel.set()
        until = time.monotonic() + PATIENCE
        for thread in list(self._threads.values()):
            thread.join(max(0.0, until - time.monotonic()))

    def _carry_out(self, operation: Operation, work: Work, loop: asyncio.AbstractEventLoop) -> None:
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
            self._tell_soon(loop)

        def say(line: str) -> None:
            operation.lines.append(line)
            self._tell_soon(loop)

        return Control(report, say, operation.cancel)

    def _tell_soon(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._is_told_soon:
            self._is_told_soon = True
            _in_loop(loop, lambda: loop.call_later(max(0.0, self._told_at + PERIOD - loop.time()), self._tell, loop))

    def _tell(self, loop: asyncio.AbstractEventLoop) -> None:
        self._is_told_soon = False
        self._told_at = loop.time()
        self.changed.publish(None)

    def _end(self, operation: Operation, answer: OperationResult | Exception) -> None:
        operation.ended = self.now()
        operation.steps = ended(operation.steps, operation.ended)
        del self._threads[operation]
        if isinstance(answer, OperationResult):
            operation.state, operation.outcome = OperationState.DONE, answer
            self._app.tell(answer.words)
        elif isinstance(answer, CancelledError):
            operation.state = OperationState.CANCELLED
            self._app.tell(f"{operation.title}: cancelled, everything is as it was")
        elif isinstance(answer, CatLogError):
            operation.state, operation.error = OperationState.FAILED, answer
            self._app.tell_problem(answer)
            if isinstance(answer, UnavailableError):
                self._app.check_database()
        else:
            operation.state = OperationState.FAILED
            self._app.crash(answer)
        if operation.kind is not OperationKind.BACKUP:
            self._app.read_status()
            self._app.list_changed()
        self.changed.publish(None)
        self._go_on()

    def _go_on(self) -> None:
        if self._afterwards is not None and not self.running:
            then, self._afterwards = self._afterwards, None
            then()


def _in_loop(loop: asyncio.AbstractEventLoop, call: Callable[[], object]) -> None:
    """Have the thread that draws call something, unless the app has ended meanwhile."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(call)
