"""The stage-two jobs on Spark: one core, two, a cluster of two workers, against the embedded engine on the same rows.

`python -m bench.spark --rows 10.8M` takes half an hour; `--starts` measures how long a session takes to be of use: as
Spark comes, with the class archive, and on a Connect server that is up. Each side is a process of its own. A job is
computed twice in a session: the first time Spark compiles what it runs. Memory is the peak of all processes of a side.
CPU time is reported next to wall time, which means little on a busy machine.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.rankings import SIZES, load_duckdb, load_sqlite, write_csv
from bench.stage_two import _give_genres
from catlog.analytics.duckdb_engine.request import compute
from catlog.analytics.jobs import JOBS
from catlog.analytics.snapshots.freeze import freeze
from catlog.analytics.snapshots.manifest import RankingsSnapshot
from catlog.analytics.spark_process import SparkProcess
from tests.support.spark import cluster, free_port

GOAL = 3.0
MEMORY = "4g"
SIDES = ("local[1]", "local[2]", "cluster of 1", "cluster of 2")


@dataclass(slots=True)
class Side:
    """What one side took: seconds of each job, the first time and the second, until there was a session; peak MiB.

    `worked` is the processor time of the second times.
    """

    name: str
    start: float = 0.0
    first: dict[str, float] = field(default_factory=dict)
    second: dict[str, float] = field(default_factory=dict)
    worked: dict[str, float] = field(default_factory=dict)
    peak: float = 0.0


def main() -> None:
    """Generate, freeze, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.spark", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", choices=list(SIZES), default="1M", help="approximate number of snapshots")
    parser.add_argument(
        "--on", nargs="*", choices=SIDES, default=SIDES, help="which sides of Spark (default: all); each takes minutes"
    )
    parser.add_argument("--starts", action="store_true", help="measure only the start of sessions")
    parser.add_argument("--rounds", type=int, default=3, help="starts of each kind")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="catlog-bench-") as folder:
        home = Path(folder)
        if given.starts:
            _starts(home, given.rounds)
        else:
            _jobs(_generated(home, given.rows), home, given.on)


def _generated(home: Path, rows: str) -> RankingsSnapshot:
    source = home / "rankings.csv"
    print(f"generating {write_csv(source, SIZES[rows]):,} snapshots, freezing", flush=True)
    duck = load_duckdb(home / "rankings.duckdb", source)
    ids = [mal_id for (mal_id,) in duck.execute('SELECT DISTINCT "malId" FROM "DailyRankings"').fetchall()]
    database = load_sqlite(home / "rankings.sqlite", duck)
    _give_genres(database, ids)
    snapshot = freeze(database, home / "frozen")
    assert snapshot is not None
    database.close()
    duck.close()
    return snapshot


def _jobs(snapshot: RankingsSnapshot, home: Path, chosen: Sequence[str]) -> None:
    sides = [_embedded(snapshot, home)]
    for name in chosen:
        if name.startswith("local"):
            sides.append(_spark(name, name, snapshot, home))
        else:
            logs = home / name.replace(" ", "-")
            logs.mkdir()
            with cluster(logs, int(name[-1])) as master:
                sides.append(_spark(name, master, snapshot, home))
        _show(sides[-1], sides[0])
    _table("seconds", sides, [side.second for side in sides])
    _table("processor seconds", sides, [side.worked for side in sides])


def _table(what: str, sides: list[Side], times: list[dict[str, float]]) -> None:
    print(f"\n{what:20}" + "".join(f"{side.name:>14}" for side in sides))
    for job in JOBS:
        print(f"{job:20}" + "".join(f"{some[job]:14.2f}" for some in times))
    totals = [sum(some.values()) for some in times]
    print(f"{'all five':20}" + "".join(f"{total:14.2f}" for total in totals))
    print(f"{f'ratio (goal {GOAL:.0f})':20}" + "".join(f"{total / totals[0]:14.2f}" for total in totals), flush=True)


def _show(side: Side, embedded: Side) -> None:
    first, second, floor = (sum(some.values()) for some in (side.first, side.second, embedded.second))
    verdict = "met" if second <= GOAL * floor else "MISSED"
    print(
        f"{side.name:14} start {side.start:5.1f} s, five jobs {first:6.1f} s, again {second:6.1f} s "
        f"({second / floor:.1f} x {floor:.1f} s, goal {GOAL:.0f}: {verdict}), peak {side.peak:,.0f} MiB",
        flush=True,
    )


