"""One library and app after app on it: each edits until a fault, and the next replays its pending edits.

An edit is *shown as saved* once the terminal has drawn its own toast, a row with a value that only it can have brought,
or the number of edits that wait in the journal with it among them. After the fault, and with the journals empty, the
steps of the log are held against what was sent: in the order of the keys, each edit made once or not at all, and none
that was shown left out; the list must be what those steps make of it. A toast that says an edit cannot be saved counts
for nothing.
"""

import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from random import Random

from catlog.config import Settings
from tests.support.postgres import PostgresServer
from tests.support.saved.disk import SmallDisk, limit_files, unlimit_files
from tests.support.saved.library import List, Made, Model, Stored, differing, equal
from tests.support.saved.operations import EDIT, KINDS, ON_ONE_ROW, REDO, UNDO, Maker, Operation
from tests.support.saved.screen import Screen, unshown
from tests.support.terminal import PATIENCE

KILL, HANGUP, HUP, TERM, LEAVE = "kill -9", "hangup", "SIGHUP", "SIGTERM", "ctrl+q"
LOCKED, FULL, LIMITED = "lock held elsewhere", "full disk", "file size limit"
RESTART, CRASH, OUTAGE = "server restarted", "server crashed", "kill -9 while offline"

AT_ONCE = (KILL, KILL, HANGUP, HUP, TERM, LEAVE)
OF_FILE = (*AT_ONCE, LOCKED, LIMITED)
OF_SERVER = (*AT_ONCE, LIMITED, RESTART, CRASH, OUTAGE)

_SIGNALS = {KILL: signal.SIGKILL, HUP: signal.SIGHUP, TERM: signal.SIGTERM}
_WITHOUT_DATABASE = tuple(kind for kind in KINDS if kind not in ("details", "add", REDO, "remove"))
_STEADY = 24


