"""A million mutations of real answers of the source, each in a run of a day that is stored already: what stays of it.

    python -m bench.mutations --data ../shared/data

Records, bytes of pages and whole lists are mutated (tests/support/jikan/mutations.py). Every run is judged, and loaded
where it may be; accepted + repeated + rejected = received, and the day afterwards is what it was, or better by the
rules of docs/architecture.md, measured anew from its rows. `--whole` of the runs, and one of each kind, come over HTTP
through `catlog etl run`. Memory is looked at all along. Without `--data` an invented catalogue is mutated.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from tests.support.good_day import GoodDay, Tally
from tests.support.jikan import make_catalogue
from tests.support.jikan.besieged import besiege
from tests.support.jikan.mutations import PAGES, PER_PAGE, Entries, assaults
from tests.support.jikan.recordings import load
from tests.support.jikan.toplist import TopList

LOOKS = 20
"""Times the memory is looked at."""


class Storm(NamedTuple):
    """What came of many assaults: the tally, and the MB that the process had, at even distances."""

    tally: Tally
    memory: tuple[float, ...]

    @property
    def growth(self) -> float:
        """By how many percent the most memory of the last quarter is above that of the second."""
        quarter = len(self.memory) // 4
        return 100 * (max(self.memory[-quarter:]) / max(self.memory[quarter : 2 * quarter]) - 1)


def good_entries(data: Path | None) -> Entries:
    """Return the beginning of a top list: the recorded one under `data`, else an invented one."""
    found = list(load(data).top) if data else TopList.of(make_catalogue(400, 1)).read()
    return found[: PER_PAGE * PAGES]


def storm(good: Entries, count: int, seed: int) -> Storm:
    """Make `count` mutations of good entries, in runs of a day in a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        day, memory = GoodDay(Path(folder), good), [_resident()]
        for assault in assaults(random.Random(seed), good):
            day.suffer(assault)
            if day.tally.mutations >= count * len(memory) / LOOKS:
                memory.append(_resident())
                print(f"{seed}: {day.tally}; {memory[-1]:.0f} MB", file=sys.stderr, flush=True)
            if day.tally.mutations >= count:
                break
        day.close()
    return Storm(day.tally, tuple(memory))


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096 / 1e6


def main() -> int:
    """Mutate, print what came of it, and return 1 where anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1_000_000, help="mutations (1,000,000)")
    parser.add_argument("--whole", type=int, default=300, help="runs over HTTP, besides one of each kind (300)")
    parser.add_argument("--data", type=Path, help="the folder of recordings; default: an invented catalogue")
    parser.add_argument("--jobs", type=int, default=2, help="processes (2)")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    good, begun = good_entries(given.data), time.monotonic()
    each = [(good, -(-given.count // given.jobs), given.seed + job) for job in range(given.jobs)]
    with multiprocessing.get_context("spawn").Pool(given.jobs) as pool:
        storms = pool.starmap(storm, each, chunksize=1)
    tally = sum((one.tally for one in storms), Tally())
    print(f"{'recorded' if given.data else 'invented'} answers, in process: {tally} ({time.monotonic() - begun:.0f} s)")
    for one in storms:
        looks = " ".join(f"{mb:.0f}" for mb in one.memory)
        print(f"  memory in MB: {looks}: {one.growth:+.1f} % from the second to the last quarter")
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        whole = besiege(Path(folder), good, given.whole, given.seed)
    print(f"over HTTP: {whole} ({time.monotonic() - begun:.0f} s)")
    for problem in (*tally.wrong, *whole.wrong)[:20]:
        print(f"  WRONG: {problem[:300]}")
    growth = max(one.growth for one in storms)
    wrong, survived = len(tally.wrong) + len(whole.wrong), tally.runs + whole.runs
    print(
        f"{tally.mutations + whole.mutations:,} mutations: {wrong} wrong; the day survived {survived:,} runs;"
        f" memory {growth:+.1f} %"
    )
    return 1 if wrong or growth > 5 else 0


if __name__ == "__main__":
    sys.exit(main())
