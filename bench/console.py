"""A program in a terminal, seen from outside: when it draws, how much it sends, what it takes of the machine."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

_ANSWERS = (
    (b"\x1b[?2026$p", b"\x1b[?2026;2$y"),
    (b"\x1b[?2048$p", b"\x1b[?2048;0$y"),
    (b"\x1b[c", b"\x1b[?62;22c"),
    (b"\x1b[16t", b"\x1b[6;20;10t"),
    (b"\x1b[14t", b"\x1b[4;800;1200t"),
    (b"\x1b[6n", b"\x1b[1;1R"),
)
"""What a terminal answers to the questions of a program that would else wait for it."""

PATIENCE = 120.0
QUIET = 0.12


class Cost(NamedTuple):
    """What a key brought about: bytes sent, milliseconds of processor time, and until the last byte came."""

    sent: int
    cpu: float
    wall: float


class Console:
    """One run of a command in a terminal of its own; leaving the with block ends it."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str], size: tuple[int, int] = (80, 24)) -> None:
        columns, rows = size
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        kinds = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        self.received = bytearray()
        self.begun = time.perf_counter()
        self._process = subprocess.Popen(
            command, env={**environ, **kinds}, stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
            preexec_fn=_take_terminal, cwd=Path(__file__).parents[1],
        )  # fmt: skip
        os.close(slave)

    def until(self, *texts: str) -> float:
        """Wait until one of some texts has been drawn; return the seconds since the start."""
        wanted = [text.encode() for text in texts]
        while not any(text in self.received for text in wanted):
            if self.read(1.0) == 0 and time.perf_counter() - self.begun > PATIENCE:
                raise TimeoutError(f"{texts[0]!r} never came, but: {bytes(self.received[-2000:])!r}")
        return time.perf_counter() - self.begun

    def settle(self, quiet: float = QUIET, most: float = 10.0) -> float:
        """Read until nothing has come for a while, or `most` seconds are over; return when the last byte came."""
        last = begun = time.perf_counter()
        while self.read(quiet) and last - begun < most:
            last = time.perf_counter()
        return last

    def press(self, keys: str, quiet: float = QUIET) -> Cost:
        """Press keys and wait until what they brought about is drawn."""
        sent, cpu, at = len(self.received), self.cpu(), time.perf_counter()
        os.write(self._master, keys.encode())
        last = self.settle(quiet)
        return Cost(len(self.received) - sent, (self.cpu() - cpu) * 1000, (last - at) * 1000)

    def cpu(self) -> float:
        """Return the processor time of all its threads so far, in seconds."""
        total = 0
        for thread in Path(f"/proc/{self._process.pid}/task").iterdir():
            total += int((thread / "schedstat").read_text().split()[0])
        return total / 1e9

    def memory(self) -> float:
        """Return its proportional set size in MB: shared pages count by how many share them."""
        rollup = Path(f"/proc/{self._process.pid}/smaps_rollup").read_text()
        return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024

    def read(self, seconds: float) -> int:
        """Read what comes within some seconds; return how many bytes that was."""
        if not select.select([self._master], [], [], seconds)[0]:
            return 0
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:  # it has ended
            raise EOFError(bytes(self.received[-2000:])) from None
        self.received += data
        for question, answer in _ANSWERS:
            if question in data:
                os.write(self._master, answer)
        return len(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        os.close(self._master)


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