def _embedded(snapshot: RankingsSnapshot, home: Path) -> Side:
    side = Side("duckdb")
    for times in (side.first, side.second):
        for name, job in JOBS.items():
            began, worked = time.perf_counter(), time.process_time()
            compute([job], snapshot, home / "embedded")
            times[name] = time.perf_counter() - began
            side.worked[name] = time.process_time() - worked
    return side


def _spark(name: str, target: str, snapshot: RankingsSnapshot, home: Path) -> Side:
    side = Side(name)
    names = [job for job in JOBS for _ in range(2)]
    arguments = [*names, "--snapshot", str(snapshot.folder), "--out", str(home / "out"), "--memory", MEMORY]
    began, worked = time.perf_counter(), 0.0
    with SparkProcess("spark.run", ["--tethered", *arguments], {"target": target}, home / "spark.log") as process:
        for event in process.events():
            side.peak = max(side.peak, sum(map(_resident, _processes(target))))
            if event is None:
                continue
            before, worked = worked, sum(map(_worked, _processes(target)))
            if event["event"] == "ready":
                side.start = time.perf_counter() - began
            elif event["event"] == "written":
                times = side.second if event["job"] in side.first else side.first
                times[event["job"]] = event["seconds"]
                side.worked[event["job"]] = worked - before
    return side


def _processes(target: str) -> Iterator[Path]:
    """Yield the processes that compute for `target`, as folders of /proc: their commands name it."""
    words = (target.encode(), b"spark.run", b"CoarseGrainedExecutorBackend")
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (folder / "cmdline").read_bytes()
            if any(word in command for word in words):
                yield folder


def _resident(folder: Path) -> float:
    with suppress(OSError):
        found = (folder / "status").read_text("ascii", "replace").partition("VmRSS:")[2].split()
        return int(found[0]) / 1024 if found else 0.0
    return 0.0


def _worked(folder: Path) -> float:
    """Return the processor time of a process in seconds, in and outside the kernel."""
    with suppress(OSError):
        fields = (folder / "stat").read_text("ascii", "replace").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _starts(home: Path, rounds: int) -> None:
    cache = home / "cache"
    cache.mkdir()
    plain, archived = ["--target", "local[2]"], ["--target", "local[2]", "--cache", str(cache)]
    print(f"{'session and first job, seconds':34}" + " ".join(f"{number + 1:>6}" for number in range(rounds)))
    _line("as Spark comes", (_check(plain) for _ in range(rounds)))
    began = time.perf_counter()
    _check([*archived, "--archiving"])
    (written,) = cache.glob("*.new")
    written.replace(written.with_suffix(""))
    size = written.with_suffix("").stat().st_size / 2**20
    print(f"making the class archive, once: {time.perf_counter() - began:.1f} s, {size:.0f} MiB")
    _line("with the class archive", (_check(archived) for _ in range(rounds)))
    with _server(cache, home) as secrets:
        _line("on a Connect server", (_check([], secrets) for _ in range(rounds)))


def _line(name: str, times: Iterable[float]) -> None:
    print(f"{name:34}", end="", flush=True)
    for took in times:
        print(f" {took:6.1f}", end="", flush=True)
    print()


def _check(arguments: list[str], secrets: dict[str, str] | None = None) -> float:
    """Return the time from nothing to a session that has counted, all of Python's start included."""
    command = [sys.executable, "-m", "spark.run", "--check", "--tethered", *arguments]
    began = time.perf_counter()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(json.dumps(secrets or {}).encode() + b"\n")
        child.stdin.flush()
        ready = json.loads(child.stdout.readline())
        took = time.perf_counter() - began
        assert ready["event"] == "ready", ready
        child.stdout.read()
        child.stdin.close()
    return took


@contextmanager
def _server(cache: Path, home: Path) -> Iterator[dict[str, str]]:
    port = free_port()
    arguments = ["--target", "local[2]", "--port", str(port), "--cache", str(cache)]
    secrets = {"token": "bench"}
    with SparkProcess("spark.serve", arguments, secrets, home / "serve.log") as process:
        next(event for event in process.events() if event is not None)
        yield {**secrets, "target": f"sc://127.0.0.1:{port}"}


if __name__ == "__main__":
    main()
