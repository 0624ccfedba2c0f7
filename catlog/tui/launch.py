"""Runs the app on the terminal of this process, and handles every way it may end."""

from __future__ import annotations

import asyncio
import signal
from concurrent.futures import ThreadPoolExecutor

from catlog.config import Settings
from catlog.tui.app import CatLogApp
from catlog.tui.garbage_collection import bounded_memory
from catlog.tui.terminal.capabilities import Terminal
from catlog.tui.terminal.driver import TerminalDriver
from catlog.tui.terminal.unhandled import crash_on_unhandled, unprinted_errors

ENDING_SIGNALS = (signal.SIGTERM, signal.SIGHUP)
"""Signals that end the app as if its user had left, with their own exit code."""

ENDING_TIMEOUT = 60
"""Seconds that ending may take after such a signal; then the kernel ends the process. Its terminal may have gone, so
that nobody else would end it."""

DRAWING_THREADS = 4
"""Covers and charts that are drawn at once in threads."""


def run_app(settings: Settings, terminal: Terminal) -> int:
    """Run the app until it ends and return its exit code. Raises the exception of a bug, for the caller to report.

    Raises CatLogError when the library cannot be opened at all.
    """
    app = CatLogApp(settings, terminal)
    app.driver_class = TerminalDriver
    with unprinted_errors():
        try:
            with bounded_memory():
                asyncio.run(_run(app))
        finally:
            app.operations.close()
            app.pool.close()
            signal.alarm(0)
    if app.refusal is not None:
        raise app.refusal
    if app.bug is not None:
        raise app.bug
    return app.return_code or 0


async def _run(app: CatLogApp) -> None:
    loop = asyncio.get_running_loop()
    crash_on_unhandled(loop, app)
    loop.set_default_executor(ThreadPoolExecutor(DRAWING_THREADS, "catlog-draw"))
    before = {number: signal.getsignal(number) for number in ENDING_SIGNALS}
    handled = [number for number, handler in before.items() if handler is not signal.SIG_IGN]

    def leave(number: int, _frame: object) -> None:
        signal.alarm(signal.alarm(0) or ENDING_TIMEOUT)  # a second signal gives it no more time
        loop.call_soon_threadsafe(app.leave, 128 + number)

    for number in handled:
        signal.signal(number, leave)  # the loop's own handlers would not run in a loop that is stuck
    try:
        await app.run_async()
    finally:
        for number in handled:
            signal.signal(number, before[number])
