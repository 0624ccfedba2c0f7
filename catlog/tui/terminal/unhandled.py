"""Errors that no code handles while the app has the terminal.

Python prints them: asyncio and thread pools through the last resort of `logging`, threads and destructors through hooks
of their own. In the app that would write over the screen and show paths and code to guests.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio

    from catlog.tui.terminal.crash import CrashSafeApp

log = logging.getLogger(__name__)


@contextmanager
def unprinted_errors() -> Iterator[None]:
    """Pass unhandled errors to `logging` and print none; a program that configured `logging` still sees them."""
    silent = logging.NullHandler()
    logging.getLogger().addHandler(silent)
    before = sys.unraisablehook, threading.excepthook
    sys.unraisablehook, threading.excepthook = _log_unraisable, _log_in_thread
    try:
        yield
    finally:
        sys.unraisablehook, threading.excepthook = before
        logging.getLogger().removeHandler(silent)


def crash_on_unhandled(loop: asyncio.AbstractEventLoop, app: CrashSafeApp) -> None:
    """End the app because of an error in a callback of its loop, as a bug does anywhere else."""

    def handle(_: object, context: dict[str, Any]) -> None:
        error = context.get("exception")
        log.error("%s", context.get("message", "an error in the event loop"), exc_info=error)
        if "handle" in context and isinstance(error, Exception):
            app.crash(error)

    loop.set_exception_handler(handle)


def _log_unraisable(args: sys.UnraisableHookArgs) -> None:
    log.error("%s: %r", args.err_msg or "exception ignored in", args.object, exc_info=args.exc_value)


def _log_in_thread(args: threading.ExceptHookArgs) -> None:
    log.error("exception in thread %s", args.thread and args.thread.name, exc_info=args.exc_value)