@dataclass
class Tally:
    """What was done and seen. `lost`, `doubled` and `stuck` must stay 0; `why` says what went wrong, in words.

    `stuck` are apps that did not answer a key, or did not make what was waiting.
    """

    sent: int = 0
    shown: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    lost: int = 0
    doubled: int = 0
    stuck: int = 0
    why: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether nothing went wrong."""
        return not (self.lost or self.doubled or self.stuck)

    def add(self, other: "Tally") -> None:
        """Take in what another saw."""
        for name in ("sent", "shown", "refused", "lost", "doubled", "stuck"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.kinds += other.kinds
        self.faults += other.faults
        self.why += other.why

    def __str__(self) -> str:
        return (
            f"{self.shown:,} edits shown as saved of {self.sent:,} made with keys, {len(self.kinds)} kinds, "
            f"{self.faults.total()} faults of {len(self.faults)} kinds: {self.lost} lost, {self.doubled} doubled"
            f"{f', {self.stuck} apps stuck' if self.stuck else ''}"
        )


class Lives:
    """One library, and app after app on it; `server` is what to stop under them, `disk` what to fill.

    Up to `steady` edits of a life are waited for before the fault.
    """

    def __init__(
        self,
        settings: Settings,
        rng: Random,
        server: PostgresServer | None = None,
        disk: SmallDisk | None = None,
        steady: int = _STEADY,
    ) -> None:
        self.tally = Tally()
        self._settings = settings
        self._rng = rng
        self._server = server
        self._disk = disk
        self._steady = steady
        self._maker = Maker(rng)
        self._stored = Stored(settings)
        self._model = Model(self._stored.entries())

    def run(self, edits: int, faults: Sequence[str], going_on: Callable[[Tally], bool] = lambda _: True) -> None:
        """Let apps live and die until they have shown so many edits, or the first one is lost or doubled.

        `going_on` is called before each life.
        """
        try:
            self._run(edits, faults, going_on)
        except AssertionError as stuck:
            self.tally.stuck += 1
            self.tally.why.append(str(stuck))
        finally:
            self._stored.close()

    def _run(self, edits: int, faults: Sequence[str], going_on: Callable[[Tally], bool]) -> None:
        chosen = self._in_turn(faults)
        sent: list[Operation] = []
        last, fault = self._stored.last_step(), ""
        while True:
            with self._opened(sent, last, fault) as screen:
                if not self.tally.clean or self.tally.shown >= edits or not going_on(self.tally):
                    return
                last, fault = self._stored.last_step(), next(chosen)
                life = _Life(screen, self._model.copy(), self._rng, self._maker, self._settings)
                life.live(self._striking(fault), self._steady)
                sent = screen.sent
            if self._disk is not None:
                self._disk.free()
            if self._server is not None:
                self._server.start()

    def _in_turn(self, faults: Sequence[str]) -> Iterator[str]:
        while True:
            order = list(faults)
            self._rng.shuffle(order)
            yield from order

    @contextmanager
    def _opened(self, sent: Sequence[Operation], last: int, fault: str) -> Iterator[Screen]:
        """Open an app; once it has made what waits, hold what is stored against what was sent to the one before."""
        screen = Screen(self._settings)
        with screen.terminal:
            screen.terminal.wait_for("? help")
            self._settle(screen)
            self._examine(sent, self._stored.since(last), fault)
            screen.open(self._model)
            yield screen

    def _settle(self, screen: Screen) -> None:
        until = time.monotonic() + PATIENCE
        while journaled(self._settings):
            screen.terminal.rest(0.02, first=0.02)
            if time.monotonic() > until:
                raise AssertionError(f"what waits is not made; the screen is:\n{screen.terminal.text}")

    def _examine(self, sent: Sequence[Operation], made: Sequence[Made], fault: str) -> None:
        tally, model, place = Tally(), self._model, 0
        for step in made:
            found = next((at for at in range(place, len(sent)) if _fits(sent[at], step, model)), None)
            if found is None:
                tally.doubled += 1
                tally.why.append(f"no request for step {step.number} ({step.origin}): {step.rows}")
                model.take_edit(model.after(step))
                continue
            self._count_lost(tally, sent[place:found])
            _take(model, sent[found], model.after(step))
            place = found + 1
        self._count_lost(tally, sent[place:])
        for what, stored in (("list", self._stored.entries()), ("replayed log", self._stored.replayed())):
            if wrong := differing(stored, model.entries):
                tally.lost += len(wrong)
                tally.why.append(f"the {what} is not what the steps make: {[stored.get(mal_id) for mal_id in wrong]}")
        tally.sent, tally.refused = len(sent), sum(one.refused for one in sent)
        tally.kinds = Counter(one.kind for one in sent if one.shown)
        tally.shown = tally.kinds.total()
        if sent:
            tally.faults[fault] += 1
        if tally.why:
            listed = "\n  ".join(f"{'shown' if one.shown else '-':6}{one.kind:10}{one.toast!r}" for one in sent)
            tally.why.append(f"sent before {fault}:\n  {listed}")
        self.tally.add(tally)

    def _count_lost(self, tally: Tally, left_out: Sequence[Operation]) -> None:
        for one in left_out:
            if one.shown:
                tally.lost += 1
                tally.why.append(f"lost: {one.kind} {one.toast!r}")

    def _striking(self, fault: str) -> "Strike":
        server, disk = self._server, self._disk
        match fault:
            case _ if fault in (RESTART, CRASH, OUTAGE) and server is not None:
                begin = server.crash if fault == CRASH else server.stop
                return Strike(fault, lambda _: begin(), lambda _: server.start(), ends_first=fault != OUTAGE)
            case _ if fault == FULL and disk is not None:
                return Strike(fault, lambda _: disk.fill(), lambda _: disk.free(), ends_first=self._rng.random() < 0.5)
            case _ if fault == LIMITED:
                return Strike(fault, limit_files, unlimit_files, ends_first=self._rng.random() < 0.5)
            case _ if fault == LOCKED:
                lock = _Lock(self._settings)
                return Strike(fault, lock.take, lock.give_back, ends_first=self._rng.random() < 0.5)
        return Strike(fault)


@dataclass(frozen=True)
class Strike:
    """A fault. With `begin` it lasts, edits go on meanwhile, and `end` ends it: before the app dies, or after.

    Both get the process id of the app.
    """

    name: str
    begin: Callable[[int], object] | None = None
    end: Callable[[int], object] | None = None
    ends_first: bool = False


class _Life:
    """One run of the app driven by a user, to its end."""

    def __init__(self, screen: Screen, model: Model, rng: Random, maker: Maker, settings: Settings) -> None:
        self._screen = screen
        self._model = model
        self._rng = rng
        self._maker = maker
        self._settings = settings

    def live(self, strike: Strike, steady: int) -> None:
        """Edit, let the fault come, edit on if the app lives on, and die."""
        screen, rng = self._screen, self._rng
        for _ in range(rng.randint(3, steady)):
            self._make(KINDS)
        hurried = rng.random() < 0.7
        if hurried:
            self._hurry(rng.randint(1, 7))
            screen.watch(rng.uniform(0, 0.25))
        if strike.begin is not None and strike.end is not None:
            pid = screen.terminal.process.pid
            if not hurried:
                # The edits that follow are made by row, and no row comes while the database is offline.
                screen.wait_for_rows(self._model)
            strike.begin(pid)
            self._go_on(in_flight=hurried)
            if strike.ends_first:
                strike.end(pid)
                self._recover(hurried)
            self._die(KILL)
            strike.end(pid)
        else:
            self._die(strike.name)

    def _make(self, kinds: Sequence[str]) -> None:
        """Make one edit and wait until it is shown."""
        operation = self._maker.make(self._model, self._screen.used, kinds)
        self._send(operation)
        self._screen.wait_until_shown(operation)
        self._screen.leave(operation)

    def _hurry(self, count: int) -> None:
        """Make some edits of one row, and undo and redo, faster than they are shown."""
        first = self._maker.make(self._model, self._screen.used, ON_ONE_ROW)
        self._send(first)
        for _ in range(count - 1):
            with suppress(RuntimeError):
                operation = self._maker.make(self._model, self._screen.used, (*ON_ONE_ROW, UNDO, REDO))
                if (operation.what == EDIT and operation.at != first.at) or operation.moves_rows:
                    continue
                operation.at = None if operation.what == EDIT else operation.at
                self._send(operation)

    def _go_on(self, *, in_flight: bool) -> None:
        """Edit while the database or the disk takes nothing: each edit waits in sight, or is refused."""
        if in_flight:
            self._screen.watch(self._rng.uniform(0, 4))
            return
        waiting = 0
        for number in range(self._rng.randint(1, 7)):
            kinds = ON_ONE_ROW if number == 0 else _WITHOUT_DATABASE if waiting > 1 else (*ON_ONE_ROW, "bulk")
            operation = self._maker.make(self._model, self._screen.used, kinds)
            before = self._model.copy()
            self._send(operation)
            if not self._is_kept(operation, waiting + (-1 if operation.what == UNDO else 1)):
                self._model = before
                return
            waiting = self._screen.waiting

    def _is_kept(self, operation: Operation, waiting: int) -> bool:
        """Wait until an edit is saved, waits as one of so many, or is refused; an answer that does not come is none."""
        screen, until = self._screen, time.monotonic() + 30
        while time.monotonic() < until:
            screen.watch(0.02)
            if screen.waiting == waiting:
                operation.shown = True
            if operation.shown:
                return True
            if screen.refusal:
                operation.refused = True
                return False
        return False

    def _recover(self, in_flight: bool) -> None:
        """Let the app find out that all is well again; sometimes stay until nothing waits, and edit on."""
        if self._rng.random() < 0.4:
            self._screen.watch(self._rng.uniform(0, 4))
            return
        self._screen.terminal.wait_until(lambda: not journaled(self._settings), "nothing to wait in the journal")
        self._screen.watch(0.3)
        if not in_flight and not any(one.refused for one in self._screen.sent) and not unshown(self._screen.sent):
            self._make(ON_ONE_ROW)

    def _send(self, operation: Operation) -> None:
        before = self._model
        after = before.copy()
        _take(after, operation, before.edited(operation.requests) if operation.what == EDIT else None)
        self._screen.send(operation, before)
        self._screen.foresee(operation, after)
        self._model = after

    def _die(self, death: str) -> None:
        terminal = self._screen.terminal
        if death == HANGUP:
            terminal.hang_up()
        elif death == LEAVE:
            terminal.press("\x11")
        else:
            terminal.signal(_SIGNALS[death])
        terminal.end()
        self._screen.look()


class _Lock:
    """The write lock of an SQLite file, held as a long import elsewhere does."""

    def __init__(self, settings: Settings) -> None:
        self._file = settings.paths.default_database
        self._held: closing[sqlite3.Connection] | None = None

    def take(self, _: int) -> None:
        """Take it."""
        other = sqlite3.connect(self._file, isolation_level=None, timeout=60)
        other.execute("BEGIN IMMEDIATE")
        self._held = closing(other)

    def give_back(self, _: int) -> None:
        """Give it back, once."""
        if self._held is not None:
            with self._held as other:
                other.execute("ROLLBACK")
            self._held = None


def journaled(settings: Settings) -> bool:
    """Say whether any edit waits in a journal."""
    return any(file.stat().st_size for file in (settings.paths.state / "journal").glob("*.jsonl"))


def _fits(operation: Operation, step: Made, model: Model) -> bool:
    """Say whether a step is what an operation makes of a list."""
    if operation.what == EDIT:
        expected: List | None = model.edited(operation.requests)
        return step.origin == "app" and expected is not None and equal(expected, model.after(step))
    stack = model.before if operation.what == UNDO else model.undone
    return step.origin == operation.what and bool(stack) and equal(stack[-1], model.after(step))


def _take(model: Model, operation: Operation, after: List | None) -> None:
    if operation.what == UNDO:
        model.take_undo()
    elif operation.what == REDO:
        model.take_redo()
    elif after is not None:
        model.take_edit(after)
