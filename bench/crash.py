"""Faults at every commit point and at random moments of whatever writes, and what is found afterwards.

    python -m bench.crash --moments 500 --database postgresql --operation "etl run"

For each operation and database: SIGKILL before every statement that writes, in the midst of bulk rows, before, in and
after every COMMIT, and around what makes files stay or go; on PostgreSQL the connection is also cut there, alone or
with all others, and at a COMMIT after the server has committed; then SIGKILL at random moments. Afterwards the contents
must be the old ones or the new ones, and the same command, once more, must make the new ones. Exits with 1 if not.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from pathlib import Path

from tests.support.cli import Nursery
from tests.support.crash.harness import ALL, MODULES, Harness, Tally
from tests.support.crash.operations import Operation, operations
from tests.support.databases import KINDS
from tests.support.postgres import start_postgres


def main() -> int:
    """Crash, print what was seen, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moments", type=int, default=500, help="random kills of each operation on each (500)")
    parser.add_argument("--inside", type=int, default=5, help="kills inside each COMMIT (5)")
    parser.add_argument("--statements", type=int, default=ALL, help="kills between two COMMITs at most (default: all)")
    parser.add_argument("--database", choices=KINDS, action="append", help="default: both")
    parser.add_argument("--operation", action="append", help="name or beginning of a name; default: all")
    parser.add_argument("--seed", type=int, default=1, help="random seed")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="parallel operations (number of processors)")
    given = parser.parse_args()
    cells = [
        (operation.name, kind)
        for operation in chosen(given.operation or [""])
        for kind in given.database or KINDS
        if kind in operation.kinds
    ]
    total = Tally()
    with start_postgres() as server, ProcessPoolExecutor(given.jobs) as pool:
        work = partial(
            crash_one,
            url=server.url,
            seed=given.seed,
            moments=given.moments,
            inside=given.inside,
            statements=given.statements,
        )
        running = {pool.submit(work, *cell): cell for cell in cells}
        for done in as_completed(running):
            (name, kind), (tally, seconds) = running[done], done.result()
            print(f"{name}, {kind}: {tally} ({seconds:.0f} s)", flush=True)
            for fault in tally.faults:
                print(f"  {fault}", flush=True)
            total.add(tally)
    print(total)
    return 1 if total.faults else 0


def chosen(words: Sequence[str]) -> list[Operation]:
    """Return the operations of these names, and for words that are no name those whose name begins so."""
    names = {operation.name for operation in operations()}
    beginnings = tuple(word for word in words if word not in names)
    return [found for found in operations() if found.name in words or found.name.startswith(beginnings)]


def crash_one(
    name: str, kind: str, *, url: str, seed: int, moments: int, inside: int, statements: int
) -> tuple[Tally, float]:
    """Crash the operation `name` on one kind of database; return what was seen and the seconds that it took.

    `url` is of a PostgreSQL server whose user may create databases.
    """
    begun = time.monotonic()
    os.environ["CATLOG_TEST_DATABASE_URL"] = url
    operation = next(found for found in operations() if found.name == name)
    with tempfile.TemporaryDirectory() as folder, start_postgres() as server:
        nursery = Nursery(Path(folder), MODULES)
        harness = Harness(kind, Path(folder), server, nursery, seed)
        tally = harness.crash(operation, moments=moments, inside=inside, statements=statements)
        nursery.close()
    return tally, time.monotonic() - begun


if __name__ == "__main__":
    sys.exit(main())
