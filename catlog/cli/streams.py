"""Standard streams whose reader has gone, and signals that should unwind instead of kill."""

from __future__ import annotations

import os
import select
import signal
import sys
from types import FrameType
from typing import TextIO


def reader_gone(stream: TextIO) -> bool:
    """Return whether the reader of `stream` has closed it, according to the system."""
    try:
        poll = select.poll()
        poll.register(stream.fileno(), select.POLLOUT)
        return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))
    except (OSError, ValueError):
        return False


def silence(*streams: TextIO) -> None:
    """Redirect streams to the null device, so that the interpreter's last flush raises nothing."""
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in streams:
        try:
            os.dup2(null, stream.fileno())
        except (OSError, ValueError):  # not a file, as in tests: nothing to flush
            continue
    os.close(null)


def unwind_on_signals() -> None:
    """Make termination and hangup raise SystemExit (128 + signal), so that open transactions and files are closed.

    A signal ignored by the parent, as by nohup, stays ignored.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _unwind)


def _unwind(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)
