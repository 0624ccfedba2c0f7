"""Command after command in one real terminal: what each sent to it, and whether its tables stand straight."""

import fcntl
import os
import pty
import re
import select
import struct
import termios
import threading
from collections.abc import Iterator
from types import TracebackType
from typing import NamedTuple, Self

from rich.cells import cell_len
from wcwidth import wcswidth

from tests.support.cli import CommandLine, Nursery

_SGR = re.compile(r"\x1b\[[0-9;]*m")
_RULE = re.compile(r" *(─{3,}|-{9,})[─ -]*")


class Shown(NamedTuple):
    """How a command ended, and all that came to the terminal; bytes that are no UTF-8 as lone surrogates."""

    code: int
    output: str


class Console:
    """A terminal of `columns`, and commands in it, one at a time. For a `with` block."""

    def __init__(self, nursery: Nursery, columns: int = 200, rows: int = 50) -> None:
        self._nursery = nursery
        self._master, self._slave = pty.openpty()
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._name = os.ttyname(self._slave)
        modes = termios.tcgetattr(self._slave)
        modes[3] &= ~termios.ECHO  # nothing that is typed comes out of it again
        termios.tcsetattr(self._slave, termios.TCSANOW, modes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._slave)
        os.close(self._master)

    def __call__(self, command_line: CommandLine, *argv: object, answer: str = "\x04" * 3) -> Shown:
        """Run a command, `answer` its prompts (by default with the end of input), and return what was shown."""
        received, over = bytearray(), threading.Event()
        reader = threading.Thread(target=self._read, args=(received, over))
        reader.start()
        try:
            with self._nursery.start(command_line, *argv, terminal=self._name) as child:
                if answer:
                    os.write(self._master, answer.encode())
                code = child.wait().code
        finally:
            over.set()
            reader.join()
        termios.tcflush(self._slave, termios.TCIFLUSH)
        return Shown(code, received.decode("utf-8", "surrogateescape"))

    def _read(self, received: bytearray, over: threading.Event) -> None:
        while True:
            is_over = over.is_set()  # looked at first: what was written before the end is read
            if select.select([self._master], [], [], 0.02)[0]:
                received += os.read(self._master, 65536)
            elif is_over:
                return


def crooked_rows(output: str) -> Iterator[str]:
    """Yield the lines of tables in an output that are not as wide as the rule under their heading.

    Rich fills every line of a table up to its width, so a line of another width has a column out of its place. Widths
    are those of wcwidth, as a terminal has them. Lines with a character that wcwidth and Rich disagree about are left
    out: no program can know what a terminal makes of it.
    """
    width = 0
    for line in output.replace("\r\n", "\n").split("\n"):
        words = _SGR.sub("", line)
        if _RULE.fullmatch(words):
            width = wcswidth(words)
        elif "   " not in words.strip():
            width = 0  # a note, or nothing: lines of tables have gaps
        elif width and wcswidth(words) != width and wcswidth(words) == cell_len(words):
            yield words
