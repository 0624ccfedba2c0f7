"""Loads killed at random moments: what is visible afterwards must be the old days or the new ones, whole.

Two things are loaded in turn, each time the other of two versions over the one that is stored: a day of the rankings
from two sources (`etl run`), and many days from two files (`etl import-history --replace`).
"""

import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Any, Self

from catlog.db.models import DailyRankings, ProcessedAnime
from catlog.db.session import Database
from tests.support.cli import Child, CommandLine, Nursery
from tests.support.contents import contents, runs
from tests.support.jikan import JikanStandIn
from tests.support.series import line, text

Snapshots = list[tuple[Any, ...]]

PAGES = 4
DAYS, TITLES = 8, 400
NOW = "2026-05-11T08:00:00Z"


@dataclass
class Tally:
    """What was seen over many kills. All but the first two must stay 0."""

    kills: int = 0
    in_time: int = 0
    partial: int = 0
    lost: int = 0
    doubled: int = 0
    diverged: int = 0
    left_running: int = 0

    @property
    def clean(self) -> bool:
        """Whether nothing went wrong."""
        return not any(getattr(self, field.name) for field in fields(self)[2:])

    def __str__(self) -> str:
        return (
            f"{self.kills} kills ({self.in_time} before the process had ended): {self.partial} with a part of a day "
            f"visible, {self.lost} rows lost, {self.doubled} doubled; {self.diverged} reruns that did not converge, "
            f"{self.left_running} runs still RUNNING after it"
        )


class Kills:
    """A database that is loaded and killed. `folder` holds the files and the home of the command line."""

    def __init__(self, database: Database, nursery: Nursery, folder: Path, seed: int) -> None:
        self.tally = Tally()
        self._database = database
        self._nursery = nursery
        self._rng = Random(seed)
        self._catlog = CommandLine().having(
            home=folder / "home", database_url=database.url, jikan_rate=1000, jikan_backoff=0.00001, now=NOW
        )
        self._sources = [JikanStandIn(seed=number) for number in (1, 2)]
        self._files = [folder / f"{name}.csv" for name in ("one", "two")]
        for number, file in enumerate(self._files):
            file.write_text(_series(number), "utf-8")

    def __enter__(self) -> Self:
        for source in self._sources:
            source.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for source in self._sources:
            source.stop()

    def kill_runs(self, count: int) -> None:
        """Kill `etl run` that often: at any moment, and every other time while it loads."""
        orders = [self._order(source.url) for source in self._sources]
        versions = [self._load(order) for order in orders]
        loading = self._measured(orders[0], lambda: self._until_read(0))
        whole = self._measured(orders[1], lambda: None)
        for number in range(count):
            new = number % 2
            self._sources[new].forget()
            child = self._nursery.start(*orders[new])
            aimed = number % 4 in (1, 2)
            if aimed:
                self._until_read(new)
            self._kill(child, loading if aimed else whole)
            self._examine(versions[1 - new], versions[new], orders[new])

    def kill_imports(self, count: int) -> None:
        """Kill `etl import-history --replace` that often, at any moment."""
        orders = [(self._catlog, "etl", "import-history", str(file), "--replace") for file in self._files]
        versions = [self._load(order) for order in orders]
        whole = self._measured(orders[1], lambda: None)
        for number in range(count):
            new = number % 2
            self._kill(self._nursery.start(*orders[new]), whole)
            self._examine(versions[1 - new], versions[new], orders[new])

    def _order(self, url: str) -> tuple[CommandLine, str, str, str, str]:
        return self._catlog.having(jikan_urls=url), "etl", "run", "--pages", str(PAGES)

    def _load(self, order: tuple[Any, ...]) -> Snapshots:
        catlog, *argv = order
        ending = catlog(*argv)
        if ending.code:
            raise RuntimeError(ending.err)
        return self._snapshots()

    def _measured(self, order: tuple[Any, ...], begun: Callable[[], object]) -> float:
        """Return the seconds that a load takes in a child, counted from the return of `begun`."""
        for source in self._sources:
            source.forget()
        with self._nursery.start(*order) as child:
            begun()
            start = time.monotonic()
            child.wait()
            return time.monotonic() - start

    def _until_read(self, number: int) -> None:
        while len(self._sources[number].requests) <= PAGES:  # the last is the second look at page 1
            time.sleep(0.001)

    def _kill(self, child: Child, seconds: float) -> None:
        time.sleep(self._rng.uniform(0, seconds))
        child.signal(signal.SIGKILL)
        self.tally.kills += 1
        self.tally.in_time += child.wait().code < 0

    def _examine(self, old: Snapshots, new: Snapshots, order: tuple[Any, ...]) -> None:
        seen = self._snapshots()
        if seen not in (old, new):
            self.tally.partial += 1
        self._count(seen, new if seen == new else old)
        again = self._load(order)
        self._count(again, new)
        self.tally.diverged += again != new
        self.tally.left_running += sum(run["status"] == "RUNNING" for run in runs(self._database))

    def _count(self, seen: Snapshots, right: Snapshots) -> None:
        self.tally.lost += sum((Counter(right) - Counter(seen)).values())
        self.tally.doubled += sum((Counter(seen) - Counter(right)).values())

    def _snapshots(self) -> Snapshots:
        """Return all snapshots, each with the title that its id has in the catalogue."""
        found = contents(self._database, (DailyRankings, ProcessedAnime))
        titles = {row[0]: row[1] for row in found["ProcessedAnime"]}
        return [(*row, titles.get(row[0])) for row in found["DailyRankings"]]


def _series(version: int) -> str:
    days = [f"2026-04-{day:02}" for day in range(1, DAYS + 1)]
    ids = range(1 + version * 50, TITLES + 1 + version * 50)
    return text(line(day, mal_id, f"Title {mal_id}", score=7 + version) for day in days for mal_id in ids)
