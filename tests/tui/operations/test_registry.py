"""Operations: one of a kind at a time, few messages however much is reported, and every way to end."""

import threading
import time
from pathlib import Path

import pytest

from catlog.config import Settings
from catlog.errors import BusyError, UnavailableError
from catlog.tui.backend import Backend
from catlog.tui.operations.operation import Control, Operation, OperationKind, OperationResult, OperationState
from catlog.tui.operations.registry import PERIOD
from tests.tui.harness import Driver, opened


async def until_over(it: Driver, operation: Operation) -> None:
    while operation.is_running:
        await it.pilot.pause(0.01)
    await it.settle()


async def test_however_much_is_reported_few_messages_reach_the_screen(no_library: Settings) -> None:
    async with opened(no_library) as it:
        published: list[float] = []
        it.app.operations.changed.subscribe(it.app, lambda _: published.append(time.monotonic()), immediate=True)
        go_on = threading.Event()

        def work(backend: Backend, control: Control) -> OperationResult:
            for done in range(20_000):
                control.report("counting", done, 20_000)
            go_on.wait()
            return OperationResult("counted")

        began = time.monotonic()
        operation = it.app.operations.start(OperationKind.BACKUP, "counting", work)
        while operation.step is None or operation.step.done < 19_999:
            await it.pilot.pause(0.01)
        assert len(published) <= 3 + (time.monotonic() - began) / PERIOD
        go_on.set()
        await until_over(it, operation)
        assert (operation.state, operation.step.done) == (OperationState.DONE, 19_999)
        assert operation.step.ended is not None
        assert it.app.operations.running == ()


async def test_of_each_kind_one_runs_at_a_time(no_library: Settings) -> None:
    async with opened(no_library) as it:
        go_on = threading.Event()

        def work(backend: Backend, control: Control) -> OperationResult:
            go_on.wait()
            return OperationResult("done")

        first = it.app.operations.start(OperationKind.BACKUP, "the first", work)
        with pytest.raises(BusyError, match="the first is under way"):
            it.app.operations.start(OperationKind.BACKUP, "the second", work)
        other = it.app.operations.start(OperationKind.COMPUTATION, "another kind", work)
        assert it.app.operations.running == (other, first)
        go_on.set()
        await until_over(it, first)
        await until_over(it, other)


async def test_a_failure_is_one_line_and_no_crash(no_library: Settings) -> None:
    async with opened(no_library) as it:

        def work(backend: Backend, control: Control) -> OperationResult:
            raise UnavailableError("the disk is full", hint="make room")

        operation = it.app.operations.start(OperationKind.BACKUP, "backup", work)
        await until_over(it, operation)
        assert operation.state is OperationState.FAILED
        assert operation.error is not None
        assert "the disk is full: make room" in it.text


async def test_the_end_of_the_app_cancels_and_waits(no_library: Settings, tmp_path: Path) -> None:
    left = tmp_path / "left"
    async with opened(no_library) as it:

        def work(backend: Backend, control: Control) -> OperationResult:
            try:
                while True:
                    control.report("going on", 0, None)
                    control.cancel.wait(0.01)
            finally:
                left.write_text("cleaned up", "utf-8")

        operation = it.app.operations.start(OperationKind.COMPUTATION, "endless", work)
        while operation.step is None:  # what is cancelled before it began has nothing to clean up
            await it.pilot.pause(0.01)
    assert operation.is_running
    it.app.operations.close()
    assert left.read_text("utf-8") == "cleaned up"
