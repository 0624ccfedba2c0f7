"""Starting up: `catlog --help` against a click hello world, data commands against scripts that only run their query.

`python -m bench.startup` measures whole processes, wall time, on a demo library of its own; `--imports COMMAND` prints
the imports that a command pays for instead. The scripts are in bench/rivals/. Both sides run with their bytecode
cached, whatever the caller's PYTHONDONTWRITEBYTECODE says.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sqlalchemy import Engine, event

from bench.compare import HEADING, OURS, Measure, compare
from catlog.cli.context import Environment
from catlog.cli.main import run
from catlog.config import load_settings
from catlog.demo.build import build_demo
from tests.support.postgres import start_postgres

ROOT = Path(__file__).parents[1]
RIVALS = Path(__file__).parent / "rivals"
ROUNDS = 15
HELP_GOAL, DATA_GOAL = 1.4, 1.25
CATLOG = (sys.executable, "-m", "catlog")


IMPORTS_GOAL = 1.1
IMPORTS = "import click, sqlmodel"
COMMANDS = (("list", "ls"), ("list", "watch", "61323"))
"""Commands that are held against the imports alone; the second counts an episode of a title without a known end."""

QUESTIONS = (("list", "ls"), ("analytics", "history", "52991"), ("etl", "logs"))
"""The data commands; each is answered by its last statement."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.startup", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each side runs (default: %(default)s)")
    parser.add_argument("--postgres", action="store_true", help="measure on a PostgreSQL server too")
    parser.add_argument("--imports", nargs=argparse.REMAINDER, metavar="COMMAND", help="print what a command imports")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="catlog-bench-") as folder, contextlib.ExitStack() as stack:
        home = Path(folder)
        databases = {"SQLite": f"sqlite:///{home / 'demo.sqlite'}"}
        if given.postgres:
            databases["PostgreSQL"] = stack.enter_context(start_postgres()).create_database("demo")
        for url in databases.values():
            build_demo(url, load_settings(child_environ(home, url)))
        if given.imports is not None:
            print_imports(given.imports, child_environ(home, databases["SQLite"]))
            return
        print(HEADING)
        help_sides: dict[str, Measure] = {
            OURS: process((*CATLOG, "--help"), child_environ(home)),
            "click hello world": process((sys.executable, str(RIVALS / "hello.py"), "--help"), child_environ(home)),
        }
        script = shutil.which("catlog", path=str(Path(sys.executable).parent))
        if script:
            help_sides["console script"] = process((script, "--help"), child_environ(home))
        print(
            compare("catlog --help", help_sides, floor="click hello world", goal=HELP_GOAL, rounds=given.rounds).line()
        )
        for words in COMMANDS:
            print(against_imports(words, child_environ(home, databases["SQLite"]), given.rounds), flush=True)
        for database, url in databases.items():
            for words in QUESTIONS:
                print(data_command(words, database, child_environ(home, url), given.rounds), flush=True)


def child_environ(home: Path, url: str | None = None) -> dict[str, str]:
    """Return the environment of the processes to measure."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("CATLOG_", "PYTHON"))}
    own = {"CATLOG_HOME": str(home), "PYTHONPYCACHEPREFIX": str(home / "bytecode"), "PYTHONUTF8": "1"}
    return inherited | own | ({"CATLOG_DATABASE_URL": url} if url else {})


def process(command: Sequence[str], environ: Mapping[str, str]) -> Measure:
    """Return how to time a whole process; it is run once beforehand, to fill the bytecode cache."""

    def once() -> float:
        start = time.perf_counter()
        subprocess.run(command, env=environ, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - start

    once()
    return once


def cpu(command: Sequence[str], environ: Mapping[str, str]) -> Measure:
    """Return how to measure the processor time of a whole process; it is run once beforehand, as by `process`."""

    def once() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, env=environ, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    once()
    return once


def against_imports(words: Sequence[str], environ: Mapping[str, str], rounds: int) -> str:
    """Return the line that compares the processor time of a command with that of importing click and SQLModel."""
    sides = {OURS: cpu((*CATLOG, *words), environ), IMPORTS: cpu((sys.executable, "-c", IMPORTS), environ)}
    what = f"catlog {' '.join(words)}, CPU"
    return compare(what, sides, floor=IMPORTS, goal=IMPORTS_GOAL, rounds=rounds).line()


def data_command(words: Sequence[str], database: str, environ: Mapping[str, str], rounds: int) -> str:
    """Return the line that compares a command with the script that sends its last statement and prints the rows."""
    sql, parameters = last_query(words, environ)
    script = (
        sys.executable,
        str(RIVALS / "query.py"),
        environ["CATLOG_DATABASE_URL"],
        sql,
        json.dumps(parameters, default=str),
    )
    sides = {OURS: process((*CATLOG, *words), environ), "SQLModel script": process(script, environ)}
    what = f"catlog {' '.join(words)}, {database}"
    return compare(what, sides, floor="SQLModel script", goal=DATA_GOAL, rounds=rounds).line()


def last_query(words: Sequence[str], environ: Mapping[str, str]) -> tuple[str, object]:
    """Return the last SELECT that a command sends, and its parameters."""
    out, err = io.StringIO(), io.StringIO()
    with queries() as sent:
        code = run(words, Environment(io.StringIO(), out, err, environ=environ))
    if code or not sent:
        raise SystemExit(f"catlog {' '.join(words)} failed:\n{err.getvalue()}")
    return sent[-1]


@contextlib.contextmanager
def queries() -> Iterator[list[tuple[str, object]]]:
    """Collect the queries sent by this process, each with its parameters."""
    sent: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_others: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            sent.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def print_imports(command: Sequence[str], environ: Mapping[str, str]) -> None:
    """Print the 40 imports that take longest by themselves, of the second run of a command."""
    for _ in range(2):
        traced = subprocess.run(
            (sys.executable, "-X", "importtime", *CATLOG[1:], *command), env=environ, cwd=ROOT, check=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
    rows = [line.removeprefix("import time:").split("|") for line in traced.stderr.splitlines() if "|" in line]
    costs = sorted(((int(own), int(whole), name.strip()) for own, whole, name in rows[1:]), reverse=True)
    print(f"{len(costs)} modules, {sum(own for own, _, _ in costs) / 1000:.0f} ms\n{'own ms':>8} {'with its own':>13}")
    for own, whole, name in costs[:40]:
        print(f"{own / 1000:8.1f} {whole / 1000:13.1f}  {name}")


if __name__ == "__main__":
    main()
