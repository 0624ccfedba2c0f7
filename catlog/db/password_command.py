"""Passwords from a command, `database_password_command`, for example tokens that expire.

Its output and its error output are never shown or logged.
"""

from __future__ import annotations

import os
import select
import signal
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from catlog.config import Settings
from catlog.db.address import parse_address
from catlog.errors import ConfigError, UnavailableError
from catlog.redaction import hide

if TYPE_CHECKING:
    import subprocess

TIMEOUT_SECONDS = 10.0
"""Timeout of the command."""

_OUTPUT_LIMIT = 65_536
"""Largest output that is read, in bytes."""

_POLL_SECONDS = 0.02
"""Interval of polling for the end of the command."""

CACHE_SECONDS = 30.0
"""Lifetime of a cached password: programs open several connections at their start."""


def password_command(settings: Settings) -> PasswordCommand | None:
    """Return the configured command; None without one, and if the URL has a password, which takes precedence.

    Raises ConfigError for a URL that cannot be parsed.
    """
    argv = settings.database_password_command
    if not argv or settings.database_url.startswith("sqlite:"):
        return None
    url = parse_address(settings.database_url, settings.origins.get("database_url", "default"))
    if url.password is not None or "password" in url.query:
        return None
    return PasswordCommand(argv, settings.origins.get("database_password_command", "default"))


class PasswordCommand:
    """Runs `argv` without a shell for new connections; `origin` is where the setting came from."""

    def __init__(self, argv: Sequence[str], origin: str) -> None:
        self._argv = tuple(argv)
        self._origin = origin
        self._lock = threading.Lock()
        self._cached: tuple[float, str] | None = None

    def password(self) -> str:
        """Return the password. Raises ConfigError and UnavailableError, which do not show any output."""
        with self._lock:
            if self._cached is None or time.monotonic() - self._cached[0] > CACHE_SECONDS:
                self._cached = None
                self._cached = (time.monotonic(), self._printed())
                hide(self._cached[1])
            return self._cached[1]

    def discard(self) -> None:
        """Discard the cached password, so that the next connection runs the command again."""
        with self._lock:
            self._cached = None

    def _printed(self) -> str:
        import subprocess  # only for databases with a command

        name = f"database_password_command from {self._origin}"
        try:
            process = subprocess.Popen(
                self._argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # to end its child processes with it
            )
        except (OSError, ValueError) as problem:
            reason = problem.strerror if isinstance(problem, OSError) else "its words cannot be those of a command"
            raise ConfigError(f"{name} cannot be run: {reason}", hint="name a program, with its full path") from None
        with process:
            try:
                printed = _until_it_ends(process)
            finally:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
        if printed is None:
            raise UnavailableError(
                f"{name} printed no password within {TIMEOUT_SECONDS:g} seconds",
                hint="run it by hand: it may wait for input",
            )
        if process.returncode:
            raise UnavailableError(
                f"{name} failed with exit code {process.returncode}", hint="run it by hand to see its error message"
            )
        try:
            text = printed.decode("utf-8")
        except UnicodeDecodeError:
            raise ConfigError(f"{name} printed something that is not UTF-8") from None
        text = text.removesuffix("\n").removesuffix("\r")
        if not text or "\n" in text or "\0" in text:
            raise ConfigError(
                f"{name} printed {'more than one line' if text else 'nothing'} instead of a password",
                hint="it must print the password on one line, and nothing else",
            )
        return text


def _until_it_ends(process: subprocess.Popen[bytes]) -> bytes | None:
    """Return the output of a process at its end, even if a child holds the pipe open; None after the timeout."""
    assert process.stdout is not None, "its output is a pipe"
    pipe, printed, until = process.stdout.fileno(), b"", time.monotonic() + TIMEOUT_SECONDS
    os.set_blocking(pipe, False)
    is_open = True
    while True:
        has_ended = process.poll() is not None
        with suppress(BlockingIOError):
            while is_open:
                part = os.read(pipe, _OUTPUT_LIMIT)
                printed += part
                is_open = bool(part) and len(printed) < _OUTPUT_LIMIT
        if has_ended:
            return printed
        if time.monotonic() >= until:
            return None
        if is_open:
            select.select([pipe], [], [], _POLL_SECONDS)
        else:
            time.sleep(_POLL_SECONDS)
