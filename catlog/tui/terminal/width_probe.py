"""Asks the terminal how wide it draws a sign whose width Unicode leaves open: East Asian ones may give it two cells.

The terminal moves its cursor behind one sign and reports where that is. What the user types meanwhile is kept for the
app. Nothing is asked where input or output is no terminal.
"""

from __future__ import annotations

import os
import re
import select
import termios
import time
import tty
from contextlib import suppress
from typing import NamedTuple

SIGN = "◇"
"""A sign of ambiguous width, one of those that the app draws."""

TIMEOUT = 0.2
"""Seconds that the answer may take; a terminal without one draws as most do."""

_REPORT = re.compile(rb"\x1b\[[0-9]{1,4};([0-9]{1,4})R")
"""The answer: the line and the column of the cursor."""

_ASK, _ERASE = f"\r{SIGN}\x1b[6n", "\r\x1b[K"


class Probed(NamedTuple):
    """The cells of the sign, None without an answer in time, and the keys that were typed meanwhile."""

    cells: int | None = None
    typed: bytes = b""


def probe_width(reads: int = 0, writes: int = 1, timeout: float = TIMEOUT) -> Probed:
    """Ask the terminal on these descriptors, by default the standard ones; its mode is afterwards as it was."""
    if not (os.isatty(reads) and os.isatty(writes)):
        return Probed()
    try:
        before = termios.tcgetattr(reads)
        tty.setcbreak(reads, termios.TCSANOW)
    except termios.error:
        return Probed()
    try:
        os.write(writes, _ASK.encode())
        return _answer(reads, time.monotonic() + timeout)
    except OSError:  # the terminal has gone: the app sees so itself
        return Probed()
    finally:
        with suppress(OSError, termios.error):
            os.write(writes, _ERASE.encode())
            termios.tcsetattr(reads, termios.TCSANOW, before)


def _answer(reads: int, deadline: float) -> Probed:
    typed = b""
    while (left := deadline - time.monotonic()) > 0:
        if not select.select([reads], [], [], left)[0]:
            break
        data = os.read(reads, 4096)
        if not data:
            return Probed(typed=typed)
        typed += data
        if report := _REPORT.search(typed):
            return Probed(int(report[1]) - 1, typed[: report.start()] + typed[report.end() :])
    return Probed(typed=typed)  # a late answer is no key for Textual
