"""The stage-two jobs of the embedded engine against hand-written DuckDB, on the same frozen rows in one run.

`python -m bench.stage_two --rows 10.8M` repeats the figure of the goals. Each measurement is a process of its own, so
that its peak of memory is its own too; what it took to start Python is left out. `--series FILE…`, which may be given
several times, adds recorded series. Freezing is measured from an SQLite and a PostgreSQL database; `--store` measures
storing all results in both.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from random import Random

import duckdb

from bench.rankings import SIZES, load_duckdb, load_postgres, load_sqlite, write_csv
from bench.stage_two_rivals import by_hand
from catlog import clock
from catlog.analytics.duckdb_engine.connection import connect
from catlog.analytics.duckdb_engine.request import compute, schema_of
from catlog.analytics.jobs import JOBS, WINDOWS
from catlog.analytics.results.store import Stamp, store
from catlog.analytics.snapshots.freeze import freeze
from catlog.analytics.snapshots.manifest import RankingsSnapshot, open_snapshot
from catlog.db.bulk import upsert
from catlog.db.models import AnimeGenre
from catlog.db.session import Database
from catlog.db.upgrade import upgrade
from catlog.etl.history import import_history
from tests.support.postgres import start_postgres

GENRES = 40
ROUNDS = 3
GOAL = 1.3


def main() -> None:
    """Generate, freeze, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.stage_two", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", choices=list(SIZES), default="1M", help="approximate number of snapshots")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each side is measured")
    parser.add_argument(
        "--series", nargs="+", type=Path, action="append", default=[], help="files of one recorded series, computed too"
    )
    parser.add_argument("--store", action="store_true", help="store all results in both databases too")
    parser.add_argument("--one", nargs=3, metavar=("SIDE", "JOB", "FOLDER"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        _measure_one(*given.one)
        return
    with tempfile.TemporaryDirectory(prefix="catlog-bench-") as folder, start_postgres() as server:
        home = Path(folder)
        source = home / "rankings.csv"
        print(f"generating {write_csv(source, SIZES[given.rows]):,} snapshots, loading", flush=True)
        duck = load_duckdb(home / "rankings.duckdb", source)
        ids = [mal_id for (mal_id,) in duck.execute('SELECT DISTINCT "malId" FROM "DailyRankings"').fetchall()]
        databases = [
            load_sqlite(home / "rankings.sqlite", duck),
            load_postgres(server.create_database("bench"), source),
        ]
        duck.close()
        source.unlink()
        for database in databases:
            _give_genres(database, ids)
            snapshot = _timed_freeze(database, home / f"frozen-{database.engine.dialect.name}")
        _compare(snapshot, given.rounds)
        if given.store:
            for database in databases:
                _timed_store(database, snapshot, home / "results")
        for number, files in enumerate(given.series):
            recorded = _recorded(files, home / f"series-{number}.sqlite")
            print(f"\n{', '.join(file.name for file in files)}")
            _compare(_timed_freeze(recorded, home / f"frozen-{number}"), given.rounds)
            recorded.close()
        for database in databases:
            database.close()


def _give_genres(database: Database, ids: Iterable[int]) -> None:
    rng = Random(2)
    rows = ((i, f"Genre {g}", "genre") for i in ids for g in sorted(rng.sample(range(GENRES), rng.randint(1, 4))))
    with database.connect_to_write() as connection:
        upsert(connection, AnimeGenre, ("mal_id", "genre", "kind"), rows)


def _recorded(files: Iterable[Path], place: Path) -> Database:
    database = Database(f"sqlite:///{place}")
    upgrade(database)
    for file in files:
        import_history(database, file)
    _give_genres(database, range(1, 65_000))
    return database


def _timed_freeze(database: Database, cache: Path) -> RankingsSnapshot:
    name = database.engine.dialect.name
    started = time.perf_counter()
    snapshot = freeze(database, cache)
    took = time.perf_counter() - started
    started = time.perf_counter()
    freeze(database, cache)
    again = time.perf_counter() - started
    assert snapshot is not None, "there are snapshots"
    size = sum(file.stat().st_size for file in snapshot.rankings) / 2**20
    rows = snapshot.manifest.rows
    print(
        f"freezing {rows:,} from {name}: {took:.1f} s, {size:.0f} MiB; when nothing changed {again:.1f} s", flush=True
    )
    return snapshot


def _compare(snapshot: RankingsSnapshot, rounds: int) -> None:
    heads = f"{'CatLog':>9} {'by hand':>9} {'ratio':>7} {'goal':>5} {'':7}"
    print(f"{'median':14} {'rows':>12} {heads} {'peak MiB':>15} {'by hand':>8}")
    totals = {"ours": 0.0, "theirs": 0.0}
    for job in JOBS:
        found: dict[str, list[dict[str, float]]] = {"ours": [], "theirs": []}
        for turn in range(rounds):
            for side in list(found)[:: -1 if turn % 2 else 1]:
                found[side].append(_in_a_process(side, job, snapshot.folder))
        ours, theirs = (statistics.median(each["seconds"] for each in found[side]) for side in found)
        peaks = [max(each["peak"] for each in found[side]) for side in found]
        if len({each["rows"] for some in found.values() for each in some}) != 1:
            print(f"{job}: the sides have not as many rows: {found}")
        totals = {"ours": totals["ours"] + ours, "theirs": totals["theirs"] + theirs}
        rows = int(found["ours"][0]["rows"])
        print(f"{job:14} {rows:12,} {_line(ours, theirs)} {peaks[0]:15.0f} {peaks[1]:8.0f}", flush=True)
    print(f"{'all five':14} {'':12} {_line(totals['ours'], totals['theirs'])}", flush=True)


def _line(ours: float, theirs: float) -> str:
    ratio = ours / theirs
    return f"{ours:7.2f} s {theirs:7.2f} s {ratio:7.2f} {GOAL:5.1f} {'met' if ratio <= GOAL else 'MISSED':7}"


def _in_a_process(side: str, job: str, folder: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.stage_two", "--one", side, job, str(folder)]
    answer: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return answer


def _measure_one(side: str, job: str, folder: str) -> None:
    snapshot = open_snapshot(Path(folder))
    schema_of(JOBS[job])
    for module in (f"catlog.analytics.duckdb_engine.{job}", "pyarrow.parquet"):
        import_module(module)  # neither side pays for what is imported
    with tempfile.TemporaryDirectory(prefix="catlog-bench-") as out:
        started = time.perf_counter()
        if side == "ours":
            compute([JOBS[job]], snapshot, Path(out))
        else:
            (Path(out) / job).mkdir()
            with connect(snapshot) as engine:
                statement = by_hand(job, snapshot.manifest.as_of)
                engine.execute(f"COPY ({statement}) TO '{out}/{job}/part.parquet' (FORMAT parquet, COMPRESSION lz4)")
        took = time.perf_counter() - started
        (rows,) = duckdb.execute(f"SELECT count(*) FROM read_parquet('{out}/{job}/*.parquet')").fetchall()[0]
    print(json.dumps({"seconds": took, "peak": _peak_mib(), "rows": rows}))


def _peak_mib() -> float:
    # Not getrusage: what the parent had when it forked counts there too.
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _timed_store(database: Database, snapshot: RankingsSnapshot, out: Path) -> None:
    shutil.rmtree(out, ignore_errors=True)
    folders = compute(list(JOBS.values()), snapshot, out)
    stamp = Stamp(snapshot.manifest.as_of, clock.now(), "bench", "duckdb")
    for what in ("new", "unchanged"):
        started, rows = time.perf_counter(), 0
        for job in JOBS.values():
            with database.write() as session:
                rows += store(session.connection(), job, folders[job.name], stamp, WINDOWS).written
        took = time.perf_counter() - started
        name = database.engine.dialect.name
        print(
            f"storing in {name}, {what}: {rows:,} rows written in {took:.1f} s, {rows / took:,.0f} a second", flush=True
        )


if __name__ == "__main__":
    main()
