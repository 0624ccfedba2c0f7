"""Trials: an operation, a fault, and what is found afterwards; then the same operation once more."""

from __future__ import annotations

import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from random import Random
from statistics import median

from catlog.errors import ExitCode
from tests.support.cli import Ending, Nursery
from tests.support.crash.faults import COMMIT, COMMITTED, CUT, CUT_ALL, INSIDE, KILL, UNHEARD, is_between, is_of_files
from tests.support.crash.operations import Operation
from tests.support.crash.stage import Contents, Rows, Stage, contents_of, differences, signature
from tests.support.databases import SQLITE
from tests.support.jikan import JikanStandIn
from tests.support.postgres import PostgresServer

MODULES = (
    "catlog.cli.list", "catlog.cli.list_edit", "catlog.cli.list_batch", "catlog.cli.list_changes",
    "catlog.cli.interchange", "catlog.interchange.importing", "catlog.interchange.detect",
    "catlog.interchange.native_rows", "catlog.library.history", "catlog.library.writer", "catlog.library.lookup",
    "catlog.accounts.identity", "catlog.accounts.sign_in", "catlog.db.upgrade", "catlog.db.models.companion",
    "catlog.db.models.indexes", "catlog.db.models.results", "jwt", "_strptime", "encodings.utf_8_sig",
    "tests.support.crash.faults",
)  # fmt: skip
"""What a child would import before it does anything."""

_PATIENCE = 10.0
"""Seconds in which a rerun may find the lock of a process that has just died."""

_HONEST = {0, ExitCode.UNAVAILABLE, ExitCode.BUSY}
"""How a command may end whose connection was cut: done after all, or said that it was not."""

RANDOM = "random"

ALL = sys.maxsize
"""As many statements as there are."""


