"""The real command line for tests: in this process where only the ending counts, in a child where a process does.

A child is forked from a process that has imported the command line already: starting Python anew would take longer than
most commands run, and a test that kills a load at a random moment would mostly kill imports.
"""

import io
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]

_MODULES = (
    "catlog.cli.main", "catlog.cli.etl", "catlog.cli.db", "catlog.cli.tables", "catlog.etl.pipeline",
    "catlog.etl.history", "catlog.etl.quality", "catlog.etl.prune", "catlog.db.schema", "catlog.db.migrations.run",
    "catlog.db.backup.restore", "catlog.jikan.client", "encodings.idna", "psycopg", "sqlalchemy.dialects.sqlite",
    "sqlalchemy.dialects.postgresql.psycopg",
)  # fmt: skip


@dataclass(frozen=True)
class Ending:
    """How a command ended. `peak_kb` is the most memory it had, for children; a death by signal is a negative code."""

    code: int
    out: str
    err: str
    peak_kb: int = 0

    @property
    def row(self) -> dict[str, Any]:
        """The one record of `--format json`."""
        found: dict[str, Any] = json.loads(self.out)["row"]
        return found

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The records of `--format json`."""
        found: list[dict[str, Any]] = json.loads(self.out)["rows"]
        return found


@dataclass(frozen=True)
class CommandLine:
    """`catlog` with an environment of its own: nothing of the tests' is seen by it but PATH, HOME and the zone."""

    environ: Mapping[str, str] = field(default_factory=dict)

    @property
    def surroundings(self) -> dict[str, str]:
        """The environment of a child: in UTC, unless it says otherwise."""
        return {"PATH": os.environ["PATH"], "TZ": "UTC", **self.environ}

    def living_in(self, zone: str) -> "CommandLine":
        """Return the same on a machine in another time zone."""
        return CommandLine({**self.environ, "TZ": zone})

    def having(self, **settings: object) -> "CommandLine":
        """Return the same with other settings, named as in `jikan_rate=5`."""
        changes = {f"CATLOG_{name.upper()}": str(value) for name, value in settings.items()}
        return CommandLine({**self.environ, **changes})

    def __call__(self, *argv: object) -> Ending:
        """Run a command in this process, without a terminal, through the same door as a console script."""
        from catlog import clock
        from catlog.cli.context import Environment
        from catlog.cli.main import run

        out, err = io.StringIO(), io.StringIO()
        env = Environment(io.StringIO(), out, err, environ=self.environ)
        try:
            code = run([str(word) for word in argv], env)
        finally:
            clock.set_source(None)
            opened = env.__dict__.get("unready_database")
            if opened is not None:
                opened.close()
        return Ending(code, out.getvalue(), err.getvalue())

    def script(self, *argv: object) -> Ending:
        """Run `python -m catlog` in a new process, as a user's shell does."""
        command = [sys.executable, "-m", "catlog", *map(str, argv)]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=self.surroundings,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return Ending(done.returncode, done.stdout, done.stderr)


class Child:
    """A command under way in a process of its own."""

    def __init__(self, pid: int, nursery: "Nursery", out: Path, err: Path) -> None:
        self.pid = pid
        self._nursery = nursery
        self._out = out
        self._err = err
        self._ending: Ending | None = None

    def signal(self, number: int) -> None:
        """Send a signal; to one that has ended already it is not sent."""
        if self._ending is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def wait(self) -> Ending:
        """Wait until it ends."""
        if self._ending is None:
            code, peak_kb = self._nursery.wait(self.pid)
            files = (self._out, self._err)
            out, err = (file.read_text("utf-8", "replace") if file.exists() else "" for file in files)
            self._ending = Ending(code, out, err, peak_kb)
        return self._ending

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.signal(signal.SIGKILL)
        self.wait()


class Nursery:
    """The process that children are forked from. For one thread at a time."""

    def __init__(self, folder: Path, modules: Iterable[str] = ()) -> None:
        """Start it; `modules` are imported in addition to those of the ETL and the database."""
        self._folder = folder
        self._count = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.cli", *modules],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def start(
        self,
        command_line: CommandLine,
        *argv: object,
        user: int | None = None,
        limit: int = 0,
        fault: Mapping[str, object] | None = None,
        terminal: str = "",
    ) -> Child:
        """Start a command; `user` is the id it runs under, `limit` the bytes that a file it writes may have.

        `fault` says what comes over it, as `tests.support.crash.faults.Points` takes it; `terminal` is the name of a
        terminal that it is to have for all three streams.
        """
        self._count += 1
        out, err = (self._folder / f"{self._count}.{name}" for name in ("out", "err"))
        order = {
            "argv": [str(word) for word in argv],
            "environ": command_line.surroundings,
            "in": terminal or os.devnull,
            "out": terminal or str(out),
            "err": terminal or str(err),
            "user": user,
            "limit": limit,
            "fault": fault,
        }
        return Child(int(self._ask(order)["pid"]), self, out, err)

    def run(self, command_line: CommandLine, *argv: object, user: int | None = None, limit: int = 0) -> Ending:
        """Start a command and wait until it ends."""
        return self.start(command_line, *argv, user=user, limit=limit).wait()

    def wait(self, pid: int) -> tuple[int, int]:
        """Wait for a child; return its code and its peak of memory in kB."""
        answer = self._ask({"wait": pid})
        return int(answer["code"]), int(answer["peak_kb"])

    def close(self) -> None:
        """End the process."""
        self._process.communicate()

    def _ask(self, order: Mapping[str, object]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


def _serve() -> None:
    for module in (*_MODULES, *sys.argv[1:]):
        import_module(module)
    while line := sys.stdin.readline():
        order = json.loads(line)
        if "wait" in order:
            _, status, usage = os.wait4(order["wait"], 0)
            answer = {"code": os.waitstatus_to_exitcode(status), "peak_kb": usage.ru_maxrss}
        else:
            pid = os.fork()
            if pid == 0:
                _become(order)
            answer = {"pid": pid}
        print(json.dumps(answer), flush=True)


def _become(order: dict[str, Any]) -> None:
    """Be the console script, in the child; does not return."""
    code: object = 70
    try:
        _take_place(order)
        if order["fault"] is not None:
            from tests.support.crash.faults import arm

            arm(order["fault"])
        from catlog.__main__ import main

        main()
    except SystemExit as stop:
        code = stop.code
    except BaseException as problem:  # or the child would go on to serve
        os.write(2, repr(problem).encode())
    finally:
        os._exit(code if isinstance(code, int) else 70)


def _take_place(order: dict[str, Any]) -> None:
    writing = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for target, path, flags in ((0, order["in"], os.O_RDONLY), (1, order["out"], writing), (2, order["err"], writing)):
        os.dup2(os.open(path, flags, 0o644), target)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(number, mode, closefd=False) for number, mode in enumerate("rww"))
    sys.argv = ["catlog", *order["argv"]]
    os.environ.clear()
    os.environ.update(order["environ"])
    if order["limit"]:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["limit"], order["limit"]))
    if order["user"] is not None:
        os.setgroups([])
        os.setgid(order["user"])
        os.setuid(order["user"])


if __name__ == "__main__":
    _serve()
