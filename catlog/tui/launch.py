"""Opening the app on the terminal of this process, and every way it may end."""

from __future__ import annotations

import asyncio
import signal
from concurrent.futures import ThreadPoolExecutor

from catlog.config import Settings
from catlog.tui.app import CatLogApp
from catlog.tui.garbage_collection import holding_memory
from catlog.tui.terminal.capabilities import Terminal
from catlog.tui.terminal.driver import TerminalDriver

ENDING_SIGNALS = (signal.SIGTERM, signal.SIGHUP)
"""Signals that end the app as if its user had left, with an exit code of their own."""

LAST_SECONDS = 60
"""How long ending may take after such a signal; then the kernel ends what is stuck. Its terminal may have gone, so that
nobody else would."""

DRAWING_THREADS = 4
"""Covers and charts that are made ready at once, beside the screen."""


def run_app(settings: Settings, terminal: Terminal) -> int:
    """Run the app until it ends and return its exit code; a bug is raised, for the caller to report.

    Raises CatLogError when the library cannot be opened at all.
    """
    app = CatLogApp(settings, terminal)
    app.driver_class = TerminalDriver
    try:
        with holding_memory():
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
    loop.set_default_executor(ThreadPoolExecutor(DRAWING_THREADS, "catlog-draw"))
    before = {number: signal.getsignal(number) for number in ENDING_SIGNALS}
    heeded = [number for number, handler in before.items() if handler is not signal.SIG_IGN]

    def leave(number: int, _frame: object) -> None:
        signal.alarm(signal.alarm(0) or LAST_SECONDS)  # a second signal gives it no more time
        loop.call_soon_threadsafe(app.leave, 128 + number)

    for number in heeded:
        signal.signal(number, leave)  # the loop's own handlers wait for a loop that may be what is stuck
    try:
        await app.run_async()
    finally:
        for number in heeded:
            signal.signal(number, before[number])
