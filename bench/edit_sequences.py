"""Thousands of random lives of a list, each held against a plain model and against its own log.

    python -m bench.edit_sequences --count 10000 --kind sqlite

Every sequence is edits of three titles, undo and redo, then an undo of everything. After each undo and redo and at the
end, the stored list must be the model's, what replaying the log gives, and legal. The first one that fails is printed
with the seed that repeats it.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from sqlalchemy import event, text

from catlog.db.session import Database
from catlog.db.upgrade import upgrade
from tests.library.people import BEBOP, EPISODES, ONE_PIECE, PERFECT_BLUE, fill_catalogue, new_owner
from tests.support.edit_sequences import Sequence
from tests.support.postgres import start_postgres

TITLES = {mal_id: EPISODES[mal_id] for mal_id in (BEBOP, ONE_PIECE, PERFECT_BLUE)}
OPERATIONS = 12


@contextmanager
def empty_database(kind: str) -> Iterator[Database]:
    """Yield a new database of either kind with the titles in it."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            database = Database(f"sqlite:///{Path(folder) / 'catlog.sqlite'}")
            event.listen(database.engine, "connect", _carelessly)
            yield _filled(database)
    else:
        with start_postgres() as server:
            yield _filled(Database(server.create_database("sequences")))


def main() -> None:
    """Run the sequences and print how many there were, and what they did."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--kind", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument(
        "--seed", type=int, default=0, help="random seed of the first sequence; the next has the next seed"
    )
    options = parser.parse_args()
    begun = time.perf_counter()
    with empty_database(options.kind) as database:
        for seed in range(options.seed, options.seed + options.count):
            try:
                Sequence(database, new_owner(database), TITLES).run(Random(seed), OPERATIONS)
            except BaseException:
                print(f"failed: --kind {options.kind} --count 1 --seed {seed}", flush=True)
                raise
        with database.read() as session:
            steps = session.execute(text('SELECT count(*) FROM "ActivitySteps"')).scalar_one()
            changes = session.execute(text('SELECT count(*) FROM "ActivityLog"')).scalar_one()
        database.close()
    seconds = time.perf_counter() - begun
    print(f"{options.kind}: {options.count} sequences, {steps} steps, {changes} changes, none wrong, {seconds:.0f} s")


def _filled(database: Database) -> Database:
    upgrade(database)
    fill_catalogue(database)
    return database


def _carelessly(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")  # this is about what is written, not about pulled plugs


if __name__ == "__main__":
    main()
