"""Child processes and terminals for the tests of the command line."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

SAMPLES = [sys.executable, "-m", "tests.cli.samples"]
CATLOG = [sys.executable, "-m", "catlog"]


def surroundings(**changes: str) -> dict[str, str]:
    """Return this process's environment without what decides on colours and widths, with `changes`."""
    names = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TTY_COMPATIBLE", "COLORTERM", "PYTHONUNBUFFERED")
    inherited = {name: value for name, value in os.environ.items() if name not in names}
    return inherited | {"TERM": "xterm-256color"} | changes


def child(command: list[str], *, inherits: int | None = None, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run a command without a terminal and return what it printed and its exit code; it may inherit a descriptor."""
    return subprocess.run(
        command,
        cwd=ROOT,
        env=surroundings(**changes),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
        pass_fds=() if inherits is None else (inherits,),
    )


def shell(line: str, *, inherits: int | None = None, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run a line of bash, in which "$@" is Python, and return what it printed and its exit code."""
    return child(["bash", "-c", line, "bash", sys.executable], inherits=inherits, **changes)


def in_terminal(command: list[str], *, columns: int = 80, typed: str = "", **changes: str) -> tuple[int, str]:
    """Run a command in a terminal of its own; return its exit code and all that the terminal received."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with subprocess.Popen(
        command, cwd=ROOT, env=surroundings(**changes), stdin=slave, stdout=slave, stderr=slave, start_new_session=True
    ) as process:
        os.close(slave)
        if typed:
            os.write(master, typed.encode())
        received = b""
        while True:
            try:
                part = os.read(master, 65536)
            except OSError:  # how Linux says that the other side is closed
                break
            if not part:
                break
            received += part
        code = process.wait()
    os.close(master)
    return code, received.decode("utf-8").replace("\r\n", "\n")
