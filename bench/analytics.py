"""The Stage-1 queries on SQLite and PostgreSQL against DuckDB, on the same generated rows in one run.

`python -m bench.analytics --rows 10.8M` repeats the figure of the goals, the default takes half a minute. Every answer
is held against DuckDB's. Times are those of warm, open connections; CatLog's include building the records.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from sqlmodel import Session

from bench.compare import HEADING, OURS, Measure, compare
from bench.rankings import SIZES, load_duckdb, load_postgres, load_sqlite, write_csv
from catlog.analytics.movers import climbers
from catlog.analytics.new_entries import new_entries
from catlog.analytics.records import QueryResult
from catlog.analytics.streaks import streaks
from tests.support.postgres import start_postgres

ROUNDS = 25
EVER = 100_000
"""Days: more than any history has."""

_CLIMBERS = """
with now as (select "malId", rank from "DailyRankings" where "snapshotDate" = $day and rank <= 1000),
base as (
    select "malId", arg_min(rank, "snapshotDate") as rank, min("snapshotDate") as day from "DailyRankings"
    where "snapshotDate" >= $day - 7 and "snapshotDate" < $day and rank is not null group by all)
select "malId", now.rank, base.rank, base.rank - now.rank as change, base.day from now join base using ("malId")
where base.rank > now.rank order by change desc, now.rank, "malId" limit 5"""

_ENTRIES = """
with entries as (
    select "malId", min("snapshotDate") as first, arg_min(rank, "snapshotDate") as rank from "DailyRankings"
    where rank <= 50 and "snapshotDate" <= $day group by all
    having first > $day - {days} and first <> (select min("snapshotDate") from "DailyRankings"))
select "malId", first, entries.rank, now.rank from entries
left join (select "malId", rank from "DailyRankings" where "snapshotDate" = $day) as now using ("malId")
order by first desc, entries.rank, "malId\""""

_STREAKS = """
with days as (
    select day, sum(case when day - previous > 3 then 2 else 1 end) over (order by day) as number from (
        select day, lag(day) over (order by day) as previous from (
            select distinct "snapshotDate" as day from "DailyRankings" where "snapshotDate" <= $day))),
stays as (
    select "malId", day, number - row_number() over (partition by "malId" order by number) as stay
    from "DailyRankings" join days on "snapshotDate" = day where rank <= 10)
select "malId", min(day) as first, max(day) as last, max(day) - min(day) + 1 as length, count(*) from stays
group by "malId", stay order by length desc, last desc, "malId" limit 10"""


@dataclass(frozen=True, slots=True)
class Case:
    """One question: as CatLog answers it, the fields to compare, and DuckDB's best plain SQL for it."""

    name: str
    ask: Callable[[Session], QueryResult[Any]]
    fields: tuple[str, ...]
    sql: str


_ENTRY_FIELDS = ("mal_id", "first_date", "first_rank", "rank")

CASES = (
    Case("climbers", climbers, ("mal_id", "rank", "baseline_rank", "change", "baseline_date"), _CLIMBERS),
    Case("streaks", streaks, ("mal_id", "start", "end", "days", "snapshots"), _STREAKS),
    Case("new entries", new_entries, _ENTRY_FIELDS, _ENTRIES.format(days=7)),
    Case("new entries, ever", lambda s: new_entries(s, days=EVER), _ENTRY_FIELDS, _ENTRIES.format(days=EVER)),
)

Rows = list[tuple[Any, ...]]


def main() -> None:
    """Generate, load, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.analytics", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", choices=list(SIZES), default="1M", help="approximate number of snapshots")
    size = SIZES[parser.parse_args().rows]
    with tempfile.TemporaryDirectory(prefix="catlog-bench-") as folder, start_postgres() as server:
        home = Path(folder)
        source = home / "rankings.csv"
        print(f"generating {write_csv(source, size):,} snapshots, loading", flush=True)
        duck = load_duckdb(home / "rankings.duckdb", source)
        databases = {
            "SQLite": load_sqlite(home / "rankings.sqlite", duck),
            "PostgreSQL": load_postgres(server.create_database("bench"), source),
        }
        source.unlink()
        found = duck.execute('SELECT max("snapshotDate") FROM "DailyRankings"').fetchone()
        assert found is not None
        print(HEADING)
        for case in CASES:
            for name, database in databases.items():
                with database.read() as session:
                    print(_line(case, name, session, duck, found[0]), flush=True)
        duck.close()
        for database in databases.values():
            database.close()


def _line(case: Case, name: str, session: Session, duck: duckdb.DuckDBPyConnection, day: date) -> str:
    def ours() -> Rows:
        return [tuple(getattr(row, field) for field in case.fields) for row in case.ask(session).rows]

    def theirs() -> Rows:
        return duck.execute(case.sql, {"day": day}).fetchall()

    if ours() != theirs():
        raise SystemExit(f"{case.name}: {name} and DuckDB differ")
    sides = {OURS: _timed(ours), "DuckDB": _timed(theirs)}
    return compare(f"{case.name}, {name}", sides, floor="DuckDB", goal=1.0, rounds=ROUNDS).line()


def _timed(ask: Callable[[], Rows]) -> Measure:
    def measure() -> float:
        start = time.perf_counter()
        ask()
        return time.perf_counter() - start

    return measure


if __name__ == "__main__":
    main()
