"""Loading: a full ranking day with its raw pages, and a million snapshots, against the fastest plain way to write them.

`python -m bench.loads` measures on SQLite and on PostgreSQL. The rows are the same on both sides, the databases fresh
in every round. CATLOG_TEST_DATABASE_URL names another server than the throw-away one, which runs without fsync.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bench.compare import HEADING, OURS, Measure, compare
from bench.pages import DAY, PAGES, ParsedSource, ranking
from bench.rankings import SIZES, Row, snapshots
from bench.stores import PostgresStore, SqliteStore, Store
from catlog.db.bulk import upsert
from catlog.db.models import DailyRankings
from catlog.db.session import Database
from catlog.etl import runlog
from catlog.etl.extract import extract
from catlog.etl.jikan_sources import SOURCES
from catlog.etl.load import SNAPSHOT_FIELDS, load_day
from catlog.etl.runlog import Run
from catlog.etl.sources import RANKINGS
from catlog.etl.transform import ValidationResult, validate
from catlog.progress import silent
from tests.support.postgres import start_postgres

DAY_TABLES = ("ProcessedAnime", "AnimeGenre", "DailyRankings", "EtlLogs", "EtlRejects")
RAW_TABLE = "RawAnimeData"
DAY_GOAL = 3.0
BULK_GOALS = {"SQLite": 1.1, "PostgreSQL": 2.0}


def main() -> None:
    """Generate, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.loads", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="how often each side runs (default: %(default)s)")
    parser.add_argument("--rows", choices=list(SIZES), default="1M", help="snapshots to upsert (default: %(default)s)")
    parser.add_argument("--only", choices=("day", "bulk"), help="measure one of the two")
    parser.add_argument("--database", choices=("sqlite", "postgres"), help="measure on one of the two")
    given = parser.parse_args()
    with stores(given.database) as found:
        print(HEADING, flush=True)
        if given.only != "bulk":
            measure_day(found, given.rounds)
        if given.only != "day":
            measure_bulk(found, given.rows, given.rounds)


@contextmanager
def stores(wanted: str | None) -> Iterator[list[Store]]:
    """Provide the databases to measure on."""
    with tempfile.TemporaryDirectory(prefix="catlog-bench-") as folder, start_postgres() as server:
        found: list[Store] = []
        if wanted != "postgres":
            found.append(SqliteStore(Path(folder)))
        if wanted != "sqlite":
            postgres = PostgresStore(server)
            print(f"PostgreSQL: {postgres.settings()}")
            found.append(postgres)
        yield found


def measure_bulk(found: list[Store], size: str, rounds: int) -> None:
    """Compare `upsert` with the floor: into an empty table, and over the same rows again."""
    rows: list[Row] = list(snapshots(SIZES[size]))
    for store in found:
        plain = {"DailyRankings": store.prepared(rows)}

        def first(store: Store = store) -> float:
            return _upserted(store.fresh(), rows, times=1)

        def again(store: Store = store) -> float:
            return _upserted(store.fresh(), rows, times=2)

        def floor(store: Store = store, plain: dict[str, object] = plain) -> float:
            return store.write(store.fresh(), plain)

        goal = BULK_GOALS[store.name]
        for what, ours in (("upsert", first), ("upsert again", again)):
            title = f"{what} {len(rows):,} rows, {store.name}"
            sides = {OURS: ours, store.floor: floor}
            print(compare(title, sides, floor=store.floor, goal=goal, rounds=rounds).line(), flush=True)


def _upserted(url: str, rows: list[Row], *, times: int) -> float:
    """Upsert the rows `times` times; return the seconds that the last time took."""
    with closing(Database(url)) as database:
        for _ in range(times):
            start = time.perf_counter()
            with database.connect_to_write() as connection:
                upsert(connection, DailyRankings, SNAPSHOT_FIELDS, rows)
        return time.perf_counter() - start


def measure_day(found: list[Store], rounds: int) -> None:
    """Compare a day's load, without and with keeping its raw pages, with the floor for the same rows."""
    source = ranking()
    start = time.perf_counter()
    bodies = ((response.page or 0, response.body) for response in source.responses)
    verdicts = validate(bodies, SOURCES[RANKINGS], host="bench")
    judged = time.perf_counter() - start
    places = {record.mal_id: place for place, record in enumerate(verdicts.accepted)}
    for store in found:
        url = store.fresh()
        _store_and_load(url, source, verdicts)
        tables = store.stored(url, (*DAY_TABLES, RAW_TABLE), lambda row: places.get(row[0], -1))
        facts = {name: rows for name, rows in tables.items() if name != RAW_TABLE}
        for what, ours, rows in (("day loaded", 1, facts), ("day loaded, pages stored", 0, tables)):

            def load(store: Store = store, part: int = ours) -> float:
                return sum(_store_and_load(store.fresh(), source, verdicts)[part:])

            def floor(store: Store = store, rows: dict[str, object] = rows) -> float:
                return store.write(store.fresh(), rows)

            title = f"{what}, {store.name}"
            sides: dict[str, Measure] = {OURS: load, store.floor: floor}
            print(compare(title, sides, floor=store.floor, goal=DAY_GOAL, rounds=rounds).line(), flush=True)
    print(f"besides, without a database: reading and judging the {PAGES:,} pages takes {judged:.1f} s")


def _store_and_load(url: str, source: ParsedSource, verdicts: ValidationResult) -> tuple[float, float]:
    """Store all pages, then load the day; return the seconds that each took."""
    with closing(Database(url)) as database:
        run = runlog.begin(database, RANKINGS, snapshot_date=DAY, pages_asked=PAGES)
        pages_stored, run = _timed(
            lambda: extract(database, run, source, lambda number: source.responses[number - 1], silent)
        )
        loaded, _ = _timed(lambda: load_day(database, run, verdicts))
        return pages_stored, loaded


def _timed(work: Callable[[], Run]) -> tuple[float, Run]:
    start = time.perf_counter()
    done = work()
    return time.perf_counter() - start, done


if __name__ == "__main__":
    main()
