"""Errors that no code handles: none is printed over the screen, and one in the loop is a bug like any other."""

import asyncio
import concurrent.futures
import gc
import logging
import threading

import pytest

from catlog.config import Settings
from catlog.tui.terminal.unhandled import crash_on_unhandled, unprinted_errors
from tests.tui.harness import opened


class Careless:
    """Raises where nothing can catch it."""

    def __del__(self) -> None:
        raise ValueError("in a destructor")


def fail(*_: object) -> None:
    raise ValueError("in a thread")


def fail_everywhere() -> None:
    """Fail in a destructor, in a thread, in a callback of a pool and in one of a loop."""
    Careless()
    gc.collect()
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        pool.submit(int).add_done_callback(fail)

    async def run() -> None:
        asyncio.get_running_loop().call_soon(fail)
        await asyncio.sleep(0)

    asyncio.run(run())


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_nothing_is_printed_and_a_configured_log_has_all(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    before = threading.excepthook
    with unprinted_errors(), caplog.at_level(logging.ERROR):
        fail_everywhere()
    assert capfd.readouterr().err == ""
    assert caplog.text.count("ValueError: in a thread") == 3
    assert caplog.text.count("ValueError: in a destructor") == 1
    assert threading.excepthook is before


async def test_an_error_in_the_loop_ends_the_app_as_a_bug(library: Settings) -> None:
    async def run_into_it() -> None:
        async with opened(library) as it:
            loop = asyncio.get_running_loop()
            crash_on_unhandled(loop, it.app)
            loop.call_soon(fail)
            await it.settle()

    with pytest.raises(ValueError, match="in a thread"):
        await run_into_it()
