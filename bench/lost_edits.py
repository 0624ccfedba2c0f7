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
from collections import Counter
from collections.abc import Iterator, Sequence
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
        settings = load_settings({"CATLOG_HOME": str(home), "CATLOG_DATABASE_URL": server.create_database("edits")})
        make_library(settings)
        yield settings, server


class Measuring:
    """Libraries on one kind of database; `until` is when the last life begins (monotonic)."""

    def __init__(self, kind: str, rng: Random, until: float) -> None:
        self.tally = Tally()
        self._kind = kind
        self._rng = rng
        self._until = until

    def run(self, edits: int, faults: Sequence[str], disk: SmallDisk | None = None) -> None:
        """Let apps live and die until so many edits were shown; the first one lost begins another library."""
        before = self.tally.shown
        while self.tally.shown - before < edits and time.monotonic() < self._until:
            within = disk.folder if disk is not None else None
            with (
                tempfile.TemporaryDirectory(prefix="catlog-bench-", dir=within) as folder,
                library(self._kind, Path(folder)) as (settings, server),
            ):
                lives = Lives(settings, self._rng, server, disk)
                lives.run(edits - (self.tally.shown - before), faults, self._going_on)
            self.tally.add(lives.tally)
            for why in lives.tally.why:
                print(why, file=sys.stderr, flush=True)

    def _going_on(self, tally: Tally) -> bool:
        print(f"{time.strftime('%H:%M:%S')} {self._kind}, this library: {tally}", file=sys.stderr, flush=True)
        return time.monotonic() < self._until


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edits", type=int, default=2000, help="displayed edits, on all databases together (2000)")
    parser.add_argument("--minutes", type=float, default=600, help="minutes after which no more apps start (600)")
    parser.add_argument("--database", choices=KINDS, action="append", help="default: both")
    parser.add_argument("--fault", action="append", help="only these faults, by name")
    parser.add_argument("--seed", type=int, default=1, help="random seed")
    given = parser.parse_args()
    kinds, whole = given.database or KINDS, Tally()
    for kind in kinds:
        edits, begun = -(-given.edits // len(kinds)), time.monotonic()
        possible = OF_FILE if kind == SQLITE else OF_SERVER
        faults = [fault for fault in possible if not given.fault or fault in given.fault]
        measuring = Measuring(kind, Random(given.seed), begun + 60 * given.minutes / len(kinds))
        with small_disk() as disk:
            if disk is not None and (not given.fault or FULL in given.fault):
                measuring.run(edits // ON_SMALL_DISK if faults else edits, (FULL,), disk)
            if faults:
                measuring.run(edits - measuring.tally.shown, faults)
        tally = measuring.tally
        print(f"{kind}: {tally} ({time.monotonic() - begun:.0f} s)", flush=True)
        print(f"  edits: {_counts(tally.kinds)}\n  faults: {_counts(tally.faults)}", flush=True)
        whole.add(tally)
    print(whole)
    return 0 if whole.clean else 1


def _counts(found: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(found.items()))


if __name__ == "__main__":
    sys.exit(main())
