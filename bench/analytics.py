"""The Stage-1 queries on SQLite and PostgreSQL against DuckDB, on the same generated rows in one run.

`python -m bench.analytics --rows 10.8M|1M` prints median times and ratios. The rounds of all engines alternate, so
that a busy moment of the machine hits them alike, and every answer is held against DuckDB's. Times are those of a
warm, open connection; CatLog's include building the records. Nothing is left behind.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from sqlmodel import Session

from bench.rankings import SIZES, load_duckdb, load_postgres, load_sqlite, write_csv
from catlog.analytics.entries import new_entries
from catlog.analytics.movers import climbers, momentum
from catlog.analytics.records import Answer
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

_MOMENTUM = """
with rows as (
    select "malId", rank, round(100 * score)::integer as score, "snapshotDate" as day, "scoredBy" as votes
    from "DailyRankings" where "snapshotDate" between $day - 7 and $day and score is not null),
base as (
    select "malId", min(day) as first, arg_min(score, day) as score, arg_min(coalesce(votes, -1), day) as votes
    from rows where day < $day group by all)
select "malId", now.rank, now.score / 100, base.score / 100, (now.score - base.score) / 100, base.first,
    now.votes - nullif(base.votes, -1) as growth
from rows as now join base using ("malId") where now.day = $day and now.rank <= 1000 and now.score > base.score
order by now.score - base.score desc, growth desc nulls last, "malId" limit 5"""

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
    ask: Callable[[Session], Answer[Any]]
    fields: tuple[str, ...]
    sql: str


_ENTRY_FIELDS = ("mal_id", "first_date", "first_rank", "rank")

CASES = (
    Case("climbers", climbers, ("mal_id", "rank", "baseline_rank", "change", "baseline_date"), _CLIMBERS),
    Case(
        "momentum",
        momentum,
        ("mal_id", "rank", "score", "baseline_score", "change", "baseline_date", "scored_by_growth"),
        _MOMENTUM,
    ),
    Case("streaks", streaks, ("mal_id", "start", "end", "days", "snapshots"), _STREAKS),
    Case("new entries", new_entries, _ENTRY_FIELDS, _ENTRIES.format(days=7)),
    Case("new entries, ever", lambda s: new_entries(s, days=EVER), _ENTRY_FIELDS, _ENTRIES.format(days=EVER)),
)

Asker = Callable[[Case], list[tuple[Any, ...]]]


def main() -> None:
    """Generate, load, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.analytics", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", choices=list(SIZES), default="1M")
    size = SIZES[parser.parse_args().rows]
    with tempfile.TemporaryDirectory(prefix="catlog-bench-") as folder, start_postgres() as server:
        home = Path(folder)
        source = home / "rankings.csv"
        print(f"generating {write_csv(source, size):,} snapshots, loading", flush=True)
        duck = load_duckdb(home / "rankings.duckdb", source)
        lite = load_sqlite(home / "rankings.sqlite", duck)
        postgres = load_postgres(server.create_database("bench"), source)
        source.unlink()
        with lite.read() as on_lite, postgres.read() as on_postgres, duck:
            askers = {"DuckDB": _by_duckdb(duck), "SQLite": _by_catlog(on_lite), "PostgreSQL": _by_catlog(on_postgres)}
            _report(askers)
        lite.close()
        postgres.close()


def _by_catlog(session: Session) -> Asker:
    return lambda case: [tuple(getattr(row, name) for name in case.fields) for row in case.ask(session).rows]


def _by_duckdb(connection: duckdb.DuckDBPyConnection) -> Asker:
    found = connection.execute('SELECT max("snapshotDate") FROM "DailyRankings"').fetchone()
    day: date = found[0] if found else date.max
    return lambda case: connection.execute(case.sql, {"day": day}).fetchall()


def _report(askers: dict[str, Asker]) -> None:
    print(f"{'median ms of ' + str(ROUNDS):20}" + "".join(f"{name:>12}" for name in askers) + "   ratio to DuckDB")
    for case in CASES:
        times: dict[str, list[float]] = {name: [] for name in askers}
        answers: dict[str, list[tuple[Any, ...]]] = {}
        for _ in range(ROUNDS):
            for name, asker in askers.items():
                start = time.perf_counter()
                answers[name] = asker(case)
                times[name].append(1000 * (time.perf_counter() - start))
        medians = {name: statistics.median(taken) for name, taken in times.items()}
        ratios = " ".join(f"{name} {median / medians['DuckDB']:.2f}" for name, median in medians.items())
        same = "" if all(answer == answers["DuckDB"] for answer in answers.values()) else "   ANSWERS DIFFER"
        print(f"{case.name:20}" + "".join(f"{m:12.2f}" for m in medians.values()) + f"   {ratios}{same}", flush=True)


if __name__ == "__main__":
    main()
