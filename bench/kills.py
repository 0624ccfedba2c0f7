"""Loads of rankings killed at random moments, and what is found afterwards.

    python -m bench.kills --count 100 --database postgresql

Two thirds of the kills hit `etl run`, every other of those while it writes; the rest hit an import of many days. Exits
with 1 when a part of a day was visible, a row was lost or doubled, or a rerun did not make it good.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catlog.db.session import Database
from catlog.db.upgrade import upgrade
from tests.support.cli import Nursery
from tests.support.databases import KINDS, SQLITE
from tests.support.kills import Kills
from tests.support.postgres import start_postgres


@contextmanager
def empty_database(kind: str, folder: Path) -> Iterator[Database]:
    """Yield a new database of either kind."""
    if kind == SQLITE:
        yield Database(f"sqlite:///{folder / 'catlog.sqlite'}")
    else:
        with start_postgres() as server:
            yield Database(server.create_database("kills"))


def main() -> int:
    """Kill, print what was seen, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=500, help="kills on each database (500)")
    parser.add_argument("--database", choices=KINDS, action="append", help="default: both")
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    given = parser.parse_args()
    clean = True
    for kind in given.database or KINDS:
        begun = time.monotonic()
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            nursery = Nursery(folder)
            with empty_database(kind, folder) as database:
                upgrade(database)
                with Kills(database, nursery, folder, given.seed) as kills:
                    kills.kill_runs(given.count - given.count // 3)
                    kills.kill_imports(given.count // 3)
                database.close()
            nursery.close()
        print(f"{kind}: {kills.tally} ({time.monotonic() - begun:.0f} s)", flush=True)
        clean = clean and kills.tally.clean
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main())
