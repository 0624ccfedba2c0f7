"""Faults at every commit point and at random moments of whatever writes, and what is found afterwards.

    python -m bench.crash --moments 500 --database postgresql --operation "etl run"

For each operation and database: SIGKILL before every statement that writes, in the midst of bulk rows, before, in and
after every COMMIT, and around what makes files stay or go; on PostgreSQL the connection is also cut there, alone or
with all others, and at a COMMIT after the server has committed; then SIGKILL at random moments. Afterwards the contents
must be the old ones or the new ones, and the same command, once more, must make the new ones. Exits with 1 if not.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.support.cli import Nursery
from tests.support.crash.harness import ALL, MODULES, Harness, Tally
from tests.support.crash.operations import operations
from tests.support.databases import KINDS
from tests.support.postgres import start_postgres


def main() -> int:
    """Crash, print what was seen, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moments", type=int, default=500, help="random kills of each operation on each (500)")
    parser.add_argument("--inside", type=int, default=5, help="kills inside each COMMIT (5)")
    parser.add_argument("--statements", type=int, default=ALL, help="most of them between two COMMITs (default: all)")
    parser.add_argument("--database", choices=KINDS, action="append", help="default: both")
    parser.add_argument("--operation", action="append", help="whose name begins so; default: all")
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    given = parser.parse_args()
    total = Tally()
    with tempfile.TemporaryDirectory() as name, start_postgres() as server:
        folder = Path(name)
        nursery = Nursery(folder, MODULES)
        for kind in given.database or KINDS:
            harness = Harness(kind, folder, server, nursery, given.seed)
            for operation in operations():
                if kind not in operation.kinds:
                    continue
                if given.operation and not operation.name.startswith(tuple(given.operation)):
                    continue
                begun = time.monotonic()
                tally = harness.crash(
                    operation, moments=given.moments, inside=given.inside, statements=given.statements
                )
                print(f"{operation.name}, {kind}: {tally} ({time.monotonic() - begun:.0f} s)", flush=True)
                for fault in tally.faults:
                    print(f"  {fault}", flush=True)
                total.add(tally)
        nursery.close()
    print(total)
    return 1 if total.faults else 0


if __name__ == "__main__":
    sys.exit(main())
