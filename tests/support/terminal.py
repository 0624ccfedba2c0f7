"""A real terminal for tests: a command in a pty of its own, and on the other end what a person would see."""

import codecs
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self
from unicodedata import combining

import pyte
from wcwidth import wcwidth

ROOT = Path(__file__).resolve().parents[2]
CATLOG = (sys.executable, "-m", "catlog")

PATIENCE = 180.0
"""Seconds after which something that was waited for will not come any more. It is no measure of speed."""


class Terminal:
    """One command in a terminal of `columns` and `rows`; leaving the with block ends it, whatever it does.

    Colours, encoding and kind of terminal come from `environ`; nothing of this process's environment is seen but PATH.
    """

    def __init__(
        self,
        command: Sequence[str] = CATLOG,
        *,
        columns: int = 80,
        rows: int = 24,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self.screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._lines: list[str] = []
        self.received = bytearray()
        self._master, slave = pty.openpty()
        self._set_size(columns, rows)
        surroundings = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "TZ": "UTC", "TEXTUAL_ANIMATIONS": "none"}
        self.process = subprocess.Popen(
            list(command),
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **surroundings, **(environ or {})},
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=_take_terminal,
        )
        os.close(slave)

    @property
    def text(self) -> str:
        """What the terminal shows: its lines without trailing spaces."""
        return "\n".join(self.lines)

    @property
    def lines(self) -> list[str]:
        """The lines of the terminal without trailing spaces; only those that have changed are made out anew."""
        screen = self.screen
        if len(self._lines) != screen.lines:
            self._lines = [""] * screen.lines
            screen.dirty.update(range(screen.lines))
        for number in screen.dirty.intersection(range(screen.lines)):  # a smaller window leaves numbers beyond it
            self._lines[number] = _drawn([screen.buffer[number][column].data for column in range(screen.columns)])
        screen.dirty.clear()
        return self._lines

    def press(self, keys: str) -> None:
        """Press keys, or whatever bytes a terminal sends for them."""
        self.send(keys.encode())

    def send(self, data: bytes) -> None:
        """Send bytes, which need not be whole characters."""
        os.write(self._master, data)

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size."""
        self.screen.resize(rows, columns)
        self._set_size(columns, rows)

    def signal(self, number: int) -> None:
        """Send the command a signal."""
        self.process.send_signal(number)

    def hang_up(self) -> None:
        """Close the window, as a lost connection does."""
        os.close(self._master)
        self._master = -1

    def wait_for(self, text: str) -> None:
        """Read until `text` is on the screen."""
        self.wait_until(lambda: text in self.text, f"{text!r} on the screen")

    def wait_until(self, condition: Callable[[], bool], what: str) -> None:
        """Read until `condition` holds."""
        until = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > until or not self._read(0.5):
                raise AssertionError(f"waited for {what}, but the screen is:\n{self.text}")

    def rest(self, seconds: float = 0.05, *, first: float = 0.25) -> None:
        """Read until nothing more has come for a moment; wait a longer one for anything to come at all."""
        before, patience = len(self.received), first
        while self._read(patience) and before < len(self.received):
            before, patience = len(self.received), seconds

    def end(self) -> int:
        """Read to the end and return the exit code; minus the signal for a death by one."""
        until = time.monotonic() + PATIENCE
        while self._master >= 0 and self._read(0.5):
            if time.monotonic() > until:
                raise AssertionError(f"it does not end; the screen is:\n{self.text}")
        return self.process.wait(PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        if self._master >= 0:
            os.close(self._master)

    def _read(self, seconds: float) -> bool:
        """Read what has come within some seconds; False once the other side is closed."""
        if not select.select([self._master], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self._master, 65536)
        except OSError:  # how Linux says that the other side is closed
            return False
        self.received += data
        self._stream.feed(_without_joiners(self._decoder.decode(data)))
        return bool(data)

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def _drawn(cells: Sequence[str]) -> str:
    """Return cells as a line without trailing spaces; what stands behind a wide character is covered by it."""
    shown = [
        cell for before, cell in zip(("", *cells), cells, strict=False) if before.isascii() or not _is_wide(before)
    ]
    return "".join(shown).rstrip()


def _is_wide(cell: str) -> bool:
    return bool(cell) and wcwidth(cell[0]) == 2


def _without_joiners(text: str) -> str:
    """Return text as pyte can take it: at a character without width that is no accent it drops the rest of the line."""
    return text if text.isascii() else "".join(char for char in text if wcwidth(char) or combining(char))


def _take_terminal() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # these tests may run under nohup, a login never does
    # So that a resize, and the end of the terminal, are told to the command.
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
