"""A child process that runs Spark: its events, its log, and its termination.

Spark is never imported here. The `spark` package lies next to `catlog`, in a checkout and in an installed wheel. The
child leads a process group that includes its JVM; it ends when this process does, as its standard input closes then.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import catlog
from catlog.errors import (
    BadDataError,
    CatLogError,
    ConfigError,
    ExitCode,
    InvalidArgumentError,
    NotAllowedError,
    UnavailableError,
)
from catlog.extras import how_to_add
from catlog.ownership import open_own, read_own
from catlog.paths import make_private
from catlog.text import NOTE_LIMIT, clean

Event = Mapping[str, Any]
Echo = Callable[[str], None]
"""Receives a line of text, cleaned."""

_RUN_MODULE = (
    "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); runpy.run_module(sys.argv.pop(1), run_name='__main__')"
)
_TICK = 0.2
_GRACE = 10.0
"""Seconds between SIGTERM and SIGKILL."""

_ERRORS: dict[int, type[CatLogError]] = {
    ExitCode.USAGE: InvalidArgumentError,
    ExitCode.BAD_DATA: BadDataError,
    ExitCode.UNAVAILABLE: UnavailableError,
    ExitCode.NOT_ALLOWED: NotAllowedError,
    ExitCode.CONFIG: ConfigError,
}


class SparkProcess:
    """A running module of `spark`; leaving the block ends the whole process group.

    `secrets` (passwords, tokens, and under `hidden` the words to redact) go through standard input, which no process
    list shows. The log file receives standard error of the child and its JVM.
    """

    def __init__(self, module: str, arguments: Sequence[str], secrets: Mapping[str, object], log: Path) -> None:
        root = Path(catlog.__file__).resolve().parents[1]
        if not (root / "spark" / "run.py").is_file():
            raise ConfigError("this installation has no Spark jobs", hint=how_to_add("spark"))
        self._log = log
        self._events: queue.Queue[Event | None] = queue.Queue()
        make_private(log.parent)
        handle = open_own(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _RUN_MODULE, str(root), module, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=handle,
                start_new_session=True,
            )
        finally:
            os.close(handle)
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # the process has ended; its event says why
            self._process.stdin.write(json.dumps(dict(secrets)).encode() + b"\n")
            self._process.stdin.flush()
        self._reader = threading.Thread(target=self._read_events, daemon=True)
        self._reader.start()

    def events(self) -> Iterator[Event | None]:
        """Yield each event as it comes and None in between, several times a second, until the process ends.

        Raises the error of a `failed` event, or UnavailableError when the process dies without one.
        """
        while True:
            try:
                event = self._events.get(timeout=_TICK)
            except queue.Empty:
                yield None
                continue
            if event is None:
                break
            if event.get("event") == "failed":
                raise self._error(event)
            yield event
        code = self._process.wait()
        if code:
            lines = read_own(self._log).decode("utf-8", "replace").splitlines()
            last = f": {clean(lines[-1], limit=NOTE_LIMIT)}" if lines else ""
            raise UnavailableError(f"Spark ended with {code}{last}", hint=f"its log: {self._log}")

    def end(self) -> None:
        """End the process and its JVM: SIGTERM, then SIGKILL."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            # A surviving process of the group holds standard output; without one the group id may be reused.
            if self._process.poll() is not None and not self._reader.is_alive():
                break
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_GRACE)
            self._reader.join(_GRACE)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def _error(self, event: Event) -> CatLogError:
        code = int(event.get("code", ExitCode.BUG))
        message, hint = (clean(str(event.get(name, "")), limit=NOTE_LIMIT) for name in ("message", "hint"))
        known = _ERRORS.get(code)
        if known is None:
            return UnavailableError(f"Spark failed: {message}", hint=f"its log: {self._log}")
        return known(message, hint=hint)

    def _read_events(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with suppress(ValueError):
                event = json.loads(line)
                if isinstance(event, dict):
                    self._events.put(event)
        self._events.put(None)


@contextmanager
def live_log(log: Path, echo: Echo) -> Iterator[None]:
    """Pass each new line of the log file to `echo` while the block runs, on a separate thread."""
    over = threading.Event()
    seen = log.stat().st_size if log.exists() else 0

    def follow() -> None:
        read, rest = seen, b""
        while True:
            last = over.wait(_TICK)
            with suppress(FileNotFoundError), os.fdopen(open_own(log, os.O_RDONLY), "rb") as content:
                if os.fstat(content.fileno()).st_size < read:  # another process has truncated it
                    read, rest = 0, b""
                content.seek(read)
                new = content.read()
                read += len(new)
                *lines, rest = (rest + new).split(b"\n")
                for line in lines:
                    if text := clean(line.decode("utf-8", "replace"), limit=NOTE_LIMIT):
                        echo(text)
            if last:
                return

    follower = threading.Thread(target=follow, daemon=True)
    follower.start()
    try:
        yield
    finally:
        over.set()
        follower.join()