@dataclass
class Tally:
    """What was seen over many trials. `faults` has one line for each that went wrong."""

    trials: int = 0
    reruns: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count another tally in."""
        self.trials += other.trials
        self.reruns += other.reruns
        self.kinds += other.kinds
        self.outcomes += other.outcomes
        self.faults += other.faults

    def __str__(self) -> str:
        kinds = ", ".join(f"{count:,} {name}" for name, count in sorted(self.kinds.items()))
        return (
            f"{self.trials:,} faults ({kinds}): {self.outcomes['old']:,} left the old state and "
            f"{self.outcomes['new']:,} the new one, {self.reruns:,} reruns, {len(self.faults)} went wrong"
        )


class Harness:
    """Crashes operations on one kind of database."""

    def __init__(self, kind: str, folder: Path, server: PostgresServer, nursery: Nursery, seed: int = 1) -> None:
        self._kind = kind
        self._folder = folder
        self._server = server
        self._nursery = nursery
        self._rng = Random(seed)

    def crash(
        self,
        operation: Operation,
        *,
        moments: int = 0,
        inside: int = 1,
        statements: int = ALL,
        most: int = ALL,
        looks: int = 2,
    ) -> Tally:
        """Crash one operation at its points, `inside` times in each COMMIT, and at random `moments`.

        `statements` is how many at most of the statements and rows between two other points have their turn; those
        others are all COMMITs and what happens to files. Of all that, `most` faults are drawn by lot. `looks` is
        how often it is first run undisturbed, to find out its points and that it makes the same each time.
        """
        name = operation.name.replace(" ", "-")
        stage = Stage(self._kind, name, self._folder / f"{self._kind}-{name}", self._server)
        try:
            with JikanStandIn(seed=2) as source:
                trials = _Trials(operation, stage, source, self._nursery, self._rng)
                trials.learn(looks)
                plan = list(self._plan(trials.points, inside, statements))
                if len(plan) > most:
                    plan = self._rng.sample(plan, most)
                for kind, at, delay in plan:
                    trials.at_point(kind, at, delay)
                for _ in range(moments):
                    trials.at_random()
                return trials.tally
        finally:
            stage.close()

    def _plan(self, points: list[str], inside: int, statements: int) -> Iterator[tuple[str, int, float]]:
        is_server = self._kind != SQLITE
        for number in self._chosen(points, statements):
            what = points[number - 1]
            yield KILL, number, 0
            if what == COMMIT:
                for _ in range(inside):
                    yield INSIDE, number, self._rng.uniform(0, 0.003)
            if is_server and what in (COMMIT, COMMITTED):
                yield CUT_ALL, number, 0
            if is_server and not is_of_files(what):
                yield CUT, number, 0
            if is_server and what == COMMIT:
                yield UNHEARD, number, 0

    def _chosen(self, points: list[str], statements: int) -> list[int]:
        """Return the numbers of the points that have their turn, in order."""
        chosen: list[int] = []
        for is_minor, stretch in groupby(range(1, len(points) + 1), lambda number: is_between(points[number - 1])):
            numbers = list(stretch)
            if is_minor and len(numbers) > statements:
                numbers = sorted(self._rng.sample(numbers, statements))
            chosen += numbers
        return chosen


class _Trials:
    """The trials of one operation on one stage."""

    def __init__(self, operation: Operation, stage: Stage, source: JikanStandIn, nursery: Nursery, rng: Random) -> None:
        self.tally = Tally()
        self.points: list[str] = []
        self._operation = operation
        self._stage = stage
        self._source = source
        self._nursery = nursery
        self._rng = rng
        self._command = operation.build(stage, source)
        self._catlog = stage.catlog.having(jikan_urls=source.url, **({"now": ""} if operation.ticks else {}))
        stage.save(tables_stay=operation.tables_stay)
        rows = stage.rows()
        self._old = self._new = self._contents(rows)
        self._begun = self._trace(rows)
        self._is_fresh = False
        self._files: set[str] = set()
        self._reruns: Counter[str] = Counter()
        self._seconds = 0.0

    def learn(self, looks: int) -> None:
        """Run the operation undisturbed: find out its points, its time, and the state that it makes."""
        log = self._stage.folder / "points"
        states, times = [], []
        for _ in range(looks):
            log.unlink(missing_ok=True)
            self._stage.reset()
            begun = time.monotonic()
            ending = self._start({"at": 0, "kind": KILL, "delay": 0, "log": str(log)})
            times.append(time.monotonic() - begun)
            if ending.code:
                raise RuntimeError(f"{self._operation.name} on {self._stage.kind}: {ending.err}")
            self._stage.settle()
            states.append(self._contents(self._stage.rows()))
        if any(state != states[0] for state in states):
            raise RuntimeError(f"{self._operation.name} is not the same twice: {differences(states[0], states[-1])}")
        if self._operation.writes and states[0] == self._old:
            raise RuntimeError(f"{self._operation.name} changes nothing: {ending.out} {ending.err}")
        self._new, self._seconds = states[0], median(times)
        self._files = set(self._stage.files())
        self.points = log.read_text("utf-8").splitlines()

    def at_point(self, kind: str, at: int, delay: float) -> None:
        """Let a fault come at one point."""
        self._freshen()
        ending = self._start({"at": at, "kind": kind, "delay": delay, "log": ""})
        self._examine(kind, f"{kind} at {at} ({self.points[at - 1]})", ending)

    def at_random(self) -> None:
        """Kill the process at a random moment of its life."""
        self._freshen()
        moment = self._rng.uniform(0, self._seconds)
        with self._nursery.start(self._catlog, *self._command) as child:
            time.sleep(moment)
            child.signal(signal.SIGKILL)
            ending = child.wait()
        self._examine(RANDOM, f"kill after {moment:.4f} s", ending)

    def _freshen(self) -> None:
        if not self._is_fresh:
            self._stage.reset()

    def _start(self, fault: Mapping[str, object]) -> Ending:
        self._source.forget()
        return self._nursery.start(self._catlog, *self._command, fault=fault).wait()

    def _contents(self, rows: Rows) -> Contents | str:
        return contents_of(rows, exact=self._operation.exact, without=self._operation.without)

    def _trace(self, rows: Rows) -> str:
        """Return a word for all that is left: contents, the run log with them, and files; the same for the same."""
        files = sorted((_RANDOM_PART.sub("*", name), size) for name, size in self._stage.files().items())
        return f"{signature(contents_of(rows))} {files}"

    def _examine(self, kind: str, what: str, ending: Ending) -> None:
        tally, operation = self.tally, self._operation
        tally.trials += 1
        tally.kinds[kind] += 1
        self._stage.settle()
        rows = self._stage.rows()
        trace = self._trace(rows)
        seen = self._contents(rows)
        is_new = seen == self._new
        found = list(self._after_fault(ending, is_new=is_new))
        tally.outcomes["new" if is_new else "old" if seen == self._old else "between"] += 1
        if not is_new and seen != self._old:
            found.append(f"between old and new: {differences(self._old, seen)}; new: {differences(self._new, seen)}")
        self._is_fresh = trace == self._begun and not found
        if (operation.again or not is_new) and self._is_due(trace):
            self._is_fresh = False
            found += self._rerun()
        tally.faults += [f"{operation.name} on {self._stage.kind}, {what}: {one}" for one in found]

    def _is_due(self, trace: str) -> bool:
        """Say whether to rerun: always from what was not left before, later on from every fifth of its kind."""
        self._reruns[trace] += 1
        return self._reruns[trace] <= _RERUNS or self._rng.random() < _RERUN_SHARE

    def _after_fault(self, ending: Ending, *, is_new: bool) -> Iterator[str]:
        if ending.code not in (*_HONEST, -signal.SIGKILL):
            yield f"ended with {ending.code}: {ending.err.strip()[-300:]}"
        if ending.code == 0 and not is_new:
            yield "said that it was done, and it was not"
        if wrong := self._operation.seen(self._stage):
            yield wrong

    def _rerun(self) -> Iterator[str]:
        self.tally.reruns += 1
        until = time.monotonic() + _PATIENCE
        self._source.forget()
        while (ending := self._nursery.run(self._catlog, *self._command)).code == ExitCode.BUSY:
            if time.monotonic() > until:
                break
            time.sleep(0.05)
        self._stage.settle()
        if ending.code:
            yield f"the rerun ended with {ending.code}: {ending.err.strip()[-300:]}"
            return
        again = self._contents(self._stage.rows())
        if again != self._new:
            yield f"the rerun made something else: {differences(self._new, again)}"
        if wrong := self._operation.seen(self._stage):
            yield f"after the rerun: {wrong}"
        if "EtlLogs" in self._operation.without and self._stage.count(_RUNNING):
            yield "a run is still RUNNING after the rerun"
        left = {name for name in self._stage.files().keys() - self._files if not _MAY_STAY.search(name)}
        if left:
            yield f"files stay behind: {', '.join(sorted(left))}"


_RUNNING = """SELECT count(*) FROM "EtlLogs" WHERE status = 'RUNNING'"""
_RANDOM_PART = re.compile(r"\.[a-z0-9_]{8}\b|-[a-z0-9_]{8}/|\d{8}T\d+Z?")
"""What differs in the names of temporary files."""

_MAY_STAY = re.compile(r"\.backup$|/\.lock$|\.sqlite\.(damaged|newer)-\w+$")
"""Backups, their lock, and files that a restore has put aside."""

_RERUNS, _RERUN_SHARE = 2, 0.2
