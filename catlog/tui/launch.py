"""Opening the app on the terminal of this process, and every way it may end."""

from __future__ import annotations

import asyncio
import signal
from concurrent.futures import ThreadPoolExecutor

from catlog.config import Settings
from catlog.tui.app import CatLogApp
from catlog.tui.driver import TerminalDriver
from catlog.tui.memory import holding_memory
from catlog.tui.terminal import Terminal

ENDING_SIGNALS = (signal.SIGTERM, signal.SIGHUP)
"""Signals that end the app as if its user had left, with an exit code of their own."""

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
        app.store.close()
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
    for number in heeded:
        loop.add_signal_handler(number, app.leave, 128 + number)
    try:
        await app.run_async()
    finally:
        for number in heeded:
            loop.remove_signal_handler(number)
            signal.signal(number, before[number])
