"""Trials: an operation, a fault, and what is found afterwards; then the same operation once more."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median

from catlog.errors import ExitCode
from tests.support.cli import Ending, Nursery
from tests.support.crash.faults import COMMIT, COMMITTED, CUT, CUT_ALL, INSIDE, KILL, UNHEARD
from tests.support.crash.operations import Operation
from tests.support.crash.stage import Contents, Stage, differences, signature
from tests.support.databases import SQLITE
from tests.support.jikan import JikanStandIn
from tests.support.postgres import PostgresServer

MODULES = (
    "catlog.cli.list", "catlog.cli.list_edit", "catlog.cli.list_batch", "catlog.cli.list_changes",
    "catlog.cli.interchange", "catlog.interchange.importing", "catlog.interchange.recognise",
    "catlog.interchange.native", "catlog.library.history", "catlog.library.writer", "catlog.library.finding",
    "catlog.accounts.identity", "catlog.accounts.sign_in", "tests.support.crash.faults",
)  # fmt: skip
"""What a child would import before it does anything."""

_PATIENCE = 10.0
"""Seconds in which a rerun may find the lock of a process that has just died."""

_HONEST = {0, ExitCode.UNAVAILABLE, ExitCode.BUSY}
"""How a command may end whose connection was cut: done after all, or said that it was not."""

RANDOM = "random"


@dataclass
class Tally:
    """What was seen over many trials. `faults` has one line for each that went wrong."""

    trials: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count another tally in."""
        self.trials += other.trials
        self.kinds += other.kinds
        self.outcomes += other.outcomes
        self.faults += other.faults

    def __str__(self) -> str:
        kinds = ", ".join(f"{count:,} {name}" for name, count in sorted(self.kinds.items()))
        return (
            f"{self.trials:,} faults ({kinds}): {self.outcomes['old']:,} left the old state and "
            f"{self.outcomes['new']:,} the new one, {len(self.faults)} went wrong"
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
        commits_only: bool = False,
    ) -> Tally:
        """Crash one operation at each of its points, `inside` times in each COMMIT, and at random `moments`.

        `commits_only` leaves out the points that are no COMMIT, or just after one.
        """
        name = operation.name.replace(" ", "-")
        stage = Stage(self._kind, name, self._folder / f"{self._kind}-{name}", self._server)
        try:
            with JikanStandIn(seed=2) as source:
                trials = _Trials(operation, stage, source, self._nursery, self._rng)
                trials.learn()
                for kind, at, delay in self._plan(trials.points, inside, commits_only):
                    trials.at_point(kind, at, delay)
                for _ in range(moments):
                    trials.at_random()
                return trials.tally
        finally:
            stage.close()

    def _plan(self, points: list[str], inside: int, commits_only: bool) -> Iterator[tuple[str, int, float]]:
        for number, what in enumerate(points, 1):
            is_commit = what in (COMMIT, COMMITTED)
            if is_commit or not commits_only:
                yield KILL, number, 0
            if what == COMMIT:
                for _ in range(inside):
                    yield INSIDE, number, self._rng.uniform(0, 0.003)
            if self._kind != SQLITE:
                if is_commit or not commits_only:
                    yield CUT, number, 0
                if is_commit:
                    yield CUT_ALL, number, 0
                if what == COMMIT:
                    yield UNHEARD, number, 0


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
        stage.save()
        self._old = self._seen()
        self._new = self._old
        self._files: set[str] = set()
        self._seconds = 0.0

    def learn(self) -> None:
        """Run the operation undisturbed: find out its points, its time, and the state that it makes."""
        log = self._stage.folder / "points"
        states, times = [], []
        for _ in range(3):
            log.unlink(missing_ok=True)
            self._stage.reset()
            begun = time.monotonic()
            ending = self._start({"at": 0, "kind": KILL, "delay": 0, "log": str(log)})
            times.append(time.monotonic() - begun)
            if ending.code:
                raise RuntimeError(f"{self._operation.name} on {self._stage.kind}: {ending.err}")
            self._stage.settle()
            states.append(self._seen())
        if any(signature(state) != signature(states[0]) for state in states):
            raise RuntimeError(f"{self._operation.name} is not the same twice: {differences(states[0], states[-1])}")
        self._new, self._seconds = states[0], median(times)
        self._files = self._stage.files()
        self.points = log.read_text("utf-8").splitlines()

    def at_point(self, kind: str, at: int, delay: float) -> None:
        """Let a fault come at one point."""
        self._stage.reset()
        ending = self._start({"at": at, "kind": kind, "delay": delay, "log": ""})
        self._examine(kind, f"{kind} at {at} ({self.points[at - 1]})", ending)

    def at_random(self) -> None:
        """Kill the process at a random moment of its life."""
        self._stage.reset()
        moment = self._rng.uniform(0, self._seconds)
        with self._nursery.start(self._catlog, *self._command) as child:
            time.sleep(moment)
            child.signal(signal.SIGKILL)
            ending = child.wait()
        self._examine(RANDOM, f"kill after {moment:.4f} s", ending)

    def _start(self, fault: Mapping[str, object]) -> Ending:
        self._source.forget()
        return self._nursery.start(self._catlog, *self._command, fault=fault).wait()

    def _seen(self) -> Contents | str:
        contents = self._stage.contents(exact=self._operation.exact)
        if isinstance(contents, str):
            return contents
        return {name: rows for name, rows in contents.items() if name not in self._operation.without}

    def _examine(self, kind: str, what: str, ending: Ending) -> None:
        tally, operation = self.tally, self._operation
        tally.trials += 1
        tally.kinds[kind] += 1
        self._stage.settle()
        found = list(self._after_fault(ending))
        seen = self._seen()
        is_new = signature(seen) == signature(self._new)
        tally.outcomes["new" if is_new else "old"] += 1
        if not is_new and signature(seen) != signature(self._old):
            found.append(f"between old and new: {differences(self._old, seen)}; new: {differences(self._new, seen)}")
        if ending.code == 0 and not is_new:
            found.append("said that it was done, and it was not")
        if operation.again or not is_new:
            found += self._rerun()
        tally.faults += [f"{operation.name} on {self._stage.kind}, {what}: {one}" for one in found]

    def _after_fault(self, ending: Ending) -> Iterator[str]:
        if ending.code not in (*_HONEST, -signal.SIGKILL):
            yield f"ended with {ending.code}: {ending.err.strip()[-300:]}"
        if wrong := self._operation.seen(self._stage):
            yield wrong

    def _rerun(self) -> Iterable[str]:
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
        again = self._seen()
        if signature(again) != signature(self._new):
            yield f"the rerun made something else: {differences(self._new, again)}"
        if wrong := self._operation.seen(self._stage):
            yield f"after the rerun: {wrong}"
        if "EtlLogs" in self._operation.without and self._stage.count(_RUNNING):
            yield "a run is still RUNNING after the rerun"
        left = {name for name in self._stage.files() - self._files if not name.endswith(".backup")}
        if left:
            yield f"files stay behind: {', '.join(sorted(left))}"


_RUNNING = """SELECT count(*) FROM "EtlLogs" WHERE status = 'RUNNING'"""
