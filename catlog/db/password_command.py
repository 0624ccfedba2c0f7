"""Passwords that a command prints, for those that expire: `database_password_command`.

What it prints is in no message and no log, and neither is what it complains.
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
"""How long the command may take."""

_OUTPUT_LIMIT = 65_536
"""After how many bytes nothing more is read: no password has as many."""

_POLL_SECONDS = 0.02
"""How often it is seen whether the command has ended."""

CACHE_SECONDS = 30.0
"""How long a password is used again for further connections: a command opens several at its beginning."""


def password_command(settings: Settings) -> PasswordCommand | None:
    """Return the command that the settings name, or None where there is none, or a password in the URL goes before it.

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
    """Runs `argv`, without a shell, for each new connection; `origin` is where the setting came from."""

    def __init__(self, argv: Sequence[str], origin: str) -> None:
        self._argv = tuple(argv)
        self._origin = origin
        self._lock = threading.Lock()
        self._cached: tuple[float, str] | None = None

    def password(self) -> str:
        """Return the password, without the line's end. Raises ConfigError and UnavailableError, which show nothing."""
        with self._lock:
            if self._cached is None or time.monotonic() - self._cached[0] > CACHE_SECONDS:
                self._cached = None
                self._cached = (time.monotonic(), self._printed())
                hide(self._cached[1])
            return self._cached[1]

    def discard(self) -> None:
        """Run the command again for the next connection, whatever was printed last."""
        with self._lock:
            self._cached = None

    def _printed(self) -> str:
        import subprocess  # only where there is a command

        name = f"database_password_command from {self._origin}"
        try:
            process = subprocess.Popen(
                self._argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # so that what it started ends with it
            )
        except (OSError, ValueError) as problem:
            reason = problem.strerror if isinstance(problem, OSError) else "its words cannot be those of a command"
            raise ConfigError(f"{name} cannot be run: {reason}", hint="name a program, with its whole path") from None
        with process:
            try:
                printed = _until_it_ends(process)
            finally:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
        if printed is None:
            raise UnavailableError(
                f"{name} printed no password within {TIMEOUT_SECONDS:g} seconds", hint="run it by hand: does it ask?"
            )
        if process.returncode:
            raise UnavailableError(
                f"{name} failed with exit code {process.returncode}", hint="run it by hand to see what it complains of"
            )
        try:
            text = printed.decode("utf-8")
        except UnicodeDecodeError:
            raise ConfigError(f"{name} printed what is not UTF-8") from None
        text = text.removesuffix("\n").removesuffix("\r")
        if not text or "\n" in text or "\0" in text:
            raise ConfigError(
                f"{name} printed {'more than one line' if text else 'nothing'} where a password was expected",
                hint="it prints the password, as one line, and nothing else",
            )
        return text


def _until_it_ends(process: subprocess.Popen[bytes]) -> bytes | None:
    """Return what a process has printed by its end, also where something that it started holds its output open.

    None when it does not end in time.
    """
    assert process.stdout is not None, "it prints into a pipe"
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
