"""Edits of every kind shown as saved, in an app that is killed, without its database or its disk: none may be lost.

    python -m bench.lost_edits --edits 2000

The real app in a real pty, half of the edits on SQLite and half on a PostgreSQL that syncs what it commits. Whatever
the keys and the forms of the list offer is pressed on random titles, some of it waited for, some faster than it is
drawn, until a fault strikes: kill -9, a hangup, signals, ctrl+q, a lock held elsewhere, a server that stops, crashes
or stays away, a disk that is full, files that may not grow. The next app makes what the journal of the dead one keeps.
tests/support/saved/lives.py says when an edit counts as shown as saved, and what lost and doubled mean. A fifth of the
edits is made on a disk that fills up, where one may be mounted. Exits with 1 unless all is well.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from catlog.config import Settings, load_settings
from tests.support.databases import KINDS, SQLITE
from tests.support.postgres import PostgresServer, start_postgres
from tests.support.saved.disk import SmallDisk, small_disk
from tests.support.saved.library import make_library
from tests.support.saved.lives import FULL, OF_FILE, OF_SERVER, Lives, Tally

ON_SMALL_DISK = 5
"""One edit of so many is made there."""


@contextmanager
def library(kind: str, home: Path) -> Iterator[tuple[Settings, PostgresServer | None]]:
    """Make a library on a database of that kind."""
    if kind == SQLITE:
        settings = load_settings({"CATLOG_HOME": str(home)})
        make_library(settings)
        yield settings, None
        return
    with start_postgres(own=True, durable=True) as server:
        settings = load_settings(
            {"CATLOG_HOME": str(home), "CATLOG_DATABASE_URL": server.create_database("edits")}
        )
        make_library(settings)
        yield settings, server


def measure(kind: str, edits: int, rng: Random, faults: tuple[str, ...], disk: SmallDisk | None = None) -> Tally:
    """Let apps live and die on new libraries until so many edits were shown; the first one lost begins another."""
    tally = Tally()
    while tally.shown < edits:
        with tempfile.TemporaryDirectory(prefix="catlog-bench-", dir=disk.folder if disk else None) as folder:
            with library(kind, Path(folder)) as (settings, server):
                lives = Lives(settings, rng, server, disk)
                lives.run(edits - tally.shown, faults)
        tally.add(lives.tally)
        for why in lives.tally.why:
            print(why, file=sys.stderr, flush=True)
    return tally


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edits", type=int, default=2000, help="that are shown, on all databases together (2000)")
    parser.add_argument("--database", choices=KINDS, action="append", help="default: both")
    parser.add_argument("--fault", action="append", help="only these faults, by name")
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    given = parser.parse_args()
    kinds, whole = given.database or KINDS, Tally()
    for kind in kinds:
        edits, rng, begun = -(-given.edits // len(kinds)), Random(given.seed), time.monotonic()
        faults = OF_FILE if kind == SQLITE else OF_SERVER
        faults = tuple(fault for fault in faults if not given.fault or fault in given.fault)
        tally = Tally()
        with small_disk() as disk:
            if disk is not None and (not given.fault or FULL in given.fault):
                tally.add(measure(kind, edits // ON_SMALL_DISK if faults else edits, rng, (FULL,), disk))
            if faults:
                tally.add(measure(kind, edits - tally.shown, rng, faults))
        seconds = time.monotonic() - begun
        told = ", ".join(f"{count} {name}" for name, count in sorted(tally.kinds.items()))
        print(f"{kind}: {tally} ({seconds:.0f} s)\n  edits: {told}", flush=True)
        print("  faults: " + ", ".join(f"{count} {name}" for name, count in sorted(tally.faults.items())), flush=True)
        whole.add(tally)
    print(whole)
    return 0 if whole.clean else 1


if __name__ == "__main__":
    sys.exit(main())
